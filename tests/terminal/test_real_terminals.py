"""In real pseudo-terminals and in a real tmux, the toy and every page show the same with the layer as without it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.conftest import CountingClock
from tests.terminal.conftest import ENABLED
from tests.terminal.programs import TERMINALS, TMUX_CONFIGURATION, Program, Scene, play, without_layer

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("layer")]

_TOYS = Path(__file__).with_name("toys.py")
TOYS = {
    "plain": [sys.executable, str(_TOYS), "plain"],
    "diff": [sys.executable, str(_TOYS), "diff"],
    "aside": without_layer(f"import runpy; runpy.run_path({str(_TOYS)!r}, run_name='__main__')"),
}


@pytest.fixture
def programs(request: pytest.FixtureRequest) -> Iterator[dict[str, Program]]:
    environ = TERMINALS[getattr(request, "param", "24-bit")]
    with Program(TOYS["plain"], environ) as plain, Program(TOYS["diff"], environ) as diff:
        yield {"plain": plain, "diff": diff}


TOY_STORY = (
    Scene("", "▌ ○ model-00000", 14_600),
    Scene("\x1b[B", "▌ ○ model-00001", 120),
    Scene("\x1b[6~", "▌ ○ model-00039", 3_500),
    Scene("\x1b[A", "▌ ○ model-00038", 120),
    Scene(" ", "▌ ● model-00038", 120),
    Scene("d", "Replace the default", 6_500),
    Scene("x漢y", "x漢y", 360),
    Scene("\x1bOP", "Replace the default", 7_500, gone=True),
    Scene("\x1b[F", "▌ ○ model-00199", 3_500),
)


@pytest.mark.parametrize("programs", [name for name in TERMINALS if name != "screen"], indirect=True)
def test_a_pseudo_terminal_shows_the_same_within_the_budgets(programs: dict[str, Program]) -> None:
    for scene in TOY_STORY:
        assert play(scene, **programs) <= scene.budget, scene
    assert programs["diff"].cells() == programs["plain"].cells()
    assert programs["diff"].received < programs["plain"].received / 3


@pytest.mark.parametrize("programs", ["screen"], indirect=True)
def test_a_terminal_that_erases_to_the_default_background_shows_the_same(programs: dict[str, Program]) -> None:
    for scene in TOY_STORY:
        play(scene, **programs)
    assert programs["diff"].received < programs["plain"].received / 2


def is_stopped(child: int) -> bool:
    """Whether a child has stopped since this was last asked; it may write before it does, and must be read."""
    changed, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
    return changed != 0 and os.WIFSTOPPED(status)


@pytest.mark.parametrize("kind", ["diff", "aside"])
def test_a_program_that_was_stopped_is_whole_again_when_it_continues(kind: str) -> None:
    with Program(TOYS[kind]) as program:
        program.until("▌ ○ model-00000")
        program.type("\x1b[B")
        program.until("▌ ○ model-00001")
        before = program.cells()
        program.process.send_signal(signal.SIGTSTP)
        program.wait_for(lambda: is_stopped(program.process.pid), "the program to stop")
        program.cells()
        program.screen.feed("\x1b[2J\x1b[H$ fg")
        program.process.send_signal(signal.SIGCONT)
        program.wait_for(lambda: program.cells() == before, "what was shown before it was stopped")
        program.type("\x1b[B")
        program.until("▌ ○ model-00002")


@contextmanager
def tmux(folder: Path, kind: str, *command: str, environ: dict[str, str] | None = None) -> Iterator[Program]:
    """A program in a tmux of its own."""
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("tmux is not installed, so nothing is known of it here")
    configuration = folder / "tmux.conf"
    configuration.write_text(TMUX_CONFIGURATION)
    server = [program, "-f", str(configuration), "-S", str(folder / f"{kind}.socket")]
    try:
        with Program([*server, "new-session", *command], environ) as opened:
            yield opened
    finally:
        subprocess.run([*server, "kill-server"], check=False)


def test_tmux_shows_the_same(tmp_path: Path) -> None:
    with tmux(tmp_path, "plain", *TOYS["plain"]) as plain, tmux(tmp_path, "diff", *TOYS["diff"]) as diff:
        for scene in TOY_STORY:
            play(scene, plain, diff)
        for program in (plain, diff):
            program.resize(81, 21)
            program.until("▌ ○ model-00199")
        play(Scene("\x1b[H", "▌ ○ model-00000", 0), plain, diff)


DOWN, HOME, ESCAPE, PALETTE = "\x1b[B", "\x1b[H", "\x1b", "\x10"
PAGES_STORY = (
    Scene("", "GPT Image 2", 14_600),
    Scene(DOWN, "❯ FLUX.2 Max", 800),  # with the details below, which follow a little later
    Scene(" ", "FLUX.2 Max enabled", 1_200),
    Scene("/", "14 of 14 models", 3_000),
    Scene("recraft", "/ recraft ", 9_000),
    Scene(ESCAPE, "/ recraft ", 7_500, gone=True),
    Scene("d", "keep their model", 7_500),
    Scene(ESCAPE, "keep their model", 7_500, gone=True),
    Scene("?", "Go to Guide", 6_000),
    Scene(ESCAPE, "Go to Guide", 7_500, gone=True),
    Scene(PALETTE, "Commands", 6_000),
    Scene("hosting", "Go to Hosting", 6_000),
    Scene(ESCAPE, "Go to Hosting", 7_500, gone=True),
    Scene("3", "Why", 9_000),
    Scene("4", "Maker ≠ host", 9_000),
    Scene("x", "Without", 3_000),
    Scene("5", "margin", 9_000),
    Scene("6", "alice", 9_000),
    Scene("1", "Hosted by", 9_000),
    Scene(HOME, "❯ FLUX.2 Pro", 3_500),
    Scene("2", "Prompt", 9_000),
    Scene("lamp", "lamp", 600),
)  # fmt: skip


PAGES = {
    "plain": without_layer("from imgmodels_tui.cli import main; main()"),
    "diff": [sys.executable, "-m", "imgmodels_tui"],
}


def page(folder: Path, catalog: Catalog, clock: CountingClock, kind: str) -> tuple[list[str], dict[str, str]]:
    """How the program is started, without or with the layer, on a workspace and a home of its own."""
    state = folder / kind / "workspace.json"
    FileStore(locate(state), catalog, user="alice", clock=clock).update(rules.Enable(ENABLED))
    return [*PAGES[kind], "--state", str(state)], {"HOME": str(folder / kind), "LANG": "C.UTF-8"}


@pytest.mark.parametrize("terminal", ["24-bit", "256", "16"])
def test_every_page_shows_the_same(tmp_path: Path, catalog: Catalog, clock: CountingClock, terminal: str) -> None:
    (plain_page, one), (diff_page, other) = (page(tmp_path, catalog, clock, kind) for kind in PAGES)
    own = TERMINALS[terminal]
    with Program(plain_page, own | one) as plain, Program(diff_page, own | other) as diff:
        for scene in PAGES_STORY:
            assert play(scene, plain, diff) <= scene.budget, scene
        assert diff.received < plain.received / 3


def test_every_page_shows_the_same_in_tmux(tmp_path: Path, catalog: Catalog, clock: CountingClock) -> None:
    (plain_page, one), (diff_page, other) = (page(tmp_path, catalog, clock, kind) for kind in PAGES)
    own = TERMINALS["24-bit"]
    with (
        tmux(tmp_path, "plain", *plain_page, environ=own | one) as plain,
        tmux(tmp_path, "diff", *diff_page, environ=own | other) as diff,
    ):
        for scene in PAGES_STORY:
            play(scene, plain, diff)
