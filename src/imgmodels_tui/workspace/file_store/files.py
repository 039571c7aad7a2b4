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


def is_read_only(folder: Path) -> bool:
    """Whether the file system that `folder` is on takes no writes at all."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


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


def replace(path: Path, content: bytes, mode: int | None = None, *, previous: Path | None = None) -> None:
    """Put `content` in the place of `path` so that every reader, even after a crash, sees the old or the new.

    Mode, group and, where that is permitted, owner of an existing file are kept, unless `mode` is given: then
    the file is the caller's own, in that mode. The file that was replaced is kept as `previous` where one is named
    and the file system allows it: it costs a second name, no second write, and shares nothing with the new file.
    Raises `OSError`; then the old file is untouched and no temporary file stays.
    """
    new = _written_beside(path, content, mode)
    old: Path | None = None
    try:
        if previous is not None:
            with contextlib.suppress(OSError):
                old = _hard_link(path)
        new.replace(path)
    except BaseException:
        _discard(new, old)
        raise
    # The new file is in its place: whatever fails from here on, saying that nothing changed would be a lie.
    if old is not None and previous is not None:
        try:
            old.replace(previous)
        except OSError:
            _discard(old)
    with contextlib.suppress(OSError):
        sync_folder(path.parent)


def keep(path: Path, name: Path) -> None:
    """Give the file at `path` the second name `name`, in place of an older file. Raises `OSError`."""
    second = _hard_link(path)
    try:
        second.replace(name)
    except BaseException:
        _discard(second)
        raise
    sync_folder(name.parent)


def create(path: Path, mode: int) -> None:
    """Make an empty file of exactly this mode, unless something has that name already. Raises `OSError`.

    It never exists with a narrower mode: a crash at that moment would shut the other admins out.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_TEMPORARY, dir=path.parent)
    try:
        os.fchmod(descriptor, mode)
        _name_once(Path(temporary), path, mode)
    finally:
        os.close(descriptor)
        _discard(Path(temporary))


def _name_once(temporary: Path, path: Path, mode: int) -> None:
    try:
        os.link(temporary, path)
    except (FileExistsError, FileNotFoundError):
        pass  # made, or swept, by another writer: the caller opens `path` and sees
    except OSError:  # a file system without second names
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
            os.fchmod(descriptor, mode)
            os.close(descriptor)


def _written_beside(path: Path, content: bytes, mode: int | None = None) -> Path:
    """A durable temporary file with `content`, and with mode and owner of `path`."""
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
    except BaseException:
        _discard(Path(name))
        raise
    return Path(name)


def _hard_link(path: Path) -> Path:
    """A temporary second name of the file at `path`; a copy where the file system knows no second names."""
    name = path.with_name(f".{path.name}.{os.urandom(6).hex()}{_TEMPORARY}")
    try:
        os.link(path, name)
    except FileNotFoundError:
        raise
    except OSError:
        return _written_beside(path, path.read_bytes())
    return name


def _discard(*names: Path | None) -> None:
    for name in names:
        if name is not None:
            with contextlib.suppress(OSError):
                name.unlink()


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(*paths: Path) -> None:
    """Delete temporary files that a killed writer of `paths` left; call only while holding their lock."""
    for path in paths:
        _discard(*path.parent.glob(f".{glob.escape(path.name)}.*{_TEMPORARY}"))


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
