"""Disks that fill up, turn read-only or go away under a workspace that is open."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, StateError
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.live import LiveWorkspace
from tests.driver import app_on, run_app
from tests.torture.scenes import KLEIN, MAX, PRO, STAYING, store_in


class Mount(Protocol):
    def __call__(self, *options: str) -> Path: ...


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a disk on a folder of the test's own; skips where that is not allowed."""
    place = tmp_path / "disk"
    place.mkdir()

    def mounting(*options: str) -> Path:
        if os.geteuid() != 0:
            pytest.skip("only root may mount a disk")
        run = subprocess.run(["mount", *options, place], capture_output=True, text=True, check=False)  # noqa: S607
        if run.returncode != 0:
            pytest.skip(f"a disk cannot be mounted here: {run.stderr.strip()}")
        return place

    yield mounting
    unmount(place)


def unmount(place: Path) -> None:
    """Take the disk away, if there is one, even while somebody uses it."""
    subprocess.run(["umount", "--lazy", place], capture_output=True, check=False)  # noqa: S607


def settled(folder: Path, catalog: Catalog) -> FileStore:
    """A workspace with two enabled models in `folder`."""
    store = store_in(folder, catalog)
    store.update(rules.Enable((PRO, MAX)))
    return store


def fill(folder: Path) -> list[Path]:
    """Take all the room there is, and every name; what has to be deleted to give it back."""
    fillers = []
    with contextlib.suppress(OSError):
        for number in range(10_000):
            fillers.append(folder / f"filler{number}")
            fillers[-1].write_bytes(bytes(4096))
    return fillers


def refused(store: FileStore) -> NotSaved:
    """Why a change is refused that leaves everything as it was."""
    before = {file.name: file.read_bytes() for file in store.path.parent.iterdir()}
    with pytest.raises(NotSaved) as caught:
        store.update(rules.Enable((KLEIN,)))
    after = {file.name: file.read_bytes() for file in store.path.parent.iterdir()}
    assert after == before
    return caught.value


@pytest.mark.parametrize("limit", ["size=64k", "nr_inodes=12"])
def test_a_full_disk_refuses_a_change_until_there_is_room_again(limit: str, mount: Mount, catalog: Catalog) -> None:
    disk = mount("-t", "tmpfs", "-o", limit, "none")
    store = settled(disk, catalog)
    fillers = fill(disk)
    refusal = refused(store)
    assert str(refusal) == f"{store.path}: cannot be written: no space left on device; nothing was changed"
    assert not refusal.permission
    for filler in fillers:
        filler.unlink(missing_ok=True)
    assert store.update(rules.Enable((KLEIN,))).state.revision == 2
    assert {entry.name for entry in disk.iterdir()} <= STAYING


async def test_the_page_on_a_full_disk_shows_what_is_true_and_goes_on_when_there_is_room(
    mount: Mount, catalog: Catalog
) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=64k", "none")
    async with run_app(app_on(settled(disk, catalog))) as page:
        fillers = fill(disk)
        await page.go_to("FLUX.2 Klein")
        await page.press("space")
        assert "no space left on device" in page.notice
        assert page.row("FLUX.2 Klein").endswith("○━ off")
        for filler in fillers:
            filler.unlink(missing_ok=True)
        await page.press("space")
        assert page.row("FLUX.2 Klein").endswith("━● on")


async def test_a_disk_that_turns_read_only_is_noticed_and_named(mount: Mount, catalog: Catalog) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=64k", "none")
    store = settled(disk, catalog)
    live = LiveWorkspace(store)
    mount("-o", "remount,ro")
    refusal = refused(store)
    assert str(refusal) == f"{store.path}: its disk is read-only; nothing was changed"
    assert refusal.permission
    await live.catch_up()
    assert (live.snapshot.read_only_reason, live.snapshot.read_error) == ("its disk is read-only", None)
    mount("-o", "remount,rw")
    await live.catch_up()
    assert live.snapshot.read_only_reason is None
    assert store.update(rules.Enable((KLEIN,))).state.revision == 2


async def test_a_disk_that_goes_away_takes_the_workspace_with_it_and_brings_it_back(
    mount: Mount, tmp_path: Path, catalog: Catalog
) -> None:
    (tmp_path / "far").mkdir()
    disk = mount("--bind", str(tmp_path / "far"))
    store = settled(disk, catalog)
    live = LiveWorkspace(store)
    unmount(disk)
    await assert_gone(store, live)
    assert list(disk.iterdir()) == []  # nothing was started afresh where the disk had been
    mount("--bind", str(tmp_path / "far"))
    await assert_back(store, live)


async def test_a_folder_that_goes_away_is_not_made_anew(tmp_path: Path, catalog: Catalog) -> None:
    store = settled(tmp_path / "here", catalog)
    live = LiveWorkspace(store)
    (tmp_path / "here").rename(tmp_path / "there")
    await assert_gone(store, live)
    assert not (tmp_path / "here").exists()
    (tmp_path / "there").rename(tmp_path / "here")
    await assert_back(store, live)


async def test_a_folder_that_is_deleted_is_not_made_anew(tmp_path: Path, catalog: Catalog) -> None:
    store = settled(tmp_path / "here", catalog)
    live = LiveWorkspace(store)
    shutil.rmtree(tmp_path / "here")
    await assert_gone(store, live)
    assert not (tmp_path / "here").exists()


async def assert_gone(store: FileStore, live: LiveWorkspace) -> None:
    """What an open page says and does while the file is not there."""
    said = "is gone; put it back, or start again for a fresh workspace"
    with pytest.raises(NotSaved) as caught:
        store.update(rules.Enable((KLEIN,)))
    assert str(caught.value) == f"{store.path}: the file {said}; nothing was changed"
    with pytest.raises(StateError) as unreadable:
        store.read()
    assert str(unreadable.value) == f"{store.path}: {said}"
    await live.catch_up()
    assert str(live.snapshot.read_error) == f"{store.path}: {said}"
    assert live.overview.state.enabled_models == {PRO, MAX}


async def assert_back(store: FileStore, live: LiveWorkspace) -> None:
    """It goes on as if nothing had happened."""
    await live.catch_up()
    assert live.snapshot.read_error is None
    assert live.overview.state.revision == 1
    assert store.update(rules.Enable((KLEIN,))).state.revision == 2
