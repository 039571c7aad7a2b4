"""In real pseudo-terminals and in a real tmux, every page shows the same with the layer as without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import Store
from tests.terminal.programs import TERMINALS, TMUX_CONFIGURATION, Program, Scene, play
from tests.traffic.conftest import ENABLED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imgmodels_tui.catalog import Catalog
    from tests.conftest import CountingClock

pytestmark = pytest.mark.real

DOWN, HOME, ESCAPE, PALETTE = "\x1b[B", "\x1b[H", "\x1b", "\x10"
STORY = (
    Scene("", "GPT Image 2", 14_600),
    Scene(DOWN, "❯ FLUX.2 Max", 120),
    Scene(" ", "FLUX.2 Max enabled", 320),
    Scene("/", "14 of 14 models", 3_000),
    Scene("recraft", "/ recraft ", 9_000),
    Scene(ESCAPE, "/ recraft ", 6_000, gone=True),
    Scene("d", "keep their model", 6_000),
    Scene(ESCAPE, "keep their model", 6_000, gone=True),
    Scene("?", "Go to Guide", 6_000),
    Scene(ESCAPE, "Go to Guide", 6_000, gone=True),
    Scene(PALETTE, "Commands", 6_000),
    Scene("hosting", "Go to Hosting", 6_000),
    Scene(ESCAPE, "Go to Hosting", 6_000, gone=True),
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


@contextmanager
def both(
    folder: Path, catalog: Catalog, clock: CountingClock, environ: dict[str, str], *prefix: str
) -> Iterator[dict[str, Program]]:
    """The program twice, without and with the layer, each on a workspace and a home of its own."""
    opened = {}
    for kind, layer in (("plain", "0"), ("diff", "1")):
        state = folder / kind / "workspace.json"
        Store(locate(state), catalog, user="alice", clock=clock).update(rules.Enable(ENABLED))
        own = {**environ, "IMGMODELS_CELL_DIFF": layer, "HOME": str(folder / kind), "LANG": "C.UTF-8"}
        words = [word.format(kind=kind) for word in prefix]
        opened[kind] = Program([*words, sys.executable, "-m", "imgmodels_tui", "--state", str(state)], own)
    try:
        yield opened
    finally:
        for program in opened.values():
            program.close()


@pytest.mark.parametrize("terminal", ["24-bit", "256", "16"])
def test_every_page_shows_the_same(tmp_path: Path, catalog: Catalog, clock: CountingClock, terminal: str) -> None:
    with both(tmp_path, catalog, clock, TERMINALS[terminal]) as programs:
        for scene in STORY:
            assert play(scene, **programs) <= scene.budget, scene
        assert programs["diff"].received < programs["plain"].received / 3


def test_every_page_shows_the_same_in_tmux(tmp_path: Path, catalog: Catalog, clock: CountingClock) -> None:
    tmux = shutil.which("tmux")
    if tmux is None:
        pytest.skip("tmux is not installed, so nothing is known of it here")
    configuration = tmp_path / "tmux.conf"
    configuration.write_text(TMUX_CONFIGURATION)
    command = [tmux, "-f", str(configuration), "-S", str(tmp_path / "{kind}.socket")]
    with both(tmp_path, catalog, clock, TERMINALS["24-bit"], *command, "new-session") as programs:
        try:
            for scene in STORY:
                play(scene, **programs)
        finally:
            for kind in programs:
                subprocess.run([*(word.format(kind=kind) for word in command), "kill-server"], check=False)
