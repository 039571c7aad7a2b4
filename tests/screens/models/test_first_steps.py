"""A fresh workspace: how to begin, and the guide's starting sets."""

import pytest

from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import OpenPage

SETS = {
    "A": ("Top image quality, photorealism", "gpt-image-2 gpt-image-1.5 gemini-3-pro-image flux-2-max"),
    "B": (
        "Fast and cheap, a sensible default for staff",
        "flux-2-pro flux-2-flex gemini-2.5-flash-image gpt-image-1-mini",
    ),
    "C": (
        "Strict EU hosting required",
        (
            "flux-2-pro flux-2-max flux-2-flex flux-2-klein flux-1-kontext-max flux-1.1-pro "
            "gemini-2.5-flash-image gpt-image-2"
        ),
    ),
}


async def test_a_fresh_page_says_how_to_begin_and_offers_three_sets(open_page: OpenPage) -> None:
    async with open_page() as page:
        assert "Nothing is enabled yet. Press space on a model, or begin with a whole set:" in page.text()
        for key, (name, models) in SETS.items():
            line = page.lines[page.index_of(name)[1]]
            assert line.startswith(f"  {key} ")
            assert f"{len(models.split())} models" in line


async def test_what_a_set_costs_is_the_span_of_its_prices(open_page: OpenPage) -> None:
    async with open_page() as page:
        assert page.lines[page.index_of("Fast and cheap")[1]].endswith("4 models, 2 deprecated, €0.009–0.054")


async def test_a_fresh_page_says_that_there_is_no_default(open_page: OpenPage) -> None:
    async with open_page() as page:
        assert "Default model  none yet" in page.text()
        assert "Users cannot generate images until a model is the default" in page.text()


@pytest.mark.parametrize("key", SETS)
async def test_one_key_enables_a_set_as_one_change_and_its_first_model_is_the_default(
    open_page: OpenPage, key: str
) -> None:
    models = SETS[key][1].split()
    async with open_page() as page:
        await page.press(key)
        assert page.enabled == sorted(models)
        assert page.state()["default_model"] == models[0]
        assert page.state()["revision"] == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("key", SETS)
async def test_a_click_on_a_set_enables_that_set(open_page: OpenPage, key: str, size: tuple[int, int]) -> None:
    name, models = SETS[key]
    async with open_page(size=size) as page:
        await page.click(name[:30])
        assert page.enabled == sorted(models.split())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_click_beside_the_sets_enables_nothing(open_page: OpenPage, size: tuple[int, int]) -> None:
    async with open_page(size=size) as page:
        await page.click("Nothing is enabled yet")
        x, y = page.index_of("Strict EU hosting")
        if size[1] > 30:
            await page.click_at(x, y + 1)
        assert page.enabled == []


async def test_the_sets_leave_once_something_is_enabled(open_page: OpenPage) -> None:
    async with open_page(keys="B") as page:
        assert "Nothing is enabled yet" not in page.text()
        before = page.content()
        await page.press("A", "C")
        assert page.content() == before


async def test_undo_brings_a_used_page_back_to_its_sets_only_where_the_lock_allows(open_page: OpenPage) -> None:
    async with open_page(keys="B u") as page:
        assert page.notice.startswith("Locked")
        assert len(page.enabled) == 4


async def test_the_keys_offer_the_sets_only_on_a_fresh_page(open_page: OpenPage) -> None:
    async with open_page(keys="question_mark") as page:
        assert "Enable a starting set" in page.text()
    async with open_page(Enable(("flux-2-pro",)), keys="question_mark") as page:
        assert "Enable a starting set" not in page.text()
