"""Ends the program when it is left: in good order, or for certain where good order would take too long.

Over SSH a program is left in many ways. A signal may come, or only the terminal be gone. Whoever writes to a terminal
that takes no more waits for ever, and so does an event loop behind such a write: it would never hear of the signal. So
signals are caught outside of the loop, a thread waits for the hang-up that no signal tells of, and a program that has
not ended a moment later is ended. So is one whose user quits while a disk or another writer keeps it. A change that is
being made is then made as a whole or not at all, as after a crash; who is still there to read is told so.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import termios
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

GRACE = 0.7
"""Seconds that the program has to leave in good order; it takes 0.2 to 0.3 where nothing keeps it."""

UNFINISHED = "imgmodels: the last change was still being saved; `imgmodels status` shows whether it was made\n"

_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

# Reports of paste, mouse, focus and size off, cursor and main screen on: what a program that is ended cannot do itself.
_RESTORED = (
    b"\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?7h"
)


class Connection:
    """The terminal of this process; made before anything changes its modes."""

    def __init__(self) -> None:
        self._modes: list[Any] | None = None
        with contextlib.suppress(termios.error, OSError):
            self._modes = termios.tcgetattr(0)
        self._leaving = threading.Event()
        self._restored = False

    def end_with(self, leave: Callable[[], object]) -> None:
        """From now on call `leave` in the running event loop when a signal or a hang-up ends the program."""
        loop = asyncio.get_running_loop()

        def end(number: int, _frame: object = None) -> None:
            if self.leaving(128 + number):
                with contextlib.suppress(RuntimeError):  # the loop has ended already
                    loop.call_soon_threadsafe(leave)

        for number in _SIGNALS:
            signal.signal(number, end)
        threading.Thread(target=self._await_hang_up, args=(end,), name="hang-up", daemon=True).start()

    def leaving(self, code: int, *, last_words: str = "") -> bool:
        """End with `code` and `last_words` whatever has not ended in time; False if the program is leaving already."""
        if self._leaving.is_set():
            return False
        self._leaving.set()
        last_resort = threading.Timer(GRACE, self._end_for_certain, [code, last_words])
        last_resort.daemon = True
        last_resort.start()
        return True

    def restored(self) -> None:
        """Take note that the screen is the shell's again: restoring it twice would move the shell's cursor."""
        self._restored = True

    def _await_hang_up(self, end: Callable[[int], None]) -> None:
        """Wait, without any work, until the terminal is gone."""
        poll = select.poll()
        poll.register(0, 0)
        for _, what in poll.poll():
            if what & (select.POLLHUP | select.POLLERR):
                end(signal.SIGHUP)

    def _end_for_certain(self, code: int, last_words: str) -> None:
        with contextlib.suppress(termios.error, OSError):
            if self._modes is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._modes)
            if select.select([], [2], [], 0)[1]:
                os.write(2, (b"" if self._restored else _RESTORED) + last_words.encode())
        os._exit(code)


def has_shell() -> bool:
    """Whether somebody could continue this process after it was suspended: a shell with job control started it."""
    parent = os.getppid()
    try:
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except OSError:
        return False
