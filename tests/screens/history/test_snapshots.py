"""What the history looks like, at three sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.queries import export
from imgmodels_tui.workspace.state import Plan
from tests.screens.walk import Walk, apply, make_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from imgmodels_tui.workspace.file_store.store import Store
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
    "keys", ["6", "6 enter", "6 slash f l u x", "6 e", "6 i"], ids=lambda keys: keys.replace(" ", "-")
)
def test_pages_snapshot(snap: Snap, keys: str, size: tuple[int, int]) -> None:
    assert snap(size, *SETUP, keys=keys)


@SIZES
def test_import_preview_snapshot(
    snap_compare: Callable[..., bool], store: Store, tmp_path: Path, size: tuple[int, int]
) -> None:
    apply(store, *SETUP)
    file = tmp_path / "settings.json"
    file.write_bytes(export.exported(store.read(), store.catalog))
    apply(store, rules.Disable(("flux-2-pro",), "gpt-image-2"), rules.Configure(plan=Plan.ENTERPRISE))
    app = make_app(store)

    async def act(pilot: Pilot[None]) -> None:
        walk = Walk(app, pilot)
        await walk.settle()
        await walk.press("6", "i")
        await walk.fill(str(file))
        await walk.press("enter")
        await walk.until_shown("Import these changes?")

    assert snap_compare(app, terminal_size=size, run_before=act)
