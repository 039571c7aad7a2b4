"""What the settings page says about every model."""

import re

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import OpenPage

PRO_AND_MAX = Enable(("flux-2-pro", "flux-2-max"))


async def test_makers_stand_in_the_pages_order_each_with_its_count(open_page: OpenPage) -> None:
    async with open_page(Enable(("flux-2-pro", "flux-2-max", "recraft-v3"))) as page:
        headings = re.findall(r"^ (\w[\w ]+?) ─+ (\d of \d on)", page.text(), re.MULTILINE)
    assert headings == [
        ("Black Forest Labs", "2 of 6 on"),
        ("OpenAI", "0 of 4 on"),
        ("Google Vertex", "0 of 2 on"),
        ("Recraft", "1 of 2 on"),
    ]


async def test_all_models_stand_below_their_makers(open_page: OpenPage, catalog: Catalog) -> None:
    async with open_page(PRO_AND_MAX) as page:
        places = [page.line_of(model.name)[0] for model in catalog.models.values()]
    assert places == sorted(places)
    assert len(places) == 14


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("FLUX.2 Pro", ["default", "EU", "Microsoft Azure", "▣ ref", "★★★", "€0.032", "━● on"]),
        ("FLUX.2 Max", ["premium", "EU", "Black Forest Labs", "▣ ref", "★★★", "~€0.075", "━● on"]),
        ("FLUX 1.1 Pro", ["EU", "Black Forest Labs", "★★", "€0.043", "○━ off"]),
        ("GPT Image 1", ["premium retired", "Global", "Microsoft Azure", "▣ ref", "★★★", "~€0.045", "○━ off"]),
        ("GPT Image 2", ["premium", "EU", "Microsoft Azure", "▣ ref", "★★★★★", "~€0.062", "○━ off"]),
        ("Gemini 3 Pro Image", ["Global", "Google Vertex", "▣ ref", "★★★★", "~€0.144", "○━ off"]),
        ("Recraft V3", ["US", "Replicate", "★★", "€0.043", "○━ off"]),
    ],
)
async def test_a_row_holds_everything_the_page_lists(open_page: OpenPage, name: str, parts: list[str]) -> None:
    async with open_page(PRO_AND_MAX) as page:
        row = page.row(name)
    flag_or_blank = r"[ ◍]+(?:(?:FR|EU✦|US▀) +)?"
    assert re.fullmatch(re.escape(name) + flag_or_blank + flag_or_blank.join(map(re.escape, parts)), row)


async def test_a_model_without_a_badge_has_none(open_page: OpenPage) -> None:
    async with open_page(PRO_AND_MAX) as page:
        row = page.row("FLUX.2 Klein")
    assert not re.search("default|premium|preview|deprecated", row)


async def test_the_default_panel_names_the_default_with_its_region_and_price(open_page: OpenPage) -> None:
    async with open_page(PRO_AND_MAX) as page:
        assert "Default model  FLUX.2 Pro · Black Forest Labs · EU · €0.032" in page.text()
        assert "Preselected when a user opens the image generator" in page.text()


async def test_the_title_says_who_works_on_which_file(open_page: OpenPage) -> None:
    async with open_page(PRO_AND_MAX) as page:
        assert page.lines[0].endswith("workspace.json · rev 1 · alice · admin")


async def test_figures_say_how_many_models_are_on(open_page: OpenPage) -> None:
    async with open_page(PRO_AND_MAX) as page:
        assert "14 models · 2 enabled · 1 premium" in page.text()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 159, 160, 200])
async def test_no_line_is_wider_than_the_terminal_and_toggles_stand_under_each_other(
    open_page: OpenPage, width: int
) -> None:
    async with open_page(PRO_AND_MAX, size=(width, 50)) as page:
        toggles = {re.search("━●|○━", line).start() for line in page.lines if re.search("━● on|○━ off", line)}  # type: ignore[union-attr]
        assert len(toggles) == 1
        assert all(len(line) <= width for line in page.lines)


async def test_a_line_that_is_drawn_again_is_not_filtered_again(open_page: OpenPage) -> None:
    async with open_page() as page:
        assert page.app.get_line_filters() == page.app.get_line_filters()  # a line remembers them by who they are
