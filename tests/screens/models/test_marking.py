"""Marking models, and changing all of them as one change (R7)."""

from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "gemini-2.5-flash-image"))


async def test_marked_models_are_enabled_as_one_change(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.go_to("GPT Image 1.5")
        await page.press("x", "x", "plus")
        assert page.enabled == ["flux-2-pro", "gemini-2.5-flash-image", "gpt-image-1-mini", "gpt-image-1.5"]
        assert page.state()["revision"] == 2


async def test_a_range_is_marked_from_the_last_mark(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.go_to("FLUX.2 Max")
        await page.press("x", "down", "X")
        assert "3 marked" in page.text()
        await page.press("space")
        assert page.enabled == [
            *("flux-2-flex", "flux-2-klein", "flux-2-max"),
            *("flux-2-pro", "gemini-2.5-flash-image"),
        ]


async def test_a_group_is_marked_and_unmarked_by_one_key(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.go_to("GPT Image 2")
        await page.press("X")
        assert "4 marked" in page.text()
        await page.press("X")
        assert "marked" not in page.text()


async def test_esc_drops_the_marks(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="x escape") as page:
        assert "marked" not in page.text()


async def test_disabling_marked_models_with_the_default_asks_once_for_a_replacement(open_page: OpenPage) -> None:
    async with open_page(TWO, Enable(("recraft-v3", "gpt-image-2"))) as page:
        await page.go_to("FLUX.2 Pro")
        await page.press("x")
        await page.go_to("GPT Image 2")
        await page.press("x", "minus")
        assert "Disable FLUX.2 Pro?" in page.text()
        await page.press("enter")
        assert page.enabled == ["gemini-2.5-flash-image", "recraft-v3"]
        assert page.state()["default_model"] == "recraft-v3"
        assert page.state()["revision"] == 3


async def test_all_enabled_models_together_cannot_be_disabled(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        before = page.content()
        await page.press("x")
        await page.go_to("Gemini 2.5 Flash Image")
        await page.press("x", "minus")
        assert page.notice.startswith("Locked")
        assert page.content() == before
