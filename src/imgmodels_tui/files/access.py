"""Whose a new file or folder is, and who may use it: as in its folder, or as another one."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

from imgmodels_tui.files.reading import may_exist

_ACCESS_LIST = "system.posix_acl_access"
_DEFAULT_ACCESS_LIST = "system.posix_acl_default"


def make_folder(folder: Path) -> None:
    """Create `folder`, for this user alone, and its parents, unless it exists.

    What root makes belongs to the owner of the folder around it: with another's HOME, that one could not use it.
    """
    missing = [parent for parent in (folder, *folder.parents) if not may_exist(parent)]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for made in reversed(missing):
        give_to_owner_of(made.parent, made)


def give_to_owner_of(folder: Path, new: Path | int) -> None:
    """Have a new file or folder of root's belong to the owner of `folder`, the one that it is in."""
    if os.geteuid() == 0:
        around = folder.stat()
        os.chown(new, around.st_uid, around.st_gid)


def mode_beside(folder: Path) -> int:
    """The mode of a new file in `folder`: readable and writable by those who may read and write there, no others."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    group = (0o040 if mode & 0o010 else 0) | (0o020 if mode & 0o020 else 0)
    others = 0o004 if mode & 0o001 else 0
    return 0o600 | group | others


def make_like(folder: Path, other: Path) -> None:
    """Create a folder with owner, group, mode and access lists of `other`, unless it is there. Raises `OSError`."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    status = other.stat()
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _take_over_from(other, status, descriptor)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                os.setxattr(descriptor, _DEFAULT_ACCESS_LIST, os.getxattr(other, _DEFAULT_ACCESS_LIST))
    finally:
        os.close(descriptor)


def take_over_ownership(path: Path, folder: Path, descriptor: int) -> None:
    """Give an open file what `path` has, or where nothing is there yet, what fits its folder."""
    try:
        status = path.stat()
    except FileNotFoundError:
        give_to_owner_of(folder, descriptor)
        os.fchmod(descriptor, mode_beside(folder))
        return
    _take_over_from(path, status, descriptor)


def _take_over_from(path: Path, status: os.stat_result, descriptor: int) -> None:
    """Give an open file or folder the group, owner, mode and access list of another one, as far as permitted."""
    with contextlib.suppress(OSError):  # not a member of that group: the folder's own rules decide
        os.fchown(descriptor, -1, status.st_gid)
    with contextlib.suppress(OSError):  # only root may: it changes a file of alice's without taking it from her
        os.fchown(descriptor, status.st_uid, -1)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & ~0o002)
    if sys.platform == "linux":
        try:
            access_list = os.getxattr(path, _ACCESS_LIST)
        except OSError:  # it has none, or the file system knows none
            return
        os.setxattr(descriptor, _ACCESS_LIST, access_list)


def remove_access_lists(descriptor: int) -> None:
    """Have the mode alone say who may use an open file or folder, and what is made in it."""
    if sys.platform == "linux":
        for name in (_ACCESS_LIST, _DEFAULT_ACCESS_LIST):
            with contextlib.suppress(OSError):  # it has none, the file system knows none, or it is somebody else's
                os.removexattr(descriptor, name)
