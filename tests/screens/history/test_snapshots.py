"""What the history looks like."""

from pathlib import Path

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.queries import export
from imgmodels_tui.workspace.state import Plan
from imgmodels_tui.workspace.store import Store
from tests.conftest import apply
from tests.driver import Driver
from tests.screens.conftest import FOUR_CHANGES, Snap


@pytest.mark.parametrize(
    "keys", ["6", "6 enter", "6 slash f l u x", "6 e", "6 i", "6 down u"], ids=lambda keys: keys.replace(" ", "-")
)
def test_pages_snapshot(snap: Snap, keys: str) -> None:
    assert snap(*FOUR_CHANGES, keys=keys)


def test_import_preview_snapshot(snap: Snap, store: Store, tmp_path: Path) -> None:
    apply(store, *FOUR_CHANGES)
    file = tmp_path / "settings.json"
    file.write_bytes(export.exported(store.read(), store.catalog))

    async def story(page: Driver) -> None:
        await page.submit(str(file))
        await page.until_shown("Import these changes?")

    changes = rules.Disable(("flux-2-pro",), "gpt-image-2"), rules.Configure(plan=Plan.ENTERPRISE)
    assert snap(*changes, keys="6 i", story=story)
