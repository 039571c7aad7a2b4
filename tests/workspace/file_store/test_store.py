"""The one door to a workspace on disk: what is written, what is kept, and what survives a crash."""

import fcntl
import json
import os
import pwd
import stat
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import Locked, NotSaved, StateError
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import MAX_REVISION, WorkspaceState
from tests.conftest import day_by_the_clock

PRO, MAX, KLEIN = "flux-2-pro", "flux-2-max", "flux-2-klein"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")


def lines(store: FileStore) -> list[dict[str, object]]:
    """The history file, line by line."""
    return [json.loads(line) for line in store.locations.history.read_text().splitlines()]


def mode(path: Path) -> int:
    """Who may read and write `path`."""
    return stat.S_IMODE(path.stat().st_mode)


def test_reading_a_workspace_that_is_not_there_creates_nothing(store: FileStore) -> None:
    assert store.read() == WorkspaceState()
    assert not [*store.history()]
    assert store.fingerprint() is None
    assert not store.path.parent.exists()


def test_the_first_start_writes_a_fresh_workspace_for_this_user_alone(store: FileStore) -> None:
    store.create_if_missing()
    assert store.read() == WorkspaceState()
    assert (mode(store.path.parent), mode(store.path)) == (0o700, 0o600)
    assert not store.locations.history.exists()


def test_the_first_start_leaves_a_workspace_that_is_there(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    before = store.path.read_bytes()
    store.create_if_missing()
    assert store.path.read_bytes() == before


def test_the_first_start_does_not_write_through_a_link_to_nowhere(store: FileStore, tmp_path: Path) -> None:
    store.path.parent.mkdir()
    store.path.symlink_to(tmp_path / "nowhere.json")
    with pytest.raises(StateError):
        store.create_if_missing()
    assert not (tmp_path / "nowhere.json").exists()


@pytest.mark.parametrize(("hour", "day"), [(0, 22), (1, 21)])
def test_the_day_is_that_of_the_clock_in_utc(hour: int, day: int, store: FileStore) -> None:
    zone = timezone(timedelta(hours=hour))
    late = FileStore(store.locations, store.catalog, clock=lambda: datetime(2026, 11, 22, 0, 30, tzinfo=zone))
    assert day_by_the_clock(late) == date(2026, 11, day)


def test_a_change_says_who_did_what_when(store: FileStore) -> None:
    store.update(rules.Enable((PRO, MAX)))
    store.update(rules.Disable((PRO,), replacement=MAX))
    made_with = {"digest": store.catalog.digest, "edition": "2026-11-25"}
    assert lines(store) == [
        {
            "revision": 1,
            "at": "2026-11-22T10:00:00Z",
            "by": "alice",
            "action": "enable",
            "models": [PRO, MAX],
            "enabled": [MAX, PRO],
            "default_model": {"from": None, "to": PRO},
            "made_with": made_with,
        },
        {
            "revision": 2,
            "at": "2026-11-22T10:00:01Z",
            "by": "alice",
            "action": "disable",
            "models": [PRO],
            "disabled": [PRO],
            "default_model": {"from": PRO, "to": MAX},
            "made_with": made_with,
        },
    ]
    assert json.loads(store.path.read_text())["last_change"] == lines(store)[-1]
    assert [change.revision for change in [*store.history()][::-1]] == [1, 2]


def test_the_clock_is_not_asked_where_nothing_changes(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    store.update(rules.Enable((PRO,)))
    with pytest.raises(Locked):
        store.update(rules.Disable((PRO,)))
    change = store.update(rules.Enable((MAX,))).change
    assert change is not None
    assert change.at.second == 1


def test_a_change_is_judged_on_what_is_true_now(store: FileStore, catalog: Catalog) -> None:
    bob = FileStore(store.locations, catalog, user="bob")
    store.update(rules.Enable((PRO, MAX)))
    bob.update(rules.Disable((MAX,)))
    with pytest.raises(Locked):
        store.update(rules.Disable((PRO,), replacement=MAX))
    assert [change.by for change in [*store.history()][::-1]] == ["alice", "bob"]


def test_keys_that_this_version_does_not_know_survive_a_change(store: FileStore) -> None:
    unknown = {"quota": {"per_user": 3, "rate": 1.5, "names": ["é", "\u202e"]}, "zone": None}
    store.path.parent.mkdir()
    store.path.write_text(
        json.dumps({"schema_version": 2, "revision": 4, "enabled_models": [PRO], "default_model": PRO, **unknown})
    )
    store.update(rules.Enable((MAX,)))
    after = json.loads(store.path.read_text())
    assert {key: after[key] for key in unknown} == unknown
    assert after["revision"] == 5


def test_the_mode_of_the_file_is_kept(store: FileStore) -> None:
    store.create_if_missing()
    store.path.chmod(0o664)
    store.update(rules.Enable((PRO,)))
    assert mode(store.path) == 0o664


@needs_root
def test_root_changes_a_file_without_taking_it_from_its_owner(store: FileStore) -> None:
    store.create_if_missing()
    os.chown(store.path, 4711, 4712)
    store.update(rules.Enable((PRO,)))
    status = store.path.stat()
    assert (status.st_uid, status.st_gid) == (4711, 4712)


@pytest.mark.parametrize(
    ("folder", "state", "lock"),
    [(0o700, 0o600, 0o600), (0o770, 0o660, 0o660), (0o750, 0o640, 0o640), (0o755, 0o644, 0o640)],
    ids=oct,
)
def test_new_files_are_for_whom_the_folder_is_for(folder: int, state: int, lock: int, store: FileStore) -> None:
    store.path.parent.mkdir()
    store.path.parent.chmod(folder)
    store.update(rules.Enable((PRO,)))
    locations = store.locations
    assert (mode(store.path), mode(locations.history), mode(locations.lock)) == (state, state, lock)


def test_a_link_stays_a_link_and_its_target_is_changed(tmp_path: Path, catalog: Catalog) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "shared.json").write_text('{"schema_version": 2}')
    link = tmp_path / "link.json"
    link.symlink_to("real/shared.json")
    FileStore(locate(link), catalog, user="alice").update(rules.Enable((PRO,)))
    assert link.is_symlink()
    assert json.loads((tmp_path / "real" / "shared.json").read_text())["revision"] == 1
    assert sorted(entry.name for entry in (tmp_path / "real").iterdir()) == [
        "shared.json",
        "shared.json.bak",
        "shared.json.history.jsonl",
        "shared.json.lock",
    ]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link.json", "real"]


def test_a_line_that_a_crash_cut_short_is_healed_by_the_next_change(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    store.update(rules.Enable((MAX,)))
    whole = store.locations.history.read_bytes()
    for cut in range(whole.index(b"\n") + 1, len(whole)):
        store.locations.history.write_bytes(whole[:cut])
        assert [change.revision for change in [*store.history()][::-1]] == [1, 2]
    store.update(rules.Enable((KLEIN,)))
    assert store.locations.history.read_bytes().startswith(whole)
    assert [line["revision"] for line in lines(store)] == [1, 2, 3]


def test_nothing_stays_of_a_torn_line_that_was_longer_than_the_next(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    with store.locations.history.open("a") as history:
        history.write('{"revision": 2, "by": "' + "x" * 2000)
    store.update(rules.Enable((MAX,)))
    assert [line["revision"] for line in lines(store)] == [1, 2]


def test_a_history_that_was_lost_begins_again_with_the_last_change(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    store.update(rules.Enable((MAX,)))
    store.locations.history.unlink()
    assert [change.revision for change in [*store.history()][::-1]] == [2]
    store.update(rules.Enable((KLEIN,)))
    assert [line["revision"] for line in lines(store)] == [2, 3]


def test_lines_that_are_no_change_are_skipped(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    noise = b'\nnot json\n{"revision": "x"}\n\xff\xfe\n[]\n' + b"[" * 5000 + b"\n"
    store.locations.history.write_bytes(noise + store.locations.history.read_bytes())
    assert [change.revision for change in [*store.history()][::-1]] == [1]


def test_a_history_that_is_a_folder_keeps_nobody_from_the_state_and_is_no_short_one(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    store.locations.history.unlink()
    store.locations.history.mkdir()
    assert store.read().revision == 1
    with pytest.raises(StateError, match="is a folder, not a file"):
        list(store.history())


@pytest.mark.parametrize("obstruct", [os.mkdir, os.mkfifo], ids=["a folder", "a pipe"])
def test_a_change_that_history_would_never_know_is_refused(obstruct: Callable[[Path], None], store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    store.locations.history.unlink()
    obstruct(store.locations.history)
    before = store.path.read_bytes()
    with pytest.raises(NotSaved) as caught:
        store.update(rules.Enable((MAX,)))
    assert str(caught.value).startswith(f"{store.locations.history}: cannot be written: ")
    assert not caught.value.permission
    assert store.path.read_bytes() == before


@pytest.mark.parametrize("name", ["workspace.json", "work[1].json", "wörk *.json"])
def test_what_a_killed_writer_left_is_removed(name: str, tmp_path: Path, catalog: Catalog) -> None:
    leftover, others = tmp_path / f".{name}.a1b2c3.tmp", [tmp_path / ".other.json.x.tmp", tmp_path / "note.tmp"]
    for file in (leftover, *others):
        file.write_text("half")
    FileStore(locate(tmp_path / name), catalog, user="alice").update(rules.Enable((PRO,)))
    assert not leftover.exists()
    assert all(file.read_text() == "half" for file in others)


def test_a_change_leaves_no_temporary_file(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    names = sorted(entry.name for entry in store.path.parent.iterdir())
    assert names == ["history.jsonl", "workspace.json", "workspace.json.lock"]


def test_whoever_waits_too_long_for_another_writer_is_told_so(store: FileStore, catalog: Catalog) -> None:
    store.update(rules.Enable((PRO,)))
    before = store.path.read_bytes()
    impatient = FileStore(store.locations, catalog, user="bob", timeout=0)
    with store.locations.lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(NotSaved) as caught:
            impatient.update(rules.Enable((MAX,)))
    assert str(caught.value) == (
        f"{store.path}: another change has been under way for 0 seconds; try again; nothing was changed"
    )
    assert not caught.value.permission
    assert store.path.read_bytes() == before
    assert impatient.update(rules.Enable((MAX,))).state.revision == 2


def test_a_lock_is_released_after_a_refusal(store: FileStore, catalog: Catalog) -> None:
    store.update(rules.Enable((PRO,)))
    with pytest.raises(Locked):
        store.update(rules.Disable((PRO,)))
    assert FileStore(store.locations, catalog, timeout=0).update(rules.Enable((MAX,))).state.revision == 2


def test_a_lock_that_is_a_link_is_not_followed(store: FileStore, tmp_path: Path) -> None:
    store.path.parent.mkdir()
    store.locations.lock.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotSaved):
        store.update(rules.Enable((PRO,)))
    assert not (tmp_path / "elsewhere").exists()


def test_a_workspace_below_a_file_cannot_be_changed(tmp_path: Path, catalog: Catalog) -> None:
    (tmp_path / "file").write_text("mine")
    store = FileStore(locate(tmp_path / "file" / "deep" / "workspace.json"), catalog, user="alice")
    assert store.read_only_reason() == f"{tmp_path}/file is not a folder"
    with pytest.raises(NotSaved, match=r"is not a folder; nothing was changed$"):
        store.create_if_missing()
    assert (tmp_path / "file").read_text() == "mine"


def test_the_last_revision_of_all_is_not_exceeded(store: FileStore) -> None:
    store.path.parent.mkdir()
    store.path.write_text(json.dumps({"schema_version": 2, "revision": MAX_REVISION}))
    with pytest.raises(NotSaved, match=f"revision {MAX_REVISION} is the last one; nothing was changed"):
        store.update(rules.Enable((PRO,)))
    assert store.read().revision == MAX_REVISION


def test_a_reason_that_names_a_hostile_path_is_one_harmless_line(tmp_path: Path) -> None:
    assert str(NotSaved(tmp_path / "a\x1b[2J\n\u202eb", "is full")).isprintable()


def test_the_fingerprint_tells_one_version_from_the_next(store: FileStore) -> None:
    seen = [store.fingerprint()]
    for model in (PRO, MAX, KLEIN):
        store.update(rules.Enable((model,)))
        seen.append(store.fingerprint())
        assert store.fingerprint() == seen[-1]
    assert len(set(seen)) == 4


def test_a_refused_change_leaves_the_fingerprint(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    before = store.fingerprint()
    with pytest.raises(Locked):
        store.update(rules.Disable((PRO,)))
    assert store.fingerprint() == before


def test_the_name_in_history_is_the_one_that_the_operating_system_knows(
    store: FileStore, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(variable, "mallory")
    change = FileStore(store.locations, catalog).update(rules.Enable((PRO,))).change
    assert change is not None
    assert change.by == pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize("user", ["x" * 220, "caf\udce9", "\x1b]2;x\x07" * 40])
def test_an_odd_account_name_makes_no_file_that_nobody_can_read(
    store: FileStore, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    account = pwd.struct_passwd((user, "x", os.getuid(), os.getgid(), "", "/", "/bin/sh"))
    monkeypatch.setattr("pwd.getpwuid", lambda _: account)
    alice = FileStore(store.locations, catalog)
    assert alice.update(rules.Enable((PRO,))).state == alice.read()
    assert alice.user.isprintable()


def test_what_could_not_be_read_again_is_not_written(store: FileStore, catalog: Catalog) -> None:
    store.update(rules.Enable((PRO,)))
    before = store.path.read_bytes()
    for user in ("x" * 220, "caf\udce9"):
        with pytest.raises(NotSaved, match="what would be written could not be read again"):
            FileStore(store.locations, catalog, user=user).update(rules.Enable((MAX,)))
    assert store.path.read_bytes() == before


def test_a_link_to_nowhere_is_no_fresh_workspace(store: FileStore) -> None:
    store.path.parent.mkdir()
    store.path.symlink_to("nowhere.json")
    with pytest.raises(StateError, match="is a link to a file that does not exist"):
        store.update(rules.Enable((PRO,)))
    assert [file.name for file in store.path.parent.iterdir()] == [store.path.name]


def test_a_link_that_changes_does_not_split_state_and_history(
    store: FileStore, tmp_path: Path, catalog: Catalog
) -> None:
    for name in ("a", "b"):
        FileStore(locate(tmp_path / name / "workspace.json"), catalog, user="alice").update(rules.Enable((PRO,)))
    store.path.parent.mkdir(mode=0o755)
    store.path.symlink_to(tmp_path / "a" / "workspace.json")
    store.read()
    store.path.unlink()
    store.path.symlink_to(tmp_path / "b" / "workspace.json")
    store.update(rules.Enable((MAX,)))
    revisions = {name: FileStore(locate(tmp_path / name / "workspace.json"), catalog).read().revision for name in "ab"}
    assert revisions == {"a": 2, "b": 1}


@needs_root
def test_a_history_that_is_somebody_elses_link_is_refused_before_a_change_is_made(
    store: FileStore, tmp_path: Path
) -> None:
    store.update(rules.Enable((PRO,)))
    before = store.path.read_bytes()
    store.locations.history.rename(tmp_path / "elsewhere")
    store.locations.history.symlink_to(tmp_path / "elsewhere")
    os.lchown(store.locations.history, 4321, 4321)
    with pytest.raises(NotSaved, match="is a link that somebody else made"):
        store.update(rules.Enable((MAX,)))
    assert store.path.read_bytes() == before
