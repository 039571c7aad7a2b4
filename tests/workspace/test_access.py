"""What the operating system refuses, in one line with the right exit code.

Each test runs the command line in a process of its own, which first becomes an ordinary user.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgmodels_tui.catalog.loader import BUNDLED

NOBODY = 65534
AS_ORDINARY_USER = f"""
import os, sys
from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.cli import main

load_catalog()  # whatever it imports must be imported before root's own Python is out of reach
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
main()
"""
LIMITED = """
import resource, sys
from imgmodels_tui.cli import main

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
del sys.argv[1]
main()
"""

reachable = all(parent.stat().st_mode & 0o005 == 0o005 for parent in [BUNDLED, *BUNDLED.parents])
pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 and not reachable, reason="an ordinary user cannot read the source in this folder"
)


def imgmodels(*arguments: str, home: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line as an ordinary user."""
    environment = dict(os.environ)
    if home is not None:
        environment = {key: value for key, value in environment.items() if not key.startswith("XDG_")}
        environment["HOME"] = home
    return subprocess.run(
        [sys.executable, "-c", AS_ORDINARY_USER, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        cwd="/",
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody can reach, unlike those below pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="imgmodels-"))
    path.chmod(0o755)
    yield path
    for inner in [path, *path.rglob("*")]:
        if inner.is_dir() and not inner.is_symlink():
            inner.chmod(0o755)
    shutil.rmtree(path)


STATE = '{"schema_version": 2, "revision": 1, "default_model": "flux-2-pro", "enabled_models": ["flux-2-pro"]}'


@pytest.fixture
def read_only(folder: Path) -> Path:
    """A workspace that an ordinary user can read but not write."""
    file = folder / "workspace.json"
    file.write_text(STATE)
    file.chmod(0o444)
    folder.chmod(0o555)
    return file


@pytest.mark.parametrize(
    "command",
    [
        ("enable", "flux-2-max"),
        ("disable", "flux-2-pro"),
        ("default", "flux-2-pro"),
        ("config", "plan", "enterprise"),
        ("undo",),
        ("tidy",),
    ],
    ids=" ".join,
)
def test_whoever_may_not_write_the_workspace_is_refused_every_change(command: tuple[str, ...], read_only: Path) -> None:
    run = imgmodels("--state", str(read_only), *command)
    assert (run.returncode, run.stdout) == (4, "")
    assert run.stderr == (f"imgmodels: {read_only}: you may not write {read_only}; nothing was changed\n")
    assert read_only.read_text() == STATE
    assert [entry.name for entry in read_only.parent.iterdir()] == ["workspace.json"]


def test_whoever_may_not_write_the_workspace_can_still_look(read_only: Path) -> None:
    run = imgmodels("--state", str(read_only), "default")
    assert (run.returncode, run.stdout, run.stderr) == (0, "flux-2-pro\n", "")
    assert '"role": "user"' in imgmodels("--state", str(read_only), "status", "--json").stdout


def test_whoever_may_not_write_in_the_folder_is_refused(folder: Path) -> None:
    folder.chmod(0o555)
    run = imgmodels("--state", str(folder / "new" / "workspace.json"), "enable", "flux-2-pro")
    assert run.returncode == 4
    assert run.stderr.endswith(f": you may not write in {folder}; nothing was changed\n")


@pytest.mark.parametrize("command", [("list",), ("status",), ("enable", "flux-2-pro"), ("check",)], ids=" ".join)
def test_a_workspace_out_of_reach_is_one_line(command: tuple[str, ...], folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o000)
    run = imgmodels("--state", str(folder / "closed" / "workspace.json"), *command)
    assert run.returncode == (4 if command[0] == "enable" else 3)
    assert run.stderr.startswith(f"imgmodels: {folder}/closed/workspace.json: ")
    assert len(run.stderr.splitlines()) == 1


def test_a_file_that_may_not_be_read_is_one_line(folder: Path) -> None:
    (folder / "workspace.json").write_text(STATE)
    (folder / "workspace.json").chmod(0o000)
    run = imgmodels("--state", str(folder / "workspace.json"), "list")
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == f"imgmodels: {folder}/workspace.json: cannot be read: permission denied\n"


def test_a_catalog_that_may_not_be_read_is_one_line(folder: Path) -> None:
    (folder / "catalog.d").mkdir(mode=0o755)
    (folder / "catalog.d" / "x.toml").touch()
    (folder / "catalog.d" / "x.toml").chmod(0o000)
    run = imgmodels("--state", str(folder / "workspace.json"), "list")
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == f"imgmodels: {folder}/catalog.d/x.toml: cannot be read: permission denied\n"


def test_an_argument_that_may_not_be_read_is_an_unreadable_file_not_wrong_usage(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o000)
    run = imgmodels("--state", str(folder / "closed"), "list")
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == f"imgmodels: {folder}/closed: cannot be read: permission denied\n"
    assert imgmodels("check", str(folder / "closed")).returncode == 3


def test_somebody_elses_home_in_the_environment_is_no_traceback(folder: Path, read_only: Path) -> None:
    folder.chmod(0o755)
    (folder / "home").mkdir(mode=0o000)
    home = str(folder / "home")
    assert imgmodels("--state", str(read_only), "default", home=home).stdout == "flux-2-pro\n"
    run = imgmodels("list", home=home)
    assert run.returncode == 3
    assert run.stderr.startswith(f"imgmodels: {home}/.local/share/imgmodels/workspace.json: cannot be read")
    assert len(run.stderr.splitlines()) == 1


def test_a_change_in_a_folder_that_cannot_be_listed_is_not_called_a_failure(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    if os.geteuid() == 0:
        os.chown(inner, NOBODY, NOBODY)
    inner.chmod(0o300)
    run = imgmodels("--state", str(inner / "workspace.json"), "enable", "flux-2-pro")
    assert (run.returncode, run.stderr) == (0, "")
    inner.chmod(0o700)
    assert '"revision": 1' in (inner / "workspace.json").read_text()


def limited(size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on a disk that takes no more than `size` bytes for a file."""
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(size), *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_a_disk_that_takes_no_more_leaves_everything_as_it_was(folder: Path) -> None:
    state = folder / "workspace.json"
    state.write_text(STATE)
    run = limited(20, "--state", str(state), "enable", "flux-2-max")
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == f"imgmodels: {state}: cannot be written: file too large; nothing was changed\n"
    assert state.read_text() == STATE
    assert sorted(entry.name for entry in folder.iterdir()) == ["workspace.json", "workspace.json.lock"]


def test_a_history_line_that_the_disk_did_not_take_is_written_by_the_next_change(folder: Path) -> None:
    state, history = folder / "workspace.json", folder / "history.jsonl"
    for number in range(4):
        imgmodels_run = limited(10**6, "--state", str(state), "config", "image-generation", ["off", "on"][number % 2])
        assert imgmodels_run.returncode == 0
    longest = history.stat().st_size + 30  # enough for the state, which is shorter, but for a part of the line only
    assert limited(longest, "--state", str(state), "config", "image-generation", "off").returncode == 0
    assert history.stat().st_size == longest
    assert limited(10**6, "--state", str(state), "config", "image-generation", "on").returncode == 0
    assert [line.partition(",")[0] for line in history.read_text().splitlines()] == [
        f'{{"revision": {number}' for number in range(1, 7)
    ]


def test_a_user_is_refused_before_the_catalog_is_judged(folder: Path) -> None:
    state, overrides = folder / "workspace.json", folder / "catalog.d"
    state.write_text(STATE)
    overrides.mkdir(mode=0o755)
    (overrides / "broken.toml").write_text("[models")
    refused = imgmodels("--state", str(state), "history")
    assert refused.returncode == 4
    assert refused.stderr == f"imgmodels: The history is for admins of this workspace, those who may write {state}\n"
