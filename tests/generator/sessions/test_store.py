"""Sessions on disk: in the shared folder where that can be, at home where it cannot, and never by another's word."""

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from imgmodels_tui.generator.sessions.counts import Count, count_sessions, impact, impact_of
from imgmodels_tui.generator.sessions.records import Sessions
from imgmodels_tui.generator.sessions.store import LARGEST_FILE, SessionStore, encode
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, StateError
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.store import Store
from tests.conftest import TODAY
from tests.generator.fakes import user_paths

ME = os.geteuid()
ONE = Sessions().start("main", "flux-2-pro")


@pytest.fixture
def sessions(tmp_path: Path) -> SessionStore:
    return SessionStore(user_paths(tmp_path, ME))


def test_without_a_file_there_are_no_sessions_and_looking_makes_none(sessions: SessionStore, tmp_path: Path) -> None:
    assert sessions.read() == Sessions()
    assert list(tmp_path.iterdir()) == []


def test_sessions_are_kept_across_restarts(sessions: SessionStore, tmp_path: Path) -> None:
    sessions.update(lambda now: now.start("posters", "flux-2-pro"))
    assert SessionStore(user_paths(tmp_path, ME)).read().current_name == "posters"


def test_the_shared_file_is_named_by_the_users_number_and_holds_names_and_models_only(sessions: SessionStore) -> None:
    sessions.update(lambda now: now.start("posters", "flux-2-pro"))
    content = json.loads((sessions.paths.shared / f"{ME}.json").read_text())
    assert content == {
        "schema_version": 1,
        "current": "posters",
        "sessions": [{"name": "posters", "model": "flux-2-pro"}],
    }


@pytest.mark.parametrize(
    ("folder", "file"), [(0o1777, 0o644), (0o3777, 0o640), (0o755, 0o644), (0o775, 0o644), (0o700, 0o600)]
)
def test_nobody_but_the_user_can_write_the_file(sessions: SessionStore, folder: int, file: int) -> None:
    shared = sessions.paths.shared
    shared.mkdir(parents=True)
    shared.chmod(folder)
    sessions.update(lambda now: now.start("posters", "flux-2-pro"))
    sessions.update(lambda now: now.start("logos", "flux-2-pro"))
    assert sessions.paths.shared_file.stat().st_mode & 0o777 == file


def test_keys_of_a_newer_version_survive(sessions: SessionStore) -> None:
    sessions.paths.shared.mkdir(parents=True)
    sessions.paths.shared_file.write_text(
        '{"schema_version": 1, "colour": "red", "sessions": [{"name": "a", "model": "flux-2-pro", "pinned": true}]}'
    )
    sessions.update(lambda now: now.rename("a", "b"))
    content = json.loads(sessions.paths.shared_file.read_text())
    assert content["colour"] == "red"
    assert content["sessions"] == [{"name": "b", "model": "flux-2-pro", "pinned": True}]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema_version": 2}', '{"sessions": 1}', "\x00"])
def test_a_spoilt_file_of_ones_own_is_reported_and_never_rewritten(sessions: SessionStore, content: str) -> None:
    sessions.paths.shared.mkdir(parents=True)
    sessions.paths.shared_file.write_text(content)
    with pytest.raises(StateError, match=f"{ME}.json"):
        sessions.read()
    with pytest.raises(StateError):
        sessions.update(lambda now: now.start("a", "flux-2-pro"))
    assert sessions.paths.shared_file.read_text() == content


@pytest.mark.parametrize("spoil", ["a second name", "too large", "a folder", "a pipe", "a link"])
def test_what_cannot_be_read_is_not_taken_for_nothing(sessions: SessionStore, tmp_path: Path, spoil: str) -> None:
    sessions.update(lambda now: now.start("posters", "flux-2-pro"))
    file = sessions.paths.shared_file
    if spoil == "a second name":
        os.link(file, tmp_path / "backup")
    elif spoil == "too large":
        file.write_bytes(b" " * (LARGEST_FILE + 1))
    else:
        file.rename(tmp_path / "moved")
        plants: dict[str, Callable[[Path], object]] = {
            "a folder": Path.mkdir,
            "a pipe": os.mkfifo,
            "a link": lambda path: path.symlink_to(tmp_path / "moved"),
        }
        plants[spoil](file)
    before = file.lstat()
    for act in (sessions.read, lambda: sessions.update(lambda now: now.start("other", "flux-2-pro"))):
        with pytest.raises(StateError, match=file.name):
            act()
    assert (file.lstat().st_ino, file.lstat().st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.skipif(ME != 0, reason="only root can make what belongs to somebody else")
@pytest.mark.parametrize("plant", [Path.mkdir, os.mkfifo, Path.touch, lambda path: path.symlink_to("/etc/passwd")])
def test_what_somebody_else_puts_in_a_users_place_blocks_nobody(
    sessions: SessionStore, plant: Callable[[Path], object]
) -> None:
    sessions.paths.shared.mkdir(parents=True)
    plant(sessions.paths.shared_file)
    os.lchown(sessions.paths.shared_file, 4321, 4321)
    sessions.update(lambda now: now.start("posters", "flux-2-pro"))
    assert sessions.read().current_name == "posters"


def test_where_the_shared_folder_cannot_be_written_sessions_are_kept_at_home(sessions: SessionStore) -> None:
    sessions.paths.shared.parent.mkdir(parents=True)
    sessions.paths.shared.write_text("not a folder")
    sessions.update(lambda now: now.start("a", "flux-2-pro"))
    assert sessions.paths.own_file.exists()
    assert sessions.read().current_name == "a"

    sessions.paths.shared.unlink()
    sessions.update(lambda now: now.start("b", "flux-2-pro"))
    assert not sessions.paths.own_file.exists()
    assert [session.name for session in sessions.read().sessions] == ["a", "b"]


def test_a_home_that_cannot_be_written_matters_only_where_the_shared_folder_cannot_be_either(
    sessions: SessionStore,
) -> None:
    sessions.paths.own.parent.parent.mkdir(parents=True, exist_ok=True)
    sessions.paths.own.parent.write_text("not a folder")
    sessions.update(lambda now: now.start("a", "flux-2-pro"))
    assert sessions.read().find("a")
    shutil.rmtree(sessions.paths.shared)
    sessions.paths.shared.write_text("not a folder")
    with pytest.raises(NotSaved, match="nothing was changed"):
        sessions.update(lambda now: now.start("b", "flux-2-pro"))


def test_a_change_that_is_refused_leaves_no_file(sessions: SessionStore) -> None:
    with pytest.raises(ZeroDivisionError):
        sessions.update(lambda _: Sessions(current=str(1 // 0)))
    assert not sessions.paths.shared.exists()


# What admins count.


def spoil_link(file: Path) -> None:
    target = file.with_name("elsewhere")
    target.write_bytes(encode(ONE))
    file.symlink_to(target)


def spoil_hard_link(file: Path) -> None:
    target = file.with_name(".elsewhere")
    target.write_bytes(encode(ONE))
    os.link(target, file)


def spoil_pipe(file: Path) -> None:
    os.mkfifo(file)


def spoil_folder(file: Path) -> None:
    file.mkdir()


def spoil_giant(file: Path) -> None:
    file.write_bytes(b" " * (LARGEST_FILE + 1))


def spoil_text(file: Path) -> None:
    file.write_text("no JSON \x1b[2J")


@pytest.mark.parametrize(
    "spoil", [spoil_link, spoil_hard_link, spoil_pipe, spoil_folder, spoil_giant, spoil_text], ids=lambda f: f.__name__
)
def test_what_cannot_be_trusted_is_ignored_with_a_warning(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(tmp_path / f"{ME}.json")
    counts = count_sessions(tmp_path)
    assert dict(counts.by_user) == {}
    assert any(f"{ME}.json" in warning and warning.endswith("ignored") for warning in counts.warnings)
    assert all("\x1b" not in warning for warning in counts.warnings)


def test_a_file_counts_only_under_its_owners_own_name(tmp_path: Path) -> None:
    (tmp_path / f"{ME + 1}.json").write_bytes(encode(ONE))
    (tmp_path / "bob.json").write_bytes(encode(ONE))
    counts = count_sessions(tmp_path)
    assert dict(counts.by_user) == {}
    assert counts.warnings == (f"{tmp_path}: 2 files are not the sessions of the file's owner; ignored",)
    assert counts.is_complete


def test_a_folder_that_is_not_there_holds_nobodys_sessions(tmp_path: Path) -> None:
    assert count_sessions(tmp_path / "none").count_for({"flux-2-pro"}) == Count(0, 0)


def test_sessions_and_users_are_counted(tmp_path: Path) -> None:
    mine = ONE.start("posters", "flux-2-pro").start("logos", "gpt-image-2")
    (tmp_path / f"{ME}.json").write_bytes(encode(mine))
    counts = count_sessions(tmp_path)
    assert counts.count_for({"flux-2-pro"}) == Count(2, 1)
    assert counts.count_for({"flux-2-pro", "gpt-image-2"}) == Count(3, 1)
    assert impact(counts, {"flux-2-pro"}, "FLUX.2 Klein") == "2 sessions of 1 user will switch to FLUX.2 Klein"
    assert impact(counts, {"gpt-image-2"}, "FLUX.2 Klein") == "1 session of 1 user will switch to FLUX.2 Klein"
    assert impact(counts, {"flux-2-max"}, "FLUX.2 Klein") is None


def test_only_a_change_that_takes_models_away_has_an_impact(store: Store, tmp_path: Path) -> None:
    (tmp_path / f"{ME}.json").write_bytes(encode(ONE))
    enabled = store.update(rules.Enable(("flux-2-pro", "flux-2-klein")))
    disabled = store.update(rules.Disable(("flux-2-pro",), "flux-2-klein"))
    assert enabled.change is not None
    assert disabled.change is not None
    count = partial(count_sessions, tmp_path)
    said = impact_of(disabled.change, Overview(disabled.state, store.catalog, TODAY), count)
    assert said == "1 session of 1 user will switch to FLUX.2 Klein"
    assert impact_of(enabled.change, Overview(enabled.state, store.catalog, TODAY), count) is None


def test_two_homes_of_one_user_lose_no_session(tmp_path: Path) -> None:
    """As from two containers that have the workspace's folder in common and nothing else."""
    homes = [user_paths(tmp_path, ME).replace(own=tmp_path / home / "state") for home in ("one", "two")]

    def make(home: int) -> None:
        store = SessionStore(homes[home])
        for number in range(50):
            store.update(lambda now, name=f"{home} {number}": now.start(name, "flux-2-pro"))  # type: ignore[misc]

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(make, (0, 1))) == [None, None]
    assert len(SessionStore(homes[0]).read().sessions) == 100
    assert count_sessions(homes[0].shared).count_for({"flux-2-pro"}) == Count(100, 1)


def test_more_users_than_are_counted_are_said_to_be_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"{ME}.json").write_bytes(encode(ONE))
    monkeypatch.setattr("imgmodels_tui.generator.sessions.counts.MOST_USERS", 0)
    counts = count_sessions(tmp_path)
    assert counts.warnings == (f"{tmp_path}: over 0 users have sessions; the others are not counted",)
    assert counts.summary.startswith("at least 0 sessions")


def test_what_cannot_be_read_makes_a_count_a_least_one(tmp_path: Path) -> None:
    (tmp_path / f"{ME}.json").write_text("{")
    assert count_sessions(tmp_path).count_for({"flux-2-pro"}).text == "at least 0 sessions of 0 users"
