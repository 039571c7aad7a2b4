"""A file that a command writes is replaced with all that makes it what it is, or the command says why it is not."""

import os
import pwd
import shutil
import stat
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from imgmodels_tui.files import make_folder, replace_file
from tests.cli.conftest import Imgmodels
from tests.hostile.targets import NO_FILES, ONLY_ROOT_MAKES

TARGETS = {**NO_FILES, **ONLY_ROOT_MAKES}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what this needs")
COMMANDS = {"export": ("export", "--force"), "generate": ("generate", "a city", "-o")}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", [*NO_FILES, *(pytest.param(kind, marks=as_root) for kind in ONLY_ROOT_MAKES)])
def test_what_is_no_file_of_ones_own_is_left_alone(
    imgmodels: Imgmodels, tmp_path: Path, command: str, kind: str
) -> None:
    imgmodels("enable", "flux-2-pro")
    target = tmp_path / "target"
    TARGETS[kind](target)
    before = target.lstat()
    run = imgmodels(*COMMANDS[command], str(target))
    assert run.code == 3
    assert str(target) in run.err
    assert run.err.count("\n") == 1
    assert (target.lstat().st_ino, target.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_stays_and_its_file_keeps_its_mode(imgmodels: Imgmodels, tmp_path: Path, command: str) -> None:
    imgmodels("enable", "flux-2-pro")
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("before")
    file.chmod(0o664)
    link.symlink_to(file)
    assert imgmodels(*COMMANDS[command], str(link)).code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o664
    assert file.read_bytes() != b"before"


def test_the_state_and_its_history_may_be_links(imgmodels: Imgmodels, state_file: Path, tmp_path: Path) -> None:
    on = ("--state", str(state_file))
    imgmodels(*on, "enable", "flux-2-pro")
    history = next(state_file.parent.glob("*history.jsonl"))
    for file in (state_file, history):
        file.rename(tmp_path / f"real-{file.name}")
        file.symlink_to(tmp_path / f"real-{file.name}")
    for model in ("flux-2-max", "gpt-image-2"):
        assert imgmodels(*on, "enable", model).code == 0
    assert state_file.is_symlink()
    assert history.is_symlink()
    assert len(imgmodels(*on, "history", "--json").data) == 3


def test_no_change_leaves_a_file_that_all_others_may_write(imgmodels: Imgmodels, state_file: Path) -> None:
    on = ("--state", str(state_file))
    imgmodels(*on, "enable", "flux-2-pro")
    state_file.chmod(0o666)
    assert imgmodels(*on, "enable", "flux-2-max").code == 0
    assert stat.S_IMODE(state_file.stat().st_mode) == 0o664


def test_an_access_list_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("before")
    entries = [(1, 6, -1), (2, 4, 4321), (4, 0, -1), (16, 4, -1), (32, 0, -1)]
    rules = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    try:
        os.setxattr(file, "system.posix_acl_access", rules)
    except OSError:
        pytest.skip("this file system keeps no access lists")
    replace_file(file, b"after")
    assert file.read_bytes() == b"after"
    assert os.getxattr(file, "system.posix_acl_access") == rules


@as_root
@pytest.mark.parametrize(
    "write", [lambda home: make_folder(home / "a" / "b"), lambda home: replace_file(home / "c", b"")]
)
def test_what_root_makes_in_anothers_home_is_that_ones(tmp_path: Path, write: Callable[[Path], object]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 4321, 4321)
    write(home)
    found = list(home.rglob("*"))
    assert found
    assert {path.stat().st_uid for path in found} == {4321}


@as_root
@pytest.mark.parametrize("variable", ["HOME", "XDG_DATA_HOME"])
def test_root_leaves_nothing_in_anothers_home(
    imgmodels: Imgmodels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    own = os.environ["HOME"]
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 4321, 4321)
    account = pwd.struct_passwd(("root", "x", 0, 0, "", own, "/bin/sh"))
    monkeypatch.setattr("pwd.getpwuid", lambda _: account)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "IMGMODELS_STATE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(home / "not" / "there"))
    for words in (("enable", "flux-2-pro"), ("generate", "x"), ("sessions",), ("list",), ("doctor",)):
        assert imgmodels(*words).code == 0
    assert list(home.rglob("*")) == []
    assert len(list(Path(own).rglob("workspace.json"))) == 1


def _may_mount() -> bool:
    return (
        os.geteuid() == 0
        and subprocess.run(["/usr/bin/env", "unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(shutil.which("unshare") is None or not _may_mount(), reason="nothing can be mounted here")
def test_a_state_that_is_mounted_by_itself_is_told_with_what_to_do(imgmodels: Imgmodels, own_state: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    mounted = own_state.with_name("mounted.json")
    mounted.write_bytes(own_state.read_bytes())
    change = f"{sys.executable} -m imgmodels_tui enable flux-2-max"
    script = f"mount --bind {mounted} {own_state} && exec {change}"
    run = subprocess.run(
        ["/usr/bin/env", "unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (3, "")
    assert "is mounted by itself and cannot be replaced: mount the folder that it is in instead" in run.stderr
    assert mounted.read_bytes() == own_state.read_bytes()
