"""Programs in pseudo-terminals of their own, two of which can be compared while they are typed at."""

import codecs
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from tests.real.terminal import Terminal
from tests.terminal.recording import Cell
from tests.terminal.recording import Terminal as Screen

COLUMNS, ROWS = 120, 40
ANOTHER_VERSION = "8.99.0"
"""A version of Textual that the layer does not know."""


def environment(term: str = "xterm-256color", colors: str = "truecolor") -> dict[str, str]:
    """Return an environment in which only the pseudo-terminal tells its size."""
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    return {**kept, "TERM": term, "COLORTERM": colors}


def without_layer(statement: str) -> list[str]:
    """Return a command that runs `statement` where Textual is of another version, so that the layer steps aside."""
    version = f"from imgmodels_tui.terminal import app; app.textual_version = lambda: {ANOTHER_VERSION!r}"
    return [sys.executable, "-c", f"{version}; {statement}"]


class Program(Terminal):
    """A program that runs in a pseudo-terminal of its own, with the look of each cell."""

    def __init__(self, command: Sequence[str], environ: dict[str, str] | None = None) -> None:
        self.screen = Screen(COLUMNS, ROWS)
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        super().__init__(command, environ or environment(), COLUMNS, ROWS)

    @property
    def received(self) -> int:
        """How many bytes the program has sent."""
        return len(self.raw)

    def cells(self) -> list[list[Cell]]:
        """What the terminal shows of what has come."""
        self.text()
        return self.screen.cells()

    def text(self) -> str:
        super().text()
        return "\n".join(self.screen.text)

    def feed(self, arrived: bytes) -> None:
        self.screen.feed(self._decode(arrived))

    def show_resized(self, columns: int, lines: int) -> None:
        super().show_resized(columns, lines)
        self.screen.resize(columns, lines)


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

    def wait(self, program: Program) -> None:
        """Wait until the program shows it."""
        if self.gone:
            program.until_gone(self.text)
        else:
            program.until(self.text)


def play(scene: Scene, plain: Program, diff: Program) -> int:
    """Type the keys of `scene` in both programs; return what `diff` received until both show the same."""
    before = diff.received
    for program in (plain, diff):
        program.type(scene.keys)
    for program in (plain, diff):
        scene.wait(program)

    def alike() -> bool:
        plain.read(0)
        return diff.cells() == plain.cells()

    diff.wait_for(alike, f"the same as without the layer after {scene.keys!r}")
    return diff.received - before


TMUX_CONFIGURATION = """\
set -g status off
set -g default-terminal tmux-256color
set -ga terminal-overrides ',*:Tc'
set -ga update-environment COLORTERM
"""
