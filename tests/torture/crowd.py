"""Many admins change one workspace at once: `python -m tests.torture.crowd PROCESSES CHANGES EVERY FOLDER`.

Each process makes CHANGES changes, one in EVERY by the installed command and the others through the store. Prints
who was told that which revision is theirs.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.locations import locate
from imgmodels_tui.workspace.refusals import Refusal
from imgmodels_tui.workspace.state import Plan
from imgmodels_tui.workspace.store import Store

if TYPE_CHECKING:
    from imgmodels_tui.workspace.rules import Rule
    from imgmodels_tui.workspace.state import WorkspaceState

COMMAND = Path(sys.executable).with_name("imgmodels")
_REVISION = re.compile(r"\(revision (\d+)\)")


def main() -> None:
    """Let all processes loose at once, and collect their words."""
    processes, changes, every, folder = (int(a) if a.isdigit() else a for a in sys.argv[1:])
    catalog, path = load_catalog(), Path(str(folder)) / "workspace.json"
    Store(locate(path), catalog, user="alice").update(rules.Enable(("flux-2-pro", "gpt-image-2")))
    start, go = os.pipe()
    hears = []
    for number in range(int(processes)):
        read, write = os.pipe()
        if os.fork() == 0:
            os.close(go)
            os.read(start, 1)  # ends for all at the same moment
            admin(number, int(changes), int(every), path, catalog, write)
        os.close(write)
        hears.append(read)
    os.close(go)
    told = {}
    for number, read in enumerate(hears):
        with os.fdopen(read) as words:
            told[f"admin{number}"] = json.loads(words.read())
    codes = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in hears]
    print(json.dumps({"codes": codes, "told": told}))  # noqa: T201 - the result


def admin(number: int, changes: int, every: int, path: Path, catalog: Catalog, says: int) -> NoReturn:
    """Make that many changes, and say which revisions they became."""
    chance, store = random.Random(number), Store(locate(path), catalog, user=f"admin{number}")  # noqa: S311
    mine: dict[str, list[int]] = {"store": [], "command": []}
    try:
        while len(mine["store"]) + len(mine["command"]) < changes:
            way = "command" if chance.randrange(every) == 0 else "store"
            made = by_command(chance, path, catalog) if way == "command" else by_store(chance, store)
            if made is not None:
                mine[way].append(made)
        os.write(says, json.dumps(mine).encode())
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(1)


def by_store(chance: random.Random, store: Store) -> int | None:
    """Make one change, or None where a rule refuses it or nothing is to be done."""
    models = tuple(chance.sample(tuple(store.catalog.models), chance.randint(1, 3)))
    rule: Rule = chance.choice(
        (
            rules.Enable(models),
            rules.Disable(models, replacement=chance.choice(tuple(store.catalog.models))),
            rules.SetDefault(models[0]),
            rules.Configure(plan=chance.choice(tuple(Plan))),
            rules.Configure(image_generation=chance.choice((True, False))),
            rules.Undo(),
        )
    )
    try:
        outcome = store.update(rule)
    except Refusal:
        return None
    assert_rules_hold(outcome.state)
    return None if outcome.change is None else outcome.change.revision


def by_command(chance: random.Random, path: Path, catalog: Catalog) -> int | None:
    """Make one change as a shell does."""
    model = chance.choice(tuple(catalog.models))
    words = chance.choice((["enable", model], ["disable", model], ["default", model], ["undo"]))
    run = subprocess.run(
        [COMMAND, "--state", path, *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert run.returncode in {0, 1}, run.stderr
    made = _REVISION.search(run.stdout)
    return None if made is None else int(made[1])


def assert_rules_hold(state: WorkspaceState) -> None:
    """What is true of every state that once had a model."""
    assert state.enabled_models
    assert state.default_model in state.enabled_models


if __name__ == "__main__":
    main()
