"""What the prices page looks like."""

from pathlib import Path

import pytest

from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.conftest import CountingClock, apply
from tests.repricing import repriced
from tests.screens.conftest import FOUR_CHANGES, Snap


@pytest.mark.parametrize(
    "keys", ["5", "5 p", "5 l", "5 m 1 2 0 0 enter", "5 m"], ids=lambda keys: keys.replace(" ", "-")
)
def test_pages_snapshot(snap: Snap, keys: str) -> None:
    assert snap(*FOUR_CHANGES, keys=keys)


@pytest.mark.parametrize("keys", ["", "5", "5 h"], ids=lambda keys: keys.replace(" ", "-") or "models")
def test_price_changes_snapshot(
    snap: Snap, store: FileStore, state_file: Path, clock: CountingClock, keys: str
) -> None:
    apply(store, *FOUR_CHANGES)
    store.compare_prices()
    newer = repriced(
        store.catalog, {"flux-2-pro": "0.04", "gpt-image-2": "0.05", "recraft-v3": "0.0401", "flux-2-max": "0.08"}
    )
    assert snap(keys=keys, store=FileStore(locate(state_file), newer, user="alice", clock=clock))
