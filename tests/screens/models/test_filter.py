"""Finding models: filter, order, ready filters of the palette."""

import pytest

from imgmodels_tui.workspace.rules import Enable
from tests.driver import Driver
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "gemini-2.5-flash-image"))


def shown(page: Driver) -> list[str]:
    """The ids of the models in the list, from top to bottom."""
    return [row.key for row in page.page.query_one("#models").rows if row.key]  # type: ignore[attr-defined]


async def test_the_list_is_filtered_while_typing_and_whole_again_after_esc(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.press("slash", *"recraft")
        assert shown(page) == ["recraft-v3", "recraft-v3-svg"]
        assert "OpenAI" not in page.text()
        assert "0 of 2 on" in page.text()
        await page.press("escape")
        assert len(shown(page)) == 14


async def test_enter_keeps_the_filter_and_gives_the_keys_back_to_the_list(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.press("slash", *"svg", "enter", "space")
        assert page.enabled == ["flux-2-pro", "gemini-2.5-flash-image", "recraft-v3-svg"]
        assert shown(page) == ["recraft-v3-svg"]


async def test_the_cursor_stays_on_its_model_where_the_filter_leaves_it(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.go_to("GPT Image 2")
        await page.press("slash", *"stars", "colon", "5", "enter", "escape")
        assert page.cursor == "GPT Image 2"


async def test_a_wrong_word_says_what_is_possible(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.press("slash", *"hosts", "colon", "x")
        assert "hosts: is no filter; possible are region: host: maker:" in page.text()
        await page.press("enter")
        assert "hosts: is no filter; possible are region: host: maker:" in page.text()  # as long as it is not in force
        await page.press("slash", *"recraft", "enter")
        assert "is no filter" not in page.text()


async def test_a_filter_without_a_match_says_how_to_come_back(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.press("slash", *"nobody")
        assert "No model matches. esc shows all again." in page.text()


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=str)
async def test_without_a_model_nothing_of_one_is_shown_or_promised(open_page: OpenPage, size: tuple[int, int]) -> None:
    async with open_page(TWO, size=size) as page:
        before = page.content()
        await page.press("x", "slash", *"nobody", "enter")
        keys = page.lines[-1]
        assert "Toggle" in keys  # of the marked one
        assert "Details" not in keys
        assert "Make default" not in keys
        assert "State" not in page.text()
        await page.press("D", "enter", "y", "x")
        assert (page.content(), page.dialog) == (before, None)
        await page.press("escape", "escape", "slash", *"nobody", "enter")
        assert "Toggle" not in page.lines[-1]
        await page.press("space")
        assert page.content() == before
        await page.press("escape")
        assert "Toggle" in page.lines[-1]
        assert ("State" in page.text()) == (size == (200, 50))


async def test_the_order_goes_round_and_is_said(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        first = shown(page)
        await page.press("s")
        assert shown(page)[:3] == ["gpt-image-1-mini", "flux-2-klein", "flux-2-pro"]
        assert "Sorted: cheapest first" in page.text()
        await page.press("s")
        assert shown(page)[0] == "gpt-image-2"
        await page.press("s")
        assert shown(page)[0] == "flux-1.1-pro"
        await page.press("s")
        assert "Replicate" in page.text()
        assert shown(page)[:3] == ["flux-2-pro", "flux-2-flex", "gpt-image-1"]
        await page.press("s")
        assert shown(page) == first


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("enabled only", ["flux-2-pro", "gemini-2.5-flash-image"]),
        ("eu-h", ["flux-2-pro", "flux-2-max", "flux-2-flex", "flux-2-klein", "flux-1-kontext-max", "flux-1.1-pro"]),
    ],
)
async def test_the_palette_has_ready_filters(open_page: OpenPage, words: str, expected: list[str]) -> None:
    async with open_page(TWO) as page:
        await page.press("ctrl+p", *(key if key != " " else "space" for key in words.replace("-", "")), "enter")
        assert shown(page)[: len(expected)] == expected


async def test_the_palette_goes_to_any_model_from_any_page(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.press("4", "ctrl+p", *"svg", "enter")
        assert page.cursor == "Recraft V3 SVG"


async def test_the_palette_runs_a_command_by_name(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.press("ctrl+p", *"config", "enter")
        assert "Product configuration" in page.text()
