"""Choosing the default, and replacing it when the model that is the default is switched off."""

import pytest
from textual.widgets import Input

from imgmodels_tui.workspace.rules import Enable
from tests.driver import Driver
from tests.screens.conftest import OpenPage

THREE = Enable(("flux-2-pro", "flux-2-max", "gpt-image-2"))


def offered(page: Driver) -> list[str]:
    """The names of the models that a dialog offers."""
    from imgmodels_tui.screens.shared.chooser import CandidateList  # noqa: PLC0415 - beside its only use

    assert page.dialog is not None
    return [row.entry.model.name for row in page.dialog.query_one(CandidateList).rows]


async def test_the_dropdown_offers_all_enabled_models_and_only_these(open_page: OpenPage) -> None:
    async with open_page(THREE, keys="d") as page:
        assert offered(page) == ["FLUX.2 Pro", "FLUX.2 Max", "GPT Image 2"]


async def test_the_dropdown_begins_on_the_present_default(open_page: OpenPage) -> None:
    async with open_page(Enable(("gpt-image-2", "flux-2-pro")), keys="d") as page:
        assert "❯ GPT Image 2" in page.text()


async def test_the_dropdown_says_of_a_model_that_is_off_why_it_is_not_there(open_page: OpenPage) -> None:
    async with open_page(THREE, keys="d") as page:
        await page.type("kontext")
        assert "Nothing matches here: FLUX.1 Kontext Max is not enabled" in page.text()
        await page.type(" zzz")
        assert "Nothing matches here" not in page.text()
        assert "Nothing matches" in page.text()


async def test_choosing_in_the_dropdown_is_one_revision(open_page: OpenPage) -> None:
    async with open_page(THREE, keys="d down down enter") as page:
        assert page.dialog is None
        assert page.state()["default_model"] == "gpt-image-2"
        assert page.state()["revision"] == 2
        assert page.notice == "Default is GPT Image 2, was FLUX.2 Pro"
        assert "default" in page.row("GPT Image 2")
        assert "default" not in page.row("FLUX.2 Pro")


async def test_the_dropdown_filters_as_one_types(open_page: OpenPage) -> None:
    async with open_page(THREE, keys="d") as page:
        await page.type("gpt")
        assert offered(page) == ["GPT Image 2"]
        await page.press("enter")
        assert page.state()["default_model"] == "gpt-image-2"


@pytest.mark.parametrize("keys", [["down", "down", "enter"], ["g", "p", "t", "enter"]])
async def test_keys_typed_ahead_of_the_program_take_effect_in_their_order(open_page: OpenPage, keys: list[str]) -> None:
    async with open_page(THREE, keys="d") as page:
        await page.press_at_once(*keys)
        assert page.state()["default_model"] == "gpt-image-2"


async def test_a_filter_that_nothing_matches_says_so_and_chooses_nothing(open_page: OpenPage) -> None:
    async with open_page(THREE, keys="d") as page:
        await page.type("zebra")
        assert "Nothing matches" in page.text()
        assert "enter Choose" not in page.text()
        await page.press("enter")
        assert page.dialog is not None
        assert page.state()["default_model"] == "flux-2-pro"


async def test_a_filter_that_makes_no_sense_says_what_is_possible(open_page: OpenPage) -> None:
    async with open_page(THREE, keys="d") as page:
        await page.type("colour:red")
        assert "colour: is no filter; possible are region: host:" in page.text()


async def test_esc_leaves_the_dropdown_without_a_change(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        before = page.content()
        await page.press("d", "down", "escape")
        assert page.dialog is None
        assert page.content() == before


async def test_without_an_enabled_model_the_dropdown_says_what_to_do_first(open_page: OpenPage) -> None:
    async with open_page(keys="d") as page:
        assert page.dialog is None
        assert page.notice == "No model is enabled yet, so none can be the default; press space on one"


async def test_shift_d_makes_the_model_under_the_cursor_the_default(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.go_to("FLUX.2 Max")
        await page.press("D")
        assert page.state()["default_model"] == "flux-2-max"
        assert page.state()["revision"] == 2


async def test_only_an_enabled_model_can_be_made_the_default(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        before = page.content()
        await page.go_to("FLUX.2 Klein")
        await page.press("D")
        assert page.notice == "FLUX.2 Klein is not enabled, so it cannot be the default; enable it first"
        assert page.content() == before


async def test_disabling_the_default_asks_for_a_replacement_among_the_still_enabled(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        before = page.content()
        await page.go_to("FLUX.2 Pro")
        await page.press("space")
        assert "Disable FLUX.2 Pro?" in page.text()
        assert offered(page) == ["FLUX.2 Max", "GPT Image 2"]
        assert page.content() == before


async def test_esc_leaves_the_replacement_dialog_without_a_change(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        before = page.content()
        await page.go_to("FLUX.2 Pro")
        await page.press("space", "escape")
        assert page.dialog is None
        assert page.content() == before


@pytest.mark.parametrize(("keys", "chosen"), [("enter", "gpt-image-2"), ("up enter", "flux-2-max")])
async def test_choosing_a_replacement_moves_the_default_and_disables_in_one_revision(
    open_page: OpenPage, keys: str, chosen: str
) -> None:
    async with open_page(THREE) as page:
        await page.go_to("FLUX.2 Pro")
        await page.press("space", *keys.split())
        assert page.enabled == ["flux-2-max", "gpt-image-2"]
        assert page.state()["default_model"] == chosen
        assert page.state()["revision"] == 2
        assert page.notice.startswith("FLUX.2 Pro disabled; default is ")


async def test_a_model_that_is_not_the_default_is_disabled_without_a_question(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        assert page.dialog is None
        assert page.enabled == ["flux-2-pro", "gpt-image-2"]


async def test_undoing_a_replacement_brings_back_both(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.go_to("FLUX.2 Pro")
        await page.press("space", "enter", "u")
        assert page.enabled == ["flux-2-max", "flux-2-pro", "gpt-image-2"]
        assert page.state()["default_model"] == "flux-2-pro"


async def test_a_key_that_is_heard_twice_answers_once(open_page: OpenPage) -> None:
    async with open_page(THREE, keys="d down") as page:
        assert page.dialog is not None
        field = page.dialog.query_one(Input)
        for _ in range(2):
            field.post_message(Input.Submitted(field, ""))
        await page.settle()
        assert page.dialog is None
        assert (page.state()["default_model"], page.state()["revision"]) == ("flux-2-max", 2)
