"""Changes the workspace's own records on the server together with the settings, in one transaction (R16)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.catalog import own
from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.catalog_change import told_of
from imgmodels_tui.workspace.postgres_store import changing
from imgmodels_tui.workspace.postgres_store.server_state import ServerState
from imgmodels_tui.workspace.state import WorkspaceState
from imgmodels_tui.workspace.store import Outcome

if TYPE_CHECKING:
    from imgmodels_tui.workspace.postgres_store.connection import Link

_FOLDER = Path("catalog.d")


class Planned(Record):
    """What a change of the catalog would do."""

    files: Mapping[Path, bytes | None]
    outcome: Outcome


def make(store: ServerState, change: own.OwnChange, replacement: str | None, reason: str | None) -> Outcome:
    """Make the change, all of it or nothing, while nobody else can make one. Raises as `Store.update` does."""

    def decide(link: Link, state: WorkspaceState) -> Outcome:
        planned = plan(store, state, store.files_on(link), change, replacement, reason)
        for file, content in planned.files.items() if planned.outcome.change else ():
            if content is None:
                link.execute(store.sql.drop_file, [file.name])
            else:
                link.execute(store.sql.put_file, [file.name, content.decode()])
        return planned.outcome

    try:
        return changing.make_catalog_change(store, decide)
    finally:
        store.forget()


def plan(
    store: ServerState,
    now: WorkspaceState,
    files: Contents,
    change: own.OwnChange,
    replacement: str | None,
    reason: str | None,
) -> Planned:
    """What the change would do now. Raises `CatalogError` where the catalog would not be valid, and `Refusal`."""
    contents = [(_FOLDER / file.name, content) for file, content in files]
    made = own.judge(_FOLDER, contents, change)
    before = store.catalog
    gone = tuple(model for model in before.models if model not in made.catalog.models)
    after = rules.Disable(gone, replacement)(now, before) if gone else now
    if not made.files:
        return Planned(made.files, Outcome(now, None))
    told = told_of(_FOLDER, contents, made, change)
    outcome = store.numbered(now, after, made.catalog, action="catalog", catalog=told, reason=reason)
    return Planned(made.files, outcome)
