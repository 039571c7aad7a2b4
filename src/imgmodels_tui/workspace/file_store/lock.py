"""One writer at a time: an advisory lock that the operating system releases when its holder dies."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from imgmodels_tui.files import create_file, mode_beside
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless

LOCK_TIMEOUT = 5.0
"""Seconds to wait for another writer before giving up."""

_POLL = 0.02
_NOT_FOR_OTHERS = 0o770
_LONGEST_CONTENT = 300


class LockHolder(Record):
    """Who holds the lock, as the lock file says; `stopped` where that process is suspended."""

    user: str
    process: int
    stopped: bool

    def __str__(self) -> str:
        return f"{self.user} (process {self.process}{', stopped' if self.stopped else ''})"


class LockTimeout(Exception):
    """Another process held the lock until the timeout."""

    def __init__(self, holder: LockHolder | None) -> None:
        self.holder = holder
        super().__init__(f"held by {holder}" if holder else "held")


@contextlib.contextmanager
def locked(path: Path, timeout: float, user: str = "", *, owner: int | None = None) -> Iterator[Callable[[], None]]:
    """Hold the lock file `path` for `user`, waiting up to `timeout` seconds; raises `LockTimeout` or `OSError`.

    Yields what raises `OSError` where the lock does not hold any more: call it right before writing. The program never
    removes the file, but people do, and then the next writer makes and locks another one.
    Users who cannot write the folder cannot open it, so that none of them can keep the admins waiting; where everybody
    can, `owner` is the user that the file must belong to. While it is held it names the holder, for the message of
    those who give up waiting.
    """
    descriptor = _wait_for(path, time.monotonic() + timeout, owner)

    def check() -> None:
        if not _is_at(path, descriptor):
            raise OSError(errno.ESTALE, "the lock file was removed meanwhile; try again", str(path))

    try:
        _write_holder(descriptor, f"{os.getpid()} {user}\n")
        try:
            yield check
        finally:
            _write_holder(descriptor, "")
    finally:
        os.close(descriptor)


def _wait_for(path: Path, deadline: float, owner: int | None) -> int:
    """Open and lock the file; one that was removed while this waited is no lock any more."""
    while True:
        descriptor = _open(path, 0o600 if owner is not None else mode_beside(path.parent) & _NOT_FOR_OTHERS)
        try:
            if owner is not None and os.fstat(descriptor).st_uid != owner:
                raise PermissionError(errno.EPERM, "belongs to somebody else", str(path))
            while not _try_lock(descriptor):
                if time.monotonic() >= deadline:
                    raise LockTimeout(_read_holder(descriptor))
                time.sleep(_POLL)
            if _is_at(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the open file is still the one that has the name `path`."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def lock_holder(path: Path) -> tuple[bool, LockHolder | None]:
    """Whether the lock is held at this moment, and by whom if that is known. Raises `OSError`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False, None
    try:
        if _try_lock(descriptor, fcntl.LOCK_SH):
            return False, None
        return True, _read_holder(descriptor)
    finally:
        os.close(descriptor)


def _open(path: Path, mode: int) -> int:
    while True:
        try:
            return os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            create_file(path, mode=mode)


def _try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_holder(descriptor: int, text: str) -> None:
    """Write who holds the lock; a full disk is no reason not to hold it."""
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        if text:
            os.pwrite(descriptor, text.encode(errors="replace"), 0)


def _read_holder(descriptor: int) -> LockHolder | None:
    """The living process that the lock file names; a dead one does not hold it any more."""
    try:
        number, _, user = os.pread(descriptor, _LONGEST_CONTENT, 0).decode(errors="replace").partition(" ")
        process = int(number)
    except (OSError, ValueError):
        return None
    state = _process_state(process) if process > 0 else None
    return None if state is None else LockHolder(harmless(user.strip(), 32), process, state in {"T", "t"})


def _process_state(process: int) -> str | None:
    """The letter of a process's state (`T` for stopped), empty where that is not known, None if it is dead."""
    with contextlib.suppress(OSError, IndexError):
        status = Path(f"/proc/{process:d}/stat").read_text(errors="replace")
        return status.rpartition(")")[2].split()[0]
    try:
        os.kill(process, 0)
    except PermissionError:
        return ""
    except (OSError, OverflowError):
        return None
    return ""
