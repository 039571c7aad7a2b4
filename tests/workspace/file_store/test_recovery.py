"""The last good state, out of the backup and the history; and files of older schemas."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError
from imgmodels_tui.workspace.file_store import recovery
from imgmodels_tui.workspace.file_store.codec import encode
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.recoverable import (
    RecoverableState,
    recoverable_states,
    replay,
    state_file_error,
)
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Plan, WorkspaceState

PRO, MAX, KLEIN = "flux-2-pro", "flux-2-max", "flux-2-klein"
CATALOG = load_catalog()


def settled(store: FileStore) -> WorkspaceState:
    """Make a few changes; the state that they leave."""
    for rule in (rules.Enable((PRO, MAX)), rules.SetDefault(MAX), rules.Configure(plan=Plan.ENTERPRISE)):
        store.update(rule)
    return store.read()


def broken(store: FileStore, content: bytes = b"{ oops") -> WorkspaceState:
    """A settled workspace whose state file was spoiled; the state before that."""
    good = settled(store)
    store.path.write_bytes(content)
    return good


def best(store: FileStore) -> RecoverableState:
    """What recovery would bring back."""
    return recoverable_states(store.locations)[0]


def names(store: FileStore) -> list[str]:
    """What is in the workspace's folder."""
    return sorted(entry.name for entry in store.path.parent.iterdir())


def test_the_state_before_the_last_change_is_kept_and_shares_nothing_with_the_present_one(store: FileStore) -> None:
    settled(store)
    before = store.path.read_bytes()
    store.update(rules.Enable((KLEIN,)))
    assert store.locations.backup.read_bytes() == before
    with store.path.open("r+b") as in_place:
        in_place.truncate()
    assert store.locations.backup.read_bytes() == before


def test_the_backup_is_for_the_same_people_as_the_state(store: FileStore) -> None:
    settled(store)
    store.path.chmod(0o640)
    store.update(rules.Enable((KLEIN,)))
    assert store.locations.backup.stat().st_mode & 0o777 == 0o640


def test_a_backup_is_also_kept_where_files_cannot_have_two_names(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    settled(store)
    before = store.path.read_bytes()
    store.update(rules.Enable((KLEIN,)))
    assert store.locations.backup.read_bytes() == before
    assert names(store) == ["history.jsonl", "workspace.json", "workspace.json.bak", "workspace.json.lock"]


def test_a_backup_that_cannot_be_kept_is_no_reason_to_refuse_a_change(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    store.locations.backup.mkdir()
    assert store.update(rules.Enable((MAX,))).state.revision == 2
    assert names(store) == ["history.jsonl", "workspace.json", "workspace.json.bak", "workspace.json.lock"]


def test_the_backup_and_the_change_since_give_the_very_state_that_was_lost(store: FileStore) -> None:
    good = broken(store)
    offer = best(store)
    assert (offer.state, offer.source) == (good, "the backup of revision 2 and 1 change since")
    assert offer.missing_changes == 0


def test_without_a_backup_the_history_gives_it(store: FileStore) -> None:
    good = broken(store)
    store.locations.backup.unlink()
    assert (best(store).state, best(store).source) == (good, "the history alone, 3 changes")


def test_without_a_history_the_backup_gives_the_state_before(store: FileStore) -> None:
    broken(store)
    store.locations.history.unlink()
    assert (best(store).state.revision, best(store).source) == (2, "the backup of revision 2")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 5000], ids=repr)
def test_what_is_left_may_be_broken_too(content: bytes, store: FileStore) -> None:
    good = broken(store)
    store.locations.backup.write_bytes(content[:100])
    assert best(store).state == good
    store.locations.history.write_bytes(content[:100])
    assert recoverable_states(store.locations) == ()


def test_what_was_edited_by_hand_is_in_the_backup(store: FileStore) -> None:
    settled(store)
    edited = json.loads(store.path.read_text())
    edited.update(image_generation=False, quota={"per_user": 3})
    store.path.write_text(json.dumps(edited))
    store.update(rules.Enable((KLEIN,)))
    good = store.read()
    store.path.write_bytes(b"")
    assert best(store).state == good
    assert (best(store).state.extra, good.image_generation) == ({"quota": {"per_user": 3}}, False)


def test_changes_that_do_not_fit_are_counted_not_applied(store: FileStore) -> None:
    settled(store)
    old = store.locations.backup.read_bytes()
    store.update(rules.Disable((PRO,)))
    store.update(rules.Enable((KLEIN,)))
    changed = json.loads(old)
    changed["enabled_models"] = [MAX]  # so that PRO cannot be switched off by the history's next line
    store.locations.backup.write_text(json.dumps(changed))
    lines = store.locations.history.read_text().splitlines(keepends=True)
    store.locations.history.write_text("".join(lines[1:]))
    store.path.write_bytes(b"")
    assert (best(store).state.revision, best(store).missing_changes) == (3, 2)


def test_what_is_brought_back_is_a_new_revision_and_the_broken_file_stays(store: FileStore) -> None:
    good = broken(store, b"\x00broken\x00")
    recovered = recovery.recover(store, best(store))
    assert recovered.state == store.read()
    assert recovered.state.revision == good.revision + 1
    assert recovered.state.enabled_models == good.enabled_models
    assert recovered.broken_file is not None
    assert recovered.broken_file.name == "workspace.json.broken-20261122T100003Z"
    assert recovered.broken_file.read_bytes() == b"\x00broken\x00"
    assert [(change.revision, change.action) for change in [*store.history()][::-1]][-2:] == [
        (3, "config"),
        (4, "recover"),
    ]
    assert state_file_error(store.locations) is None


def test_what_was_brought_back_can_be_brought_back_again(store: FileStore) -> None:
    broken(store)
    first = recovery.recover(store, best(store)).state
    store.path.write_bytes(b"")
    assert best(store).state == first
    recovery.recover(store, best(store))
    store.update(rules.Enable((KLEIN,)))
    good = store.read()
    store.path.write_bytes(b"")
    assert best(store).state == good


def test_two_broken_files_of_one_second_are_both_kept(store: FileStore) -> None:
    broken(store, b"one")
    at = store.now()
    frozen = FileStore(store.locations, CATALOG, user="alice", clock=lambda: at)
    kept = [recovery.recover(frozen, best(store)).broken_file]
    store.path.write_bytes(b"two")
    kept.append(recovery.recover(frozen, best(store)).broken_file)
    assert [path.read_bytes() for path in kept if path] == [b"one", b"two"]


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_moved_aside(make: Callable[[Path], None], store: FileStore) -> None:
    good = settled(store)
    store.path.unlink()
    make(store.path)
    recovered = recovery.recover(store, best(store))
    assert recovered.state.enabled_models == good.enabled_models
    assert recovered.broken_file is not None
    assert not recovered.broken_file.is_file()


def test_a_workspace_that_is_gone_can_be_brought_back(store: FileStore) -> None:
    good = settled(store)
    store.path.unlink()
    read_error = state_file_error(store.locations)
    assert str(read_error) == f"{store.path}: is gone"
    fresh = FileStore(store.locations, CATALOG, user="alice")
    recovered = recovery.recover(fresh, best(store))
    assert (recovered.state.enabled_models, recovered.broken_file) == (good.enabled_models, None)


def test_a_fresh_workspace_has_no_trouble_and_no_past(store: FileStore) -> None:
    assert state_file_error(store.locations) is None
    assert recoverable_states(store.locations) == ()


def test_a_file_that_is_good_again_is_left_alone(store: FileStore) -> None:
    good = broken(store)
    offer = best(store)
    store.path.write_bytes(encode(good))
    with pytest.raises(StateError, match="is good again; nothing was changed"):
        recovery.recover(store, offer)
    assert store.read() == good


def test_a_newer_file_is_no_broken_file(store: FileStore) -> None:
    settled(store)
    newer = store.path.read_text().replace('"schema_version": 2', '"schema_version": 3')
    store.path.write_text(newer)
    with pytest.raises(StateError, match="update imgmodels"):
        state_file_error(store.locations)
    with pytest.raises(StateError, match="update imgmodels"):
        store.update(rules.Enable((KLEIN,)))
    assert store.path.read_text() == newer


def test_a_history_that_cannot_be_read_now_is_not_taken_for_none(store: FileStore) -> None:
    broken(store)
    store.locations.history.unlink()
    store.locations.history.mkdir()
    with pytest.raises(StateError, match="is a folder, not a file; move it away to recover without it"):
        recoverable_states(store.locations)


def test_a_history_at_its_last_revision_refuses_recovery(store: FileStore) -> None:
    broken(store)
    line = store.locations.history.read_text().splitlines()[-1].replace('"revision": 3', '"revision": 1000000000000000')
    with store.locations.history.open("a") as history:
        history.write(line + "\n")
    with pytest.raises(NotSaved, match="is the last one"):
        recovery.recover(store, best(store))
    assert store.path.read_bytes() == b"{ oops"


models = st.lists(st.sampled_from((PRO, MAX, KLEIN, "gpt-image-2")), min_size=1, max_size=3).map(tuple)
any_rule = st.one_of(
    models.map(rules.Enable),
    st.builds(rules.Disable, models, st.none() | st.sampled_from((PRO, MAX))),
    st.sampled_from((PRO, MAX, KLEIN)).map(rules.SetDefault),
    st.sampled_from(Plan).map(lambda plan: rules.Configure(plan=plan)),
    st.booleans().map(lambda on: rules.Configure(image_generation=on)),
    st.just(reverting.Undo()),
)


@given(requests=st.lists(any_rule, max_size=8))
def test_every_state_can_be_brought_back_whatever_led_to_it(
    requests: list[Rule], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("workspace")
    store = FileStore(locate(folder / "workspace.json"), CATALOG, user="alice")
    for rule in requests:
        try:
            store.update(rule)
        except Refusal:
            continue
    good = store.read()
    for offer in recoverable_states(store.locations):
        assert offer.state == good
    assert (len(recoverable_states(store.locations)) > 0) == (good.revision > 0)
    shutil.rmtree(folder)


def test_no_replay_goes_past_what_was_brought_back(store: FileStore) -> None:
    settled(store)
    first, second, third = [*store.history()][::-1]
    recovered = second.replace(action="recover", default_model=None)
    assert replay(WorkspaceState(), [first, recovered, third])[0].revision == 1
