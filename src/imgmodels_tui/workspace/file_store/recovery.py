"""Brings the last good state back where the state file is broken or gone.

It becomes a new revision with a line of its own in the history, so that revisions never repeat. The broken file stays
beside it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from imgmodels_tui.files import Unreadable
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NotSaved, StateError
from imgmodels_tui.workspace.file_store import history
from imgmodels_tui.workspace.file_store.recoverable import (
    RECOVERED,
    RecoverableState,
    state_file_error,
    without_history,
)
from imgmodels_tui.workspace.file_store.state_file import StateFile
from imgmodels_tui.workspace.state import MAX_REVISION, Change, WorkspaceState


class Recovered(Record):
    """The state that is in place now, and what the broken file is called; None where there was no file."""

    state: WorkspaceState
    broken_file: Path | None


def recover(store: StateFile, found: RecoverableState) -> Recovered:
    """Put the state of `found` in place as a new revision, and the broken file beside it.

    Raises `NotSaved`, and `StateError` where the file has become good meanwhile or is of a newer schema.
    """
    locations, at = store.locations, store.now()
    with store.writing() as replace:
        if state_file_error(locations) is None:
            raise StateError(locations.state, "is good again; nothing was changed")
        try:
            last = history.last_line(locations.history)
        except Unreadable as error:
            raise without_history(locations, error) from error
        revision = 1 + max(found.state.revision, last.revision if last else 0)
        if revision > MAX_REVISION:
            raise NotSaved(locations.history, f"revision {revision - 1} is the last one")
        change = Change(revision=revision, at=at, by=store.user, action=RECOVERED)
        state = found.state.replace(revision=revision, last_change=change)
        target, content = locations.resolved_state, store.encode(state)
        with _set_aside(target, at) as broken_file:
            replace(target, content)
        with contextlib.suppress(OSError, Unreadable):
            history.catch_up(locations.history, found.state)
            history.append(locations.history, change)
        with contextlib.suppress(OSError):  # what is in place is good; the next change makes a backup of it
            replace(locations.backup, content)
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
