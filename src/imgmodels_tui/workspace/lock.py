"""One writer at a time: an advisory lock that the operating system releases when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

from imgmodels_tui.workspace.files import mode_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL = 0.02
_NOT_FOR_OTHERS = 0o770


class Busy(Exception):
    """Somebody else held the lock for the whole time that this caller was willing to wait."""


@contextlib.contextmanager
def exclusive(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock file `path`, waiting up to `patience` seconds; raises `Busy` or `OSError`.

    The file stays: removing a lock file that others may be opening would let two of them hold a lock each.
    It is closed to users who cannot write the folder, so that none of them can keep the admins waiting.
    """
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        descriptor = os.open(path, flags | os.O_CREAT, 0o600)
        with contextlib.suppress(OSError):  # another process created it a moment earlier: its mode holds
            os.fchmod(descriptor, mode_beside(path.parent) & _NOT_FOR_OTHERS)
    try:
        deadline = time.monotonic() + patience
        while not _taken(descriptor):
            if time.monotonic() >= deadline:
                raise Busy
            time.sleep(_POLL)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
