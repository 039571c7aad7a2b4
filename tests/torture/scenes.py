"""Workspaces to be hurt, the change that is under way at that moment, and what must hold afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.catalog.own import OwnChange
from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store import recovery
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.recoverable import recoverable_states, state_file_error
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import WorkspaceState

PRO, MAX, KLEIN = "flux-2-pro", "flux-2-max", "flux-2-klein"
STAYING = {"workspace.json", "workspace.json.bak", "workspace.json.lock", "history.jsonl", "catalog.d"}
"""The names that may be in a workspace's folder when nobody is at work in it."""


class Scene(Record):
    """What is there before, and what is being done when the blow falls."""

    prepare: Callable[[FileStore], None]
    act: Callable[[FileStore], object]


def _nothing(store: FileStore) -> None:
    """Leave the folder to be made."""


def _two_changes(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    store.update(rules.Enable((MAX,)))


def _a_history_that_lags_behind(store: FileStore) -> None:
    """Leave what a crash between state and history leaves, with a torn line on top."""
    _two_changes(store)
    written = store.locations.history.read_bytes()
    store.locations.history.write_bytes(written[:-20])


def _a_broken_state(store: FileStore) -> None:
    _two_changes(store)
    store.path.write_bytes(store.path.read_bytes()[:-20])


def _recover(store: FileStore) -> None:
    recovery.recover(store, recoverable_states(store.locations)[0])


ADDED = OwnChange(added=((Path("x.toml"), b"[models.flux-2-max]\nstars = 5\n\n[platform]\nmargin = 0.1\n"),))
NEW = OwnChange(
    added=(
        (
            Path("new.toml"),
            b"""[models.acme]
name = "Acme"
maker = "openai"
host = "replicate"
region = "US"
provider_id = "acme"
reference_editing = false
premium = false
stars = 1
""",
        ),
    )
)


def _an_own_model(store: FileStore) -> None:
    _two_changes(store)
    store.change_catalog(NEW)
    store.update(rules.Enable(("acme",)))


SCENES: Mapping[str, Scene] = {
    "the first change of all": Scene(_nothing, lambda store: store.update(rules.Enable((PRO, KLEIN)))),
    "the first start": Scene(_nothing, lambda store: store.create_if_missing()),
    "a change": Scene(_two_changes, lambda store: store.update(rules.Disable((PRO,), replacement=MAX))),
    "bringing a broken state back": Scene(_a_broken_state, _recover),
    "adding to the catalog": Scene(_two_changes, lambda store: store.change_catalog(ADDED)),
    "removing from the catalog": Scene(
        _an_own_model, lambda store: store.change_catalog(OwnChange(removed=("models.acme",)))
    ),
    "a change after a crash": Scene(_a_history_that_lags_behind, lambda store: store.update(rules.Enable((KLEIN,)))),
}


def store_in(folder: Path, catalog: Catalog) -> FileStore:
    """The workspace in `folder`, for an admin who does not wait long."""
    return FileStore(locate(folder / "workspace.json"), catalog, user="alice", timeout=10)


def mended(store: FileStore) -> WorkspaceState:
    """The state that is there, or that is brought back where it was broken and still is."""
    if state_file_error(store.locations) is not None:
        _recover(store)
    return store.read()


def check(folder: Path, catalog: Catalog, outcomes: tuple[WorkspaceState, ...]) -> WorkspaceState:
    """Prove a workspace sound after a blow, make another change, prove it sound again; returns what was found.

    The state is one of `outcomes`, but for the time of its last change.
    """
    store = store_in(folder, catalog)
    found = mended(store)
    assert _timeless(found) in [_timeless(outcome) for outcome in outcomes], found
    assert [change.revision for change in [*store.history()][::-1]] == list(range(1, found.revision + 1))
    for old in folder.glob("*.broken-*"):
        assert old.read_bytes()

    after = store.update(rules.Configure(image_generation=not found.image_generation)).state
    assert after.revision == found.revision + 1
    lines = store.locations.history.read_bytes().splitlines()
    assert len(lines) == after.revision, lines
    assert [change.revision for change in [*store.history()][::-1]] == list(range(1, after.revision + 1))
    names = {entry.name for entry in folder.iterdir()}
    assert {name for name in names if ".broken-" not in name} <= STAYING, names
    if store.locations.backup.exists():
        assert store.locations.backup.stat().st_ino != store.path.stat().st_ino
    return found


def _timeless(state: WorkspaceState) -> dict[str, object]:
    document = state.to_json()
    if state.last_change is not None:
        del document["last_change"]["at"]
    return document
