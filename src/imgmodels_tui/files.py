"""Reading and replacing files so that a crash, a full disk or another user cannot spoil them."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

_TEMPORARY = ".tmp"
_RANDOM_DIGITS = 12
_ACCESS_LIST = "system.posix_acl_access"
_DEFAULT_ACCESS_LIST = "system.posix_acl_default"
_MIB = 1024 * 1024
_BLOCK = 256 * 1024
_LONGEST_LINE = 4 * _MIB
_CUT = b"\0"  # stands for the part of a line that is not kept; no text of any use has it


class UnusableFile(Exception):
    """A file holds what the program cannot use; the message is one line that names it, and says what to do."""

    path: Path
    remedy: str = ""

    @property
    def brief(self) -> str:
        """What is wrong, with the file's name alone: for a screen that already shows which file it is."""
        return str(self)


class Unreadable(Exception):
    """A file cannot be read; the message is a clause that says why, without the file's name."""


def reason(error: OSError) -> str:
    """The operating system's reason in lower case, such as `permission denied`."""
    return (error.strerror or str(error)).lower()


def is_denied(error: OSError) -> bool:
    """Whether the operating system does not permit it, rather than cannot do it."""
    return error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}


def may_exist(path: Path) -> bool:
    """Whether something has this name; yes where this user may not look."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_read_only(folder: Path) -> bool:
    """Whether the file system of `folder` takes no writes at all."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def read_file(
    path: Path,
    limit: int,
    *,
    part: Literal["whole", "head"] = "whole",
    follow_links: bool = True,
    owner: int | None = None,
) -> bytes | None:
    """Return the content of a regular file of at most `limit` bytes, or None if there is no such file.

    The head of a file is its first `limit` bytes. With `owner`, the file must belong to that user and have no
    second name. Raises `Unreadable` for anything else: a folder, a pipe, a link to nowhere, a file that is too large.
    """
    descriptor = _open(path, follow_links=follow_links)
    if descriptor is None:
        return None
    try:
        size = _size(descriptor, owner)
        if part == "whole" and size > limit:
            raise _too_large(limit)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {reason(error)}") from error
    finally:
        os.close(descriptor)
    if part == "whole" and len(content) > limit:  # the size was wrong, as in /proc, or the file is growing
        raise _too_large(limit)
    return content[:limit]


def _open(path: Path, *, follow_links: bool = True) -> int | None:
    # O_NONBLOCK: opening a named pipe that nobody writes to must not hang.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | (0 if follow_links else os.O_NOFOLLOW)
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        if os.path.islink(path):  # noqa: PTH114 - which does not raise
            raise Unreadable("is a link to a file that does not exist") from None
        return None
    except OSError as error:
        is_link = error.errno == errno.ELOOP and not follow_links
        raise Unreadable("is a link" if is_link else f"cannot be read: {reason(error)}") from error
    except ValueError as error:  # a NUL in the path
        raise Unreadable(f"cannot be read: {error}") from error


def read_lines(path: Path, *, from_end: bool = False) -> Iterator[bytes]:
    """The whole lines of a regular file, the last ones first if `from_end`; nothing if there is no such file.

    Holds little of the file in memory, however large it is, and of a line of more than 4 MiB only a part, with a NUL
    in it. What is written behind the last line feed, by a crash, is no line. Raises `Unreadable`.
    """
    descriptor = _open(path)
    if descriptor is None:
        return
    try:
        size = _size(descriptor, None)
        blocks = _backwards(descriptor, size) if from_end else _forwards(descriptor, size)
        yield from blocks
    except OSError as error:
        raise Unreadable(f"cannot be read: {reason(error)}") from error
    finally:
        os.close(descriptor)


def _forwards(descriptor: int, size: int) -> Iterator[bytes]:
    rest = b""
    for start in range(0, size, _BLOCK):
        *lines, rest = (rest + os.pread(descriptor, _BLOCK, start)).split(b"\n")
        yield from lines
        rest = rest if len(rest) <= _LONGEST_LINE else _CUT


def _backwards(descriptor: int, size: int) -> Iterator[bytes]:
    rest: bytes | None = None  # the end of a line that begins in an earlier block; None behind the last line feed
    for end in range(size, 0, -_BLOCK):
        start = max(0, end - _BLOCK)
        first, *lines = os.pread(descriptor, end - start, start).split(b"\n")
        if lines:
            last = lines.pop()
            if rest is not None:
                yield last + rest
            yield from reversed(lines)
            rest = first
        elif rest is not None:
            rest = first + rest if len(rest) <= _LONGEST_LINE else _CUT
    if rest is not None:
        yield rest


def _size(descriptor: int, owner: int | None) -> int:
    """The size of an open file that may be read. Raises `Unreadable` for one that may not."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("is a folder, not a file" if stat.S_ISDIR(status.st_mode) else "is not a regular file")
    if owner is not None and status.st_nlink > 1:
        raise Unreadable("is a link")
    if owner is not None and status.st_uid != owner:
        raise Unreadable(f"belongs to user {status.st_uid}")
    return status.st_size


def _too_large(limit: int) -> Unreadable:
    return Unreadable(f"is larger than {f'{limit // _MIB} MiB' if limit >= _MIB else f'{limit // 1024} KiB'}")


def make_folder(folder: Path) -> None:
    """Create `folder`, for this user alone, and its parents, unless it exists.

    What root makes belongs to the owner of the folder around it: with another's HOME, that one could not use it.
    """
    missing = [parent for parent in (folder, *folder.parents) if not may_exist(parent)]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for made in reversed(missing):
        _give_to_owner_of(made.parent, made)


def _give_to_owner_of(folder: Path, new: Path | int) -> None:
    """Have a new file or folder of root's belong to the owner of `folder`, the one that it is in."""
    if os.geteuid() == 0:
        around = folder.stat()
        os.chown(new, around.st_uid, around.st_gid)


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
        _give_to_owner_of(path.parent, temporary)
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
                _take_over_ownership(path if like is None or path.exists() else like, path.parent, descriptor)
            else:
                os.fchmod(descriptor, mode)
            if durable:
                os.fsync(descriptor)
    except BaseException:
        _discard(name)
        raise
    return name


def _take_over_ownership(path: Path, folder: Path, descriptor: int) -> None:
    try:
        status = path.stat()
    except FileNotFoundError:
        _give_to_owner_of(folder, descriptor)
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
