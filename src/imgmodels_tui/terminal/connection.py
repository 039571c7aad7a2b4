"""Ends the program with its connection or its user's wish: in good order, or by force where that takes too long.

Over SSH a program ends in many ways. A signal may come, or only the terminal be gone. A write to a terminal that takes
no more data waits for ever, and an event loop behind such a write would never notice the signal. So signals are caught
outside of the loop, a thread waits for the hang-up that no signal reports, and a program that has not ended a moment
later is ended by force. So is one whose user quits while a disk or another writer holds it up. A change that is being
made is then made as a whole or not at all, as after a crash; a message says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import termios
import threading
from collections.abc import Callable
from typing import Any

GRACE = 0.7
"""Seconds that the program has to end in good order; it takes 0.2 to 0.3 where nothing holds it up."""

UNFINISHED = "imgmodels: the last change was still being saved; `imgmodels status` shows whether it was made\n"

_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

# Reports of paste, mouse, focus and size off, cursor and main screen on: what a program ended by force cannot do.
_RESTORE = (
    b"\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?7h"
)


class Connection:
    """The terminal of this process; made before anything changes its modes."""

    def __init__(self) -> None:
        self._modes: list[Any] | None = None
        with contextlib.suppress(termios.error, OSError):
            self._modes = termios.tcgetattr(0)
        self._ending = threading.Event()
        self._screen_restored = False
        self._answers_due: Callable[[], float] = float

    def on_end(self, leave: Callable[[], object], answers_due: Callable[[], float]) -> None:
        """From now on call `leave` in the running event loop when a signal or a hang-up is to end the program.

        `answers_due` returns for how many seconds leaving may wait for what the terminal was asked.
        """
        loop = asyncio.get_running_loop()
        self._answers_due = answers_due

        def end(number: int, _frame: object = None) -> None:
            if self.end_soon(128 + number):
                with contextlib.suppress(RuntimeError):  # the loop has ended already
                    loop.call_soon_threadsafe(leave)

        for number in _SIGNALS:
            signal.signal(number, end)
        threading.Thread(target=self._await_hang_up, args=(end,), name="hang-up", daemon=True).start()

    def end_soon(self, code: int, *, message: str = "") -> bool:
        """End by force, with `code` and `message`, if the program has not ended in time; False if it ends already."""
        if self._ending.is_set():
            return False
        self._ending.set()
        timer = threading.Timer(GRACE + self._answers_due(), self._end_by_force, [code, message])
        timer.daemon = True
        timer.start()
        return True

    def screen_restored(self) -> None:
        """Note that the shell's screen is back: restoring it twice would move the shell's cursor."""
        self._screen_restored = True

    def _await_hang_up(self, end: Callable[[int], None]) -> None:
        """Wait until the terminal is gone, without using the processor."""
        poll = select.poll()
        poll.register(0, 0)
        for _, what in poll.poll():
            if what & (select.POLLHUP | select.POLLERR):
                end(signal.SIGHUP)

    def _end_by_force(self, code: int, message: str) -> None:
        with contextlib.suppress(termios.error, OSError):
            if self._modes is not None:
                termios.tcflush(0, termios.TCIFLUSH)
                termios.tcsetattr(0, termios.TCSANOW, self._modes)
            if select.select([], [2], [], 0)[1]:
                os.write(2, (b"" if self._screen_restored else _RESTORE) + message.encode())
        os._exit(code)


def has_shell() -> bool:
    """Whether a shell with job control started this process, so that it can be continued after it was suspended."""
    parent = os.getppid()
    try:
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except OSError:
        return False
