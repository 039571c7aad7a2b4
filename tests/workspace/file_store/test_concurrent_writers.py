"""Two admins at once, as two processes: every change is made, none is lost, none is made twice."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import Store

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

TURNS = 12


def toggle(path: str, user: str, model: str, start: Barrier) -> None:
    """Switch `model` on and off, `TURNS` times in all, as fast as the other writer allows."""
    store = Store(locate(Path(path)), load_catalog(), user=user, timeout=60)
    start.wait()
    for turn in range(TURNS):
        store.update(rules.Enable((model,)) if turn % 2 == 0 else rules.Disable((model,)))


def test_two_processes_that_change_one_workspace_lose_nothing(store: Store) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    models = {"bob": "flux-2-max", "carol": "flux-2-klein"}
    writers = [
        context.Process(target=toggle, args=(str(store.path), user, model, start)) for user, model in models.items()
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    assert [writer.exitcode for writer in writers] == [0, 0]

    state, history = store.read(), store.history()
    assert state.revision == 1 + 2 * TURNS
    assert [change.revision for change in history] == list(range(1, state.revision + 1))
    for user, model in models.items():
        mine = [change for change in history if change.by == user]
        assert [(change.enabled, change.disabled) for change in mine] == [((model,), ()), ((), (model,))] * (TURNS // 2)
    assert state.enabled_models == {"flux-2-pro"}
