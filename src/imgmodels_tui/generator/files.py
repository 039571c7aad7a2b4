"""Files that may be anything, read without blocking or beyond a limit; and files written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

_TEMPORARY = ".imgmodels-"
_STALE_AFTER = 3600


class NotAFileError(OSError):
    """The path leads to a folder, a pipe or a device."""


class TooLargeError(OSError):
    """The file has more bytes than may be read."""


def read_regular(path: Path, limit: int, *, follow_links: bool, head_only: bool = False) -> bytes:
    """Return the content of the regular file at `path`, at most `limit` bytes.

    With `head_only` a longer file gives its first `limit` bytes. Raises `NotAFileError`, `TooLargeError` or
    another `OSError`. Opening a pipe or a device neither waits for the other side nor takes a terminal over.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | (0 if follow_links else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except ValueError as error:  # a NUL in the path
        raise FileNotFoundError(str(error)) from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        raise NotAFileError
    with os.fdopen(descriptor, "rb") as file:
        if facts.st_size > limit and not head_only:
            raise TooLargeError
        # The size may have been a lie, as in /proc, or the file may be growing.
        data = file.read(limit + (0 if head_only else 1))
    if len(data) > limit:
        raise TooLargeError
    return data


def write_new(folder: Path, name: str, data: bytes) -> Path | None:
    """Write `data` to a new file `folder`/`name`, mode 0600, whole or not at all.

    Returns None, and changes nothing, if something of that name is there already; raises `OSError` otherwise.
    """
    target = folder / name
    if os.path.lexists(target):
        return None
    temporary = write_temporary(folder, data)
    try:
        _link(temporary, target)
    except FileExistsError:
        return None
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(folder)
    return target


def _link(temporary: Path, target: Path) -> None:
    """Give `temporary` the name `target`; raise `FileExistsError` rather than replace anything."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: take the name first, then fill it
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        try:
            temporary.replace(target)
        except OSError:
            target.unlink()
            raise


def replace(path: Path, data: bytes) -> None:
    """Write `data` to `path`, mode 0600, in place of whatever file was there; raises `OSError`."""
    temporary = write_temporary(path.parent, data)
    try:
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_temporary(folder: Path, data: bytes) -> Path:
    """Write `data` to a file in `folder` with a name nobody can guess, mode 0600, and onto the disk."""
    descriptor, name = tempfile.mkstemp(prefix=_TEMPORARY, suffix=".tmp", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def sweep(folder: Path, now: float) -> None:
    """Remove temporary files that a killed process left in `folder` more than an hour before `now` (Unix time)."""
    for left in folder.glob(f"{_TEMPORARY}*.tmp"):
        with suppress(OSError):
            facts = left.lstat()
            if stat.S_ISREG(facts.st_mode) and now - facts.st_mtime > _STALE_AFTER:
                left.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut; not every file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
