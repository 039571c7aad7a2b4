"""Good states that can be brought back where the state file is broken or gone.

Two things are kept of the past: the state before the last change (`workspace.json.bak`), and every change
(`history.jsonl`). The backup with the changes after it gives the very state that was lost; the history alone does
so if it reaches back to the first revision.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from imgmodels_tui.files import Unreadable, may_exist
from imgmodels_tui.record import Record
from imgmodels_tui.text import counted
from imgmodels_tui.workspace.errors import NewerSchema, StateError
from imgmodels_tui.workspace.file_store import codec, history
from imgmodels_tui.workspace.file_store.locations import Locations
from imgmodels_tui.workspace.state import MOVED, Change, WorkspaceState

_MOST_SINCE = 10_000
RECOVERED = "recover"
"""What history calls a recovery: what it changed cannot be known, so no replay goes past it."""


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
        locations.check_link()
        reading = codec.read(locations.resolved_state)
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
    backup = None
    with contextlib.suppress(StateError):
        reading = codec.read(locations.backup)
        backup = reading.state if reading.schema is not None else None
    try:
        since = None if backup is None else _changes_since(backup.revision, locations.history)
        if backup is not None and since is not None:
            kept = _from_backup(backup, since)
            if not kept.missing_changes:
                return (kept,)  # nothing reaches further, and the backup knows what was edited by hand as well
        from_backup = () if backup is None else (_from_backup(backup, _after_last_gap(locations.history)),)
        state, missing = replay(WorkspaceState(), _after_last_gap(locations.history))
    except Unreadable as error:
        raise without_history(locations, error) from error
    from_history = RecoverableState(state, f"the history alone, {counted(state.revision, 'change')}", missing)
    found = (*from_backup, *([from_history] if state.revision else []))
    # The sort is stable: of two that reach equally far, the backup comes first.
    return tuple(sorted(found, key=lambda found: -found.state.revision))


def without_history(locations: Locations, error: Unreadable) -> StateError:
    """What is to be done about a history that cannot be read."""
    return StateError(locations.history, f"{error}; move it away to recover without it")


def _from_backup(backup: WorkspaceState, changes: Iterable[Change]) -> RecoverableState:
    state, missing = replay(backup, changes)
    more = state.revision - backup.revision
    since = f" and {counted(more, 'change')} since" if more > 0 else ""
    return RecoverableState(state, f"the backup of revision {backup.revision}{since}", missing)


def _changes_since(revision: int, path: Path) -> list[Change] | None:
    """The changes after `revision`, oldest first, read from the end; None if they are many, or not without a gap."""
    found: list[Change] = []
    for change in history.newest_first(path):
        if change.revision <= revision:
            return found[::-1]
        if len(found) == _MOST_SINCE or (found and not _follows(found[-1], change)):
            return None
        found.append(change)
    return found[::-1]


def _after_last_gap(path: Path) -> Iterator[Change]:
    """The changes after the last gap in the revisions: before it, another workspace may have been here."""
    first, before = 0, None
    for change in history.oldest_first(path):
        if before is None or not _follows(change, before):
            first = change.revision
        before = change
    is_there = False
    for change in history.oldest_first(path):
        is_there |= change.revision == first
        if is_there:
            yield change


def _follows(change: Change, before: Change) -> bool:
    return change.follows is None and change.before == before.revision


def replay(base: WorkspaceState, changes: Iterable[Change]) -> tuple[WorkspaceState, int]:
    """The state after those of `changes` that follow on `base`, and how many after it do not fit. Pure."""
    state, missing = base, 0
    for change in changes:
        if change.revision <= state.revision:
            continue
        after = _after(change, state) if not missing else None
        if after is None:
            missing += 1
        else:
            state = after
    return state, missing


def _after(change: Change, state: WorkspaceState) -> WorkspaceState | None:
    """The state after `change`; None if it was not made to `state`, as where the file was edited in between."""
    moves = {name: moved for name in MOVED if (moved := getattr(change, name)) is not None}
    fits = (
        change.before == state.revision
        and change.action != RECOVERED
        and state.enabled_models.isdisjoint(change.enabled)
        and state.enabled_models.issuperset(change.disabled)
        and all(moved.from_ == getattr(state, name) for name, moved in moves.items())
    )
    moved_to = {"default_model": state.default_model} | {name: moved.to for name, moved in moves.items()}
    enabled = (state.enabled_models | set(change.enabled)) - set(change.disabled)
    if not fits or not (moved_to["default_model"] is None or moved_to["default_model"] in enabled):
        return None
    return state.replace(revision=change.revision, last_change=change, enabled_models=enabled, **moved_to)
