"""A save that fails or dies at any of its steps leaves the old state or the new one, whole."""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.files import UnusableFile
from imgmodels_tui.workspace.errors import NotSaved
from tests.torture.counts import count, run_program
from tests.torture.scenes import SCENES, STAYING, check, mended, store_in
from tests.torture.steps import Steps

every_scene = pytest.mark.parametrize("scene", SCENES)


def open_files() -> int:
    """How many files this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _own(place: Path) -> dict[str, bytes]:
    """The files of the workspace's own catalog."""
    return {file.name: file.read_bytes() for file in (place / "catalog.d").glob("*")}


def failing(number: int) -> None:
    """Fail as the operating system does."""
    raise OSError(number, os.strerror(number))


@every_scene
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EACCES], ids=errno.errorcode.get)
def test_a_save_that_fails_at_any_step_is_made_or_refused_as_a_whole(
    scene: str, number: int, ground: Path, catalog: Catalog
) -> None:
    prepared, place = ground / "prepared", ground / "place"
    prepared.mkdir()
    SCENES[scene].prepare(store_in(prepared, catalog))
    shutil.copytree(prepared, place)
    unharmed = mended(store_in(place, catalog))
    fatal, done = 0, False
    while not done:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(prepared, place)
        files, own = {file.name: file.read_bytes() for file in place.iterdir() if file.is_file()}, _own(place)
        store = store_in(place, catalog)
        open_before = open_files()
        steps = Steps(fatal, lambda: failing(number))
        refusal = None
        with steps.watching():
            try:
                SCENES[scene].act(store)
            except (NotSaved, UnusableFile) as error:
                refusal = str(error)
        done = len(steps.names) <= fatal
        assert open_files() == open_before, steps.names[fatal]
        if refusal is not None:
            assert refusal.isprintable()
            assert store.path.exists() == ("workspace.json" in files)
            assert not store.path.exists() or store.path.read_bytes() == files["workspace.json"]
            assert _own(place) == own
        if not done and steps.names[fatal] != "unlink":
            names = {entry.name for entry in place.iterdir() if refusal or ".broken-" not in entry.name}
            assert names <= STAYING, steps.names[: fatal + 1]
        outcome = unharmed if refusal else store.read()
        check(place, catalog, (outcome,))
        fatal += 1
    print(f"\n{scene}: failed at {fatal - 1} steps with {errno.errorcode[number]}")  # noqa: T201
    assert fatal > 10


@every_scene
@pytest.mark.parametrize("way", ["lines", "steps"])
def test_a_save_that_is_killed_anywhere_leaves_the_old_state_or_the_new(way: str, scene: str, ground: Path) -> None:
    stride = count(full=1, share=1 if way == "steps" else 5)
    found = json.loads(run_program("crash", way, scene, ground, stride).stdout)
    print(f"\n{scene}: killed at {found['rounds']} {way}, found {found['old']} times as before")  # noqa: T201
    assert found["rounds"] > 10
    assert found["old"] > 1
    assert found.get("new", 0) > 1 or scene == "the first start"
