"""Eight admins change one workspace as fast as they can: two at the page, the others by commands and by the store."""

import json
from pathlib import Path

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace.file_store.recoverable import replay
from imgmodels_tui.workspace.state import WorkspaceState
from tests.torture.counts import count, run_program
from tests.torture.crowd import assert_rules_hold
from tests.torture.scenes import STAYING, store_in


def test_no_change_of_any_admin_is_lost(ground: Path, catalog: Catalog) -> None:
    processes, pages, changes = 8, 2, count(full=250, share=20)
    run = run_program("crowd", processes, pages, changes, 10, ground / "workspace.json")
    found = json.loads(run.stdout)
    assert found["codes"] == [0] * processes, run.stderr

    store = store_in(ground, catalog)
    last = store.read().revision
    assert last > processes * changes
    lines = [json.loads(line) for line in store.locations.history.read_bytes().splitlines()]
    assert [line["revision"] for line in lines] == list(range(1, last + 1))
    # Every revision that somebody was told to be theirs is theirs, and nobody else was told so.
    told = sorted(revision for ways in found["told"].values() for way in ways.values() for revision in way)
    assert told == list(range(2, last + 1))
    counted = dict.fromkeys(("store", "command", "page"), 0)
    for name, mine in found["told"].items():
        assert sum(map(len, mine.values())) >= changes
        for way, revisions in mine.items():
            counted[way] += len(revisions)
            if way != "command":  # there, the operating system says who it was
                assert {line["by"] for line in lines if line["revision"] in revisions} == {name}
    assert all(counted.values())
    print(f"\n{processes} processes, {last - 1} changes: {counted}")  # noqa: T201

    states = [WorkspaceState()]
    for change in [*store.history()][::-1]:
        states.append(replay(states[-1], [change])[0])
        assert_rules_hold(states[-1])
    assert [state.revision for state in states] == list(range(last + 1))
    assert states[-1] == store.read()
    assert {entry.name for entry in ground.iterdir()} == STAYING - {"catalog.d"} | {"prices.json"}
