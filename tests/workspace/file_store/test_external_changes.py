"""Whoever else writes the file, and whatever the clock says: the revision decides, and a change is a change."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.live import LiveWorkspace

PRO, MAX, KLEIN = "flux-2-pro", "flux-2-max", "flux-2-klein"


@pytest.fixture
def live(store: FileStore) -> LiveWorkspace:
    """An open page on a workspace with three revisions."""
    for rule in (rules.Enable((PRO,)), rules.Enable((MAX,)), rules.SetDefault(MAX)):
        store.update(rule)
    return LiveWorkspace(store)


def written_in_place(path: Path, content: bytes) -> None:
    """As `nano` writes: into the file itself."""
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()


def put_in_place(path: Path, content: bytes) -> None:
    """As `git checkout` and most editors write: another file under the same name."""
    other = path.with_name("other")
    other.write_bytes(content)
    other.replace(path)


def put_with_the_old_time(path: Path, content: bytes) -> None:
    """As `rsync --times` and `cp --preserve` write: with the time that the old file had."""
    status = path.stat()
    written_in_place(path, content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("write", [written_in_place, put_in_place, put_with_the_old_time])
@pytest.mark.parametrize("revision", [1, 3, 9])
async def test_a_file_that_somebody_replaced_is_what_is_true_now(
    write: Callable[[Path, bytes], None], revision: int, live: LiveWorkspace, store: FileStore
) -> None:
    edited = {**json.loads(store.path.read_text()), "revision": revision, "enabled_models": [KLEIN, MAX]}
    write(store.path, json.dumps(edited).encode())
    await live.catch_up()
    assert (live.snapshot.read_error, live.overview.state.revision) == (None, revision)
    assert live.overview.state.enabled_models == {KLEIN, MAX}
    assert (live.snapshot.external_change is None) == (revision == 3)
    assert live.snapshot.skipped == max(0, revision - 4)
    after = store.update(rules.Disable((KLEIN,))).state
    assert after.revision == max(revision, 3) + 1
    assert after.enabled_models == {MAX}


async def test_a_file_of_the_same_size_and_time_is_noticed(live: LiveWorkspace, store: FileStore) -> None:
    text = store.path.read_text()
    put_with_the_old_time(store.path, text.replace("self_service", "enterprise  ").encode())
    await live.catch_up()
    assert live.snapshot.read_error is not None
    put_with_the_old_time(store.path, text.encode())
    await live.catch_up()
    assert live.snapshot.read_error is None


async def test_a_lower_revision_is_no_reason_to_write_an_older_state_over_it(
    live: LiveWorkspace, catalog: Catalog, store: FileStore
) -> None:
    put_in_place(
        store.path,
        json.dumps({"schema_version": 2, "revision": 1, "enabled_models": [PRO], "default_model": PRO}).encode(),
    )
    bob = FileStore(store.locations, catalog, user="bob")
    assert bob.update(rules.Enable((KLEIN,))).state.enabled_models == {PRO, KLEIN}
    await live.catch_up()
    assert live.overview.state.enabled_models == {PRO, KLEIN}
    assert live.snapshot.external_change is not None
    assert live.snapshot.external_change.by == "bob"


async def test_a_clock_that_goes_backwards_puts_nothing_into_another_order(state_file: Path, catalog: Catalog) -> None:
    start = datetime(2026, 11, 22, tzinfo=UTC)
    times = iter(start - timedelta(days=day) for day in range(10))
    store = FileStore(locate(state_file), catalog, clock=lambda: next(times))
    live = None
    for revision, model in enumerate((PRO, MAX, KLEIN), start=1):
        store.update(rules.Enable((model,)))
        live = live or LiveWorkspace(FileStore(store.locations, catalog))
        await live.catch_up()
        assert live.overview.state.revision == revision
    assert [change.revision for change in [*store.history()][::-1]] == [1, 2, 3]
    assert [change.at.day for change in [*store.history()][::-1]] == [22, 21, 20]
    assert store.update(reverting.Undo()).state.enabled_models == {PRO, MAX}


async def test_a_page_that_is_older_than_the_file_goes_on_showing_and_changes_nothing(
    live: LiveWorkspace, store: FileStore
) -> None:
    newer = store.path.read_text().replace('"schema_version": 2', '"schema_version": 3')
    put_in_place(store.path, newer.encode())
    await live.catch_up()
    assert live.snapshot.read_error is not None
    assert live.snapshot.read_error.remedy == "update imgmodels"
    assert live.overview.state.enabled_models == {PRO, MAX}
    with pytest.raises(StateError, match="update imgmodels"):
        await live.change(lambda _: rules.Enable((KLEIN,)))
    assert store.path.read_text() == newer
