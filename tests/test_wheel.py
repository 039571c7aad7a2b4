"""What a user installs: the wheel, built from this source, in an environment that knows nothing of it."""

import importlib.util
import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.real


def run(*command: str | Path) -> str:
    """Run a command outside of this source and return what it printed."""
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this source."""
    target = tmp_path_factory.mktemp("dist")
    isolation = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    run(sys.executable, "-m", "build", "--wheel", *isolation, "--outdir", target, ROOT)
    (built,) = target.glob("*.whl")
    return built


def test_the_wheel_carries_the_catalog_and_says_that_it_is_typed(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "imgmodels_tui/py.typed" in names
    shipped = {name.rpartition("/")[2] for name in names if name.startswith("imgmodels_tui/catalog/data/")}
    assert shipped == {file.name for file in (ROOT / "src/imgmodels_tui/catalog/data").glob("*.toml")}
    assert not [name for name in names if name.startswith(("tests/", "src/"))]


def test_the_installed_command_lists_the_catalog(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    programs = tmp_path / "venv" / "bin"
    run(sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet", wheel)
    for command in ("imgmodels", "imgmodels-tui"):
        assert len(json.loads(run(programs / command, "list", "--json"))) == 14
    found = run(programs / "python", "-c", "import imgmodels_tui; print(imgmodels_tui.__file__)")
    assert Path(found.strip()).is_relative_to(tmp_path)
