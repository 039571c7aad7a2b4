"""A workspace that is being looked at answers as soon as a change is made, and makes one after the other."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import Locked
from imgmodels_tui.workspace.file_store import history
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
from imgmodels_tui.workspace.state import Change


@pytest.fixture
def held_history(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No line of history is written until this is set."""
    go_on, append = threading.Event(), history.append

    def held(path: Path, change: Change) -> None:
        go_on.wait()
        append(path, change)

    monkeypatch.setattr(history, "append", held)
    yield go_on
    go_on.set()


async def test_the_answer_comes_when_the_change_is_durable_and_does_not_wait_for_the_history(
    store: FileStore, held_history: threading.Event
) -> None:
    live = LiveWorkspace(store)
    outcome = await live.change(lambda _: rules.Enable(("flux-2-pro",)))
    assert outcome is not None
    assert outcome.state == store.read() == live.overview.state
    assert store.read().enabled_models == {"flux-2-pro"}
    assert not live.is_changing
    assert not store.locations.history.exists()
    held_history.set()
    await live.change(lambda _: None)  # waits its turn
    assert [change.revision for change in [*store.history()][::-1]] == [1]


async def test_a_change_that_is_refused_frees_the_way_for_the_next_one(store: FileStore) -> None:
    live = LiveWorkspace(store)
    await live.change(lambda _: rules.Enable(("flux-2-pro",)))
    with pytest.raises(Locked):
        await live.change(lambda _: rules.Disable(("flux-2-pro",)))
    with pytest.raises(ZeroDivisionError):
        await live.change(lambda _: rules.Enable((str(1 // 0),)))
    outcome = await live.change(lambda _: rules.Enable(("flux-2-pro",)))
    assert outcome is not None
    assert outcome.change is None
    assert live.overview.state.revision == 1


async def test_what_a_page_cannot_show_reaches_who_asked_for_it(store: FileStore) -> None:
    live = LiveWorkspace(store)

    def show(snapshot: Snapshot) -> None:
        if snapshot.overview.enabled:
            raise ZeroDivisionError

    live.follow(show)
    with pytest.raises(ZeroDivisionError):
        await live.change(lambda _: rules.Enable(("flux-2-pro",)))
    await live.settled()
    assert [change.revision for change in [*store.history()][::-1]] == [1]


async def test_a_change_is_under_way_from_the_moment_it_is_asked_for(
    store: FileStore, held_history: threading.Event
) -> None:
    live = LiveWorkspace(store)
    assert not live.is_changing
    asked = asyncio.create_task(live.change(lambda _: rules.Enable(("flux-2-pro",))))
    await asyncio.wait([asked], timeout=0)
    assert live.is_changing
    await asked
    assert not live.is_changing
    held_history.set()
    await live.settled()
    assert store.locations.history.exists()
