"""Eight admins change one workspace as fast as they can, by the store and by the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.workspace.recovery import replay
from imgmodels_tui.workspace.state import WorkspaceState
from tests.torture.crowd import assert_rules_hold
from tests.torture.scenes import STAYING, store_in
from tests.torture.share import count

if TYPE_CHECKING:
    from imgmodels_tui.catalog import Catalog

ROOT = Path(__file__).parent.parent.parent


def test_no_change_of_any_admin_is_lost(ground: Path, catalog: Catalog) -> None:
    processes, changes = 8, count(full=250, share=20)
    run = subprocess.run(
        [sys.executable, "-m", "tests.torture.crowd", str(processes), str(changes), "10", ground],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["codes"] == [0] * processes, run.stderr

    store = store_in(ground, catalog)
    last = 1 + processes * changes
    assert store.read().revision == last
    lines = [json.loads(line) for line in store.locations.history.read_bytes().splitlines()]
    assert [line["revision"] for line in lines] == list(range(1, last + 1))
    # Every revision that somebody was told to be theirs is theirs, and nobody else was told so.
    told = sorted(revision for ways in found["told"].values() for way in ways.values() for revision in way)
    assert told == list(range(2, last + 1))
    for name, ways in found["told"].items():
        assert {line["by"] for line in lines if line["revision"] in ways["store"]} == {name}
    by_command = sum(len(ways["command"]) for ways in found["told"].values())
    assert by_command > 0
    print(f"\n{processes} processes, {last - 1} changes, {by_command} of them by the command")  # noqa: T201

    states = [WorkspaceState()]
    for change in store.history():
        states.append(replay(states[-1], [change]))
        assert_rules_hold(states[-1])
    assert [state.revision for state in states] == list(range(last + 1))
    assert states[-1] == store.read()
    assert {entry.name for entry in ground.iterdir()} == STAYING
