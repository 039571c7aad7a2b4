"""Reads files with care: whatever they are, and whoever made them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

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
