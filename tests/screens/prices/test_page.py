"""The prices page: what an image costs, what changed, what a month would come to."""

import json
from pathlib import Path

import pytest

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.screens.prices.chart import PriceChart
from imgmodels_tui.screens.prices.list import bar, table_for
from imgmodels_tui.widgets.columns import fit
from imgmodels_tui.widgets.glyphs import ASCII_GLYPHS, Glyphs
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import Plan
from tests.conftest import CountingClock
from tests.repricing import repriced
from tests.screens.conftest import OpenPage

CHEAPEST_FIRST = [
    *("GPT Image 1 Mini", "FLUX.2 Klein", "FLUX.2 Pro", "GPT Image 1.5", "Gemini 2.5 Flash Image"),
    *("FLUX 1.1 Pro", "Recraft V3", "GPT Image 1", "FLUX.2 Flex", "GPT Image 2", "FLUX.2 Max"),
    *("FLUX.1 Kontext Max", "Recraft V3 SVG", "Gemini 3 Pro Image"),
]


@pytest.fixture
def dearer(store: FileStore, state_file: Path, clock: CountingClock) -> FileStore:
    """The workspace after an update that made FLUX.2 Pro dearer and GPT Image 2 cheaper."""
    store.update(rules.Enable(("flux-2-pro",)))
    store.compare_prices()
    catalog = repriced(store.catalog, {"flux-2-pro": "0.04", "gpt-image-2": "0.05"})
    return FileStore(locate(state_file), catalog, user="alice", clock=clock)


async def test_models_stand_from_cheap_to_dear_with_a_bar_that_grows(open_page: OpenPage) -> None:
    async with open_page(keys="5", size=(80, 24)) as page:
        rows = [page.line(f"{name}  ") for name in CHEAPEST_FIRST]
        assert [page.lines.index(row) for row in rows] == list(range(5, 19))
        bars = [row.count("█") for row in rows]
        assert bars == sorted(bars)
        assert bars[-1] > 10 * bars[0] > 0
        assert "★★★★★" in page.line("GPT Image 2")
        assert "~€0.144" in rows[-1]


async def test_list_prices_have_a_column_where_there_is_room_and_a_key_where_there_is_none(open_page: OpenPage) -> None:
    async with open_page(keys="5", size=(120, 40)) as page:
        assert "€0.032" in page.line("FLUX.2 Pro")
        assert "0.03 USD" in page.line("FLUX.2 Pro")
        assert "List price" not in page.lines[-1]
    async with open_page(keys="5", size=(80, 24)) as page:
        assert "0.03 USD" not in page.line("FLUX.2 Pro")
        await page.press("l")
        assert "0.03 USD" in page.line("FLUX.2 Pro")
        assert "€0.032" not in page.line("FLUX.2 Pro")
        await page.press("l")
        assert "€0.032" in page.line("FLUX.2 Pro")


async def test_a_month_is_added_up_with_the_premium_part_apart(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(keys="5 down down m", size=(80, 24)) as page:
        await page.fill("1000")
        assert "1,000 × €0.0322 = €32.22 a month" in page.text()
        await page.press("enter")
        assert "€32.22" in page.line("FLUX.2 Pro")
        await page.press(*["down"] * 7, "m", "1", "0", "0", "enter")
        assert "1,100 images · €38.44 · premium €6.22 billed against credits" in page.text()
        store.update(rules.Configure(plan=Plan.ENTERPRISE))
        await page.poll()
        assert "premium €6.22 included (enterprise)" in page.text()
        await page.press("m", *["backspace"] * 3, "enter")
        assert "1,000 images · €32.22" in page.text()
        await page.press("M")
        assert "the sum appears here" in page.text()


async def test_leaving_the_month_dialog_changes_nothing(open_page: OpenPage) -> None:
    async with open_page(keys="5 m 5 escape", size=(80, 24)) as page:
        assert page.dialog is None
        assert "the sum appears here" in page.text()


@pytest.mark.parametrize("key", ["p", "tab"])
async def test_the_picture_names_every_model_and_keeps_the_cursor(open_page: OpenPage, key: str) -> None:
    async with open_page(keys="5 down down", size=(80, 24)) as page:
        await page.press(key)
        text = page.text()
        assert all(name in text for name in CHEAPEST_FIRST)
        assert page.cursor_line.startswith("FLUX.2 Pro · €0.032 · ★★★ · EU · off")
        await page.press("right", key)
        assert page.cursor_line.startswith("GPT Image 1.5")
        assert page.line("Model  ").split() == ["Model", "Price", "Data", "Stars"]


async def test_the_picture_is_walked_by_price_and_by_stars(open_page: OpenPage) -> None:
    async with open_page(keys="5 p", size=(80, 24)) as page:
        walked = [page.app.screen.query_one(PriceChart).selected]
        for key in ("up", "up", "up", "down", "end", "right", "home", "left"):
            await page.press(key)
            walked.append(page.app.screen.query_one(PriceChart).selected)
        assert walked == [
            *("gpt-image-1-mini", "gpt-image-1.5", "gpt-image-2", "gpt-image-2", "gpt-image-1.5"),
            *("gemini-3-pro-image", "gemini-3-pro-image", "gpt-image-1-mini", "gpt-image-1-mini"),
        ]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50), (60, 16)])
async def test_the_picture_shows_a_dot_for_each_model_at_every_size(open_page: OpenPage, size: tuple[int, int]) -> None:
    async with open_page(keys="5 p", size=size) as page:
        field = [line for line in page.lines if "│" in line]
        dots = sum(line.partition("│")[2].count("○") for line in field)
        # The chosen one is drawn as the cursor; where there is hardly room, models of the same price share a dot.
        assert dots == 13 if size[0] >= 80 else dots >= 8


async def test_space_switches_a_model_from_the_bars_and_from_the_picture(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(keys="5 down space", size=(80, 24)) as page:
        assert page.line("FLUX.2 Klein").endswith("on") or page.line("FLUX.2 Klein").endswith("lock")
        await page.press("p", "right", "space")
        assert store.read().enabled_models == {"flux-2-klein", "flux-2-pro"}
        assert "2 · FLUX.2 Pro" not in page.notice
        assert "FLUX.2 Pro enabled" in page.notice


async def test_a_price_change_is_shown_once_and_stays_in_the_price_history(
    open_page: OpenPage, dearer: FileStore
) -> None:
    async with open_page(store=dearer, size=(80, 24)) as page:
        await page.until_shown("Prices changed")
        assert "Prices changed: FLUX.2 Pro €0.032 → €0.043 (+33.3 %), and 1 more" in page.text()
        await page.press("5")
        assert "FLUX.2 Pro €0.032 → €0.043 (+33.3 %) · list price 0.03 USD → 0.04 USD" in page.text()
        assert "GPT Image 2 €0.062 → €0.054 (-13.6 %)" in page.text()
        await page.press("h")
        assert "+33.3 %" in page.text()
        assert "Noticed 2026-11-22 10:00 UTC" in page.text()
        await page.press("escape", "1")
        assert "Prices changed" not in page.text()
        await page.press("5")
        assert "list price 0.03" not in page.text()
    async with open_page(store=dearer, size=(80, 24), keys="5 h") as page:
        assert "2026-11-22  FLUX.2 Pro" in page.text()
        await page.press("escape", "1")
        assert "price changed" not in page.text().lower()
        assert "Prices changed" not in page.text()


async def test_no_price_change_is_said_plainly(open_page: OpenPage) -> None:
    async with open_page(keys="5 h", size=(80, 24)) as page:
        assert "No price has changed since this workspace first looked." in page.text()


async def test_a_broken_price_file_is_one_line_and_the_page_works(open_page: OpenPage, dearer: FileStore) -> None:
    dearer.locations.prices.write_text("{")
    async with open_page(keys="5 h", store=dearer, size=(80, 24)) as page:
        await page.until_shown("in double quotes); prices are not watched until it is repaired or deleted")
        await page.press("escape")
        await page.press("space")
        assert "GPT Image 1 Mini enabled" in page.notice
        assert dearer.locations.prices.read_text() == "{"


async def test_the_first_start_notes_the_prices(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(keys="5", size=(80, 24)):
        pass
    assert len(json.loads(store.locations.prices.read_text())["seen"]) == 14


@pytest.mark.parametrize("month", [True, False])
@pytest.mark.parametrize("listed", [True, False])
def test_columns_never_take_more_than_there_is(month: bool, listed: bool) -> None:
    bars = []
    for width in range(44, 260):
        columns = fit(table_for(month=month, listed=listed), width)
        assert columns.total == width
        assert columns.cells("name") >= 4
        bars.append(columns.cells("bar"))
    assert min(bars[80 - 44 :]) >= 9


def test_a_bar_is_never_nothing_and_never_too_long() -> None:
    for glyphs in (Glyphs(), ASCII_GLYPHS):
        lengths = [len(bar(step / 1000, 24, glyphs)) for step in range(1001)]
        assert lengths == sorted(lengths)
        assert (lengths[0], lengths[1], lengths[-1]) == (0, 1, 24)


async def test_more_models_than_lines_are_no_problem_for_bars_and_picture(
    open_page: OpenPage, state_file: Path
) -> None:
    catalog = load_catalog()
    template = catalog.models["flux-2-pro"]
    many = {f"m-{n}": template.replace(id=f"m-{n}", name=f"Model {n}", stars=n % 5 + 1) for n in range(300)}
    crowded = catalog.replace(models=many, guide={}, notes={})
    async with open_page(keys="5 G", store=FileStore(locate(state_file), crowded, user="alice"), size=(80, 24)) as page:
        assert page.cursor_line.startswith("Model 299")
        await page.press("p", "down")
        assert "★★★★★" in page.text()
        assert "300 prices" in page.text()
