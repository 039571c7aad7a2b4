"""Moving about by keyboard, and everything that the mouse does."""

import pytest

from imgmodels_tui.workspace.rules import Configure, Enable
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "flux-2-max"))


@pytest.mark.parametrize(
    ("keys", "model"),
    [
        ("", "FLUX.2 Pro"),
        ("down", "FLUX.2 Max"),
        ("j j k", "FLUX.2 Max"),
        ("up", "FLUX.2 Pro"),
        ("G", "Recraft V3 SVG"),
        ("end", "Recraft V3 SVG"),
        ("end down", "Recraft V3 SVG"),
        ("G g", "FLUX.2 Pro"),
        ("end home", "FLUX.2 Pro"),
        ("right_square_bracket", "GPT Image 1"),
        ("right_square_bracket right_square_bracket", "Gemini 2.5 Flash Image"),
        ("G right_square_bracket", "Recraft V3 SVG"),
        ("G left_square_bracket", "Recraft V3"),
        ("G left_square_bracket left_square_bracket", "Gemini 2.5 Flash Image"),
        ("right_square_bracket up", "FLUX 1.1 Pro"),
        ("pagedown pagedown", "Recraft V3 SVG"),
        ("G pageup pageup", "FLUX.2 Pro"),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (80, 16)], ids=["80x24", "80x16"])
async def test_keys_move_the_cursor_which_stays_in_sight(
    open_page: OpenPage, keys: str, model: str, size: tuple[int, int]
) -> None:
    if size == (80, 16) and "page" in keys:
        keys = " ".join([keys] * 10).replace("G ", "")
        keys = f"G {keys}" if "pageup" in keys else keys
    async with open_page(TWO, size=size) as page:
        await page.press(*keys.split())
        assert page.cursor == model


async def test_moving_up_to_a_makers_first_model_shows_the_maker(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(80, 16)) as page:
        await page.press("G", "left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert page.cursor == "GPT Image 1"
        assert "OpenAI ─" in page.text()


@pytest.mark.parametrize("height", range(16, 22))
async def test_the_cursor_stays_in_sight_when_the_terminal_shrinks(open_page: OpenPage, height: int) -> None:
    async with open_page(TWO, size=(80, 40)) as page:
        await page.go_to("Recraft V3")
        await page.resize(80, height)
        assert page.cursor == "Recraft V3"
        await page.resize(80, 40)
        assert page.cursor == "Recraft V3"


async def test_a_click_on_a_row_moves_the_cursor_and_changes_nothing(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        before = page.content()
        await page.click_row("GPT Image 2")
        assert page.cursor == "GPT Image 2"
        assert page.content() == before


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40), (200, 50)])
async def test_a_click_on_a_toggle_toggles(open_page: OpenPage, size: tuple[int, int]) -> None:
    async with open_page(TWO, size=size) as page:
        await page.click_row("GPT Image 1", at="○━ off")
        assert page.enabled == ["flux-2-max", "flux-2-pro", "gpt-image-1"]
        assert page.cursor == "GPT Image 1"
        await page.click_row("GPT Image 1", at="on")
        assert page.enabled == ["flux-2-max", "flux-2-pro"]


async def test_a_click_on_the_price_toggles_nothing(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.click_row("GPT Image 1", at="~€0.045")
        assert page.enabled == ["flux-2-max", "flux-2-pro"]


async def test_a_double_click_opens_the_details(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.click("GPT Image 2 ", times=2)
        assert page.dialog is not None
        assert "gpt-image-2" in page.dialog_text()


async def test_a_click_on_a_heading_does_nothing(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.click("OpenAI ─")
        assert page.cursor == "FLUX.2 Pro"


async def test_a_click_on_the_default_opens_the_dropdown(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.click("change ▾")
        assert "Sessions that exist keep their model" in page.dialog_text()


async def test_a_click_on_a_candidate_chooses_it(open_page: OpenPage) -> None:
    async with open_page(TWO, keys="d") as page:
        assert page.dialog is not None
        candidates = page.dialog.query_one("CandidateList").region
        await page.click_at(candidates.x + 4, candidates.y + 1)
        assert page.dialog is None
        assert page.state()["default_model"] == "flux-2-max"


async def test_a_click_on_a_warning_leads_to_what_cures_it(open_page: OpenPage) -> None:
    async with open_page(TWO, Configure(image_generation=False)) as page:
        await page.click("Image generation is off")
        assert "Product configuration" in page.text()


@pytest.mark.parametrize(
    ("label", "opens"),
    [
        ("enter Details", "Provider's id"),
        ("d Default  ", "Preselected when a user opens"),
        ("c Config", "users have the image generator"),
        ("i About", "Status May 2026"),
        ("? Keys", "Everything known of the model"),
    ],
)
async def test_a_click_on_a_key_of_the_bar_presses_it(open_page: OpenPage, label: str, opens: str) -> None:
    async with open_page(TWO, size=(120, 60)) as page:
        await page.click(label)
        assert opens in page.dialog_text()
        await page.click("esc ")
        assert page.dialog is None


async def test_a_click_on_toggle_in_the_bar_toggles(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.go_to("GPT Image 2")
        await page.click("space Toggle")
        assert "gpt-image-2" in page.enabled


async def test_the_wheel_scrolls_where_not_everything_fits(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(80, 16)) as page:
        assert "Recraft V3 SVG" not in page.text()
        for _ in range(10):
            await page.wheel_down()
        assert "Recraft V3 SVG" in page.text()


async def test_the_lock_is_not_cut_where_there_is_a_scrollbar(open_page: OpenPage) -> None:
    async with open_page(Enable(("flux-2-pro",)), size=(80, 16)) as page:
        assert "━◆ lock" in page.row("FLUX.2 Pro")


async def test_headings_stand_over_their_columns_when_a_warning_makes_room_scarce(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(80, 24), keys="c space escape") as page:
        headings, row = page.lines[page.index_of("Hosted by")[1]], page.line_of("FLUX.2 Pro")[1]
        assert headings.index("Hosted by") == row.index("Azure")
        assert headings.index("Stars") == row.index("★★★")


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_the_key_bar_shows_only_whole_keys_and_always_help_and_quit(open_page: OpenPage, width: int) -> None:
    async with open_page(TWO, size=(width, 24)) as page:
        bar = page.lines[-1]
        assert bar.endswith("? Keys  q Quit")
        assert len(bar) <= width
