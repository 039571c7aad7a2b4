"""Runs a program of the torture; all rounds of it with `IMGMODELS_TORTURE=full`, else a share."""

import os
import subprocess
import sys
from pathlib import Path

FULL = os.environ.get("IMGMODELS_TORTURE") == "full"
ROOT = Path(__file__).parents[2]


def count(*, full: int, share: int) -> int:
    """The number of rounds: `full` under `make torture`, `share` in the suite."""
    return full if FULL else share


def run_program(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `python -m tests.torture.NAME ARGUMENTS`, which must succeed."""
    command = [sys.executable, "-m", f"tests.torture.{name}", *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return run
