"""A terminal whose connection can be hurt: made tiny, stalled, cut."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real.tty import ENTER_ALTERNATE, LEAVE_ALTERNATE, Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

_TICKS = os.sysconf("SC_CLK_TCK")


class Line(Terminal):
    """A terminal at the end of a line that may be bad."""

    _before_resize = 0

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size, which the system tells the program by SIGWINCH."""
        self._read(0)
        self._before_resize = len(self.raw)
        self.was_resized(columns, lines)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def was_resized(self, columns: int, lines: int) -> None:
        """Show what comes from now on in a screen of another size, of which the system has told the program."""
        self._screen.resize(lines, columns)

    def has_drawn(self) -> bool:
        """Whether the program has drawn anything since the terminal was resized."""
        return len(self.raw) > self._before_resize

    def until_heard(self, key: str) -> None:
        """Press a key until it moves the cursor's mark or changes the prompt."""
        before = self._marked()

        def heard() -> bool:
            self.type(key)
            return self._marked() != before

        self._until(heard, f"{key!r} to be heard")

    def _marked(self) -> list[str]:
        return [line for line in self.text().splitlines() if "❯" in line or "Prompt" in line]

    def wait_for(self, happened: Callable[[], bool], what: str) -> None:
        """Read on until something has happened."""
        self._until(happened, what)

    def take_in(self) -> None:
        """Read what has come, giving its first byte a moment."""
        self._read(0.05)

    def until_quiet(self) -> None:
        """Read on until nothing comes for longer than the program waits for what may follow an `esc`."""
        size = -1
        while size != (size := len(self.raw)):
            self._read(0.2)

    def listen(self, seconds: float) -> None:
        """Read what comes within a time that the program may spend as it likes."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._read(0.05)

    def stall(self) -> None:
        """Take nothing in any more, and type until the program waits for its output to go somewhere."""
        termios.tcflow(self._slave, termios.TCOOFF)
        self.type("jk" * 200)
        done = (-1, -1.0)
        while done != (done := (len(self.raw), cpu_seconds(self.process.pid))):
            self._read(0.5)

    def cut(self) -> None:
        """Close this end, as sshd does when the connection is gone."""
        os.close(self._slave)
        os.close(self._master)

    def is_restored(self) -> bool:
        """Whether modes and screen are as they were before the program came."""
        return self.modes() == self.modes_before and self.raw.rfind(LEAVE_ALTERNATE) > self.raw.rfind(ENTER_ALTERNATE)


def cpu_seconds(process: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def state_of(process: int) -> str:
    """The letter of a process's state: `S` asleep, `T` stopped."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
