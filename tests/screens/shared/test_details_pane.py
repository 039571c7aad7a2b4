"""Where the details of the row under the cursor stand, and when they follow it."""

import pytest

from imgmodels_tui.widgets import details_pane
from imgmodels_tui.workspace.rules import Enable
from tests.driver import Driver
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "gemini-2.5-flash-image"))
PAGES_WITH_DETAILS = {"": "Hosted by", "5": "Hosted by", "6": "Asked for"}


def side(page: Driver) -> str:
    """What stands in the pane."""
    region = page.page.query_one("#side").region
    rows = page.lines[region.y : region.bottom]
    return "\n".join(row[region.x : region.right] for row in rows) if region.height else ""


@pytest.mark.parametrize("size", [(120, 40), (200, 50)])
@pytest.mark.parametrize("keys", PAGES_WITH_DETAILS)
async def test_details_stand_where_there_is_room(open_page: OpenPage, keys: str, size: tuple[int, int]) -> None:
    async with open_page(TWO, keys=keys, size=size) as page:
        assert PAGES_WITH_DETAILS[keys] in side(page)


@pytest.mark.parametrize("keys", ["", "3", "5"])
async def test_at_80_columns_the_list_has_the_rows(open_page: OpenPage, keys: str) -> None:
    async with open_page(TWO, keys=keys, size=(80, 24)) as page:
        assert side(page) == ""


async def test_details_come_where_a_filter_frees_rows_and_go_with_it(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(80, 30)) as page:
        assert side(page) == ""
        await page.press("slash", *"recraft", "enter")
        assert "Recraft V3" in side(page)
        await page.press("escape")
        assert side(page) == ""


async def test_details_follow_the_cursor(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(120, 40)) as page:
        await page.go_to("GPT Image 2")
        assert side(page).splitlines()[1].startswith(" GPT Image 2")


async def test_details_wait_until_the_cursor_is_at_rest(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_page(TWO, size=(120, 40)) as page:
        before = side(page)
        monkeypatch.setattr(details_pane, "AT_REST", 0.05)
        await page.press_at_once("down", "down")
        assert page.cursor == "FLUX.2 Flex"
        await page.until(lambda: side(page) != before)
        assert side(page).splitlines()[1].startswith(" FLUX.2 Flex")


async def test_facts_in_two_columns_are_cut_at_none(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(140, 80)) as page:
        text = side(page)
        for label in ("State", "Maker", "Price", "Billing", "Reference editing", "Good for"):
            assert text.count(f"{label}  ") == 1


@pytest.mark.parametrize("keys", ["", "3", "4", "5"])
async def test_at_200_columns_no_row_has_a_gap_of_forty_cells(open_page: OpenPage, keys: str) -> None:
    async with open_page(TWO, keys=keys, size=(200, 50)) as page:
        rows = [line.split("▏")[0] for line in page.lines if line.split("▏")[0].rstrip().endswith((" on", " off"))]
        assert len(rows) >= 14
        assert all(" " * 40 not in row.rstrip() for row in rows)
