"""The hosting page: who processes what, and what doing without some of them would change."""

import pytest

from imgmodels_tui.catalog import Catalog, Region
from imgmodels_tui.screens.hosting.exclusion import ExclusionDialog
from imgmodels_tui.screens.hosting.list import HostedRow, HostingList, HostRegionRow
from imgmodels_tui.screens.models.list import ModelList
from imgmodels_tui.screens.models.page import ModelsPage
from imgmodels_tui.screens.shared.chooser import Picker
from imgmodels_tui.screens.shared.effect import sessions_concerned, sessions_in_words
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.policy import Policy
from imgmodels_tui.workspace.queries.hosting import Exclusion, host_regions
from imgmodels_tui.workspace.rules import Disable, Enable, SetDefault
from imgmodels_tui.workspace.store import Store
from tests.conftest import TODAY
from tests.driver import Driver
from tests.screens.conftest import OpenPage

FOUR = Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein", "recraft-v3"))
AZURE = ("gpt-image-2", "flux-2-pro")


async def stand_on(page: Driver, key: str) -> None:
    """Put the cursor on a place or a model."""
    assert page.page.query_one(HostingList).move_to(key)
    await page.settle()


def line_of(page: Driver, text: str) -> str:
    """The first line below the panel on which `text` stands, without the cursor."""
    below = page.index_of("Host and model")[1]
    return next(line[2:].strip() for line in page.lines[below:] if text in line)


def panel(page: Driver) -> list[str]:
    """The lines of the answer."""
    return [line.removeprefix(" ▌ ") for line in page.lines if line.startswith(" ▌ ")]


def said(page: Driver) -> str:
    """The answer as one line, without the keys at its right."""
    return " ".join(" ".join(panel(page)).split())


async def test_every_place_and_model_is_there(open_page: OpenPage, catalog: Catalog) -> None:
    async with open_page(FOUR, keys="4") as page:
        rows = page.page.query_one(HostingList).rows
        places = host_regions(Overview(page.app.live.overview.state, catalog, TODAY))
        assert [row.id for row in rows if isinstance(row, HostRegionRow)] == [each.id for each in places]
        assert [row.entry.id for row in rows if isinstance(row, HostedRow)] == [
            entry.id for place in places for entry in place.entries
        ]


async def test_a_row_says_maker_country_and_whether_it_is_on(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4") as page:
        assert line_of(page, "FLUX.2 Pro").split("  ")[-1].endswith("on")
        assert line_of(page, "FLUX.2 Pro").split() == (
            [
                "FLUX.2",
                "Pro",
                "default",
                "≠",
                "Black",
                "Forest",
                "Labs",
                "FR",
                "EU",
                "·",
                "France",
                "★★★",
                "€0.032",
                "━●",
                "on",
            ]
        )
        assert "≠" not in line_of(page, "FLUX.2 Klein")
        assert line_of(page, "Microsoft Azure · EU").endswith("2 of 3 on")


@pytest.mark.parametrize("width", [60, 70, 79, 80, 100, 120, 159])
async def test_no_row_loses_its_name_or_toggle_at_any_width(open_page: OpenPage, width: int) -> None:
    async with open_page(FOUR, size=(width, 50), keys="4 x") as page:
        assert line_of(page, "Gemini 2.5 Flash Image").endswith("○━ off")
        assert "✗ goes off" in line_of(page, "FLUX.2 Pro")
        assert "✗ goes off" in line_of(page, "GPT Image 2")


async def test_the_note_on_maker_and_host_stands_where_the_question_arises(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4") as page:
        await stand_on(page, "flux-2-pro")
        assert "The maker is not always the host." in page.text()
        assert "OpenAI in the EU." not in page.text()
        await stand_on(page, "gpt-image-2")
        assert "OpenAI in the EU." in page.text()
        await stand_on(page, "gemini-2.5-flash-image")
        assert "The maker is not always the host." not in page.text()


async def test_on_a_small_terminal_the_notes_are_two_lines_and_a_key(open_page: OpenPage) -> None:
    async with open_page(FOUR, size=(80, 24), keys="4 j") as page:
        assert page.lines[-4] == " Run by  Microsoft Azure, EU · France; made by Black Forest Labs"
        assert page.lines[-3] == " Note    The maker is not always the host"
        await page.press("i")
        assert "look at the host: FLUX.2 Pro and Flex run on Microsoft Azure in France" in page.dialog_text()


async def test_x_excludes_the_place_of_the_row_and_again_allows_it(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 j x") as page:
        assert "✗ excluded" in line_of(page, "Microsoft Azure · EU")
        assert "excluded" not in line_of(page, "Microsoft Azure · Global")
        assert "Without Microsoft Azure (EU)" in said(page)
        await page.press("x")
        assert "excluded" not in line_of(page, "Microsoft Azure · EU")
        assert "What if" in said(page)


async def test_capital_x_excludes_the_host_everywhere(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 X") as page:
        assert "Without Microsoft Azure a apply" in said(page)
        assert "✗ excluded" in line_of(page, "Microsoft Azure · Global")


async def test_capital_e_leaves_only_the_eu(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 E") as page:
        assert "Without Microsoft Azure (Global), Google Vertex (Global), Replicate" in said(page)
        assert "Goes off 1 of 4, no sessions: Recraft V3" in said(page)
        assert "Default stays FLUX.2 Pro" in said(page)
        assert "new default" not in page.text()


async def test_the_answer_says_what_goes_off_and_which_default_follows(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 x") as page:
        assert "Goes off 2 of 4, no sessions: FLUX.2 Pro, GPT Image 2" in said(page)
        assert "Default FLUX.2 Pro → Recraft V3" in said(page)
        assert "✗ goes off" in line_of(page, "GPT Image 2")
        assert "✓ new default" in line_of(page, "Recraft V3")
        assert page.state()["revision"] == 1


async def test_esc_clears_the_marks(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 E x escape") as page:
        assert "excluded" not in page.lines[page.index_of("Microsoft Azure · EU")[1]]
        assert "What if" in said(page)
        assert "Clear" not in page.lines[-1]


async def test_before_it_is_applied_the_outcome_is_shown(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 x enter") as page:
        assert isinstance(page.dialog, ExclusionDialog)
        shown = page.dialog_text()
        assert shown.index("Goes off FLUX.2 Pro") < shown.index("GPT Image 2") < shown.index("Stays on FLUX.2 Klein")
        assert "Default Recraft V3 instead of FLUX.2 Pro; d chooses another" in shown
        assert page.state()["revision"] == 1


@pytest.mark.parametrize("key", ["a", "enter"])
async def test_it_is_applied_as_one_change(open_page: OpenPage, key: str) -> None:
    async with open_page(FOUR) as page:
        await page.press("4", "x", key, "enter")
        assert page.enabled == ["flux-2-klein", "recraft-v3"]
        assert page.state()["default_model"] == "recraft-v3"
        assert page.state()["revision"] == 2
        assert page.notice == "FLUX.2 Pro, GPT Image 2 disabled; default is Recraft V3, was FLUX.2 Pro"


async def test_what_was_applied_can_be_taken_back(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 x enter enter u") as page:
        assert page.enabled == sorted(FOUR.models)
        assert page.state()["default_model"] == "flux-2-pro"


async def test_esc_in_the_dialog_changes_nothing_and_keeps_the_marks(open_page: OpenPage) -> None:
    async with open_page(FOUR) as page:
        before = page.content()
        await page.press("4", "x", "a", "escape")
        assert page.dialog is None
        assert page.content() == before
        assert "Without Microsoft Azure (EU)" in said(page)


async def test_the_default_that_follows_can_be_chosen_on_the_page(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 x d") as page:
        assert isinstance(page.dialog, Picker)
        await page.press("down", "enter")
        assert "Default FLUX.2 Pro → Recraft V3" in said(page)
        await page.press("a", "enter")
        assert page.state()["default_model"] == "recraft-v3"
        assert page.state()["revision"] == 2


async def test_the_default_that_follows_can_be_chosen_in_the_dialog(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 x a d down enter") as page:
        assert isinstance(page.dialog, ExclusionDialog)
        assert "Default Recraft V3 instead of FLUX.2 Pro" in page.dialog_text()
        await page.press("enter")
        assert page.state()["default_model"] == "recraft-v3"


async def test_a_default_chosen_in_the_dialog_is_remembered_when_it_is_left(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 x a d down enter escape") as page:
        assert "Default FLUX.2 Pro → Recraft V3" in said(page)
        assert page.state()["revision"] == 1


async def test_there_is_no_choice_of_default_where_it_is_not_hit(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 E d") as page:
        assert page.dialog is None


async def test_where_no_model_would_remain_it_says_so_and_changes_nothing(open_page: OpenPage) -> None:
    async with open_page(Enable(AZURE)) as page:
        before = page.content()
        await page.press("4", "x")
        assert "Not possible: both enabled models run there; one must stay enabled" in said(page)
        assert "Enable one that runs elsewhere first, such as FLUX.2 Max" in said(page)
        await page.press("a")
        assert page.dialog is None
        assert page.notice.startswith("Not possible: at least one model must stay enabled")
        assert page.content() == before


async def test_where_nothing_is_hit_there_is_nothing_to_apply(open_page: OpenPage) -> None:
    async with open_page(Enable(AZURE), keys="4 E") as page:
        assert "Goes off nothing: none of the enabled models runs there" in said(page)
        await page.press("a")
        assert "Nothing to do none of the enabled models runs there" in page.dialog_text()
        assert "Apply" not in page.lines[-1]
        assert page.state()["revision"] == 1


async def test_it_can_be_kept_so_as_a_policy(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(FOUR, keys="4 E a") as page:
        assert "How long this once; k keeps it so" in page.dialog_text()
        await page.press("k")
        assert "How long as a policy: EU only" in page.dialog_text()
        await page.press("m", *"audit", "enter", "enter")
        assert page.notice == "Recraft V3 disabled; policy is EU only"
        await page.press("1", "G", "space")
        assert page.notice == "Recraft V3 SVG is forbidden by the policy: EU only; press c to see or change it"
        assert "✗ EU only" in page.row("Recraft V3")
    state = store.read()
    assert state.policy == Policy(regions=frozenset({Region.EU}))
    assert state.last_change is not None
    assert state.last_change.reason == "audit"


async def test_a_policy_can_be_set_that_hits_nothing_yet(open_page: OpenPage, store: FileStore) -> None:
    async with open_page(Enable(AZURE), keys="4 E a k enter") as page:
        assert page.notice == "Policy is EU only"
    assert store.read().enabled_models == set(AZURE)


async def test_what_no_policy_can_say_is_done_once(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 x a") as page:
        assert "Keep it so" not in page.lines[-1]


async def test_an_open_dialog_follows_what_others_do(open_page: OpenPage, bob: Store) -> None:
    async with open_page(FOUR, keys="4 x a") as page:
        bob.update(Enable(("flux-2-flex",)))
        bob.update(SetDefault("recraft-v3"))
        await page.poll()
        assert "FLUX.2 Flex" in page.dialog_text()
        assert "Default stays Recraft V3" in page.dialog_text()
        await page.press("enter")
        assert page.enabled == ["flux-2-klein", "recraft-v3"]
        assert page.state()["default_model"] == "recraft-v3"


async def test_a_dialog_that_became_impossible_says_so_and_does_nothing(open_page: OpenPage, bob: Store) -> None:
    async with open_page(FOUR, keys="4 x a") as page:
        bob.update(Disable(("flux-2-klein", "recraft-v3")))
        await page.poll()
        assert "Not possible no model would stay enabled" in page.dialog_text()
        await page.press("enter")
        assert page.dialog is not None
        assert page.enabled == ["flux-2-pro", "gpt-image-2"]


async def test_what_somebody_enables_unseen_in_an_excluded_place_goes_off_too(open_page: OpenPage, bob: Store) -> None:
    async with open_page(FOUR, keys="4 x a") as page:
        bob.update(Enable(("flux-2-flex",)))
        await page.press("enter")
        assert page.enabled == ["flux-2-klein", "recraft-v3"]


async def test_enter_goes_to_the_model_where_nothing_is_marked(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4") as page:
        await stand_on(page, "recraft-v3")
        await page.press("enter")
        assert isinstance(page.page, ModelsPage)
        current = page.page.query_one(ModelList).current
        assert current is not None
        assert current.key == "recraft-v3"


async def test_space_switches_a_model_and_does_nothing_on_a_place(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 space") as page:
        assert page.state()["revision"] == 1
        await stand_on(page, "flux-2-flex")
        await page.press("space")
        assert "flux-2-flex" in page.enabled


async def test_brackets_move_by_place(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 right_square_bracket right_square_bracket left_square_bracket") as page:
        row = page.page.query_one(HostingList).current
        assert isinstance(row, HostRegionRow)
        assert row.key == "microsoft-azure/Global"


async def test_marks_survive_a_look_at_another_page(open_page: OpenPage) -> None:
    async with open_page(FOUR, keys="4 x 3 4") as page:
        assert "Without Microsoft Azure (EU)" in said(page)


def test_without_a_counter_no_number_of_sessions_is_invented(catalog: Catalog, store: Store) -> None:
    store.update(FOUR)
    effect = Exclusion().effect(Overview(store.read(), catalog, TODAY))
    assert sessions_concerned(effect, lambda _: None) is None
    assert sessions_in_words(None) == ""
    assert sessions_in_words(1) == ", 1 session"
