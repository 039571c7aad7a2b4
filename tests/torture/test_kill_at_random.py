"""`kill -9` at random moments of a busy writer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.torture.counts import count

ROOT = Path(__file__).parent.parent.parent


def test_a_writer_killed_at_random_moments_loses_nothing_that_it_said_was_done(ground: Path) -> None:
    rounds = count(full=1000, share=60)
    run = subprocess.run(
        [sys.executable, "-m", "tests.torture.busy_writer", str(rounds), "5", ground],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["rounds"] == rounds
    assert found["changes"] > 2 * rounds  # the writers were at work when they were killed
    print(f"\n{found['rounds']} kills in {found['changes']} changes, {found['unsaid']} of them not yet reported")  # noqa: T201
