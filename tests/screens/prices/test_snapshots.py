"""What the prices page looks like, at three sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import Store
from imgmodels_tui.workspace.prices import watch
from imgmodels_tui.workspace.state import Plan
from tests.repricing import repriced
from tests.screens.walk import Walk, apply, make_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.conftest import CountingClock
    from tests.screens.conftest import Snap

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
SETUP = (
    rules.Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein", "gemini-2.5-flash-image")),
    rules.Disable(("flux-2-pro",), "gpt-image-2"),
    rules.Configure(plan=Plan.ENTERPRISE),
    rules.Undo(),
)


@SIZES
@pytest.mark.parametrize(
    "keys", ["5", "5 p", "5 l", "5 m 1 2 0 0 enter", "5 m"], ids=lambda keys: keys.replace(" ", "-")
)
def test_pages_snapshot(snap: Snap, keys: str, size: tuple[int, int]) -> None:
    assert snap(size, *SETUP, keys=keys)


@SIZES
@pytest.mark.parametrize("keys", ["", "5", "5 h"], ids=lambda keys: keys.replace(" ", "-") or "models")
def test_price_changes_snapshot(
    snap_compare: Callable[..., bool],
    store: Store,
    state_file: Path,
    clock: CountingClock,
    keys: str,
    size: tuple[int, int],
) -> None:
    apply(store, *SETUP)
    watch.look(store)
    newer = repriced(
        store.catalog,
        {"flux-2-pro": "0.04", "gpt-image-2": "0.05", "recraft-v3": "0.0401", "flux-2-max": "0.08"},
    )
    assert look(snap_compare, Store(locate(state_file), newer, user="alice", clock=clock), keys, size)


def look(snap_compare: Callable[..., bool], store: Store, keys: str, size: tuple[int, int]) -> bool:
    """Compare what the program looks like after some keys with its picture."""
    app = make_app(store)

    async def act(pilot: Pilot[None]) -> None:
        walk = Walk(app, pilot)
        await walk.settle()
        await walk.press(*keys.split())

    return snap_compare(app, terminal_size=size, run_before=act)
