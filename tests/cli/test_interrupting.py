"""Ctrl+c ends a command in silence, however early it comes."""

import signal
import subprocess
import sys

import pytest

WHEN = """
import os, signal, sys

def interrupt(event, arguments):
    if event == "import" and arguments[0] == {module!r}:
        os.kill(os.getpid(), signal.SIGINT)

from imgmodels_tui.__main__ import main
sys.addaudithook(interrupt)
sys.argv[1:] = ["list"]
main()
"""


@pytest.mark.parametrize(
    "module", ["click", "platformdirs", "imgmodels_tui.cli.main", "imgmodels_tui.workspace.queries.model_filter"]
)
def test_an_interruption_while_it_loads_is_no_traceback(module: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", WHEN.format(module=module)], capture_output=True, text=True, check=False
    )
    assert run.returncode in {130, -signal.SIGINT}
    assert (run.stdout, run.stderr) == ("", "")
