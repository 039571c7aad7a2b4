"""`kill -9` at random moments of a busy writer."""

import json
from pathlib import Path

from tests.torture.counts import count, run_program


def test_a_writer_killed_at_random_moments_loses_nothing_that_it_said_was_done(ground: Path) -> None:
    rounds = count(full=1000, share=60)
    found = json.loads(run_program("busy_writer", rounds, 5, ground).stdout)
    assert found["rounds"] == rounds
    assert found["changes"] > 2 * rounds  # the writers were at work when they were killed
    print(f"\n{found['rounds']} kills in {found['changes']} changes, {found['unsaid']} of them not yet reported")  # noqa: T201
