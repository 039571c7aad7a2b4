"""What the settings page looks like, in three terminals."""

from decimal import Decimal

import pytest

from imgmodels_tui.catalog import Region
from imgmodels_tui.workspace.policy import Policy
from imgmodels_tui.workspace.rules import Configure, Enable, SetDefault, SetPolicy
from tests.driver import Driver
from tests.screens.conftest import Snap

USED = Enable(("flux-2-pro", "flux-2-klein", "gpt-image-2", "gpt-image-1", "gemini-2.5-flash-image", "recraft-v3-svg"))


STRICT = Policy(frozenset({Region.EU}), max_price_eur=Decimal("0.0600"))


async def preview_row(page: Driver) -> None:
    await page.go_to("Gemini 3 Pro Image")


def test_fresh_page(snap: Snap) -> None:
    assert snap()


def test_used_page(snap: Snap) -> None:
    assert snap(USED)


def test_locked_toggle_tried(snap: Snap) -> None:
    assert snap(Enable(("flux-2-pro",)), keys="space")


def test_replacement_dialog(snap: Snap) -> None:
    assert snap(USED, keys="space")


def test_dropdown(snap: Snap) -> None:
    assert snap(USED, keys="d down")


def test_image_generation_off(snap: Snap) -> None:
    assert snap(USED, Configure(image_generation=False))


def test_a_broken_file(snap: Snap) -> None:
    async def breaks(page: Driver) -> None:
        page.path.write_text('{"revision": 3')
        await page.poll()
        await page.press("end", "space")

    assert snap(USED, story=breaks)


def test_deprecated_default_and_preview(snap: Snap) -> None:
    assert snap(USED, Enable(("gemini-3-pro-image",)), SetDefault("gpt-image-1"), story=preview_row)


def test_rows_that_the_policy_forbids(snap: Snap) -> None:
    assert snap(USED, SetPolicy(STRICT, "gemini-2.5-flash-image"), keys="G space")


def test_the_policy_while_it_is_edited(snap: Snap) -> None:
    assert snap(USED, keys="c down down enter down space down space G k k space")


def test_image_generation_before_it_is_switched_off(snap: Snap) -> None:
    assert snap(USED, keys="c space")


def test_details(snap: Snap) -> None:
    assert snap(USED, keys="right_square_bracket enter")


def test_about(snap: Snap) -> None:
    assert snap(USED, keys="i")


def test_keys(snap: Snap) -> None:
    assert snap(USED, keys="question_mark")


def test_config(snap: Snap) -> None:
    assert snap(USED, keys="c")


def test_filtered(snap: Snap) -> None:
    assert snap(USED, keys="slash a z u r e")


def test_filter_that_is_wrong(snap: Snap) -> None:
    assert snap(USED, keys="slash h o s t s colon x")


def test_sorted_and_marked(snap: Snap) -> None:
    assert snap(USED, keys="s x x down X")


def test_palette(snap: Snap) -> None:
    assert snap(USED, keys="ctrl+p g e m")


def test_preferences(snap: Snap) -> None:
    assert snap(USED, keys="comma")


@pytest.mark.parametrize("theme", ["imgmodels-light", "imgmodels-terminal", "nord"])
def test_themes(snap: Snap, theme: str) -> None:
    async def change(page: Driver) -> None:
        page.app.theme = theme
        await page.settle()

    assert snap(USED, story=change)


@pytest.mark.parametrize("size", [(60, 16), (59, 16), (60, 15)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_smallest_page(snap: Snap) -> None:
    assert snap(USED)
