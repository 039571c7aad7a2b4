"""The page never waits for the disk: it moves while a write, or a look at the file, takes its time."""

import asyncio
import os
import threading

import pytest

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.screens.models.list import ModelList
from imgmodels_tui.workspace import rules
from tests.terminal.conftest import OpenRecorded, RecordedProgram

pytestmark = pytest.mark.usefixtures("either_version")

PATIENCE = 20


class SlowDisk:
    """Holds up whoever comes, until it is let go."""

    def __init__(self) -> None:
        self.reached, self._go = threading.Event(), threading.Event()

    def __call__(self, *_: object) -> None:
        self.reached.set()
        assert self._go.wait(PATIENCE)

    def let_go(self) -> None:
        self._go.set()

    async def wait_until_reached(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, PATIENCE)


def program(play: RecordedProgram) -> ImgModelsApp:
    return play.app  # type: ignore[return-value]


def position(play: RecordedProgram) -> int:
    return play.app.screen.query_one(ModelList).position


async def test_the_cursor_moves_while_a_change_becomes_durable(
    open_recorded: OpenRecorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_recorded() as play:
        disk, live = SlowDisk(), program(play).live
        enabled = live.overview.state.enabled_models
        monkeypatch.setattr(os, "fsync", disk)
        await play.pilot.press("down")
        await play.pilot.press("space")
        await disk.wait_until_reached()
        before = position(play)
        await play.pilot.press("down")
        moved, unchanged = position(play), live.overview.state.enabled_models
        disk.let_go()
        await play.rest()
        assert moved == before + 1
        assert unchanged == enabled
        assert live.overview.state.enabled_models == enabled | {"flux-2-max"} == live.store.read().enabled_models


async def test_the_cursor_moves_while_the_file_is_looked_at(
    open_recorded: OpenRecorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_recorded() as play:
        disk, live = SlowDisk(), program(play).live
        monkeypatch.setattr(live.store, "read_only_reason", disk)
        live.poll()
        await disk.wait_until_reached()
        before = position(play)
        await play.pilot.press("down")
        moved = position(play)
        disk.let_go()
        assert moved == before + 1


async def test_a_look_that_is_overtaken_by_a_change_shows_nothing_old(
    open_recorded: OpenRecorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_recorded() as play:
        disk, live = SlowDisk(), program(play).live
        read, shown = live.store.read, list[int]()
        live.follow(lambda snapshot: shown.append(snapshot.overview.state.revision))

        def slow_read() -> object:
            state = read()
            disk()
            return state

        await asyncio.to_thread(live.store.update, rules.Enable(("recraft-v3",)))
        monkeypatch.setattr(live.store, "read", slow_read)
        live.poll()
        await disk.wait_until_reached()
        await play.press("down", "space")
        after = live.overview.state
        disk.let_go()
        monkeypatch.setattr(live.store, "read", read)
        await play.rest()
        await live.catch_up()
        assert after.enabled_models >= {"recraft-v3", "flux-2-max"}
        assert shown == sorted(shown)
        assert live.overview.state == after == live.store.read()
