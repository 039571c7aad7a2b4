"""Programs in pseudo-terminals of their own, two of which can be compared while they are typed at."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, NamedTuple

from .recording import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

COLUMNS, ROWS = 120, 40
ANOTHER_VERSION = "8.99.0"
"""A version of Textual that the layer does not know."""

DEADLINE = 60.0
"""Seconds after which what is waited for will not come any more."""


def environment(term: str = "xterm-256color", colors: str = "truecolor") -> dict[str, str]:
    """Return an environment in which only the pseudo-terminal tells its size."""
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    return {**kept, "TERM": term, "COLORTERM": colors}


def without_layer(statement: str) -> list[str]:
    """Return a command that runs `statement` where Textual is of another version, so that the layer steps aside."""
    version = f"from imgmodels_tui.terminal import app; app.textual_version = lambda: {ANOTHER_VERSION!r}"
    return [sys.executable, "-c", f"{version}; {statement}"]


class Program:
    """A program that runs in a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str], environ: dict[str, str] | None = None) -> None:
        self.terminal = Terminal(COLUMNS, ROWS)
        self.received = 0
        self._leader, follower = pty.openpty()
        fcntl.ioctl(self._leader, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=environ or environment(),
            start_new_session=True,
        )
        os.close(follower)
        self._pending = b""

    def resize(self, columns: int, rows: int) -> None:
        self.terminal.resize(columns, rows)
        fcntl.ioctl(self._leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def type(self, data: str) -> None:
        os.write(self._leader, data.encode())

    def until(self, reached: Callable[[], bool]) -> None:
        """Show what the program sends until `reached`."""
        show_until(reached, [self])

    def read(self) -> None:
        """Show what the program has sent."""
        data = os.read(self._leader, 65536)
        self.received += len(data)
        # A read may end within a character or a sequence.
        self._pending += data
        try:
            text = self._pending.decode()
        except UnicodeDecodeError:
            return
        if not re.search(r"\x1b(\[[<=>?]?[0-9;$]*)?\Z", text):
            self._pending = b""
            self.terminal.feed(text)

    def fileno(self) -> int:
        return self._leader

    def shows(self, text: str) -> None:
        """Wait until `text` is shown."""
        self.until(lambda: any(text in line for line in self.terminal.text))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._leader)


def differing(programs: Sequence[Program]) -> Iterator[str]:
    """Tell what the programs show, and where it looks alike but is not."""
    for program in programs:
        yield from program.terminal.text
    for rows in zip(*(program.terminal.cells() for program in programs), strict=True):
        for cells in zip(*rows, strict=True):
            if len(set(cells)) > 1:
                yield str(cells)


def show_until(reached: Callable[[], bool], programs: Sequence[Program]) -> None:
    """Show what the programs of `programs` send until `reached`."""
    deadline = time.monotonic() + DEADLINE
    while not reached():
        readable, _, _ = select.select(programs, [], [], max(0.0, deadline - time.monotonic()))
        assert readable, "\n".join(differing(programs))
        for program in readable:
            program.read()


# Rich and Textual keep the codes of a style for the whole process, so only a process of its own shows what other
# colors make of it.
TERMINALS = {
    "24-bit": environment(),
    "256": environment(colors=""),
    "16": environment("xterm", ""),
    "tmux": {**environment("screen-256color", ""), "TMUX": "/tmp/tmux-0/default,1,0"},  # noqa: S108
    "screen": environment("screen-256color", ""),
}


class Scene(NamedTuple):
    """What is typed, what is then shown (or gone), and how many bytes that may cost."""

    keys: str
    text: str
    budget: int
    gone: bool = False

    def reached(self, program: Program) -> bool:
        return self.gone != any(self.text in line for line in program.terminal.text)


def play(scene: Scene, plain: Program, diff: Program) -> int:
    """Type the keys of `scene` in both programs; return what `diff` received until both show the same."""
    before = diff.received
    for program in (plain, diff):
        program.type(scene.keys)
    show_until(lambda: all(map(scene.reached, (plain, diff))), [plain, diff])
    show_until(lambda: diff.terminal.cells() == plain.terminal.cells(), [plain, diff])
    return diff.received - before


TMUX_CONFIGURATION = """\
set -g status off
set -g default-terminal tmux-256color
set -ga terminal-overrides ',*:Tc'
set -ga update-environment COLORTERM
"""
