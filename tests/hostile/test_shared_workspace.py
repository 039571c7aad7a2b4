"""A workspace for a whole machine, with real users: an admin by group, a user, and one who means no good.

The users are made for the test and removed after it; where the tests do not run as root, they are skipped.
"""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imgmodels_tui.catalog.loader import BUNDLED
from imgmodels_tui.record import Record

reachable = all(parent.stat().st_mode & 0o005 == 0o005 for parent in [BUNDLED, *BUNDLED.parents])
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make users"),
    pytest.mark.skipif(shutil.which("useradd") is None, reason="there is no useradd here"),
    pytest.mark.skipif(not reachable, reason="an ordinary user cannot read the source in this folder"),
]

# Root's own interpreter may be out of others' reach: everything is imported before root becomes the user.
BECOME = """
import importlib, os, pkgutil, sys
import click.shell_completion, textual.app  # noqa
from imgmodels_tui.cli import main
import imgmodels_tui.app, PIL.Image, PIL.ImageDraw, PIL.ImageFont, PIL.PngImagePlugin  # noqa
from imgmodels_tui.generator.engines import placeholder_card  # noqa
from imgmodels_tui.catalog import load_catalog
import imgmodels_tui, tomlkit  # noqa
for module in pkgutil.walk_packages(imgmodels_tui.__path__, "imgmodels_tui."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
load_catalog()
uid, gid, *groups = map(int, sys.argv.pop(1).split(","))
os.setgroups(groups); os.setgid(gid); os.setuid(uid); os.umask(0o077)
main()
"""


class Person(Record):
    """Somebody with an account on this machine."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...]
    home: Path
    state: Path

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        numbers = ",".join(map(str, (self.uid, self.gid, *self.groups)))
        return subprocess.run(
            [sys.executable, "-c", BECOME, numbers, "--state", str(self.state), *words],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )

    def json(self, *words: str) -> Any:
        run = self(*words, "--json")
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)


class Machine(Record):
    folder: Path
    group: str
    admin: Person
    user: Person
    rogue: Person


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """A group of admins with one member, two users without, and a shared workspace that `init` prepared."""
    mark = uuid.uuid4().hex[:6]
    root = Path(tempfile.mkdtemp(prefix="imgmodels-"))
    root.chmod(0o755)
    group = f"ima{mark}"
    _run("groupadd", group)
    names = {role: f"im{role[0]}{mark}" for role in ("admin", "user", "rogue")}
    try:
        people = {}
        for role, name in names.items():
            extra = ("-G", group) if role == "admin" else ()
            _run("useradd", "-M", "-N", "-d", str(root / name), *extra, name)
            people[role] = _person(name, root, root / "shared" / "workspace.json")
        _run(sys.executable, "-m", "imgmodels_tui", "init", "--shared", str(root / "shared"), "--group", group)
        yield Machine(root / "shared", group, people["admin"], people["user"], people["rogue"])
    finally:
        for name in names.values():
            _run("userdel", name, check=False)
        _run("groupdel", group, check=False)
        shutil.rmtree(root)


def _run(*words: str, check: bool = True) -> None:
    subprocess.run(words, check=check, capture_output=True, cwd="/")


def _person(name: str, root: Path, state: Path) -> Person:

    account = pwd.getpwnam(name)
    groups = tuple(found.gr_gid for found in grp.getgrall() if name in found.gr_mem)
    home = root / name
    home.mkdir(mode=0o700)
    os.chown(home, account.pw_uid, account.pw_gid)
    return Person(name, account.pw_uid, account.pw_gid, groups, home, state)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_init_sets_the_modes_and_can_be_repeated(machine: Machine) -> None:
    command = ["init", "--shared", str(machine.folder), "--group", machine.group]
    republish = subprocess.run(
        [sys.executable, "-m", "imgmodels_tui", *command], capture_output=True, text=True, check=True
    )
    assert f"2775 {machine.group}  {machine.folder}\n" in republish.stdout
    assert "usermod -aG" in republish.stderr
    folder = machine.folder
    assert (mode(folder), mode(folder / "sessions")) == (0o2775, 0o3777)
    assert (mode(folder / "workspace.json"), mode(folder / "workspace.json.lock")) == (0o664, 0o660)
    assert folder.group() == (folder / "workspace.json").group() == machine.group


def test_a_member_of_the_group_administers_and_others_do_not(machine: Machine) -> None:
    assert machine.admin("enable", "flux-2-pro", "flux-2-flex").returncode == 0
    assert machine.admin.json("status")["role"] == "admin"
    assert machine.user.json("status")["role"] == "user"
    assert mode(machine.folder / "workspace.json") == mode(machine.folder / "history.jsonl") == 0o664
    before = (machine.folder / "workspace.json").read_bytes()
    for words in (
        ("enable", "flux-2-max"),
        ("disable", "flux-2-flex"),
        ("default", "flux-2-flex"),
        ("config",),
        ("config", "plan", "enterprise"),
        ("undo",),
        ("tidy",),
        ("history",),
        ("init", "--shared", str(machine.folder), "--group", machine.group),
    ):
        run = machine.user(*words)
        assert (run.returncode, run.stdout) == (4, ""), run.stderr
        assert run.stderr.count("\n") == 1
    assert (machine.folder / "workspace.json").read_bytes() == before
    assert {model["id"] for model in machine.user.json("list")} == {"flux-2-pro", "flux-2-flex"}


def test_users_sessions_are_counted_and_switch(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro", "flux-2-flex")
    made = machine.user.json("generate", "a private dream", "--session", "posters", "--model", "flux-2-flex")
    assert machine.rogue.json("generate", "x", "--model", "flux-2-flex")["session"] == "main"
    shared = machine.folder / "sessions" / f"{machine.user.uid}.json"
    assert (shared.stat().st_uid, mode(shared)) == (machine.user.uid, 0o640)
    assert "dream" not in shared.read_text()
    assert made["path"].startswith(str(machine.user.home))
    assert mode(Path(made["path"])) == 0o600

    disabled = machine.admin("disable", "flux-2-flex")
    assert disabled.stderr == "2 sessions of 2 users will switch to FLUX.2 Pro\n"
    switched = machine.user("generate", "x", "--json")
    assert json.loads(switched.stdout)["switched_from"] == "flux-2-flex"
    assert switched.stderr == "FLUX.2 Flex is no longer available; session posters now uses FLUX.2 Pro\n"


def test_nobody_speaks_for_another_user(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro", "flux-2-flex")
    sessions = machine.folder / "sessions"
    lie = json.dumps(
        {"schema_version": 1, "sessions": [{"name": str(number), "model": "flux-2-flex"} for number in range(50)]}
    )
    for name in (f"{machine.admin.uid}.json", "999999.json", "more.json"):
        (sessions / name).write_text(lie)
        os.chown(sessions / name, machine.rogue.uid, machine.rogue.gid)
    (sessions / "4711.json").symlink_to("/etc/passwd")
    os.mkfifo(sessions / "4712.json")
    try:
        assert machine.rogue("sessions").returncode == 0
        disabled = machine.admin("disable", "flux-2-flex")
        assert disabled.returncode == 0
        assert "50" not in disabled.stderr
        # Whose name is taken keeps sessions at home, and the liar's file stays as it is.
        assert machine.admin.json("generate", "x", "--session", "mine")["session"] == "mine"
        assert machine.admin.json("sessions")[0]["session"] == "mine"
        assert (sessions / f"{machine.admin.uid}.json").read_text() == lie
    finally:
        for name in (f"{machine.admin.uid}.json", "999999.json", "more.json", "4711.json", "4712.json"):
            (sessions / name).unlink()


def test_a_user_cannot_remove_or_replace_anothers_sessions(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro")
    assert machine.user("generate", "x", "--session", "posters").returncode == 0
    target = machine.folder / "sessions" / f"{machine.user.uid}.json"
    before = target.read_bytes()
    script = f"""
import os
import pwd
os.setgroups([]); os.setgid({machine.rogue.gid}); os.setuid({machine.rogue.uid})
for attempt in (lambda: os.unlink({str(target)!r}), lambda: os.rename({str(target)!r}, {str(target) + "x"!r}),
                lambda: open({str(target)!r}, "w")):
    try:
        attempt()
    except PermissionError:
        continue
    raise SystemExit(1)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd="/").returncode == 0
    assert target.read_bytes() == before


def test_a_folder_of_other_things_is_never_handed_to_a_group(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("private")
    before = mode(tmp_path)
    for folder, said in ((tmp_path, "has other things in it"), (tmp_path / "letter.txt", "is not a folder")):
        run = subprocess.run(
            [sys.executable, "-m", "imgmodels_tui", "init", "--shared", str(folder), "--group", machine.group],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stdout) == (1, "")
        assert said in run.stderr
    assert mode(tmp_path) == before


def test_a_group_that_does_not_exist_is_said_with_what_to_do(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "imgmodels_tui", "init", "--shared", str(tmp_path / "w"), "--group", "nosuchgroup"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert "sudo groupadd nosuchgroup" in run.stderr
    assert not (tmp_path / "w").exists()


def test_another_user_cannot_read_which_sessions_somebody_has(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro")
    assert machine.user("generate", "x", "--session", "posters").returncode == 0
    target = machine.folder / "sessions" / f"{machine.user.uid}.json"
    become = f"import os; os.setgroups([]); os.setgid({machine.rogue.gid}); os.setuid({machine.rogue.uid})"
    read = subprocess.run(
        [sys.executable, "-c", f"{become}; open({str(target)!r})"], check=False, cwd="/", stderr=subprocess.DEVNULL
    )
    assert read.returncode != 0


def test_planted_files_hide_nobodys_sessions(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro", "flux-2-flex")
    assert machine.user("generate", "x", "--session", "a", "--model", "flux-2-flex").returncode == 0
    sessions = machine.folder / "sessions"
    planted = [sessions / f"{number}.json" for number in range(1, 300)] + [
        sessions / ".lock",
        sessions / "1000000.json",
    ]
    for file in planted:
        file.touch()
        os.chown(file, machine.rogue.uid, machine.rogue.gid)
    lock = sessions / f".{machine.admin.uid}.lock"
    lock.unlink(missing_ok=True)
    lock.touch()
    os.chown(lock, machine.rogue.uid, machine.rogue.gid)
    try:
        assert machine.admin.json("generate", "x", "--session", "mine2")["session"] == "mine2"
        assert any(one["session"] == "mine2" for one in machine.admin.json("sessions"))
        found = machine.admin.json("doctor")["workspace"]["sessions"]
        assert "sessions: 300 files are not the sessions of the file's owner; ignored" in found["text"]
        assert not found["well"]
        assert "will switch to FLUX.2 Pro" in machine.admin("disable", "flux-2-flex").stderr
    finally:
        for file in (*planted, lock):
            file.unlink()


def test_a_state_that_is_a_link_is_refused_where_others_may_write(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro")
    state = machine.folder / "workspace.json"
    kept = machine.folder / "kept.json"
    state.rename(kept)
    state.symlink_to(kept)
    try:
        for words in (("status",), ("enable", "flux-2-max"), ("recover", "--yes"), ("check", "--help")):
            run = machine.admin(*words)
            assert run.returncode == (0 if "--help" in words else 3)
            assert "--help" in words or "is a link in a folder that others may write" in run.stderr
        assert json.loads(kept.read_text())["enabled_models"]
    finally:
        kept.rename(state)


def test_root_takes_everything_back_from_who_left_the_group(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro")
    machine.admin("enable", "flux-2-max")
    folder = machine.folder
    (folder / "prices.json").write_text('{"schema_version": 1}')
    files = [folder / name for name in ("workspace.json", "workspace.json.bak", "history.jsonl", "prices.json")]
    for file in (folder, *files):
        os.chown(file, machine.admin.uid, machine.admin.gid)
        os.setxattr(file, "system.posix_acl_access", access_list(machine.rogue.uid))
    os.chown(folder, machine.admin.uid, grp.getgrnam(machine.group).gr_gid)
    _run("gpasswd", "-d", machine.admin.name, machine.group)
    try:
        told = _doctor(machine)
        assert f"! owners         {machine.admin.name}, no admin any more, can still write" in told
        assert f"sudo imgmodels init --shared {folder} --group {machine.group}" in told
        _run(sys.executable, "-m", "imgmodels_tui", "init", "--shared", str(folder), "--group", machine.group)
        assert "owners" not in _doctor(machine)
        for file in (folder, *files, folder / "workspace.json.lock", folder / "sessions"):
            assert (file.owner(), file.group()) == ("root", machine.group), file
            assert "system.posix_acl_access" not in os.listxattr(file)
        assert [mode(file) for file in files] == [0o664] * 4
    finally:
        _run("gpasswd", "-a", machine.admin.name, machine.group)


def test_an_image_that_may_not_be_kept_there_is_a_question_of_permission(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro")
    run = machine.user("generate", "x", "-o", str(machine.folder / "x.png"))
    assert (run.returncode, run.stdout) == (4, "")
    assert run.stderr.endswith("x.png: the picture cannot be saved here: permission denied\n")


def _doctor(machine: Machine) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "imgmodels_tui", "--state", str(machine.folder / "workspace.json"), "doctor"],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return run.stdout


def access_list(user: int) -> bytes:
    """An access list by which `user` may read and write, as the kernel keeps it."""
    nobody = 0xFFFFFFFF
    entries = [(0x01, 6, nobody), (0x02, 6, user), (0x04, 6, nobody), (0x10, 6, nobody), (0x20, 4, nobody)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def test_keys_belong_to_whoever_made_the_first_and_nobody_else_reads_them(machine: Machine) -> None:
    machine.admin("enable", "flux-2-pro")
    file = machine.folder / "api-keys.json"
    made = machine.admin("keys", "add", "me")
    assert made.returncode == 0, made.stderr
    assert (mode(file), file.stat().st_uid) == (0o600, machine.admin.uid)
    for person in (machine.user, machine.rogue):
        for words in (
            ("keys", "list"),
            ("keys", "add", "x"),
            ("keys", "revoke", "me"),
            ("usage",),
            ("serve", "--port", "0"),
        ):
            run = person(*words)
            assert (run.returncode, run.stdout) == (4, ""), (words, run.stderr)
            assert run.stderr.count("\n") == 1
    state = str(machine.folder / "workspace.json")
    added = subprocess.run(
        [sys.executable, "-m", "imgmodels_tui", "--state", state, "keys", "add", "you"], capture_output=True, check=True
    )
    assert added.stdout.startswith(b"imgm_")
    assert (mode(file), file.stat().st_uid) == (0o600, machine.admin.uid)
    assert [key["name"] for key in machine.admin.json("keys", "list")] == ["me", "you"]
