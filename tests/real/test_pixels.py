"""An image in the pixels of a real pseudo-terminal: asked for late, taken away whole, and no answer is ever a key."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.real.pixels import KITTY, SIXEL, Indexed, PixelTerminal
from tests.real.terminal import IMGMODELS

pytestmark = pytest.mark.real

LISTED = "ctrl+q Quit"
IN_LIST = "? Keys  q Quit"
SHOWN = "Drawn by"
SAYS_SIXEL: dict[str, Any] = {"kitty": None, "attributes": b"62;4;22"}
SAYS_NEITHER: dict[str, Any] = {"kitty": None, "attributes": b"62;22"}
SILENT: dict[str, Any] = {"kitty": None, "attributes": None, "cell": None}


@pytest.fixture
def opened(store: FileStore, home: Path) -> Callable[..., PixelTerminal]:
    """Opens the program, as a user with one image, on a terminal with the given answers."""
    store.update(rules.Enable(("flux-2-pro",)))
    command = [IMGMODELS, "--state", str(store.path), "--as-user"]
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "TERM", "TMUX", "STY"))
    }
    environ = kept | {"LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    subprocess.run([*command, "generate", "a city at night"], env=environ, check=True, capture_output=True)

    def opening(
        size: tuple[int, int] = (80, 24), pictures: str = "", variables: dict[str, str] | None = None, **answers: Any
    ) -> PixelTerminal:
        if pictures:
            settings = home / ".config" / "imgmodels" / "settings.toml"
            settings.parent.mkdir(parents=True, exist_ok=True)
            settings.write_text(f'pictures = "{pictures}"\n')
        return PixelTerminal(command, environ | (variables or {}), *size, **answers)

    return opening


def go_to_the_images(terminal: PixelTerminal) -> None:
    terminal.until(LISTED)
    terminal.until("  a ci", "placeholder")
    terminal.type("\x1b")
    terminal.until(IN_LIST)


def show(terminal: PixelTerminal, sign: str) -> None:
    terminal.type("\r")
    terminal.until(SHOWN)
    terminal.until(sign)
    terminal.until("placeholder")


@pytest.mark.usefixtures("layer")
def test_in_kitty_an_image_is_placed_over_its_cells_and_deleted_with_its_dialog(
    opened: Callable[..., PixelTerminal],
) -> None:
    with opened() as terminal:
        go_to_the_images(terminal)
        assert terminal.asked == []
        before = terminal.cells()
        show(terminal, KITTY)
        assert terminal.asked == ["cell", "attributes", "kitty", "attributes"]
        assert list(terminal.placed.values()) == [Indexed(2, 1, 38, 19)]
        assert terminal.picture_bytes <= 34_000
        terminal.close_dialog()
        terminal.wait_for(lambda: not terminal.placed, "the picture to be deleted")
        terminal.until(IN_LIST)
        assert terminal.cells() == before
        terminal.type("q")
        assert terminal.exit_code() == 0


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
def test_a_sixel_image_is_written_over_with_its_dialog(
    opened: Callable[..., PixelTerminal], size: tuple[int, int]
) -> None:
    with opened(size, **SAYS_SIXEL) as terminal:
        go_to_the_images(terminal)
        show(terminal, SIXEL)
        placed = terminal.sixels[0]
        assert sum(line.count(SIXEL) for line in terminal.text().splitlines()) == placed.columns * placed.rows
        assert terminal.picture_bytes <= 67_000
        terminal.close_dialog()
        terminal.until(IN_LIST)
        terminal.until_gone(SIXEL)


@pytest.mark.usefixtures("layer")
def test_after_an_image_the_screen_is_what_it_is_with_half_blocks(opened: Callable[..., PixelTerminal]) -> None:
    after = {}
    for pictures in ("blocks", "kitty", "sixel"):
        with opened((100, 30), pictures) as terminal:
            go_to_the_images(terminal)
            show(terminal, {"blocks": "▀", "kitty": KITTY, "sixel": SIXEL}[pictures])
            terminal.close_dialog()
            terminal.until(IN_LIST)
            terminal.until_gone(KITTY)
            after[pictures] = terminal.cells()
    assert after["kitty"] == after["blocks"]
    assert after["sixel"] == after["blocks"]


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize(
    "answers", [{}, SAYS_SIXEL, SAYS_NEITHER, {**SAYS_NEITHER, "kitty": b"ENOTSUPPORTED:not\x07here"}], ids=str
)
def test_no_answer_is_taken_for_a_key(opened: Callable[..., PixelTerminal], answers: dict[str, Any]) -> None:
    with opened(**answers) as terminal:
        go_to_the_images(terminal)
        terminal.type("\r")
        terminal.until("placeholder")
        terminal.wait_for(lambda: "attributes" in terminal.asked, "the terminal to be asked")
        terminal.close_dialog()
        terminal.until(IN_LIST)
        terminal.type("i")
        terminal.until("esc Images")
        terminal.type("and")
        terminal.until("Prompt      and")


def test_a_terminal_that_says_nothing_is_shown_half_blocks(opened: Callable[..., PixelTerminal]) -> None:
    with opened(**SILENT) as terminal:
        go_to_the_images(terminal)
        show(terminal, "▀")
        assert terminal.picture_bytes < 60  # the question
        terminal.close_dialog()


def test_a_terminal_that_can_neither_is_shown_half_blocks(opened: Callable[..., PixelTerminal]) -> None:
    with opened(**SAYS_NEITHER) as terminal:
        go_to_the_images(terminal)
        show(terminal, "▀")
        assert not terminal.placed
        assert not terminal.sixels


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize(
    ("inside", "answers", "sign"),
    [
        ({"TMUX": "/run/tmux,1,0"}, {"attributes": b"1;2;4"}, SIXEL),
        ({"TMUX": "/run/tmux,1,0"}, {"attributes": b"1;2"}, "▀"),
        ({"TERM": "screen"}, {"attributes": b"1;2"}, "▀"),
    ],
    ids=["tmux that claims sixel", "tmux", "screen"],
)
def test_a_multiplexer_is_not_asked_about_kitty(
    opened: Callable[..., PixelTerminal], inside: dict[str, str], answers: dict[str, Any], sign: str
) -> None:
    with opened(variables=inside, **answers) as terminal:
        go_to_the_images(terminal)
        show(terminal, sign)
        assert terminal.asked == ["cell", "attributes"]
        assert not terminal.placed


def test_who_wants_half_blocks_gets_them_and_the_terminal_is_not_asked(opened: Callable[..., PixelTerminal]) -> None:
    with opened(pictures="blocks") as terminal:
        go_to_the_images(terminal)
        show(terminal, "▀")
        assert terminal.asked == []
        assert terminal.picture_bytes == 0


@pytest.mark.usefixtures("layer")
def test_another_size_draws_the_image_anew(opened: Callable[..., PixelTerminal]) -> None:
    with opened() as terminal:
        go_to_the_images(terminal)
        show(terminal, KITTY)
        terminal.resize(120, 40)
        terminal.wait_for(lambda: [placed.rows for placed in terminal.placed.values()] == [35], "a larger picture")
        terminal.resize(50, 12)
        terminal.until("imgmodels needs 60x16")
        terminal.wait_for(lambda: not terminal.placed, "the picture to be deleted")
        terminal.resize(80, 24)
        terminal.wait_for(lambda: len(terminal.placed) == 1, "the picture to come back")
        terminal.type("\x11")
        assert terminal.exit_code() == 0
        assert terminal.raw.rindex(b"\x1b_Ga=d") < terminal.raw.rindex(b"\x1b[?1049l")
        assert b"Traceback" not in terminal.raw


def test_doctor_says_by_which_means_images_are_shown(store: FileStore) -> None:
    command = [IMGMODELS, "--state", str(store.path), "doctor"]
    environ = {**os.environ, "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    for variable in ("TMUX", "STY", "TERM_PROGRAM"):
        environ.pop(variable, None)
    for answers, said in (
        ({}, "kitty, preferred auto; kitty yes, sixel no, a cell is 10x20"),
        (SAYS_SIXEL, "sixel, preferred auto; kitty no, sixel yes, a cell is 10x20"),
        (SILENT, "blocks, preferred auto; the terminal did not answer"),
    ):
        with PixelTerminal(command, environ, 120, 40, **answers) as terminal:
            assert terminal.exit_code() == 0
            assert re.search(rf"\n  pictures +{said}\n", terminal.text())
            assert terminal.modes() == terminal.modes_before
