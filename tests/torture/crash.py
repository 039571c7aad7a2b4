"""Kills a save at every line and every step of it: `python -m tests.torture.crash lines|steps SCENE FOLDER STRIDE`.

A program of its own, because it forks once per round: the catalog is loaded once, and each child dies for real.
Prints how many rounds ended with the old state and how many with the new.
"""

import json
import os
import shutil
import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import WorkspaceState
from tests.torture.scenes import SCENES, Scene, check, mended, store_in
from tests.torture.steps import Steps, every_line, kill


def main() -> None:
    """Run all rounds of one scene; an assertion that fails ends it."""
    way, name, folder, stride = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    catalog, scene = load_catalog(), SCENES[name]
    prepared, place = folder / "prepared", folder / "place"
    prepared.mkdir()
    scene.prepare(store_in(prepared, catalog))

    content = store_in(prepared, catalog).path
    before = content.read_bytes() if content.exists() else b""
    afresh(prepared, place)
    unharmed = mended(store_in(place, catalog))
    afresh(prepared, place)
    outcomes = (unharmed, acted(scene, store_in(place, catalog)))

    found: Counter[str] = Counter()
    fatal, survived = 0, False
    while not survived:
        afresh(prepared, place)
        survived = not strike(way, fatal, place, catalog, scene)
        left = place / "workspace.json"
        found["old" if before == (left.read_bytes() if left.exists() else b"") else "new"] += 1
        check(place, catalog, outcomes)
        fatal += stride
    print(json.dumps({"rounds": sum(found.values()) - 1, **found}))  # noqa: T201 - the result


def acted(scene: Scene, store: FileStore) -> WorkspaceState:
    """What comes of a scene that nothing goes wrong in."""
    scene.act(store)
    return store.read()


def afresh(prepared: Path, place: Path) -> None:
    """Put the prepared workspace in the place of what the last round left."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(prepared, place)


def strike(way: str, fatal: int, place: Path, catalog: Catalog, scene: Scene) -> bool:
    """Act in a child that is killed at number `fatal`; whether it came to that."""
    child = os.fork()
    if child == 0:
        try:
            steps = Steps(fatal, kill)
            watched: AbstractContextManager[object] = steps.watching() if way == "steps" else nullcontext()
            lines: AbstractContextManager[object] = every_line(fatal, kill) if way == "lines" else nullcontext()
            store = store_in(place, catalog)
            with watched, lines:
                scene.act(store)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    main()
