"""Settings that cannot be used are one line of `check` and of `doctor`."""

from pathlib import Path

import pytest

from imgmodels_tui.workspace.file_store.locations import locate
from tests.cli.conftest import Imgmodels
from tests.hostile.settings import PLACES

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(params=PLACES)
def broken(request: pytest.FixtureRequest) -> Path:
    path = locate().settings
    path.parent.mkdir(parents=True, exist_ok=True)
    PLACES[request.param](path)
    return path


def test_check_refuses_them(imgmodels: Imgmodels, broken: Path) -> None:
    run = imgmodels("check")
    assert run.code == 3
    assert str(broken) in run.err
    assert run.err.count("\n") == 1


def test_doctor_tells_of_them(imgmodels: Imgmodels, broken: Path) -> None:
    told = imgmodels("doctor", "--json").data["files"]["broken"]
    assert not told["well"]
    assert broken.name in told["text"]


def test_they_are_told_to_be_valid_otherwise(imgmodels: Imgmodels) -> None:
    path = locate().settings
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mouse = false\n")
    assert "settings.toml: valid" in imgmodels("check").out
    assert "broken" not in imgmodels("doctor", "--json").data["files"]
