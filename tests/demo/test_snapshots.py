"""What the demonstration looks like, in three terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.demo.app import DemoApp
from imgmodels_tui.demo.rehearsal import Rehearsal
from imgmodels_tui.widgets.glyphs import Glyphs
from tests.screens.driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from imgmodels_tui.catalog import Catalog
    from tests.conftest import CountingClock

SIZES = [(80, 24), (120, 40), (200, 50)]
pytestmark = pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])

Size = tuple[int, int]


@pytest.fixture
def looks(
    tmp_path: Path, catalog: Catalog, clock: CountingClock, snap_compare: Callable[..., bool]
) -> Callable[[Size, str], bool]:
    """Compares the demonstration after `keys` with its picture."""

    def compare(size: Size, keys: str) -> bool:
        app = DemoApp(Rehearsal(tmp_path / "demo", catalog, clock=clock), glyphs=Glyphs())

        async def act(pilot: Pilot[None]) -> None:
            page = Driver(app, pilot)
            await page.settle()
            await page.press(*keys.split())

        return snap_compare(app, terminal_size=size, run_before=act)

    return compare


def test_the_beginning(looks: Callable[[Size, str], bool], size: Size) -> None:
    assert looks(size, "")


def test_a_disabled_default(looks: Callable[[Size, str], bool], size: Size) -> None:
    assert looks(size, "n n n n")


def test_a_session_that_switched(looks: Callable[[Size, str], bool], size: Size) -> None:
    assert looks(size, "n n n n n tab")


def test_image_generation_off(looks: Callable[[Size, str], bool], size: Size) -> None:
    assert looks(size, "n n n n n n tab")
