"""The README's tour and its questions, played in the real program as they are written."""

import subprocess
from pathlib import Path

import pytest

from tests.real.conftest import Start
from tests.real.terminal import IMGMODELS, Terminal, environment

pytestmark = pytest.mark.real

ESCAPE, ENTER, CHOOSE_MODEL = "\x1b", "\r", "\x0f"


def run(state_file: Path, *arguments: str) -> None:
    """Run a command in a second terminal."""
    command = [IMGMODELS, "--state", str(state_file), *arguments]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, env=environment())


def play(terminal: Terminal, *steps: tuple[str, str]) -> None:
    """Type each step's keys, and wait until what follows is on the screen."""
    for keys, text in steps:
        terminal.type(keys)
        terminal.until(text)


def close(terminal: Terminal, text: str) -> None:
    """Close a dialog, and wait until it is gone."""
    terminal.type(ESCAPE)
    terminal.until_gone(text)


def test_the_tour_from_first_to_last_step(start: Start, state_file: Path) -> None:
    with start(size=(120, 40)) as page:
        page.until("Nothing is enabled yet")
        play(
            page,
            ("B", "Default model  FLUX.2 Pro"),
            ("j", "❯ FLUX.2 Max"),
            ("]", "❯ GPT Image 1 "),
            ("[", "❯ FLUX.2 Pro"),
        )
        play(page, ("d", "keep their model"))
        close(page, "keep their model")
        play(page, (" ", "Disable FLUX.2 Pro?"))
        close(page, "Disable FLUX.2 Pro?")
        play(page, (ENTER, "esc Close"))
        close(page, "esc Close")
        play(page, ("3", "Which model when"), ("e", "Enable: Top image quality"), (ENTER, "4 of 4 on"))
        play(page, ("6", "1→2"), ("u", "Revert revision 2"), (ENTER, "2→3"))
        play(page, ("1", "Default model"), ("c", "Policy"))
        close(page, "Policy ")
        run(state_file, "disable", "flux-2-flex")
        page.until("FLUX.2 Flex disabled")

        with start("--as-user", size=(80, 24)) as user:
            user.until("Prompt")
            play(user, (CHOOSE_MODEL, "Model of session"), ("gemini", "❯ Gemini 2.5 Flash Image"))
            play(user, (ENTER, "Next image  Gemini 2.5 Flash Image"))
            run(state_file, "disable", "gemini-2.5-flash-image")
            user.until("the next image uses FLUX.2 Pro")
            play(user, ("a lamp", "a lamp"), (ENTER, "session now uses FLUX.2"))
            run(state_file, "config", "image-generation", "off")
            user.until("Image generation is off")


def test_the_questions_are_answered_in_a_few_keys(start: Start, state_file: Path) -> None:
    run(state_file, "enable", "flux-2-pro", "gpt-image-2", "gemini-2.5-flash-image")
    with start(size=(120, 40)) as page:
        page.until("Default model")
        play(
            page,
            ("5", "Cheapest first"),
            ("/", "14 of 14"),
            ("region:eu ref:yes", "7 of 14"),
            (ENTER, "❯ FLUX.2 Klein"),
        )
        play(page, ("4", "What if a host"), ("X", "Without"), ("a", "Do without"))
        close(page, "Do without")
        play(page, ("6", "0→1"), (ENTER, "esc Close"))
        close(page, "esc Close")
        play(page, ("u", "Revert revision 1"))
