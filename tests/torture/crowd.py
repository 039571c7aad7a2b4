"""Many admins change one workspace at once: `python -m tests.torture.crowd PROCESSES PAGES CHANGES EVERY WHERE`.

WHERE is a state file, or the address of a server with `USER` in the place of a role, such as `postgresql://USER@/db`.
PAGES of the processes type at the full-screen page. The others make CHANGES changes each, one in EVERY by the
installed command and the rest through the store. Prints who was told that which revision is theirs.
"""

import json
import os
import random
import re
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple, NoReturn

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import Refusal
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Plan, WorkspaceState
from imgmodels_tui.workspace.store import Store
from tests.torture.typist import Typist

COMMAND = Path(sys.executable).with_name("imgmodels")
_REVISION = re.compile(r"\(revision (\d+)\)")
_PATIENCE = 30


class Member(NamedTuple):
    """One process of the crowd: it reads the revision that was the last, once it is known, and says what it did."""

    reads: IO[str]
    says: IO[str]


def main() -> None:
    """Let all processes loose at once, and collect their words."""
    processes, pages, changes, every = map(int, sys.argv[1:5])
    where = sys.argv[5]
    first = opened(where, "alice")
    first.update(rules.Enable(("flux-2-pro", "gpt-image-2")))
    first.close()  # a connection does not survive a fork
    start, go = os.pipe()

    def work(number: int, member: Member) -> None:
        os.close(go)
        os.read(start, 1)  # ends for all at the same moment
        user = f"admin{number}"
        store = opened(where, user)
        if number < pages:
            at_a_page(store, state_for(where, user), changes, member)
        else:
            print(json.dumps(in_lines(store, state_for(where, user), changes, every)), file=member.says, flush=True)

    crowd = [_begun(number, work) for number in range(processes)]
    os.close(go)
    told = {f"admin{number}": json.loads(member.reads.readline() or "{}") for number, member in enumerate(crowd)}
    last = opened(where, "alice").read().revision
    for member in crowd[:pages]:
        print(last, file=member.says, flush=True)
    codes = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in crowd]
    print(json.dumps({"codes": codes, "told": told}))  # noqa: T201 - the result


def state_for(where: str, user: str) -> str:
    """What a user gives as `--state`."""
    return where.replace("USER", user, 1)


def opened(where: str, user: str) -> Store:
    """The workspace as a user has it."""
    if "://" not in where:
        return FileStore(locate(Path(where)), load_catalog(), user=user, timeout=_PATIENCE)
    from imgmodels_tui.workspace.postgres_store.address import parse_address  # noqa: PLC0415 - not for files
    from imgmodels_tui.workspace.postgres_store.store import PostgresStore  # noqa: PLC0415

    return PostgresStore(parse_address(state_for(where, user)), patience=_PATIENCE)


def _begun(number: int, work: Callable[[int, Member], None]) -> Member:
    """Start one process of the crowd; the other end of its pipes."""
    hears, tells = os.pipe()
    listens, speaks = os.pipe()
    if os.fork() == 0:
        _end_after(lambda: work(number, Member(os.fdopen(listens), os.fdopen(tells, "w"))))
    os.close(tells)
    os.close(listens)
    return Member(os.fdopen(hears), os.fdopen(speaks, "w"))


def _end_after(work: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - this process is another than the one that forked, and must not go on as it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def at_a_page(store: Store, state: str, changes: int, member: Member) -> None:
    """Type until enough changes are made; when all others have ended, the page shows what has come of it."""
    typist = Typist(store, state, random.Random(store.user))
    with typist.terminal:
        typist.work(changes)
        print(json.dumps({"page": typist.made()}), file=member.says, flush=True)
        typist.sees(int(member.reads.readline()))


def in_lines(store: Store, state: str, changes: int, every: int) -> dict[str, list[int]]:
    """Make that many changes by commands and by the store; which revisions they became."""
    chance = random.Random(store.user)
    mine: dict[str, list[int]] = {"store": [], "command": []}
    while len(mine["store"]) + len(mine["command"]) < changes:
        way = "command" if chance.randrange(every) == 0 else "store"
        made = by_command(chance, state, store.catalog) if way == "command" else by_store(chance, store)
        if made is not None:
            mine[way].append(made)
    return mine


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
            reverting.Undo(),
        )
    )
    try:
        outcome = store.update(rule)
    except Refusal:
        return None
    assert_rules_hold(outcome.state)
    return None if outcome.change is None else outcome.change.revision


def by_command(chance: random.Random, state: str, catalog: Catalog) -> int | None:
    """Make one change as a shell does."""
    model = chance.choice(tuple(catalog.models))
    words = chance.choice((["enable", model], ["disable", model], ["default", model], ["undo"]))
    run = subprocess.run(
        [COMMAND, "--state", state, *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
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
