"""The generator's page: what an admin changes is what a user meets, at once."""

from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.screen import Screen
from textual.widgets import Input

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator.images.gallery import gallery
from imgmodels_tui.screens.generator.gallery import PictureList
from imgmodels_tui.screens.generator.generation import ProgressLine
from imgmodels_tui.screens.generator.page import GeneratorPage
from imgmodels_tui.screens.generator.panels import PromptArea
from imgmodels_tui.screens.generator.picture import PictureDialog
from imgmodels_tui.screens.generator.sessions_dialog import SessionsDialog
from imgmodels_tui.screens.models.page import ModelsPage
from imgmodels_tui.screens.shared.chooser import CandidateList, Picker
from imgmodels_tui.widgets.bars import bindings_of
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotPermitted
from imgmodels_tui.workspace.state import Plan
from tests.conftest import CountingClock
from tests.driver import Driver
from tests.screens.generator.conftest import Setup, generator_page


def offered(page: Driver) -> list[str]:
    return [row.key for row in page.app.screen.query_one(CandidateList).rows]


async def test_a_user_lands_in_the_generator_and_can_go_nowhere_else(setup: Setup) -> None:
    async with setup.open("escape") as page:
        assert isinstance(page.app.screen, GeneratorPage)
        await page.press("1", "2", "u", "c", "d", "D", "t", "A", "space")
        assert isinstance(page.app.screen, GeneratorPage)
        assert len(page.app.screen_stack) == 1
        shown: Screen[Any] = page.app.screen
        ids = {binding.id for binding, _ in bindings_of(shown)}
        assert not {found for found in ids if found and found.startswith(("models.", "page.undo", "app.models"))}
        assert "rev 1" not in page.text()
        await page.press("ctrl+p")
        assert "Filter" not in page.text()
        await page.type("gpt image")
        assert "GPT Image" not in page.text()
        with pytest.raises(NotPermitted):
            await page.app.live.change(lambda _: rules.SetDefault("flux-2-flex"))
    assert setup.store.read().revision == 1


async def test_pasted_lines_are_one_line_of_the_prompt_once(setup: Setup) -> None:
    async with setup.open() as page:
        page.app.post_message(Paste("a red\n  chair\n"))
        await page.settle()
        assert page.app.screen.query_one(PromptArea).text == "a red chair"


async def test_an_admin_goes_there_and_back_by_key(setup: Setup) -> None:
    async with setup.open(admin=True) as page:
        assert isinstance(page.app.screen, ModelsPage)
        await page.press("2")
        assert isinstance(page.app.screen, GeneratorPage)
        await page.press("escape", "1")
        assert isinstance(page.app.screen, ModelsPage)


async def test_what_the_next_image_costs_stands_there_before(setup: Setup) -> None:
    async with setup.open(size=(120, 40)) as page:
        assert "FLUX.2 Pro · at Microsoft Azure · EU · €0.032, included in the plan" in page.text()
        setup.service.select("main", "flux-2-max")
        await page.until(lambda: "~€0.075, billed against credits" in page.text())
        await page.change_elsewhere(rules.Configure(plan=Plan.ENTERPRISE))
        assert "~€0.075, included in the plan" in page.text()


async def test_enter_generates_and_the_image_is_on_top_of_the_gallery(setup: Setup) -> None:
    async with setup.open() as page:
        await setup.generate(page, "a lighthouse")
        await page.until(lambda: page.page.query_one(PictureList).rows)
        assert page.notice.startswith("FLUX.2 Pro, €0.032, included in the plan: 2026-")
        assert "a lighthouse" in page.text()
        assert [request.prompt for request in setup.engine.requests] == ["a lighthouse"]
    assert len(gallery(setup.service.pictures)) == 1


async def test_r11_a_session_keeps_the_model_that_its_user_was_shown_when_it_was_opened(setup: Setup) -> None:
    async with setup.open() as page:
        await page.until(lambda: setup.models() == {"main": "flux-2-pro"})
        await page.change_elsewhere(rules.SetDefault("flux-2-max"))
        assert "Next image  FLUX.2 Pro" in page.text()
        await page.press("ctrl+n")
        await page.type("new")
        await page.press("enter")
        await page.until(lambda: setup.models() == {"main": "flux-2-pro", "new": "flux-2-max"})


async def test_the_note_on_a_replaced_model_goes_with_what_is_written_next(setup: Setup) -> None:
    setup.service.select("main", "flux-2-flex")
    async with setup.open() as page:
        await page.change_elsewhere(rules.Disable(("flux-2-flex",)))
        await setup.generate(page)
        await page.until(lambda: "this session now uses FLUX.2 Pro" in page.text())
        await page.press("x")
        assert "this session now uses" not in page.text()


async def test_a_disabled_model_is_said_before_and_after_the_session_switches(setup: Setup) -> None:
    setup.service.select("main", "flux-2-flex")
    async with setup.open() as page:
        await page.change_elsewhere(rules.Disable(("flux-2-flex",)))
        assert "FLUX.2 Flex is no longer available; the next image uses FLUX.2 Pro" in page.text()
        assert setup.models() == {"main": "flux-2-flex"}
        await setup.generate(page)
        await page.until(lambda: "FLUX.2 Flex is no longer available; this session now uses FLUX.2 Pro" in page.text())
        await page.change_elsewhere(rules.Enable(("flux-2-flex",)))
        await setup.generate(page)
        await page.until(lambda: "no longer available" not in page.text())
    assert setup.engine.models == ["flux-2-pro", "flux-2-pro"]


async def test_a_model_disabled_while_it_draws_finishes_and_the_next_image_switches(setup: Setup) -> None:
    setup.service.select("main", "flux-2-flex")
    setup.engine.hold()
    async with setup.open() as page:
        await page.type("a dot")
        await page.press("enter")
        await page.until(lambda: "Drawing with FLUX.2 Flex" in page.text())
        await page.change_elsewhere(rules.Disable(("flux-2-flex",)))
        assert "the next image uses FLUX.2 Pro" in page.text()
        setup.engine.release()
        await page.until(lambda: page.notice.startswith("FLUX.2 Flex, "))
        await setup.generate(page)
    assert setup.engine.models == ["flux-2-flex", "flux-2-pro"]


async def test_the_dropdown_offers_exactly_the_enabled_models_and_follows(setup: Setup) -> None:
    async with setup.open("ctrl+o") as page:
        assert offered(page) == ["flux-2-pro", "flux-2-max", "flux-2-flex"]
        await page.change_elsewhere(rules.Disable(("flux-2-max",)), rules.Enable(("gpt-image-2",)))
        assert offered(page) == ["flux-2-pro", "flux-2-flex", "gpt-image-2"]
        await page.press("down", "enter")
        await page.until(lambda: setup.models() == {"main": "flux-2-flex"})
        await page.until(lambda: "€0.054" in page.text())


async def test_a_model_disabled_under_the_cursor_is_not_selected(setup: Setup) -> None:
    async with setup.open("ctrl+o down") as page:
        setup.store.update(rules.Disable(("flux-2-max",)))  # not noticed yet
        await page.press("enter")
        await page.until(lambda: "FLUX.2 Max is not enabled" in page.notice)
    assert setup.models() == {"main": "flux-2-pro"}


async def test_escape_cancels_and_typing_goes_on_meanwhile(setup: Setup) -> None:
    setup.engine.hold()
    async with setup.open() as page:
        await page.type("one")
        await page.press("enter")
        await page.until(lambda: "50 %" in page.text())
        await page.type(" two")
        assert page.page.query_one(PromptArea).text == "one two"
        await page.press("enter")
        assert "One image at a time" in page.notice
        await page.press("escape")
        await page.until(lambda: page.notice == "Cancelled; no image was made")
        assert "Drawing" not in page.text()
    assert gallery(setup.service.pictures) == []


async def test_leaving_while_an_image_is_drawn_ends_at_once(setup: Setup) -> None:
    setup.engine.hold()
    async with setup.open() as page:
        await page.type("one")
        await page.press("enter")
        await page.until(lambda: "Drawing" in page.text())
        await page.press("ctrl+q")
    assert gallery(setup.service.pictures) == []


async def test_image_generation_off_closes_the_page_and_what_is_open_over_it(setup: Setup) -> None:
    async with setup.open("ctrl+o") as page:
        assert isinstance(page.app.screen, Picker)
        await page.change_elsewhere(rules.Configure(image_generation=False))
        assert isinstance(page.app.screen, GeneratorPage)
        assert "Image generation is off" in page.text()
        assert "Next image" not in page.text()
        await page.press("x", "enter", "ctrl+g", "ctrl+o", "ctrl+s", "ctrl+n")
        assert len(page.app.screen_stack) == 1
        await page.change_elsewhere(rules.Configure(image_generation=True))
        assert "Next image" in page.text()
        assert isinstance(page.app.focused, PromptArea)
    assert setup.engine.requests == []


async def test_a_workspace_without_models_says_what_an_admin_must_do(
    tmp_path: Path, catalog: Catalog, clock: CountingClock
) -> None:
    async with Setup(tmp_path, catalog, clock).open() as page:
        assert "No model is enabled" in page.text()
        assert "An admin must choose which models can be used" in page.text()
        assert "You are an admin" not in page.text()
    async with Setup(tmp_path, catalog, clock).open("2", admin=True) as page:
        assert "You are an admin: 1 goes to the models" in page.text()
        await page.press("1")
        assert isinstance(page.app.screen, ModelsPage)


async def test_sessions_are_made_entered_renamed_and_deleted(setup: Setup) -> None:
    async with setup.open("ctrl+n") as page:
        await page.type("posters")
        await page.press("enter")
        await page.until(lambda: "Session     posters" in page.text())
        await page.press("ctrl+s", "n")
        await page.type("Posters")
        await page.press("enter")
        assert "There is a session called posters already" in page.text()
        await page.press("backspace", "x", "enter")
        await page.until(lambda: set(setup.models()) == {"main", "posters", "Posterx"})
        await page.until(lambda: "Session     Posterx" in page.text())

        await page.press("ctrl+s", "up", "r")
        await page.type("logos")
        await page.press("enter")
        await page.until(lambda: set(setup.models()) == {"main", "logos", "Posterx"})
        await page.press("d")
        assert "enter Delete" in page.text()
        assert "esc Keep" in page.text()
        await page.press("escape")
        assert set(setup.models()) == {"main", "logos", "Posterx"}
        await page.press("d", "enter")
        await page.until(lambda: set(setup.models()) == {"main", "Posterx"})
        assert isinstance(page.app.screen, SessionsDialog)


async def test_a_session_of_another_terminal_appears_and_does_not_take_over(setup: Setup) -> None:
    setup.service.start("here")
    async with setup.open("ctrl+s enter") as page:
        setup.service.start("there")
        await page.until(lambda: "2 sessions" in page.text())
        assert "Session     here" in page.text()


async def test_a_seed_and_a_reference_are_checked_before_anything_is_drawn(setup: Setup) -> None:
    async with setup.open() as page:
        await page.type("a dot")
        page.page.query_one("#seed", Input).value = "4294967296"
        await page.press("ctrl+g")
        assert "The seed is a whole number from 0 to 4294967295" in page.notice
        page.page.query_one("#seed", Input).value = "7"
        page.page.query_one("#reference", Input).value = "/nowhere.png"
        await page.press("ctrl+g")
        await page.until(lambda: "/nowhere.png: cannot be read" in page.notice)
        page.page.query_one("#reference", Input).value = ""
        await page.press("ctrl+g")
        await page.until(lambda: setup.engine.requests)
    assert [request.seed for request in setup.engine.requests] == [7]


async def test_an_image_is_shown_with_its_facts_and_can_be_drawn_again(setup: Setup) -> None:
    async with setup.open() as page:
        await setup.generate(page, "a dot [bold]with markup[/bold]")
        await page.until(lambda: page.page.query_one(PictureList).rows)
        page.page.query_one(PromptArea).load_text("")
        await page.press("escape", "enter")
        assert isinstance(page.app.screen, PictureDialog)
        await page.until(lambda: "▀" in page.text())
        assert "[bold]with" in page.text()
        assert "placeholder, not" in page.text()
        await page.press("escape", "ctrl+r")
        assert page.page.query_one(PromptArea).text == "a dot [bold]with markup[/bold]"
        assert page.page.query_one("#seed", Input).value == str(setup.engine.requests[0].seed)


async def test_an_image_takes_the_whole_terminal_whichever_styles_were_loaded_last(setup: Setup) -> None:
    async with setup.open(size=(120, 40)) as page:
        await setup.generate(page)
        await page.press("escape", "enter")
        assert isinstance(page.app.screen, PictureDialog)
        assert page.app.screen.query_one("#frame").region.width == 120


async def test_a_wide_terminal_shows_the_image_beside_the_list(setup: Setup) -> None:
    async with setup.open(size=(120, 40)) as page:
        await setup.generate(page)
        await page.until(lambda: "placeholder" in page.text())


async def test_a_workspace_that_cannot_be_read_is_said_and_nothing_is_drawn(setup: Setup) -> None:
    async with setup.open() as page:
        setup.store.path.write_text("{")
        await page.poll()
        await page.until(lambda: "The workspace cannot be read" in page.text())
        assert "Nothing can be changed" not in page.text()  # how settings are kept is no matter of users
        await page.type("a dot")
        await page.press("enter")
        await page.until(lambda: "is not valid JSON" in page.notice)
    assert setup.engine.requests == []


# Before it hurts: what an admin is told.


async def test_disabling_a_model_says_how_many_sessions_switch(setup: Setup) -> None:
    setup.service.select("one", "flux-2-flex")
    setup.service.select("two", "flux-2-flex")
    async with setup.open(admin=True) as page:
        models = page.app.screen
        assert isinstance(models, ModelsPage)
        models.show_model("flux-2-flex")
        await page.press("space")
        await page.until(lambda: "FLUX.2 Flex disabled; 2 sessions of 1 user will switch to FLUX.2 Pro" in page.text())
        models.show_model("flux-2-max")
        await page.press("space")
        await page.until(lambda: "FLUX.2 Max disabled" in page.text())
        assert "will switch" not in page.text()


async def test_the_replacement_dialog_says_it_for_the_candidate_under_the_cursor(setup: Setup) -> None:
    setup.service.select("one", "flux-2-pro")
    async with setup.open(admin=True) as page:
        await page.press("space")
        await page.until(lambda: isinstance(page.app.screen, Picker))
        assert "1 session of 1 user will switch to FLUX.2 Flex" in page.text()
        await page.press("up")
        assert "1 session of 1 user will switch to FLUX.2 Max" in page.text()
        await page.press("enter")
        await page.until(lambda: setup.store.read().default_model == "flux-2-max")


async def test_where_nobody_is_concerned_the_dialog_says_that(setup: Setup) -> None:
    async with setup.open(admin=True) as page:
        await page.press("space")
        await page.until(lambda: "No session uses FLUX.2 Pro" in page.text())


@pytest.mark.parametrize(("delay", "appears"), [(0.001, True), (3600.0, False)])
async def test_progress_is_shown_only_of_what_takes_a_while(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, delay: float, appears: bool
) -> None:
    monkeypatch.setattr(ProgressLine, "DELAY", delay)
    setup.engine.hold()
    async with setup.open() as page:
        await page.type("a dot")
        await page.press("enter")
        await page.until(lambda: setup.engine.requests)  # by then the page has been told that the drawing began
        line = page.page.query_one(ProgressLine)
        await page.until(lambda: line.display == appears)
        setup.engine.release()
        await page.until(lambda: not generator_page(page).is_generating)
        assert not line.display
