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
from itertools import pairwise
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NewerSchema, NotSaved, Refusal, StateError
from imgmodels_tui.workspace.file_store import codec, history
from imgmodels_tui.workspace.file_store.codec import encode
from imgmodels_tui.workspace.file_store.files import Unreadable, is_there, replace
from imgmodels_tui.workspace.state import MAX_REVISION, Change, WorkspaceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from imgmodels_tui.workspace.file_store.locations import Locations
    from imgmodels_tui.workspace.file_store.store import Store

ACTION = "recover"
"""The word that history keeps; what such a line changed cannot be known, so no replay goes past it."""


class Declined(Refusal):
    """Whoever was asked did not want the last good state back."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed")


class Offer(Record):
    """A good state that can be brought back, and where it comes from, as a clause."""

    state: WorkspaceState
    source: str
    out_of_reach: int
    """How many later changes the history names that do not fit this state."""


class Recovered(Record):
    """The state that is in place now, and what the broken file is called; None where there was no file."""

    state: WorkspaceState
    kept: Path | None


def read_error(locations: Locations) -> StateError | None:
    """What is wrong with the state file, or None if it is good; a file that is nobody's to repair raises `StateError`.

    A missing file is wrong only where something is left of a workspace.
    """
    try:
        reading = codec.read(locations.state)
    except NewerSchema:
        raise
    except StateError as error:
        if is_there(locations.state) and not os.access(locations.state, os.R_OK):
            raise  # perhaps there is nothing wrong with what this user may not see
        return error
    if reading.schema is None and (offers(locations) or os.path.lexists(locations.backup)):
        return StateError(locations.state, "is gone")
    return None


def offers(locations: Locations) -> tuple[Offer, ...]:
    """The good states that can be brought back, the newest first. Changes nothing.

    Raises `StateError` for a history that cannot be read at present: without it an older state would seem the last.
    """
    changes = _last_run(_known(locations))
    found = []
    try:
        backup = codec.read(locations.backup)
    except StateError:
        backup = codec.Reading(WorkspaceState(), None)
    if backup.schema is not None:
        base, state = backup.state, replay(backup.state, changes)
        since = f" and {_counted(state.revision - base.revision)} since" if state is not base else ""
        found.append(Offer(state, f"the backup of revision {base.revision}{since}", _beyond(state, changes)))
    if changes and changes[0].before == 0:
        state = replay(WorkspaceState(), changes)
        found.append(Offer(state, f"the history alone, {_counted(state.revision)}", _beyond(state, changes)))
    # The sort is stable: of two that reach equally far, the backup knows what was edited by hand as well.
    return tuple(sorted(found, key=lambda offer: -offer.state.revision))


def _beyond(state: WorkspaceState, changes: Sequence[Change]) -> int:
    return sum(change.revision > state.revision for change in changes)


def _counted(changes: int) -> str:
    return f"{changes} change{'' if changes == 1 else 's'}"


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
    """Whether `change` can have been made to `state`; not, for one, if somebody edited the file in between."""
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


def _known(locations: Locations) -> list[Change]:
    try:
        return history.read_lines(locations.history)
    except Unreadable as error:
        raise StateError(locations.history, f"{error}; move it away to recover without it") from error


def _last_run(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes after the last gap in the revisions: before it, another workspace may have lived here."""
    start = 0
    for index, (one, next_) in enumerate(pairwise(changes), start=1):
        if next_.follows is not None or next_.before != one.revision:
            start = index
    return tuple(changes[start:])


def bring_back(store: Store, offer: Offer) -> Recovered:
    """Put the state of `offer` in place as a new revision, and the broken file beside it.

    Raises `NotSaved`, and `StateError` where the file has become good meanwhile or is of a newer schema.
    """
    locations, at = store.locations, store.now()
    with store.writing() as target:
        if read_error(locations) is None:
            raise StateError(locations.state, "is good again; nothing was changed")
        revision = 1 + max([offer.state.revision, *(change.revision for change in _known(locations)[-1:])])
        if revision > MAX_REVISION:
            raise NotSaved(locations.history, f"revision {revision - 1} is the last one")
        change = Change(revision=revision, at=at, by=store.user, action=ACTION)
        state = offer.state.replace(revision=revision, last_change=change)
        with _set_aside(target, at) as kept:
            replace(target, encode(state))
        with contextlib.suppress(OSError):
            history.catch_up(locations.history, offer.state)
            history.append(locations.history, change)
        with contextlib.suppress(OSError):  # what is in place is good; the next change makes a backup of it
            replace(locations.backup, encode(state))
    return Recovered(state, kept)


@contextlib.contextmanager
def _set_aside(target: Path, at: datetime) -> Iterator[Path | None]:
    """Keep what stands at `target` under a name that says when it was found broken; undone if the block fails."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        yield None
        return
    kept = _unused(target.with_name(f"{target.name}.broken-{at:%Y%m%dT%H%M%SZ}"))
    linked = stat.S_ISREG(status.st_mode) and _linked(target, kept)
    if not linked:
        target.rename(kept)
    try:
        yield kept
    except BaseException:
        with contextlib.suppress(OSError):
            if linked:
                kept.unlink()
            else:
                kept.rename(target)
        raise


def _linked(target: Path, name: Path) -> bool:
    """Whether `target` could be given a second name, so that no moment is without a state file."""
    try:
        os.link(target, name)
    except OSError:
        return False
    return True


def _unused(name: Path) -> Path:
    candidates = (name.with_name(f"{name.name}{suffix}") for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(candidate for candidate in candidates if not os.path.lexists(candidate))
