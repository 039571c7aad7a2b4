"""The program on a bad line: it ends or goes on, leaves the terminal as it was, and never runs hot or stays behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.lock import exclusive
from tests.real.conftest import IMGMODELS
from tests.real.line import Line, cpu_seconds, state_of
from tests.real.tty import PATIENCE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from imgmodels_tui.workspace.store import Store

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


@pytest.fixture
def line(state_file: Path) -> Callable[..., Line]:
    """Starts the program on the test's workspace at the end of a line."""

    def starting(*prefix: str, arguments: Sequence[str] = (), script: str | None = None, **environ: str) -> Line:
        command = [*prefix, IMGMODELS, "--state", str(state_file), *arguments]
        if script is not None:
            command = ["/bin/bash", "--norc", "-ic", script.format(command=" ".join(command))]
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
        return Line(command, inherited | {"LANG": "C.UTF-8"} | environ)

    return starting


def ended(process: subprocess.Popen[bytes]) -> int:
    """How the program ended; it has a bounded time for it."""
    return process.wait(PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_it_and_the_terminal_is_as_it_was(line: Callable[..., Line], number: signal.Signals) -> None:
    with line() as terminal:
        terminal.until(READY)
        terminal.process.send_signal(number)
        terminal.exit_code()
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw


def test_it_ends_with_the_terminal_even_if_no_signal_tells_of_it(line: Callable[..., Line]) -> None:
    with line(*WITHOUT_HANG_UP_SIGNAL) as terminal:
        terminal.until(READY)
        terminal.cut()
        ended(terminal.process)


@pytest.mark.parametrize("how", ["cut", "SIGTERM", "SIGHUP"])
def test_it_ends_even_while_the_line_takes_nothing_more(line: Callable[..., Line], how: str) -> None:
    with line() as terminal:
        terminal.until(READY)
        terminal.stall()
        if how == "cut":
            terminal.cut()
        else:
            terminal.process.send_signal(signal.Signals[how])
        ended(terminal.process)


@pytest.mark.parametrize("how", ["cut", "SIGTERM"])
def test_a_change_that_waits_for_another_writer_does_not_keep_it(
    line: Callable[..., Line], store: Store, how: str
) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    before = store.path.read_bytes()
    with line() as terminal, exclusive(store.locations.lock, 0):
        terminal.until(READY)
        terminal.type("G ")
        terminal.until("❯ Recraft V3 SVG")
        if how == "cut":
            terminal.cut()
        else:
            terminal.process.send_signal(signal.SIGTERM)
        ended(terminal.process)
    assert store.path.read_bytes() == before
    assert store.update(rules.Enable(("flux-2-max",))).state.revision == 2


def test_a_line_cut_at_any_moment_of_a_change_leaves_the_old_state_or_the_new(
    line: Callable[..., Line], store: Store
) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    for pause in (0.0, 0.002, 0.005, 0.01, 0.03):
        before = store.read().revision
        with line() as terminal:
            terminal.until(READY)
            terminal.type("G ")
            time.sleep(pause)  # the moment at which it is cut, not something that is waited for
            terminal.cut()
            ended(terminal.process)
        assert store.read().revision in {before, before + 1}
        assert [change.revision for change in store.history()] == list(range(1, store.read().revision + 1))
    store.update(rules.Configure(image_generation=False))
    assert not list(store.path.parent.glob(".*.tmp"))


@pytest.mark.parametrize("size", [(1, 1), (2, 60), (500, 2), (59, 15)], ids=str)
def test_it_survives_any_size_and_comes_back(line: Callable[..., Line], size: tuple[int, int]) -> None:
    with line() as terminal:
        terminal.until(READY)
        terminal.resize(*size)
        terminal.type(" d\x1b/x\x1b?")
        terminal.listen(0.3)
        terminal.resize(80, 24)
        terminal.type("\x1b")
        terminal.until_gone("imgmodels needs")
        terminal.type("\x11")
        assert terminal.exit_code() == 0
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw


def test_it_rests_when_nobody_does_anything(line: Callable[..., Line]) -> None:
    with line() as terminal:
        terminal.until(READY)
        terminal.resize(1, 1)
        terminal.resize(80, 24)
        terminal.until(READY)
        terminal.listen(1.0)
        before = cpu_seconds(terminal.process.pid)
        terminal.listen(2.0)
        assert cpu_seconds(terminal.process.pid) - before < 1.0  # a loop that runs hot takes all of the two seconds


def test_ctrl_z_goes_back_to_the_shell_and_fg_returns(line: Callable[..., Line], store: Store) -> None:
    with line(script="{command}; echo suspended $?; read; fg; echo left $?; read") as terminal:
        terminal.until(READY)
        terminal.type("\x1a")
        terminal.until("suspended")
        assert terminal.raw.rfind(b"\x1b[?1049l") > terminal.raw.rfind(b"\x1b[?1049h")
        terminal.type("\r")
        terminal.until(READY)
        terminal.type(" ")
        terminal.until("FLUX.2 Pro enabled")
        terminal.type("q")
        terminal.until("left 0")
        assert terminal.is_restored()
    assert store.read().enabled_models == {"flux-2-pro"}


def test_ctrl_z_without_a_shell_to_come_back_from_stays(line: Callable[..., Line]) -> None:
    with line() as terminal:
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
def test_what_is_no_terminal_is_refused_with_one_line(line: Callable[..., Line], script: str, tmp_path: Path) -> None:
    with line(script=f"cd {tmp_path}; {script}; echo ended; read") as terminal:
        terminal.until("ended")
        said = terminal.raw.decode().splitlines()
        assert [text for text in said if text.startswith("imgmodels: the page needs a terminal")]
        assert b"\x1b[?1049h" not in terminal.raw
        assert b"Traceback" not in terminal.raw


def test_output_into_a_file_is_no_reason_to_refuse(line: Callable[..., Line], tmp_path: Path) -> None:
    with line(script="{command} > " + str(tmp_path / "out") + "; echo ended $?; read") as terminal:
        terminal.until(READY)
        terminal.type("q")
        terminal.until("ended 0")
        assert terminal.is_restored()
    assert (tmp_path / "out").read_bytes() == b""
