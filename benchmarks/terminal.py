"""A program in a pseudo-terminal, timed from outside; the link in between can be made slow."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from typing import TYPE_CHECKING, Self

from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = {
    "down": "\x1b[B", "up": "\x1b[A", "pagedown": "\x1b[6~", "pageup": "\x1b[5~", "escape": "\x1b", "space": " ",
    "backspace": "\x7f",
}  # fmt: skip
SILENCE = 0.06
"""Seconds without a byte after which an answer is whole."""
LONGEST = 30.0


class Link(Record):
    """A slow line: bytes per second, and seconds there and back."""

    rate: float
    round_trip: float


class Answer(Record):
    """What came back for a key: how many bytes, and after how many milliseconds the last of them."""

    size: int
    ms: float


class Tty:
    """One running program."""

    def __init__(self, command: Sequence[str], link: Link | None = None, size: tuple[int, int] = (120, 40)) -> None:
        self._link = link
        self.started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.execvpe(command[0], list(command), environ)
        self.raw = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)

    def until(self, shown: str) -> float:
        """Milliseconds from the start until a text was written."""
        deadline = time.perf_counter() + LONGEST
        while shown.encode() not in self.raw:
            self._read(0.5)
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{shown!r} did not appear: {self.raw[-300:]!r}")
        return (time.perf_counter() - self.started) * 1000

    def settle(self, started: float | None = None) -> Answer:
        """Read until nothing more comes; `started` is when it was asked for."""
        started, size, last = started or time.perf_counter(), 0, 0.0
        while (data := self._read(SILENCE if size else 4 * SILENCE)) and last < LONGEST:
            size += len(data)
            last = time.perf_counter() - started
        latency = self._link.round_trip if self._link and size else 0.0
        return Answer(size, (last + latency) * 1000)

    def press(self, key: str) -> Answer:
        """Press a key and take in the answer."""
        started = time.perf_counter()  # taken first: the program may have answered before this one goes on
        os.write(self._master, KEYS.get(key, key).encode())
        return self.settle(started)

    def until_ended(self, keys: bytes) -> float:
        """Milliseconds from sending keys, the last of which end the program, until it has ended."""
        started, rest = time.perf_counter(), keys
        os.set_blocking(self._master, False)
        while time.perf_counter() - started < LONGEST:
            with contextlib.suppress(BlockingIOError, OSError):
                rest = rest[os.write(self._master, rest[:1024]) :] if rest else rest
            select.select([self._master], [], [], 0.01)
            try:
                if not os.read(self._master, 65536):
                    break
            except BlockingIOError:
                continue
            except OSError:
                break
        return (time.perf_counter() - started) * 1000

    def megabytes(self) -> float:
        """Resident memory."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:  # noqa: PTH123
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

    def _read(self, patience: float) -> bytes:
        if not select.select([self._master], [], [], patience)[0]:
            return b""
        size = 65536
        if self._link:
            size = max(1, int(self._link.rate / 100))
            time.sleep(size / self._link.rate)
        try:
            data = os.read(self._master, size)
        except OSError:
            return b""
        self.raw += data
        if b"\x1b[?2026$p" in data:
            os.write(self._master, b"\x1b[?2026;2$y")
        return data
