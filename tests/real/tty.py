"""A program in a pseudo-terminal of its own, its screen read by pyte; every wait is bounded none a sleep."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Self

PATIENCE = 30.0
"""Seconds after which a test gives up on something that should have come; never reached where all is well."""

ENTER_ALTERNATE, LEAVE_ALTERNATE = b"\x1b[?1049h", b"\x1b[?1049l"
COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[@-_]|[ -/]*[0-~])")

_QUERY = re.compile(rb"\x1b\[\?(\d+)\$p")
# What pyte takes for text: sequences with a private marker, but for modes that are set and reset.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<=>?][0-9;]*(?:[$ ][a-z]|[a-gi-km-zA-Z])|\x1bP[^\x1b]*\x1b\\")

# Makes the terminal the controlling one, as a login does, and becomes the program.
_LOGIN = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """What a terminal emulator is to the program: it shows, answers questions and types."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], columns: int = 80, lines: int = 24):
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._shown = 0
        self._master, self._slave = os.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.raw = b""
        self._answered = 0
        self.modes_before = self.modes()
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _LOGIN, *command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=dict(environ),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for descriptor in (self._master, self._slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def type(self, keys: str) -> None:
        """Type characters; escape sequences are typed as a terminal sends them."""
        os.write(self._master, keys.encode())

    def close_dialog(self) -> None:
        """Press `esc` in an open dialog; what is typed after it while it is still there would be an alt key."""
        self.until("esc C")
        self.type("\x1b")
        self.until_gone("esc C")

    def until(self, shown: str) -> None:
        """Read on until a text is on the screen."""
        self._until(lambda: shown in self.text(), f"{shown!r} to be shown")

    def until_gone(self, shown: str) -> None:
        """Read on until a text is on the screen no more."""
        self._until(lambda: shown not in self.text(), f"{shown!r} to be gone")

    def exit_code(self) -> int:
        """Read on until the program has ended."""
        self._until(lambda: self.process.poll() is not None, "the program to end")
        self._read(0)
        return self.process.wait()

    def text(self) -> str:
        """The screen as text."""
        arrived = self.raw[self._shown :]
        last = arrived.rfind(b"\x1b")
        if last >= 0 and not ESCAPE.match(arrived, last):
            arrived = arrived[:last]  # the rest of this sequence is still on its way
        self._shown += len(arrived)
        self.feed(arrived)
        return "\n".join(line.rstrip() for line in self._screen.display)

    def feed(self, arrived: bytes) -> None:
        """Show what came; no sequence in it is cut."""
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", arrived))

    def modes(self) -> list[object]:
        """How the terminal's driver is set: echo, line editing, signals."""
        return termios.tcgetattr(self._slave)

    def hang_up(self) -> None:
        """Take the terminal away, as a lost connection does."""
        os.close(self._slave)
        os.close(self._master)

    def _until(self, happened: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not happened():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}; the screen:\n{self.text()}")
            self._read(0.05)

    def _read(self, patience: float) -> None:
        """Take in what the program has written, waiting for its first byte only."""
        while select.select([self._master], [], [], patience)[0]:
            with contextlib.suppress(OSError):
                self.raw += os.read(self._master, 65536)
            patience = 0
        for mode in _QUERY.findall(self.raw[self._answered :]):
            self.type(f"\x1b[?{mode.decode()};0$y")
        self._answered = len(self.raw)
