"""The guide: what it says of each recommended model, and what its keys do."""

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.screens.guide.page import AdviceRow, GuideList, GuidePage
from imgmodels_tui.screens.models.list import ModelList
from imgmodels_tui.screens.models.page import ModelsPage
from imgmodels_tui.screens.shared.facts_dialog import ConfirmDialog
from imgmodels_tui.widgets.entry_list import HeadRow
from imgmodels_tui.workspace.rules import Configure, Disable, Enable, SetDefault
from imgmodels_tui.workspace.state import Plan
from imgmodels_tui.workspace.store import Store
from tests.driver import Driver
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "gpt-image-2"))
QUALITY = "Enable: Top image quality, photorealism"


async def stand_on(page: Driver, case: str, model: str) -> None:
    """Put the cursor on a recommendation."""
    assert page.page.query_one(GuideList).move_to(f"{case}/{model}")
    await page.settle()


async def test_every_use_case_and_recommendation_of_the_catalog_is_there(open_page: OpenPage, catalog: Catalog) -> None:
    async with open_page(keys="3") as page:
        rows = page.page.query_one(GuideList).rows
        assert [row.name for row in rows if isinstance(row, HeadRow)] == [case.name for case in catalog.guide.values()]
        assert [(row.case.id, row.entry.id, row.reason) for row in rows if isinstance(row, AdviceRow)] == [
            (case.id, advised.model, advised.reason or "")
            for case in catalog.guide.values()
            for advised in case.recommended
        ]


async def test_a_row_says_why_where_how_good_at_what_price_and_whether_it_is_on(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="3") as page:
        words = page.row("GPT Image 2").split()
        assert words == [
            "GPT",
            "Image",
            "2",
            "premium",
            "EU✦",
            "EU",
            "5",
            "stars,",
            "EU",
            "Azure",
            "★★★★★",
            "~€0.062",
            "━●",
            "on",
        ]


@pytest.mark.parametrize("width", [60, 72, 79, 80, 100, 120, 159])
async def test_no_row_loses_name_region_price_or_toggle_at_any_width(open_page: OpenPage, width: int) -> None:
    async with open_page(TWO, size=(width, 50), keys="3") as page:
        line = page.row("Gemini 2.5 Flash Image")
        assert all(part in line for part in ("EU", "~€0.042", "○━ off"))


async def test_a_use_case_counts_what_is_on(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="3") as page:
        assert page.lines[page.index_of(" Reference editing")[1]].endswith("2 of 6 on")


async def test_enter_goes_to_the_model_on_the_models_page(open_page: OpenPage) -> None:
    async with open_page(keys="3") as page:
        await stand_on(page, "logos-and-vectors", "recraft-v3")
        await page.press("enter")
        assert isinstance(page.page, ModelsPage)
        current = page.page.query_one(ModelList).current
        assert current is not None
        assert current.key == "recraft-v3"


async def test_space_switches_the_model_wherever_it_is_recommended(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="3") as page:
        await stand_on(page, "strict-eu", "flux-2-max")
        await page.press("space")
        assert page.enabled == ["flux-2-max", "flux-2-pro", "gpt-image-2"]
        rows = page.page.query_one(GuideList).rows
        assert all(row.entry.enabled for row in rows if row.entry is not None and row.entry.id == "flux-2-max")
        assert page.notice == "FLUX.2 Max enabled"


async def test_switching_the_default_off_asks_for_a_replacement_here_too(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="3") as page:
        await stand_on(page, "fast-and-cheap", "flux-2-pro")
        await page.press("space", "enter")
        assert page.enabled == ["gpt-image-2"]
        assert page.state()["revision"] == 2


async def test_a_click_on_the_toggle_switches_and_elsewhere_only_moves(open_page: OpenPage) -> None:
    async with open_page(keys="3") as page:
        await page.click_row("GPT Image 1.5")
        assert page.enabled == []
        await page.click_row("GPT Image 1.5", "○━")
        assert page.enabled == ["gpt-image-1.5"]


async def test_a_double_click_goes_to_the_model(open_page: OpenPage) -> None:
    async with open_page(keys="3") as page:
        x, y = page.index_of("Recraft V3 SVG")
        await page.click_at(x, y, times=2)
        assert isinstance(page.page, ModelsPage)


async def test_brackets_move_by_use_case(open_page: OpenPage) -> None:
    async with open_page(keys="3 right_square_bracket right_square_bracket j j left_square_bracket") as page:
        row = page.page.query_one(GuideList).current
        assert row is not None
        assert row.key == "reference-editing/flux-1-kontext-max"


async def test_before_a_set_is_enabled_it_says_what_will_change(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="3 e") as page:
        assert QUALITY in page.text()
        said = page.dialog_text()
        assert said.index("Will be enabled") < said.index("GPT Image 1.5") < said.index("Gemini 3 Pro Image")
        assert said.index("FLUX.2 Max") < said.index("On already") < said.index("GPT Image 2")
        assert "Default stays FLUX.2 Pro" in said
        assert "Premium 2 of these 3: billed against credits on this workspace's self-service plan" in said
        assert page.state()["revision"] == 1


async def test_enter_enables_the_set_as_one_change(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="3 e enter") as page:
        assert page.dialog is None
        assert page.enabled == ["flux-2-max", "flux-2-pro", "gemini-3-pro-image", "gpt-image-1.5", "gpt-image-2"]
        assert page.state()["revision"] == 2
        assert page.state()["last_change"]["action"] == "enable"


async def test_esc_leaves_everything_as_it_was(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        before = page.content()
        await page.press("3", "e", "escape")
        assert page.dialog is None
        assert isinstance(page.page, GuidePage)
        assert page.content() == before


async def test_the_first_of_a_set_becomes_the_default_where_there_is_none(open_page: OpenPage) -> None:
    async with open_page(keys="3 e") as page:
        assert "GPT Image 2 becomes the default, because there is none" in page.dialog_text()
        await page.press("enter")
        assert page.state()["default_model"] == "gpt-image-2"
        assert page.state()["revision"] == 1


async def test_on_the_enterprise_plan_premium_is_included(open_page: OpenPage) -> None:
    async with open_page(Configure(plan=Plan.ENTERPRISE), keys="3 e") as page:
        assert "3 of these 4: included on this workspace's enterprise plan" in page.dialog_text()


async def test_a_set_without_premium_models_says_so(open_page: OpenPage) -> None:
    async with open_page(keys="3") as page:
        await stand_on(page, "bulk", "flux-2-klein")
        await page.press("e")
        assert "Premium none of these" in page.dialog_text()


async def test_where_all_is_on_there_is_nothing_to_do_and_that_is_said(open_page: OpenPage) -> None:
    async with open_page(Enable(("recraft-v3", "recraft-v3-svg")), keys="3") as page:
        await stand_on(page, "logos-and-vectors", "recraft-v3")
        assert "all on" in page.lines[page.index_of("▌ Logos and vector")[1]]
        await page.press("e")
        assert page.dialog is None
        assert page.notice == "Nothing to do: Logos and vector graphics: all on already"
        assert page.state()["revision"] == 1


async def test_an_open_dialog_follows_what_others_do(open_page: OpenPage, bob: Store) -> None:
    async with open_page(TWO, keys="3 e") as page:
        bob.update(Enable(("gpt-image-1.5",)))
        bob.update(SetDefault("gpt-image-1.5"))
        await page.poll()
        assert "1 of these 2" in page.dialog_text()
        assert "stays GPT Image 1.5" in page.dialog_text()
        await page.press("enter")
        assert page.state()["revision"] == 4
        assert page.state()["last_change"]["enabled"] == ["flux-2-max", "gemini-3-pro-image"]


async def test_a_dialog_with_nothing_left_to_do_says_so_and_does_nothing(open_page: OpenPage, bob: Store) -> None:
    async with open_page(keys="3 e") as page:
        bob.update(Enable(("gpt-image-2", "gpt-image-1.5", "gemini-3-pro-image", "flux-2-max")))
        await page.poll()
        assert "Nothing to do all of them are on already" in page.dialog_text()
        assert "Apply" not in page.lines[-1]
        await page.press("enter")
        assert isinstance(page.dialog, ConfirmDialog)
        await page.press("escape")
        assert page.state()["revision"] == 1


async def test_a_set_is_judged_on_the_state_of_the_file_not_of_the_screen(open_page: OpenPage, bob: Store) -> None:
    async with open_page(TWO, keys="3 e") as page:
        bob.update(Disable(("gpt-image-2",)))
        await page.press("enter")
        assert "gpt-image-2" in page.enabled


async def test_beside_the_list_stand_the_details_where_there_is_room(open_page: OpenPage) -> None:
    async with open_page(size=(200, 50), keys="3 j") as page:
        assert "gpt-image-1.5, version 2025-12-16" in page.text()
        await page.resize(120, 40)
        assert "gpt-image-1.5, version 2025-12-16" not in page.text()
