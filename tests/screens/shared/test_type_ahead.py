"""Keys that come all at once, as over a slow line: each is heard where the one before has led."""

import pytest
from textual.events import Paste

from imgmodels_tui.screens.shared.chooser import Picker
from imgmodels_tui.screens.shared.filter_page import FilterLine
from imgmodels_tui.terminal import type_ahead
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.rules import Enable
from tests.driver import TIMEOUT, key_event
from tests.screens.conftest import OpenPage

THREE = Enable(("flux-2-pro", "flux-2-max", "gpt-image-2"))


@pytest.fixture(autouse=True)
def _however_slow_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "_TIMEOUT", TIMEOUT)


async def test_letters_behind_the_key_of_the_filter_are_the_filter(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.press_at_once("slash", *"flux")
        assert "FLUX.2 Pro" in page.text()
        assert "GPT Image" not in page.text()
        assert page.state()["revision"] == 1  # u would undo, x mark


async def test_what_is_pasted_behind_the_key_of_the_filter_is_the_filter(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        page.app.post_message(Paste("flux"))  # nobody takes it
        page.app.post_message(key_event("slash"))
        page.app.post_message(Paste("gpt"))
        page.app.post_message(key_event("x"))
        await page.settle()
        assert "No model matches" in page.text()
        await page.press("backspace")
        assert "GPT Image 2" in page.text()
        assert "FLUX" not in page.text().partition("\n Black Forest")[2]


@pytest.mark.parametrize("key", ["d", "enter", "c", "i", "question_mark", "comma", "ctrl+p"])
async def test_a_dialog_that_is_opened_and_left_at_once_leaves_everything_as_it_was(
    open_page: OpenPage, key: str
) -> None:
    async with open_page(THREE) as page:
        before = page.text()
        await page.press_at_once(key, "escape", key, "escape")
        assert page.dialog is None
        assert page.text() == before


async def test_a_default_is_chosen_by_keys_typed_at_once(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.press_at_once("d", *"gpt", "enter")
        assert page.dialog is None
        assert page.state()["default_model"] == "gpt-image-2"


async def test_pages_are_walked_by_keys_typed_at_once(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.press_at_once("4", "6", "1", "d")
        assert isinstance(page.dialog, Picker)


async def test_keys_behind_one_that_ends_the_program_end_nothing_else(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.press_at_once("q", "space", "d")
    assert page.state()["revision"] == 1


async def test_a_filter_that_is_left_is_left_for_the_keys_behind_it(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.press_at_once("slash", *"gpt", "enter", "u")
        await page.until(lambda: page.notice.startswith("Locked"))
        assert page.page.query_one(FilterLine).text == "gpt"


async def test_a_key_that_opened_nothing_is_heard_as_often_as_it_is_typed(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.press_at_once(*"jjjjj", *"kk", "enter")
        assert page.dialog is not None
        await page.press("escape")
        rows = page.page.query_one(LineList)
        expected = rows.position
        await page.press("g", *"jjj")
        assert rows.position == expected


async def test_what_ends_the_program_waits_for_no_crowd_of_keys(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_ahead, "_LONGEST_FAREWELL", 0)
    async with open_page(THREE) as page:
        await page.press_at_once(*"jk" * 500, "space", "ctrl+q")
    assert page.state()["revision"] == 1
