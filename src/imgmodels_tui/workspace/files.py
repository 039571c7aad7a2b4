"""Reading and replacing small files so that a crash, a full disk or another user cannot spoil them."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
import tempfile
from pathlib import Path

_TEMPORARY = ".tmp"


class Unreadable(Exception):
    """A file cannot be read; the message is a clause that says why, without the file's name."""


def reason(error: OSError) -> str:
    """The operating system's reason in lower case, such as `permission denied`."""
    return (error.strerror or str(error)).lower()


def is_there(path: Path) -> bool:
    """Whether something has this name; yes where this user may not look, because somebody put it out of reach."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def read_regular(path: Path, limit: int) -> bytes | None:
    """Return the content of a regular file of at most `limit` bytes, or None if there is no such file.

    Raises `Unreadable` for anything else: a folder, a pipe, a loop of links, a link to nowhere, a giant.
    """
    try:
        # O_NONBLOCK: opening a named pipe that nobody writes to must not hang.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        if path.is_symlink():
            raise Unreadable("is a link to a file that does not exist") from None
        return None
    except OSError as error:
        raise Unreadable(f"cannot be read: {reason(error)}") from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("is a folder, not a file" if stat.S_ISDIR(status.st_mode) else "is no regular file")
        if status.st_size > limit:
            raise Unreadable(f"is larger than {limit // (1024 * 1024)} MiB")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(limit + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {reason(error)}") from error
    finally:
        os.close(descriptor)


def mode_beside(folder: Path) -> int:
    """The mode of a new file in `folder`: readable and writable by whom the folder is, and never by more."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    group = (0o040 if mode & 0o010 else 0) | (0o020 if mode & 0o020 else 0)
    others = 0o004 if mode & 0o001 else 0
    return 0o600 | group | others


def make_folder(folder: Path) -> None:
    """Create `folder` and its parents, for this user alone, unless it exists."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def replace(path: Path, content: bytes, mode: int | None = None) -> None:
    """Put `content` in the place of `path` so that every reader, even after a crash, sees the old or the new.

    Mode, group and, where that is permitted, owner of an existing file are kept, unless `mode` is given: then
    the file is the caller's own, in that mode. Raises `OSError`; then the old file is untouched and no temporary
    file stays.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if mode is None:
                _take_over_ownership(path, descriptor)
            else:
                os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    # The new file is in its place: where a folder cannot be synced, saying that nothing changed would be a lie.
    with contextlib.suppress(OSError):
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(path: Path) -> None:
    """Delete temporary files that a killed writer of `path` left; call only while holding its lock."""
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*{_TEMPORARY}"):
        with contextlib.suppress(OSError):
            leftover.unlink()


def _take_over_ownership(path: Path, descriptor: int) -> None:
    try:
        status = path.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, mode_beside(path.parent))
        return
    with contextlib.suppress(OSError):  # not a member of that group: the folder's own rules decide
        os.fchown(descriptor, -1, status.st_gid)
    with contextlib.suppress(OSError):  # only root may: it changes a file of alice's without taking it from her
        os.fchown(descriptor, status.st_uid, -1)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
