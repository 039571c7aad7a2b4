"""The program on a bad line: it ends or goes on, leaves the terminal as it was, and never runs hot or stays behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from imgmodels_tui.terminal.connection import UNFINISHED
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.lock import locked
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.real.blocked_disk import hold_at
from tests.real.conftest import Start
from tests.real.early_resize import LARGE, SMALL
from tests.real.terminal import ENTER_ALTERNATE, LEAVE_ALTERNATE, TIMEOUT, Terminal, cpu_seconds, state_of

pytestmark = pytest.mark.real

READY = "q Quit"
WITHOUT_HANG_UP_SIGNAL = (
    sys.executable,
    "-ISc",
    (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); child = os.fork(); "
        "child or (os.setsid(), os.execvp(sys.argv[1], sys.argv[1:])); os.waitpid(child, 0)"
    ),
)
"""Starts a program in a session to which the terminal does not belong, and waits for it as long as it takes."""


ENDS = ("SIGHUP", "SIGTERM", "SIGINT", "SIGQUIT", "ctrl+q", "ctrl+\\")
LEFT_BY = ("cut", "SIGTERM", "ctrl+q")
"""How a program that is busy is left; all signals are handled alike."""


def end(terminal: Terminal, how: str) -> None:
    """End the program in one of these ways."""
    if how == "cut":
        terminal.cut()
    elif how.startswith("ctrl+"):
        terminal.type(chr(ord(how[-1].upper()) - ord("@")))
    else:
        terminal.process.send_signal(signal.Signals[how])


def ended(process: subprocess.Popen[bytes]) -> int:
    """How the program ended; it has a bounded time for it."""
    return process.wait(TIMEOUT)


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("when", ["begun", "shown", "dialog"])
def test_however_it_ends_the_terminal_is_as_it_was(start: Start, how: str, when: str) -> None:
    with start() as terminal:
        if when == "begun":
            terminal.wait_for(lambda: ENTER_ALTERNATE in terminal.raw, "the screen to be taken")
        else:
            terminal.until(READY)
        if when == "dialog":
            terminal.type("i")
            terminal.until("Manage image models")
        end(terminal, how)
        terminal.exit_code()
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw


@pytest.mark.usefixtures("layer")
def test_keys_are_the_programs_as_soon_as_the_screen_is(start: Start) -> None:
    with start(program=(sys.executable, "-m", "tests.real.wait_for_input")) as terminal:
        terminal.wait_for(lambda: ENTER_ALTERNATE in terminal.raw, "the screen to be taken")
        end(terminal, "ctrl+q")
        assert terminal.exit_code() == 0
        assert terminal.is_restored()


def test_it_ends_with_the_terminal_even_if_no_signal_tells_of_it(start: Start) -> None:
    with start(prefix=WITHOUT_HANG_UP_SIGNAL) as terminal:
        terminal.until(READY)
        terminal.cut()
        ended(terminal.process)


@pytest.mark.parametrize("how", ["cut", "SIGTERM", "SIGHUP", "SIGQUIT"])
def test_it_ends_even_while_the_line_takes_nothing_more(start: Start, how: str) -> None:
    with start() as terminal:
        terminal.until(READY)
        terminal.stall()
        end(terminal, how)
        ended(terminal.process)


@pytest.mark.parametrize("how", LEFT_BY)
def test_a_change_that_waits_for_another_writer_does_not_keep_it(start: Start, store: FileStore, how: str) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    before = store.path.read_bytes()
    with start() as terminal, locked(store.locations.lock, 0):
        terminal.until(READY)
        terminal.type("G ")
        terminal.until("❯ Recraft V3 SVG")
        end(terminal, how)
        ended(terminal.process)
    assert store.path.read_bytes() == before
    assert store.update(rules.Enable(("flux-2-max",))).state.revision == 2


@pytest.mark.parametrize("sync", [0, 1, 2], ids=["the new file", "the folder", "the history"])
@pytest.mark.parametrize("how", LEFT_BY)
def test_a_disk_that_does_not_answer_keeps_nobody_and_nothing_is_half_saved(
    start: Start, store: FileStore, tmp_path: Path, how: str, sync: int
) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    with start(program=(sys.executable, "-m", "tests.real.blocked_disk", str(tmp_path / "hold"))) as terminal:
        terminal.until(READY)
        terminal.wait_for(store.locations.prices.exists, "the first look at the prices")
        reached = hold_at(tmp_path / "hold", sync)
        terminal.type("G ")
        terminal.wait_for(reached.exists, "the disk to stop")
        end(terminal, how)
        code = ended(terminal.process)
        if how != "cut":
            terminal.exit_code()
            assert terminal.is_restored()
        if how == "ctrl+q":
            assert code == (3 if sync < 2 else 0)
            assert (UNFINISHED.encode().rstrip() in terminal.raw) == (sync < 2)
    made = sync > 0
    assert store.read().enabled_models == {"flux-2-pro", *(["recraft-v3-svg"] if made else [])}
    assert [change.revision for change in [*store.history()][::-1]] == list(range(1, 2 + made))
    assert store.update(rules.Enable(("flux-2-max",))).state.revision == 2 + made
    assert [change.revision for change in [*store.history()][::-1]] == list(range(1, 3 + made))
    assert not list(store.path.parent.glob(".*.tmp"))


@pytest.mark.parametrize("how", LEFT_BY)
def test_an_image_that_is_being_made_keeps_nobody(start: Start, store: FileStore, tmp_path: Path, how: str) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    program = (sys.executable, "-m", "tests.real.blocked_disk", str(tmp_path / "hold"))
    with start("--as-user", program=program) as terminal:
        terminal.until("Next image")
        reached = hold_at(tmp_path / "hold", 0)
        terminal.type("a city\r")
        terminal.wait_for(reached.exists, "the disk to stop")
        end(terminal, how)
        ended(terminal.process)
        if how != "cut":
            terminal.exit_code()
            assert terminal.is_restored()
            assert b"Traceback" not in terminal.raw
    pictures = Path(os.environ["XDG_DATA_HOME"]) / "imgmodels" / "pictures"
    assert [file.suffix for file in pictures.rglob("*.png")] in ([], [".png"])


@pytest.mark.parametrize("more", [0, 1, 20, 60])
def test_a_line_cut_at_any_moment_of_a_change_leaves_the_old_state_or_the_new(
    start: Start, store: FileStore, more: int
) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    with start() as terminal:
        terminal.until(READY)
        shown = len(terminal.raw)
        terminal.type("G ")
        terminal.wait_for(lambda: len(terminal.raw) >= shown + more, f"{more} bytes more")
        terminal.cut()
        ended(terminal.process)
    assert store.read().revision in {1, 2}
    assert [change.revision for change in [*store.history()][::-1]] == list(range(1, store.read().revision + 1))
    store.update(rules.Configure(image_generation=False))
    assert not list(store.path.parent.glob(".*.tmp"))


PAGES = {
    "1": "Default model",
    "2": "Next image",
    "3": "Which model when",
    "4": "What if a host",
    "5": "Per image at",
    "6": "1→2",
}
"""Each page's key, and what only that page says."""


@pytest.fixture
def used(store: FileStore) -> FileStore:
    """A workspace in which something happened."""
    store.update(rules.Enable(("flux-2-pro",)))
    store.update(rules.Enable(("flux-2-max",)))
    return store


@pytest.mark.usefixtures("used")
@pytest.mark.parametrize("size", [(1, 1), (2, 60), (500, 2), (59, 15)], ids=str)
def test_every_page_survives_any_size_and_comes_back(start: Start, size: tuple[int, int]) -> None:
    with start() as terminal:
        terminal.until(READY)
        for key, shown in PAGES.items():
            terminal.type(key)
            terminal.until(shown)
            terminal.resize(*size)
            terminal.wait_for(terminal.has_drawn, "the small screen")
            terminal.resize(80, 24)
            terminal.until_gone("imgmodels needs")
            terminal.until(shown)
            terminal.until_handled("j")
            if key == "2":
                terminal.type("\x1b")  # from the prompt, which would take the next page's key for text
                terminal.until("i Prompt")
        terminal.type("\x11")
        assert terminal.exit_code() == 0
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw


@pytest.mark.usefixtures("layer")
def test_of_two_sizes_in_quick_succession_the_last_one_counts(start: Start) -> None:
    with start(program=(sys.executable, "-m", "tests.real.early_resize")) as terminal:
        terminal.until(READY)
        terminal.until_quiet()
        terminal.resize(*SMALL)
        terminal.show_resized(*LARGE)
        terminal.wait_for(terminal.has_drawn, "the other size")
        terminal.until_handled("j")
        terminal.until_gone("imgmodels needs")
        terminal.until(READY)
        terminal.type("q")
        assert terminal.exit_code() == 0


@pytest.mark.usefixtures("layer")
def test_a_size_that_changes_while_the_program_starts_counts(start: Start) -> None:
    with start(program=(sys.executable, "-m", "tests.real.early_resize"), size=SMALL) as terminal:
        terminal.show_resized(*LARGE)
        terminal.until(READY)
        terminal.until_handled("j")
        terminal.until_gone("imgmodels needs")
        terminal.type("q")
        assert terminal.exit_code() == 0


DIALOGS = {
    "d": ("Default model ─", "enter Choose"),
    "\r": ("Provider's id", "esc Close"),
    "i": ("Manage image models", "esc Close"),
    "?": ("─ Keys", "↑↓ Scroll"),
    "c": ("Product configuration", "space Change"),
    ",": ("Preferences", "esc Close"),
    "\x10": ("Commands", "enter Choose"),
}


@pytest.mark.usefixtures("used")
@pytest.mark.parametrize("size", [(1, 1), (500, 2)], ids=str)
def test_every_dialog_survives_any_size_and_comes_back(start: Start, size: tuple[int, int]) -> None:
    with start() as terminal:
        for key, shown in DIALOGS.items():
            terminal.until(READY)
            terminal.type(key)
            terminal.until_gone(READY)
            terminal.until(*shown)
            terminal.resize(*size)
            terminal.wait_for(terminal.has_drawn, "the small screen")
            terminal.resize(80, 24)
            terminal.until(*shown)
            terminal.close_dialog()
        terminal.type("q")
        assert terminal.exit_code() == 0
        assert b"Traceback" not in terminal.raw


def test_it_rests_when_nobody_does_anything(start: Start) -> None:
    with start() as terminal:
        terminal.until(READY)
        terminal.resize(1, 1)
        terminal.resize(80, 24)
        terminal.until(READY)
        terminal.read_for(1.0)
        before = cpu_seconds(terminal.process.pid)
        terminal.read_for(2.0)
        assert cpu_seconds(terminal.process.pid) - before < 1.0  # a loop that runs hot takes all of the two seconds


@pytest.mark.usefixtures("used")
@pytest.mark.parametrize("key", PAGES)
def test_ctrl_z_goes_back_to_the_shell_and_fg_returns(start: Start, store: FileStore, key: str) -> None:
    with start(script="{command}; echo suspended $?; read; fg; echo left $?; read") as terminal:
        terminal.until(READY)
        terminal.type(key)
        terminal.until(PAGES[key])
        terminal.type("\x1a")
        terminal.until("suspended")
        assert terminal.raw.rfind(LEAVE_ALTERNATE) > terminal.raw.rfind(ENTER_ALTERNATE)
        before = terminal.raw.count(ENTER_ALTERNATE)
        terminal.type("\r")
        terminal.wait_for(lambda: terminal.raw.count(ENTER_ALTERNATE) > before, "the screen to be taken again")
        terminal.until(PAGES[key])
        if key == "1":
            terminal.type("G ")
            terminal.until("Recraft V3 SVG enabled")
        terminal.type("\x11")
        terminal.until("left 0")
        assert terminal.is_restored()
    assert ("recraft-v3-svg" in store.read().enabled_models) == (key == "1")


def test_ctrl_z_without_a_shell_to_come_back_from_stays(start: Start) -> None:
    with start() as terminal:
        terminal.until(READY)
        terminal.type("\x1a")
        terminal.until("No shell is there to come back from")
        assert state_of(terminal.process.pid) != "T"
        terminal.type("q")
        assert terminal.exit_code() == 0


@pytest.mark.parametrize(
    "script",
    ["nohup {command}; cat nohup.out", "{command} < /dev/null", "{command} 2> err; cat err", "TERM=dumb {command}"],
)
def test_what_is_no_terminal_is_refused_with_one_line(start: Start, script: str, tmp_path: Path) -> None:
    with start(script=f"cd {tmp_path}; {script}; echo ended; read") as terminal:
        terminal.until("ended")
        said = terminal.raw.decode().splitlines()
        assert [text for text in said if text.startswith("imgmodels: the page needs a terminal")]
        assert b"\x1b[?1049h" not in terminal.raw
        assert b"Traceback" not in terminal.raw


def test_output_into_a_file_is_no_reason_to_refuse(start: Start, tmp_path: Path) -> None:
    with start(script="{command} > " + str(tmp_path / "out") + "; echo ended $?; read") as terminal:
        terminal.until(READY)
        terminal.type("q")
        terminal.until("ended 0")
        assert terminal.is_restored()
    assert (tmp_path / "out").read_bytes() == b""
