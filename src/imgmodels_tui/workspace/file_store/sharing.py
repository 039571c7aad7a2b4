"""Prepares a machine-wide workspace: a group of admins writes it, everybody else reads it.

The modes, and why:

- the folder, 2775: the group may replace the state file, everybody may read; new files get the group (setgid);
- `workspace.json` and `history.jsonl`, 0664: the same for the files; the store keeps a mode when it replaces;
- the lock, 0660: a user who could open it could keep the admins waiting;
- `catalog.d`, 2775, and its files, 0664: as the folder and the state;
- `sessions/`, 3777: every user may keep a file there and nobody can remove another's (sticky bit). The files get the
  group of the admins (setgid) and are 0640, so that admins can count them. Whose a file is, its owner says, never its
  content.

Run by root, everything belongs to root afterwards, and access lists are gone: whoever owns a file may write it whatever
its mode says, also after leaving the group.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
import stat
from collections.abc import Callable
from pathlib import Path

from imgmodels_tui.files import reason, remove_access_lists
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import NotSaved, Refusal
from imgmodels_tui.workspace.file_store.locations import Locations, user_name

FOLDER_MODE = 0o2775
FILE_MODE = 0o664
LOCK_MODE = 0o660
SESSIONS_MODE = 0o3777


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


def prepare(locations: Locations, create_if_missing: Callable[[], None], group: int) -> tuple[FileMode, ...]:
    """Make or mend the shared workspace at `locations`; `create_if_missing` writes its state where there is none.

    Raises `CannotShare`, `NotSaved`, `StateError`.
    """
    folder = locations.state.parent
    _check(folder, locations)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        steps = [_set(folder, group, FOLDER_MODE)]
        create_if_missing()
        if locations.catalog.is_dir():
            steps.append(_set(locations.catalog, group, FOLDER_MODE))
        steps += [_set(file, group, mode) for file, mode in _files(locations) if os.path.lexists(file)]
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


def outsiders(locations: Locations) -> tuple[tuple[Path, str], ...]:
    """The files of a shared workspace whose owner is no admin, and that owner, who can still write them."""
    folder = locations.resolved_state.parent
    shared = folder.stat()
    if not shared.st_mode & stat.S_IWGRP or not shared.st_mode & stat.S_ISGID:
        return ()
    found = []
    for path in (folder, locations.catalog, *(file for file, _ in _files(locations)), locations.sessions):
        with contextlib.suppress(FileNotFoundError):
            owner = path.lstat().st_uid
            if owner != 0 and not _is_member(owner, shared.st_gid):
                found.append((path, user_name(owner)))
    return tuple(found)


def outsiders_warning(locations: Locations) -> str | None:
    """What to say of files that belong to somebody who is no admin, and the way to take them back; None if none do."""
    try:
        found = outsiders(locations)
    except OSError:
        return None  # who may not look is no admin, and cannot mend it
    if not found:
        return None
    folder = locations.resolved_state.parent
    group = str(folder.stat().st_gid)
    with contextlib.suppress(KeyError):
        group = grp.getgrgid(folder.stat().st_gid).gr_name
    names = ", ".join(path.name for path, _ in found)
    owners = " and ".join(sorted({owner for _, owner in found}))
    cure = f"take them back: sudo imgmodels init --shared {shlex.quote(str(folder))} --group {shlex.quote(group)}"
    return harmless(f"{owners}, no admin any more, can still write {names}; {cure}")


def _is_member(user: int, group: int) -> bool:
    try:
        account = pwd.getpwuid(user)
    except KeyError:
        return False
    return group in os.getgrouplist(account.pw_name, account.pw_gid)


def _files(locations: Locations) -> tuple[tuple[Path, int], ...]:
    """The files beside the state, and their modes."""
    written = (locations.state, locations.backup, locations.history, locations.prices)
    kept = locations.state.parent.glob(f"{locations.state.name}.*-*")  # under an older schema, or found broken
    own = locations.catalog.glob("*.toml")
    return (*((path, FILE_MODE) for path in (*written, *sorted(kept), *sorted(own))), (locations.lock, LOCK_MODE))


def _set(path: Path, group: int, mode: int) -> FileMode:
    """Set owner, group and mode without following a link that another user put there meanwhile."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        remove_access_lists(descriptor)
        if os.geteuid() == 0:
            os.fchown(descriptor, 0, group)
        elif os.fstat(descriptor).st_gid != group:
            os.fchown(descriptor, -1, group)
        os.fchmod(descriptor, mode)  # after the group: changing it clears the setgid bit
    finally:
        os.close(descriptor)
    return FileMode(path, mode)
