"""Which good states can be recovered when the state file is broken or gone.

Two things are kept of the past: the state before the last change (`workspace.json.bak`), and every change
(`history.jsonl`). The backup with the changes after it gives the very state that was lost; the history alone does
so if it reaches back to the first revision.
"""

from __future__ import annotations

import os
from itertools import pairwise
from typing import TYPE_CHECKING

from imgmodels_tui.files import Unreadable, may_exist
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NewerSchema, StateError
from imgmodels_tui.workspace.file_store import codec, history
from imgmodels_tui.workspace.state import Change, WorkspaceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgmodels_tui.workspace.file_store.locations import Locations

ACTION = "recover"
"""What history calls a recovery; what it changed cannot be known, so no replay goes past it."""


class RecoverableState(Record):
    """A good state that can be recovered, and where it comes from, as a clause."""

    state: WorkspaceState
    source: str
    missing_changes: int
    """How many later changes the history names that do not fit this state."""


def state_file_error(locations: Locations) -> StateError | None:
    """What is wrong with the state file, or None if it is good.

    A missing file is wrong only where a backup or a history is left. Raises `StateError` for a file that must not be
    replaced: one of a newer schema, or one that this user may not read.
    """
    try:
        reading = codec.read(locations.state)
    except NewerSchema:
        raise
    except StateError as error:
        if may_exist(locations.state) and not os.access(locations.state, os.R_OK):
            raise  # perhaps there is nothing wrong with what this user may not see
        return error
    if reading.schema is None and (recoverable_states(locations) or os.path.lexists(locations.backup)):
        return StateError(locations.state, "is gone")
    return None


def recoverable_states(locations: Locations) -> tuple[RecoverableState, ...]:
    """The good states that can be recovered, the newest first. Changes nothing.

    Raises `StateError` for a history that cannot be read at present: without it an older state would seem the last.
    """
    changes = _after_last_gap(known_changes(locations))
    found = []
    try:
        backup = codec.read(locations.backup)
    except StateError:
        backup = codec.Reading(WorkspaceState(), None)
    if backup.schema is not None:
        state = replay(backup.state, changes)
        since = state.revision - backup.state.revision
        source = f"the backup of revision {backup.state.revision}" + (f" and {_counted(since)} since" if since else "")
        found.append(_recoverable(state, source, changes))
    if changes and changes[0].before == 0:
        state = replay(WorkspaceState(), changes)
        found.append(_recoverable(state, f"the history alone, {_counted(state.revision)}", changes))
    # The sort is stable: of two that reach equally far, the backup knows what was edited by hand as well.
    return tuple(sorted(found, key=lambda found: -found.state.revision))


def known_changes(locations: Locations) -> list[Change]:
    """Every change in the history, oldest first. Raises `StateError`."""
    try:
        return history.read_lines(locations.history)
    except Unreadable as error:
        raise StateError(locations.history, f"{error}; move it away to recover without it") from error


def _recoverable(state: WorkspaceState, source: str, changes: Sequence[Change]) -> RecoverableState:
    return RecoverableState(state, source, sum(change.revision > state.revision for change in changes))


def _counted(changes: int) -> str:
    return f"{changes} change{'' if changes == 1 else 's'}"


def _after_last_gap(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes after the last gap in the revisions: before it, another workspace may have been here."""
    start = 0
    for index, (one, next_) in enumerate(pairwise(changes), start=1):
        if next_.follows is not None or next_.before != one.revision:
            start = index
    return tuple(changes[start:])


def replay(base: WorkspaceState, changes: Iterable[Change]) -> WorkspaceState:
    """The state after those of `changes` that follow on `base`, up to the first one that does not fit. Pure."""
    state = base
    for change in changes:
        if change.revision <= state.revision:
            continue
        if not _fits(change, state):
            break
        state = _after(change, state)
    return state


def _fits(change: Change, state: WorkspaceState) -> bool:
    """Whether `change` can have been made to `state`; not, for example, where the file was edited in between."""
    moves = (
        (change.default_model, state.default_model),
        (change.image_generation, state.image_generation),
        (change.plan, state.plan),
    )
    enabled = (state.enabled_models | set(change.enabled)) - set(change.disabled)
    default = change.default_model.to if change.default_model else state.default_model
    return (
        change.before == state.revision
        and change.action != ACTION
        and state.enabled_models.isdisjoint(change.enabled)
        and state.enabled_models.issuperset(change.disabled)
        and all(moved is None or moved.from_ == value for moved, value in moves)
        and (default is None or default in enabled)
    )


def _after(change: Change, state: WorkspaceState) -> WorkspaceState:
    return state.replace(
        revision=change.revision,
        last_change=change,
        enabled_models=(state.enabled_models | set(change.enabled)) - set(change.disabled),
        default_model=change.default_model.to if change.default_model else state.default_model,
        image_generation=change.image_generation.to if change.image_generation else state.image_generation,
        plan=change.plan.to if change.plan else state.plan,
    )
