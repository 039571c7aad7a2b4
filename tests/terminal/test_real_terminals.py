"""In a real pseudo-terminal and in a real tmux, the toy shows the same with the layer as without it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .programs import TERMINALS, TMUX_CONFIGURATION, Program, Scene, play

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real

TOY = [sys.executable, str(Path(__file__).with_name("toys.py"))]


@pytest.fixture
def programs(request: pytest.FixtureRequest) -> Iterator[dict[str, Program]]:
    environ = TERMINALS[getattr(request, "param", "24-bit")]
    opened = {kind: Program([*TOY, kind], environ) for kind in ("plain", "diff")}
    yield opened
    for program in opened.values():
        program.close()


STORY = (
    Scene("", "▌ ○ model-00000", 14_600),
    Scene("\x1b[B", "▌ ○ model-00001", 120),
    Scene("\x1b[6~", "▌ ○ model-00039", 3_500),
    Scene("\x1b[A", "▌ ○ model-00038", 120),
    Scene(" ", "▌ ● model-00038", 120),
    Scene("d", "Replace the default", 6_500),
    Scene("x漢y", "x漢y", 360),
    Scene("\x1bOP", "Replace the default", 6_000, gone=True),
    Scene("\x1b[F", "▌ ○ model-00199", 3_500),
)


@pytest.mark.parametrize("programs", [name for name in TERMINALS if name != "screen"], indirect=True)
def test_a_pseudo_terminal_shows_the_same_within_the_budgets(programs: dict[str, Program]) -> None:
    for scene in STORY:
        assert play(scene, **programs) <= scene.budget, scene
    assert programs["diff"].terminal.cells() == programs["plain"].terminal.cells()
    assert programs["diff"].received < programs["plain"].received / 3


@pytest.mark.parametrize("programs", ["screen"], indirect=True)
def test_a_terminal_that_erases_to_the_default_background_shows_the_same(programs: dict[str, Program]) -> None:
    for scene in STORY:
        play(scene, **programs)
    assert programs["diff"].received < programs["plain"].received / 2


def test_a_program_that_was_stopped_is_whole_again_when_it_continues(programs: dict[str, Program]) -> None:
    program = programs["diff"]
    program.shows("▌ ○ model-00000")
    program.type("\x1b[B")
    program.shows("▌ ○ model-00001")
    before = program.terminal.cells()
    program.process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(program.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    program.terminal.feed("\x1b[2J\x1b[H$ fg")
    program.process.send_signal(signal.SIGCONT)
    program.until(lambda: program.terminal.cells() == before)
    program.type("\x1b[B")
    program.shows("▌ ○ model-00002")


@pytest.fixture
def tmux_programs(tmp_path: Path) -> Iterator[dict[str, Program]]:
    tmux = shutil.which("tmux")
    if tmux is None:
        pytest.skip("tmux is not installed, so nothing is known of it here")
    configuration = tmp_path / "tmux.conf"
    configuration.write_text(TMUX_CONFIGURATION)
    command = [tmux, "-f", str(configuration), "-S"]
    opened = {kind: Program([*command, str(tmp_path / kind), "new-session", *TOY, kind]) for kind in ("plain", "diff")}
    yield opened
    for kind, program in opened.items():
        subprocess.run([*command, str(tmp_path / kind), "kill-server"], check=False)
        program.close()


def test_tmux_shows_the_same(tmux_programs: dict[str, Program]) -> None:
    for scene in STORY:
        play(scene, **tmux_programs)
    for program in tmux_programs.values():
        program.resize(81, 21)
        program.shows("▌ ○ model-00199")
    play(Scene("\x1b[H", "▌ ○ model-00000", 0), **tmux_programs)
