"""Kills a busy writer at random moments: `python -m tests.torture.busy_writer ROUNDS SEED FOLDER`.

Each round forks a writer that changes the workspace as fast as it can and says so after each change; it is killed
within the time of a few changes. Prints how many changes were made, and in how many rounds the kill fell between a
change and the writer's word of it.
"""

import json
import os
import random
import signal
import sys
from pathlib import Path
from typing import NoReturn

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.torture.scenes import KLEIN, MAX, PRO, STAYING, store_in

_MOST_WORDS = 8
"""Changes after which a writer is killed, at most."""

_MOST_STEPS = 1_000_000
"""Steps of this process's own after that, at most: about as long as some changes take."""


def main() -> None:
    """Run all rounds in one workspace; an assertion that fails ends it."""
    rounds, chance, folder = int(sys.argv[1]), random.Random(int(sys.argv[2])), Path(sys.argv[3])
    catalog = load_catalog()
    store = store_in(folder, catalog)
    store.update(rules.Enable((PRO,)))
    unsaid = 0
    for _ in range(rounds):
        before = store.read().revision
        last_word = one_round(folder, catalog, chance.randrange(_MOST_WORDS), chance.randrange(_MOST_STEPS))
        state = store_in(folder, catalog).read()
        # What was said to be done is done; at most one change more, of which nobody was told.
        assert max(last_word, before) <= state.revision <= max(last_word, before) + 1, (before, last_word, state)
        unsaid += state.revision > max(last_word, before)
        # The next change works at once: nobody holds the lock, and what the dead writer left is gone.
        after = store_in(folder, catalog).update(rules.Configure(image_generation=not state.image_generation)).state
        assert {entry.name for entry in folder.iterdir()} <= STAYING
        lines = store.locations.history.read_bytes().splitlines()
        assert [json.loads(line)["revision"] for line in lines] == list(range(1, after.revision + 1))
    print(json.dumps({"rounds": rounds, "changes": store.read().revision, "unsaid": unsaid}))  # noqa: T201 - the result


def one_round(folder: Path, catalog: Catalog, words_heard: int, steps: int) -> int:
    """Let a writer work until some words of it and some steps here; the last revision it said it had made, or 0."""
    hears, says = os.pipe()
    child = os.fork()
    if child == 0:
        write_for_ever(store_in(folder, catalog), says)
    os.close(says)
    with os.fdopen(hears, "rb") as words:
        said = [words.readline().rstrip() for _ in range(1 + words_heard)][1:]
        for _ in range(steps):
            pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said += words.read().split(b"\n")[:-1]
    return int(said[-1]) if said else 0


def write_for_ever(store: FileStore, says: int) -> NoReturn:
    """Change the workspace in turn, until the end."""
    os.write(says, b"ready\n")
    while True:
        for rule in (rules.Enable((MAX, KLEIN)), rules.SetDefault(KLEIN), rules.Disable((KLEIN, MAX), PRO)):
            change = store.update(rule).change
            if change is not None:
                os.write(says, b"%d\n" % change.revision)


if __name__ == "__main__":
    main()
