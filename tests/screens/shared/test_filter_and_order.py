"""Prices and Hosting are filtered and sorted like Models, with the same words."""

import pytest

from imgmodels_tui.workspace.rules import Enable
from tests.driver import Driver
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "gemini-2.5-flash-image"))
NAMES = (
    "FLUX.2 Pro",
    "FLUX.2 Max",
    "FLUX.2 Flex",
    "FLUX.2 Klein",
    "FLUX.1 Kontext Max",
    "FLUX 1.1 Pro",
    "GPT Image 1.5",
    "GPT Image 1 Mini",
    "GPT Image 1",
    "GPT Image 2",
    "Gemini 2.5 Flash Image",
    "Gemini 3 Pro Image",
    "Recraft V3 SVG",
    "Recraft V3",
)


def shown(page: Driver) -> list[str]:
    """The models of the list, from top to bottom."""
    rows = [line for line in page.lines if line.rstrip().endswith((" on", " off", " lock")) and "──" not in line]
    return [next(name for name in NAMES if f" {name} " in row) for row in rows]


EU_WITH_REFERENCE = {
    "5": ["FLUX.2 Klein", "FLUX.2 Pro", "Gemini 2.5 Flash Image", "FLUX.2 Flex", "GPT Image 2", "FLUX.2 Max"],
    "4": ["FLUX.2 Pro", "FLUX.2 Flex", "GPT Image 2", "FLUX.2 Max", "FLUX.2 Klein", "FLUX.1 Kontext Max"],
}


@pytest.mark.parametrize("key", EU_WITH_REFERENCE)
async def test_the_words_of_the_models_page_select(open_page: OpenPage, key: str) -> None:
    async with open_page(TWO, keys=key, size=(120, 40)) as page:
        await page.press("slash", *"region", "colon", *"eu", "space", *"ref", "colon", *"yes", "enter")
        found = EU_WITH_REFERENCE[key]
        assert shown(page)[: len(found)] == found
        assert len(shown(page)) == 7
        assert "/ region:eu ref:yes · 7 of 14 models" in page.text()
        await page.press("escape")
        assert len(shown(page)) == 14


@pytest.mark.parametrize("key", EU_WITH_REFERENCE)
async def test_what_matches_nothing_says_so(open_page: OpenPage, key: str) -> None:
    async with open_page(TWO, keys=key) as page:
        await page.press("slash", *"zzz", "enter")
        assert shown(page) == []
        assert "No model matches. esc shows all again." in page.text()


@pytest.mark.parametrize("key", EU_WITH_REFERENCE)
async def test_a_wrong_word_is_explained_while_it_is_typed(open_page: OpenPage, key: str) -> None:
    async with open_page(TWO, keys=key) as page:
        await page.press("slash", *"colour", "colon", "x")
        assert "colour: is no filter" in page.text()


async def test_prices_in_each_order(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="5", size=(80, 24)) as page:
        assert shown(page)[0] == "GPT Image 1 Mini"
        await page.press("s")
        assert (shown(page)[0], "Sorted: most stars first" in page.text()) == ("GPT Image 2", True)
        await page.press("s")
        assert shown(page)[0] == "FLUX 1.1 Pro"
        await page.press("s")
        assert "Sorted: by host" in page.text()
        await page.press("s")
        assert shown(page)[:3] == ["FLUX.2 Pro", "FLUX.2 Max", "FLUX.2 Flex"]
        await page.press("s")
        assert "Cheapest first" in page.text()


async def test_hosting_sorts_below_each_host(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="4 s", size=(120, 40)) as page:
        assert shown(page)[:6] == [
            "FLUX.2 Pro",
            "FLUX.2 Flex",
            "GPT Image 2",
            "GPT Image 1 Mini",
            "GPT Image 1.5",
            "GPT Image 1",
        ]


async def test_a_click_on_a_title_sorts_and_a_second_one_restores(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="5", size=(120, 40)) as page:
        await page.click("Stars")
        assert shown(page)[0] == "GPT Image 2"
        await page.click("Stars")
        assert shown(page)[0] == "GPT Image 1 Mini"


async def test_the_chart_shows_what_the_filter_selects(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="5", size=(120, 40)) as page:
        await page.press("slash", *"recraft", "enter", "p")
        assert "Recraft V3" in page.text()
        assert "GPT Image 2" not in page.text()


async def test_a_filter_on_hosting_leaves_the_exclusion_alone(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="4 E", size=(120, 40)) as page:
        await page.press("slash", *"recraft", "enter")
        assert shown(page) == ["Recraft V3", "Recraft V3 SVG"]
        assert "excluded" in page.text()
        await page.press("escape")
        assert len(shown(page)) == 14
        assert "excluded" in page.text()
        await page.press("escape")
        assert "excluded" not in page.text().replace("excludes", "")
