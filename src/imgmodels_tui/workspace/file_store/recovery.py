"""Bringing the last good state back when the state file is broken or gone.

What is brought back becomes a new revision with a line of its own in the history, so that revisions never repeat. The
broken file stays beside it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from imgmodels_tui.files import Unreadable, replace_file
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NotSaved, StateError
from imgmodels_tui.workspace.file_store import history
from imgmodels_tui.workspace.file_store.codec import encode
from imgmodels_tui.workspace.file_store.recoverable import ACTION, known_changes, state_file_error
from imgmodels_tui.workspace.state import MAX_REVISION, Change, WorkspaceState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from imgmodels_tui.workspace.file_store.recoverable import RecoverableState
    from imgmodels_tui.workspace.file_store.store import FileStore


class Recovered(Record):
    """The state that is in place now, and what the broken file is called; None where there was no file."""

    state: WorkspaceState
    broken_file: Path | None


def recover(store: FileStore, found: RecoverableState) -> Recovered:
    """Put the state of `found` in place as a new revision, and the broken file beside it.

    Raises `NotSaved`, and `StateError` where the file has become good meanwhile or is of a newer schema.
    """
    locations, at = store.locations, store.now()
    with store.writing() as target:
        if state_file_error(locations) is None:
            raise StateError(locations.state, "is good again; nothing was changed")
        revision = 1 + max([found.state.revision, *(change.revision for change in known_changes(locations)[-1:])])
        if revision > MAX_REVISION:
            raise NotSaved(locations.history, f"revision {revision - 1} is the last one")
        change = Change(revision=revision, at=at, by=store.user, action=ACTION)
        state = found.state.replace(revision=revision, last_change=change)
        with _set_aside(target, at) as broken_file:
            replace_file(target, encode(state))
        with contextlib.suppress(OSError, Unreadable):
            history.catch_up(locations.history, found.state)
            history.append(locations.history, change)
        with contextlib.suppress(OSError):  # what is in place is good; the next change makes a backup of it
            replace_file(locations.backup, encode(state))
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
