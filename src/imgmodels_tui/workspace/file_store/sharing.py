"""Prepares a machine-wide workspace: a group of admins writes it, everybody else reads it.

The modes, and why:

- the folder, 2775: the group may replace the state file, everybody may read; new files get the group (setgid);
- `workspace.json` and `history.jsonl`, 0664: the same for the files; the store keeps a mode when it replaces;
- the lock, 0660: a user who could open it could keep the admins waiting;
- `sessions/`, 1777: every user may keep a file there and nobody can remove another's (sticky bit). The files are
  0644, so that admins can count them. Whose a file is, its owner says, never its content.
"""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

from imgmodels_tui.files import reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import NotSaved, Refusal
from imgmodels_tui.workspace.file_store.locations import Locations
from imgmodels_tui.workspace.file_store.store import FileStore

FOLDER_MODE = 0o2775
FILE_MODE = 0o664
LOCK_MODE = 0o660
SESSIONS_MODE = 0o1777


class CannotShare(Refusal):
    """The folder cannot become a workspace; nothing was changed."""


class FileMode(Record):
    """A file or folder that was made or set, with the mode it has now."""

    path: Path
    mode: int


def group_id(name: str) -> int:
    """The number of a group. Raises `CannotShare`."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        shown = harmless(name, 64)
        raise CannotShare(f"There is no group {shown!r}; make it first: sudo groupadd {shown}") from None


def prepare(store: FileStore, group: int) -> tuple[FileMode, ...]:
    """Make or mend the shared workspace of `store`; its state is kept where there is one.

    Raises `CannotShare`, `NotSaved`, `StateError`.
    """
    locations = store.locations
    folder = locations.state.parent
    _check(folder, locations)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        steps = [_set(folder, group, FOLDER_MODE)]
        store.create_if_missing()
        for file, mode in ((locations.state, FILE_MODE), (locations.history, FILE_MODE), (locations.lock, LOCK_MODE)):
            if file.exists():
                steps.append(_set(file, group, mode))
        locations.sessions.mkdir(exist_ok=True)
        steps.append(_set(locations.sessions, group, SESSIONS_MODE))
    except OSError as error:
        path, denied = error.filename or folder, isinstance(error, PermissionError)
        hint = "; run this with sudo" if denied else ""
        raise NotSaved(folder, f"cannot prepare {path}: {reason(error)}{hint}", permission=denied) from error
    return tuple(steps)


def closed_parent(folder: Path) -> Path | None:
    """The first folder above `folder` that others cannot pass, and so keeps users out; None if there is none."""
    return next((above for above in folder.parents if not above.stat().st_mode & stat.S_IXOTH), None)


def _check(folder: Path, locations: Locations) -> None:
    """Refuse what would hand a folder with other content to a group, or follow a link to somewhere else."""
    problem = ""
    if folder.is_symlink() or locations.state.is_symlink():
        problem = "is, or holds, a link; name the real folder"
    elif folder.exists() and not folder.is_dir():
        problem = "is not a folder"
    elif folder.is_dir() and not locations.state.exists() and any(folder.iterdir()):
        problem = "has other things in it and no workspace; name a new folder"
    if problem:
        raise CannotShare(f"{harmless(str(folder))} {problem}")


def _set(path: Path, group: int, mode: int) -> FileMode:
    """Set group and mode without following a link that another user put there meanwhile."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_gid != group:
            os.fchown(descriptor, -1, group)
        os.fchmod(descriptor, mode)  # after the group: changing it clears the setgid bit
    finally:
        os.close(descriptor)
    return FileMode(path, mode)
