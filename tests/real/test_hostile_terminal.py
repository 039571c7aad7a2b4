"""A terminal that sends what nobody typed: the page stays as it is, goes on, and leaves nothing to the shell."""

from collections.abc import Callable
from pathlib import Path

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.hostile.terminal import ANSWERS, NO_UTF8
from tests.real.conftest import Start
from tests.real.pixels import PixelTerminal
from tests.real.terminal import IMGMODELS, environment

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("layer")]

PAGES = {"1": "Default model", "2": "Prompt", "3": "Guide", "4": "Hosting", "5": "Prices", "6": "History"}


@pytest.mark.parametrize("page", PAGES)
def test_nothing_that_was_not_typed_does_anything(start: Start, store: FileStore, page: str) -> None:
    store.update(rules.Enable(("flux-2-pro", "flux-2-max")))
    before = store.read()
    with start() as terminal:
        terminal.until("q Quit")
        terminal.type(page)
        terminal.until(PAGES[page])
        terminal.until_quiet()
        shown = terminal.text()
        for noise in (*ANSWERS.values(), *NO_UTF8.values()):
            terminal.send(noise)
        terminal.until_quiet()
        assert terminal.text() == shown
        terminal.type("\x11")
        assert terminal.exit_code() == 0
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw
    assert store.read() == before


@pytest.fixture
def opened(store: FileStore) -> Callable[[], PixelTerminal]:
    """Opens the page of models in a terminal with pixels."""
    store.update(rules.Enable(("flux-2-pro",)))
    return lambda: PixelTerminal([IMGMODELS, "--state", str(store.path)], environment(TERM="xterm-256color"))


def test_an_answer_that_comes_while_leaving_is_not_left_to_the_shell(opened: Callable[[], PixelTerminal]) -> None:
    with opened() as terminal:
        terminal.until("q Quit")
        terminal.type("2")
        terminal.until("Prompt")
        terminal.type("a city\r")
        terminal.until("Pro  a ci")
        terminal.type("\x1b")
        terminal.until("enter Show")
        terminal.late = b""
        terminal.type("\r")
        terminal.wait_for(lambda: bool(terminal.late), "the first question")
        terminal.type("\x11")
        terminal.wait_for(lambda: b"\x1b[?2004l" in terminal.raw, "the page to be left")
        terminal.send(terminal.late)
        assert terminal.exit_code() == 0
        assert terminal.is_restored()
        assert terminal.unread() == 0


def test_a_terminal_that_answers_nothing_is_asked_nothing_that_it_could_show(
    opened: Callable[[], PixelTerminal],
) -> None:
    with opened() as terminal:
        terminal.late = b""
        terminal.until("q Quit")
        terminal.type("2")
        terminal.until("Prompt")
        terminal.type("a city\r")
        terminal.until("Pro  a ci")
        terminal.type("\x1b")
        terminal.until("enter Show")
        terminal.type("\r")
        terminal.until("Drawn by")
        terminal.until("▀")
        assert set(terminal.asked) == {"cell", "attributes"}
        terminal.type("\x11")
        assert terminal.exit_code() == 0


def test_the_size_comes_from_the_terminal_alone(start: Start) -> None:
    with start(size=(100, 30), COLUMNS="61", LINES="17") as terminal:
        terminal.until("q Quit")
        assert len(terminal.text().splitlines()) > 17
        terminal.resize(120, 40)
        terminal.wait_for(lambda: len(terminal.text().splitlines()) == 40, "the larger page")
        terminal.type("q")
        assert terminal.exit_code() == 0


def test_a_screen_that_was_written_over_is_drawn_anew(start: Start) -> None:
    with start() as terminal:
        terminal.until("q Quit")
        terminal.until_quiet()
        shown = terminal.text()
        terminal.feed(b"\x1b[5;1HBroadcast message: the machine goes down")
        assert terminal.text() != shown
        terminal.type("\x0c")
        terminal.wait_for(lambda: terminal.text() == shown, "the page as it was")
        terminal.type("q")
        assert terminal.exit_code() == 0


@pytest.fixture(autouse=True)
def _pictures(home: Path) -> None:
    """Images are kept in the test's own folder."""
