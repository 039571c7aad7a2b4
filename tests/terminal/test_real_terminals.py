"""In a real pseudo-terminal and in a real tmux, the toy shows the same with the layer as without it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .recording import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

pytestmark = pytest.mark.real

TOY = [sys.executable, str(Path(__file__).with_name("toys.py"))]
COLUMNS, ROWS = 100, 30
DEADLINE = 20.0
"""Seconds after which what is waited for will not come any more."""


def environment() -> dict[str, str]:
    """Return an environment in which only the pseudo-terminal tells its size."""
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


class Session:
    """A program that runs in a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str]) -> None:
        self.terminal = Terminal(COLUMNS, ROWS)
        self.received = 0
        self._leader, follower = pty.openpty()
        fcntl.ioctl(self._leader, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            command, stdin=follower, stdout=follower, stderr=follower, env=environment(), start_new_session=True
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

    def shows(self, text: str, row: int | None = None) -> None:
        """Wait until `text` is shown, in `row` or anywhere."""
        self.until(lambda: any(text in line for line in self.terminal.text[slice(row, row and row + 1)]))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._leader)


def show_until(reached: Callable[[], bool], sessions: Sequence[Session]) -> None:
    """Show what the programs of `sessions` send until `reached`."""
    deadline = time.monotonic() + DEADLINE
    while not reached():
        readable, _, _ = select.select(sessions, [], [], max(0.0, deadline - time.monotonic()))
        assert readable, "\n".join(line for session in sessions for line in session.terminal.text)
        for session in readable:
            session.read()


@pytest.fixture
def sessions() -> Iterator[dict[str, Session]]:
    opened = {kind: Session([*TOY, kind]) for kind in ("plain", "diff")}
    yield opened
    for session in opened.values():
        session.close()


STORY: Sequence[tuple[str, str]] = (
    ("", "▌ ○ model-00000"),
    ("\x1b[B", "▌ ○ model-00001"),
    ("\x1b[6~", "▌ ○ model-00029"),
    ("\x1b[A", "▌ ○ model-00028"),
    (" ", "▌ ● model-00028"),
    ("d", "Replace the default"),
    ("x漢y", "x漢y"),
    ("\x1bOP", "▌ ● model-00028"),
    ("\x1b[F", "▌ ○ model-00199"),
)


def test_a_pseudo_terminal_shows_the_same(sessions: dict[str, Session]) -> None:
    for keys, shown in STORY:
        for session in sessions.values():
            session.type(keys)
            session.shows(shown)
    plain, diff = sessions["plain"], sessions["diff"]
    show_until(lambda: diff.terminal.cells() == plain.terminal.cells(), [plain, diff])
    assert diff.received < plain.received / 4


def test_a_program_that_was_stopped_is_whole_again_when_it_continues(sessions: dict[str, Session]) -> None:
    session = sessions["diff"]
    session.shows("▌ ○ model-00000")
    session.type("\x1b[B")
    session.shows("▌ ○ model-00001")
    before = session.terminal.cells()
    session.process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(session.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    session.terminal.feed("\x1b[2J\x1b[H$ fg")
    session.process.send_signal(signal.SIGCONT)
    session.until(lambda: session.terminal.cells() == before)
    session.type("\x1b[B")
    session.shows("▌ ○ model-00002")


@pytest.fixture
def tmux_sessions(tmp_path: Path) -> Iterator[dict[str, Session]]:
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("tmux is not installed, so nothing is known of it here")
    configuration = tmp_path / "tmux.conf"
    configuration.write_text(
        "set -g status off\nset -g default-terminal tmux-256color\nset -ga terminal-overrides ',*:Tc'\n"
        "set -ga update-environment COLORTERM\n"
    )
    command = [program, "-f", str(configuration), "-S"]
    opened = {
        kind: Session([*command, str(tmp_path / kind), "new-session", *TOY, kind]) for kind in ("plain", "diff")
    }
    yield opened
    for kind, session in opened.items():
        subprocess.run([*command, str(tmp_path / kind), "kill-server"], check=False)
        session.close()


def visible(session: Session) -> list[list[tuple[object, ...]]]:
    """Return what can be seen of each cell. tmux forgets the foreground of a cell that was erased."""
    return [
        [cell[:1] + cell[2:] if cell.text == " " and not (cell.underline or cell.strike or cell.reverse) else cell]
        for row in session.terminal.cells()
        for cell in row
    ]


def test_tmux_shows_the_same(tmux_sessions: dict[str, Session]) -> None:
    plain, diff = tmux_sessions["plain"], tmux_sessions["diff"]
    for keys, shown in STORY:
        for session in tmux_sessions.values():
            session.type(keys)
            session.shows(shown)
    show_until(lambda: visible(diff) == visible(plain), [plain, diff])
    for session in tmux_sessions.values():
        session.resize(81, 21)
        session.shows("▌ ○ model-00199")
        session.type("\x1b[H")
        session.shows("▌ ○ model-00000", 1)
    show_until(lambda: visible(diff) == visible(plain), [plain, diff])
