"""What the settings page looks like, in three terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace.rules import Configure, Enable, SetDefault

if TYPE_CHECKING:
    from tests.screens.conftest import Snap
    from tests.screens.driver import Driver

SIZES = [(80, 24), (120, 40), (200, 50)]
pytestmark = pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])

Size = tuple[int, int]
USED = Enable(("flux-2-pro", "flux-2-klein", "gpt-image-2", "gpt-image-1", "gemini-2.5-flash-image", "recraft-v3-svg"))


async def preview_row(page: Driver) -> None:
    await page.go_to("Gemini 3 Pro Image")


def test_fresh_page(snap: Snap, size: Size) -> None:
    assert snap(size)


def test_used_page(snap: Snap, size: Size) -> None:
    assert snap(size, USED)


def test_locked_toggle_tried(snap: Snap, size: Size) -> None:
    assert snap(size, Enable(("flux-2-pro",)), keys="space")


def test_replacement_dialog(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="space")


def test_dropdown(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="d down")


def test_image_generation_off(snap: Snap, size: Size) -> None:
    assert snap(size, USED, Configure(image_generation=False))


def test_a_broken_file(snap: Snap, size: Size) -> None:
    async def breaks(page: Driver) -> None:
        page.app.live.store.path.write_text('{"revision": 3')
        await page.look()
        await page.press("end", "space")

    assert snap(size, USED, story=breaks)


def test_deprecated_default_and_preview(snap: Snap, size: Size) -> None:
    assert snap(size, USED, Enable(("gemini-3-pro-image",)), SetDefault("gpt-image-1"), story=preview_row)


def test_details(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="right_square_bracket enter")


def test_about(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="i")


def test_keys(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="question_mark")


def test_config(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="c")


def test_filtered(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="slash a z u r e")


def test_filter_that_is_wrong(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="slash h o s t s colon x")


def test_sorted_and_marked(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="s x x down X")


def test_palette(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="ctrl+p g e m")


def test_preferences(snap: Snap, size: Size) -> None:
    assert snap(size, USED, keys="comma")


@pytest.mark.parametrize("theme", ["imgmodels-light", "imgmodels-terminal", "nord"])
def test_themes(snap: Snap, size: Size, theme: str) -> None:
    async def change(page: Driver) -> None:
        page.app.theme = theme
        await page.settle()

    assert snap(size, USED, story=change)


@pytest.mark.parametrize("least", [(60, 16), (59, 16), (60, 15)], ids=["60x16", "59x16", "60x15"])
def test_the_smallest_page(snap: Snap, size: Size, least: Size) -> None:
    if size != SIZES[0]:
        pytest.skip("one size is enough for what has a size of its own")
    assert snap(least, USED)
