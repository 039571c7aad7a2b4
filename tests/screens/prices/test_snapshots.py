"""What the prices page looks like."""

from pathlib import Path

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import Plan
from tests.conftest import CountingClock, apply
from tests.repricing import repriced
from tests.screens.conftest import Snap

SETUP = (
    rules.Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein", "gemini-2.5-flash-image")),
    rules.Disable(("flux-2-pro",), "gpt-image-2"),
    rules.Configure(plan=Plan.ENTERPRISE),
    rules.Undo(),
)


@pytest.mark.parametrize(
    "keys", ["5", "5 p", "5 l", "5 m 1 2 0 0 enter", "5 m"], ids=lambda keys: keys.replace(" ", "-")
)
def test_pages_snapshot(snap: Snap, keys: str) -> None:
    assert snap(*SETUP, keys=keys)


@pytest.mark.parametrize("keys", ["", "5", "5 h"], ids=lambda keys: keys.replace(" ", "-") or "models")
def test_price_changes_snapshot(
    snap: Snap, store: FileStore, state_file: Path, clock: CountingClock, keys: str
) -> None:
    apply(store, *SETUP)
    store.compare_prices()
    newer = repriced(
        store.catalog, {"flux-2-pro": "0.04", "gpt-image-2": "0.05", "recraft-v3": "0.0401", "flux-2-max": "0.08"}
    )
    assert snap(keys=keys, store=FileStore(locate(state_file), newer, user="alice", clock=clock))
