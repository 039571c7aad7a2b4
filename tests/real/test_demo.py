"""The demonstration in a real terminal: its folder is gone however it ends, and no workspace comes to be."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.real.conftest import Start
from tests.real.terminal import IMGMODELS

pytestmark = pytest.mark.real


@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGHUP], ids=["q", "SIGTERM", "SIGHUP"])
def test_nothing_of_the_demonstration_is_left(
    start: Start, tmp_path: Path, home: Path, state_file: Path, number: signal.Signals | None
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with start("demo", TMPDIR=str(temporary)) as terminal:
        terminal.until("A fresh workspace")
        assert [path.name.startswith("imgmodels-demo-") for path in temporary.iterdir()] == [True]
        terminal.type("nnnnnn")
        terminal.until("shop now uses GPT Image 2")
        if number is None:
            terminal.type("q")
        else:
            terminal.process.send_signal(number)
        assert terminal.exit_code() == 0
        assert terminal.modes() == terminal.modes_before
    assert list(temporary.iterdir()) == []
    assert not state_file.parent.exists()
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_without_a_terminal_it_says_so() -> None:
    run = subprocess.run([IMGMODELS, "demo"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr == b"imgmodels: the demonstration needs a terminal; see `imgmodels demo --help`\n"
