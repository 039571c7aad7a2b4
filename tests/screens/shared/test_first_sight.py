"""What somebody who has never seen the program needs: the way out, the help, one list of everything, plain fields."""

from pathlib import Path

import pytest

from imgmodels_tui.screens.generator.page import GeneratorPage
from imgmodels_tui.screens.history.page import HistoryPage
from imgmodels_tui.screens.history.transfer_dialogs import ExportDialog
from imgmodels_tui.widgets import bars
from imgmodels_tui.widgets.path_input import PathInput
from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "flux-2-max"))
SIZES = [(80, 24), (120, 40), (200, 50)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_prompt_that_is_typed_shows_the_way_out_and_the_help(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    async with open_page(TWO, keys="2", size=size) as page:
        assert isinstance(page.page, GeneratorPage)
        assert page.lines[-1].endswith("ctrl+q Quit  f1 Keys")
        await page.press("question_mark")
        assert page.dialog is None
        await page.press("f1")
        assert "generator.model" in page.dialog_text()


@pytest.mark.parametrize("size", SIZES)
async def test_the_title_says_who_works_in_which_role(open_page: OpenPage, size: tuple[int, int]) -> None:
    async with open_page(TWO, size=size) as page:
        assert page.lines[0].endswith("alice · admin")


async def test_an_active_filter_stands_first_with_its_way_out(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(80, 24)) as page:
        await page.press("slash", *"flux", "enter")
        assert page.lines[-1].startswith(" esc Clear")
        assert page.lines[-2].startswith(" / flux")


async def test_a_notice_gives_the_standing_facts_back(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bars, "NOTICE_LASTS", 0.01)
    async with open_page(TWO) as page:
        await page.press("u")
        await page.until(lambda: "Premium: billed against credits" in page.lines[-2])


async def test_the_palette_has_the_commands_of_every_page(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="ctrl+p") as page:
        await page.type("history export")
        assert "History: Export" in page.text()
        await page.press("enter")
        await page.until(lambda: isinstance(page.dialog, ExportDialog))
        assert isinstance(page.app.screen_stack[0], HistoryPage)


async def test_what_a_page_cannot_do_now_is_said(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="ctrl+p") as page:
        await page.type("hosting apply")
        await page.press("enter")
        await page.until(lambda: page.notice == "There is nothing to do that with here now")


async def test_a_click_beside_a_dialog_closes_it_and_one_inside_does_not(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="c") as page:
        await page.click("A change takes effect at once")
        assert page.dialog is not None
        await page.click_at(1, 1)
        assert page.dialog is None


@pytest.mark.parametrize(("title", "said"), [("Hosted by", "Sorted: by host"), ("Stars", "Sorted: most stars first")])
async def test_a_click_on_a_columns_title_sorts_and_another_one_ends_it(
    open_page: OpenPage, title: str, said: str
) -> None:
    async with open_page(TWO) as page:
        await page.click(title)
        assert said in page.lines[-2]
        await page.click(title)
        assert "Sorted" not in page.lines[-2]


async def test_a_proposed_name_is_replaced_by_typing_and_a_path_is_completed(
    open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "backups").mkdir()
    async with open_page(TWO, keys="6 e") as page:
        await page.type(f"{tmp_path}/ba")
        await page.press("tab")
        field = page.app.screen.query_one(PathInput)
        await page.until(lambda: field.value == f"{tmp_path}/backups/")
        await page.type("x.json")
        await page.press("enter")
        await page.until((tmp_path / "backups" / "x.json").exists)


@pytest.mark.parametrize("key", ["c", "d", "comma"])
async def test_a_dialog_with_lines_says_how_to_move(open_page: OpenPage, key: str) -> None:
    async with open_page(TWO, keys=key, size=(80, 24)) as page:
        assert "↑↓ Move" in page.lines[-1]


async def test_about_explains_every_badge_and_sign_of_the_screen(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="i", size=(200, 60)) as page:
        text = page.dialog_text()
    for sign in ("premium, prem.", "deprecated, depr.", "retired, ret.", "▣ ref", "━● ○━ ━◆", "EU, US, GL", "BFL", "~"):
        assert sign in text
    assert "5 Prices shows what each image costs" in text


async def test_flags_have_letters_without_colours(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_page(TWO) as page:
        assert "FR  EU" in page.row("FLUX.2 Pro")
        assert "EU✦ EU" in page.row("FLUX.2 Max")
        assert "US▀ US" in page.row("Recraft V3")
