"""Replaces files so that a crash, a full disk or another user cannot spoil them."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
from pathlib import Path

from imgmodels_tui.files.access import give_to_owner_of, take_over_ownership

_TEMPORARY = ".tmp"
_RANDOM_DIGITS = 12


def link_target(path: Path) -> Path:
    """The file behind `path`, which may be a link, also one that leads nowhere.

    Raises `OSError` where somebody else made the link: it could lead to a file of the caller's own. So does what is
    there and is no regular file: a device or a pipe cannot be replaced.
    """
    target = Path(os.path.realpath(path))
    if path.is_symlink() and path.lstat().st_uid not in {0, os.geteuid(), path.parent.stat().st_uid}:
        raise OSError(errno.ELOOP, "is a link that somebody else made", str(path))
    with contextlib.suppress(FileNotFoundError):
        mode = target.lstat().st_mode
        if not stat.S_ISREG(mode):
            what = "is a folder, not a file" if stat.S_ISDIR(mode) else "is not a regular file"
            raise OSError(errno.EINVAL, what, str(path))
    return target


def replace_file(
    path: Path,
    content: bytes,
    mode: int | None = None,
    *,
    previous: Path | None = None,
    like: Path | None = None,
    durable: bool = True,
) -> None:
    """Put `content` in the place of `path` so that every reader, even after a crash, sees the old or the new.

    A link stays, and what it leads to is replaced. Mode, access list, group and, where that is permitted, owner of an
    existing file are kept, but not that all others may write; unless `mode` is given: then the file is the caller's
    own, in that mode, and takes the place of a link. The file that was replaced is kept as `previous` where one is
    named and the file system allows it: it costs a second name, no second write, and shares nothing with the new file.
    A file that is not there yet takes after `like`, where that is given and is there.
    What is not `durable` may be lost in a power cut. Raises `OSError`; then the old file is untouched and no
    temporary file stays.
    """
    if mode is None:
        path = link_target(path)
    new = _write_beside(path, content, mode, like=like, durable=durable)
    old: Path | None = None
    try:
        if previous is not None:
            with contextlib.suppress(OSError):
                old = _link_beside(path)
        try:
            new.replace(path)
        except OSError as error:
            if error.errno == errno.EBUSY:
                error.strerror = "is mounted by itself and cannot be replaced: mount the folder that it is in instead"
            raise
    except BaseException:
        _discard(new, old)
        raise
    # The new file is in its place: whatever fails from here on, it would be wrong to report that nothing changed.
    if old is not None and previous is not None:
        try:
            old.replace(previous)
        except OSError:
            _discard(old)
    if durable:
        _sync_folder(path.parent)


def create_file(path: Path, content: bytes = b"", mode: int = 0o600) -> bool:
    """Make a new file that appears whole and in exactly this mode; False where something has that name already.

    It never exists with a narrower mode: a crash at that moment would shut the other admins out. Raises `OSError`.
    """
    if os.path.lexists(path):
        return False
    temporary = _write_beside(path, content, mode, durable=bool(content))
    try:
        give_to_owner_of(path.parent, temporary)
        os.link(temporary, path)
    except (FileExistsError, FileNotFoundError):  # made, or swept, by another writer
        return False
    except OSError:
        return _take_name(path, temporary if content else None, mode)
    finally:
        _discard(temporary)
    if content:
        _sync_folder(path.parent)
    return True


def _take_name(path: Path, content: Path | None, mode: int) -> bool:
    """Do the same where the file system has no second names: take the name first, then fill it."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
    except FileExistsError:
        return False
    try:
        os.fchmod(descriptor, mode)
        if content is not None:
            content.replace(path)
    except OSError:
        _discard(path)
        raise
    finally:
        os.close(descriptor)
    return True


def hard_link(path: Path, name: Path) -> None:
    """Give the file at `path` the second name `name`, in place of an older file. Raises `OSError`."""
    link = _link_beside(path)
    try:
        link.replace(name)
    except BaseException:
        _discard(link)
        raise
    _sync_folder(name.parent)


def _temporary_name(path: Path) -> Path:
    """A name beside `path` that nobody can guess."""
    return path.with_name(f".{path.name}.{os.urandom(_RANDOM_DIGITS // 2).hex()}{_TEMPORARY}")


def _write_beside(
    path: Path, content: bytes, mode: int | None, *, like: Path | None = None, durable: bool = True
) -> Path:
    """Write a temporary file with `content`, in `mode` or else with mode and owner of `path`, or of `like`."""
    name = _temporary_name(path)
    descriptor = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if mode is None:
                take_over_ownership(path if like is None or path.exists() else like, path.parent, descriptor)
            else:
                os.fchmod(descriptor, mode)
            if durable:
                os.fsync(descriptor)
    except BaseException:
        _discard(name)
        raise
    return name


def _link_beside(path: Path) -> Path:
    """Make a temporary second name of the file at `path`; a copy where the file system has no second names."""
    name = _temporary_name(path)
    try:
        os.link(path, name)
    except FileNotFoundError:
        raise
    except OSError:
        return _write_beside(path, path.read_bytes(), None)
    return name


def _discard(*names: Path | None) -> None:
    for name in names:
        if name is not None:
            with contextlib.suppress(OSError):
                name.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut; not every file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_leftovers(*paths: Path) -> None:
    """Delete temporary files that a killed writer of `paths` left; call only while holding their lock."""
    for path in paths:
        _discard(*path.parent.glob(f".{glob.escape(path.name)}.*{_TEMPORARY}"))


def remove_old_leftovers(folder: Path, before: float) -> None:
    """Delete temporary files that were left in `folder` before a Unix time, by writers that take no lock."""
    for left in folder.glob(f".*.{'[0-9a-f]' * _RANDOM_DIGITS}{_TEMPORARY}"):
        with contextlib.suppress(OSError):
            status = left.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_mtime < before:
                left.unlink()
