"""The real program in a pseudo-terminal of its own, its screen read by pyte; each wait is bounded, none a sleep."""

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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import pyte

TIMEOUT = 60.0
"""Seconds after which a test gives up on something that should have come; never reached where all is well."""

IMGMODELS = str(Path(sys.executable).with_name("imgmodels"))
"""The installed command."""

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
_TICKS = os.sysconf("SC_CLK_TCK")


def environment(**variables: str) -> dict[str, str]:
    """The tests' own environment in a locale of UTF-8, changed by some variables."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    return inherited | {"LANG": "C.UTF-8"} | variables


class Terminal:
    """What a terminal emulator is to the program: it shows, answers questions and types; its connection can be cut."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str] | None = None, columns: int = 80, lines: int = 24
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._shown = self._answered = self._before_resize = 0
        self._master, self._slave = os.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.raw = b""
        self.modes_before = self.modes()
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _LOGIN, *command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=environment() if environ is None else dict(environ),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.cut()

    # Type and wait.

    def type(self, keys: str) -> None:
        """Type characters; escape sequences are typed as a terminal sends them."""
        self.send(keys.encode())

    def send(self, data: bytes) -> None:
        """Send bytes to the program as if they were typed."""
        os.write(self._master, data)

    def close_dialog(self) -> None:
        """Press `esc` in an open dialog; what is typed after it while it is still there would be an alt key."""
        self.until("esc C")
        self.type("\x1b")
        self.until_gone("esc C")

    def until(self, *shown: str) -> None:
        """Read on until all of some texts are on the screen."""
        self.wait_for(lambda: all(text in self.text() for text in shown), f"{shown} to be shown")

    def until_gone(self, *shown: str) -> None:
        """Read on until none of some texts is on the screen."""
        self.wait_for(lambda: not any(text in self.text() for text in shown), f"{shown} to be gone")

    def until_handled(self, key: str) -> None:
        """Press a key until it moves the cursor's mark or changes the prompt."""
        before = self._marked()

        def handled() -> bool:
            self.type(key)
            return self._marked() != before

        self.wait_for(handled, f"{key!r} to be handled")

    def until_quiet(self) -> None:
        """Read on until nothing comes for longer than the program waits for what may follow an `esc`."""
        size = -1
        while size != (size := len(self.raw)):
            self.read(0.2)

    def wait_for(self, happened: Callable[[], bool], what: str) -> None:
        """Read on until something has happened."""
        deadline = time.monotonic() + TIMEOUT
        while not happened():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}; the screen:\n{self.text()}")
            self.read()

    def read_for(self, seconds: float) -> None:
        """Read what comes within a time that the program may spend as it likes."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read()

    def exit_code(self) -> int:
        """Read on until the program has ended."""
        self.wait_for(lambda: self.process.poll() is not None, "the program to end")
        self.read(0)
        return self.process.wait()

    def read(self, seconds: float = 0.05) -> None:
        """Take in what the program has written, waiting some time for its first byte only."""
        while select.select([self._master], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                self.raw += os.read(self._master, 65536)
            seconds = 0
        for mode in _QUERY.findall(self.raw[self._answered :]):
            self.type(f"\x1b[?{mode.decode()};0$y")
        self._answered = len(self.raw)

    # Look.

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

    def unread(self) -> int:
        """How many bytes were typed that no program has read, and that the shell would be given."""
        termios.tcsetattr(self._slave, termios.TCSANOW, self._raw_modes())
        return int.from_bytes(fcntl.ioctl(self._slave, termios.FIONREAD, bytes(4)), sys.byteorder)

    def _raw_modes(self) -> list[Any]:
        modes = termios.tcgetattr(self._slave)
        modes[3] &= ~termios.ICANON
        return modes

    def is_restored(self) -> bool:
        """Whether modes, screen, mouse, paste and cursor are as they were before the program came."""
        undone = [(b"\x1b[?1000l", b"\x1b[?1000h"), (b"\x1b[?2004l", b"\x1b[?2004h"), (b"\x1b[?25h", b"\x1b[?25l")]
        return (
            self.modes() == self.modes_before
            and self.raw.rfind(LEAVE_ALTERNATE) > self.raw.rfind(ENTER_ALTERNATE)
            and all(self.raw.rfind(last) >= self.raw.rfind(before) for last, before in undone)
        )

    def has_drawn(self) -> bool:
        """Whether the program has drawn anything since the terminal was resized."""
        return len(self.raw) > self._before_resize

    def _marked(self) -> list[str]:
        return [line for line in self.text().splitlines() if "❯" in line or "Prompt" in line]

    # What happens to a terminal and its connection.

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size, which the system tells the program by SIGWINCH."""
        self.read(0)
        self._before_resize = len(self.raw)
        self.show_resized(columns, lines)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def show_resized(self, columns: int, lines: int) -> None:
        """Show what comes from now on in a screen of another size, of which the system has told the program."""
        self._screen.resize(lines, columns)

    def stall(self) -> None:
        """Take nothing in any more, and type until the program waits for its output to go somewhere."""
        termios.tcflow(self._slave, termios.TCOOFF)
        self.type("jk" * 200)
        done = (-1, -1.0)
        while done != (done := (len(self.raw), cpu_seconds(self.process.pid))):
            self.read(0.5)

    def cut(self) -> None:
        """Close both ends, as a lost connection does."""
        for descriptor in (self._slave, self._master):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def cpu_seconds(process: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def state_of(process: int) -> str:
    """The letter of a process's state: `S` asleep, `T` stopped."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
