"""Bringing the last good state back when the state file is broken or gone.

Two things are kept of the past: the state before the last change (`workspace.json.bak`), and every change
(`history.jsonl`). The backup with the changes after it gives the very state that was lost; the history alone does
so if it reaches back to the first revision. What is brought back becomes a new revision with a line of its own in the
history, so that revisions never repeat. The broken file stays beside it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.files import Unreadable, may_exist, replace_file
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NewerSchema, NotSaved, StateError
from imgmodels_tui.workspace.file_store import codec, history
from imgmodels_tui.workspace.file_store.locations import Locations
from imgmodels_tui.workspace.state import MAX_REVISION, Change, WorkspaceState

if TYPE_CHECKING:
    from imgmodels_tui.workspace.file_store.store import FileStore

_ACTION = "recover"
"""What history calls a recovery; what it changed cannot be known, so no replay goes past it."""


class RecoverableState(Record):
    """A good state that can be recovered, and where it comes from, as a clause."""

    state: WorkspaceState
    source: str
    missing_changes: int
    """How many later changes the history names that do not fit this state."""


class Recovered(Record):
    """The state that is in place now, and what the broken file is called; None where there was no file."""

    state: WorkspaceState
    broken_file: Path | None


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
    changes = _after_last_gap(_known_changes(locations))
    found = []
    with contextlib.suppress(StateError):
        backup = codec.read(locations.backup)
        if backup.schema is not None:
            state, first = replay(backup.state, changes), backup.state.revision
            since = f" and {_counted(state.revision - first)} since" if state.revision > first else ""
            found.append(_recoverable(state, f"the backup of revision {first}{since}", changes))
    if changes and changes[0].before == 0:
        state = replay(WorkspaceState(), changes)
        found.append(_recoverable(state, f"the history alone, {_counted(state.revision)}", changes))
    # The sort is stable: of two that reach equally far, the backup knows what was edited by hand as well.
    return tuple(sorted(found, key=lambda found: -found.state.revision))


def _known_changes(locations: Locations) -> list[Change]:
    try:
        return history.read_lines(locations.history)
    except Unreadable as error:
        raise StateError(locations.history, f"{error}; move it away to recover without it") from error


def _recoverable(state: WorkspaceState, source: str, changes: Sequence[Change]) -> RecoverableState:
    return RecoverableState(state, source, sum(change.revision > state.revision for change in changes))


def _counted(changes: int) -> str:
    return f"{changes} change{'' if changes == 1 else 's'}"


def _after_last_gap(changes: Sequence[Change]) -> Sequence[Change]:
    """The changes after the last gap in the revisions: before it, another workspace may have been here."""
    start = 0
    for index, (one, next_) in enumerate(pairwise(changes), start=1):
        if next_.follows is not None or next_.before != one.revision:
            start = index
    return changes[start:]


def replay(base: WorkspaceState, changes: Iterable[Change]) -> WorkspaceState:
    """The state after those of `changes` that follow on `base`, up to the first one that does not fit. Pure."""
    state = base
    for change in changes:
        if change.revision <= state.revision:
            continue
        after = _after(change, state)
        if after is None:
            break
        state = after
    return state


def _after(change: Change, state: WorkspaceState) -> WorkspaceState | None:
    """The state after `change`; None if it was not made to `state`, as where the file was edited in between."""
    moves = (
        (change.default_model, state.default_model),
        (change.image_generation, state.image_generation),
        (change.plan, state.plan),
    )
    fits = (
        change.before == state.revision
        and change.action != _ACTION
        and state.enabled_models.isdisjoint(change.enabled)
        and state.enabled_models.issuperset(change.disabled)
        and all(moved is None or moved.from_ == value for moved, value in moves)
    )
    enabled = (state.enabled_models | set(change.enabled)) - set(change.disabled)
    default = change.default_model.to if change.default_model else state.default_model
    if not fits or not (default is None or default in enabled):
        return None
    return state.replace(
        revision=change.revision,
        last_change=change,
        enabled_models=enabled,
        default_model=default,
        image_generation=change.image_generation.to if change.image_generation else state.image_generation,
        plan=change.plan.to if change.plan else state.plan,
    )


def recover(store: FileStore, found: RecoverableState) -> Recovered:
    """Put the state of `found` in place as a new revision, and the broken file beside it.

    Raises `NotSaved`, and `StateError` where the file has become good meanwhile or is of a newer schema.
    """
    locations, at = store.locations, store.now()
    with store.writing() as target:
        if state_file_error(locations) is None:
            raise StateError(locations.state, "is good again; nothing was changed")
        revision = 1 + max([found.state.revision, *(change.revision for change in _known_changes(locations)[-1:])])
        if revision > MAX_REVISION:
            raise NotSaved(locations.history, f"revision {revision - 1} is the last one")
        change = Change(revision=revision, at=at, by=store.user, action=_ACTION)
        state = found.state.replace(revision=revision, last_change=change)
        with _set_aside(target, at) as broken_file:
            replace_file(target, codec.encode(state))
        with contextlib.suppress(OSError, Unreadable):
            history.catch_up(locations.history, found.state)
            history.append(locations.history, change)
        with contextlib.suppress(OSError):  # what is in place is good; the next change makes a backup of it
            replace_file(locations.backup, codec.encode(state))
    return Recovered(state, broken_file)


@contextlib.contextmanager
def _set_aside(target: Path, at: datetime) -> Iterator[Path | None]:
    """Keep the file at `target` under a name that says when it was found broken; undone if the block fails."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        yield None
        return
    name = _unused(target.with_name(f"{target.name}.broken-{at:%Y%m%dT%H%M%SZ}"))
    linked = stat.S_ISREG(status.st_mode) and _link(target, name)
    if not linked:
        target.rename(name)
    try:
        yield name
    except BaseException:
        with contextlib.suppress(OSError):
            if linked:
                name.unlink()
            else:
                name.rename(target)
        raise


def _link(target: Path, name: Path) -> bool:
    """Give `target` a second name, so that no moment is without a state file; False where that is not possible."""
    try:
        os.link(target, name)
    except OSError:
        return False
    return True


def _unused(name: Path) -> Path:
    candidates = (name.with_name(f"{name.name}{suffix}") for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(candidate for candidate in candidates if not os.path.lexists(candidate))
