"""Two admins at once: what others change shows, and no dialog acts on what is no longer true."""

from collections.abc import Callable

import pytest

from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Configure, Disable, Enable, SetDefault
from imgmodels_tui.workspace.store import Outcome
from tests.screens.conftest import OpenPage

THREE = Enable(("flux-2-pro", "flux-2-max", "gpt-image-2"))


async def test_another_admins_change_shows_and_says_who_did_what(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        bob.update(Enable(("recraft-v3",)))
        await page.poll()
        assert page.row("Recraft V3").endswith("━● on")
        assert page.notice == "bob: Recraft V3 enabled"
        assert page.lines[0].endswith("rev 2 · alice · admin")


async def test_the_page_notices_by_itself(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        bob.update(SetDefault("gpt-image-2"))
        await page.until(lambda: page.notice == "bob: Default is GPT Image 2, was FLUX.2 Pro")
        assert "Default model  GPT Image 2" in page.text()


async def test_several_changes_at_once_are_counted(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        for model in ("recraft-v3", "flux-2-klein", "gpt-image-1"):
            bob.update(Enable((model,)))
        await page.poll()
        assert page.notice == "bob: GPT Image 1 enabled (and 2 changes before)"


async def test_ones_own_change_is_no_news(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.go_to("Recraft V3")
        await page.press("space")
        await page.poll()
        assert page.notice == "Recraft V3 enabled"


async def test_a_change_of_both_keeps_both(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        bob.update(Enable(("recraft-v3",)))
        await page.go_to("GPT Image 1")
        await page.press("space")
        assert page.enabled == ["flux-2-max", "flux-2-pro", "gpt-image-1", "gpt-image-2", "recraft-v3"]
        assert page.state()["revision"] == 3


async def test_what_is_already_so_is_left_so(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        await page.go_to("Recraft V3")
        bob.update(Enable(("recraft-v3",)))
        await page.press("space")
        assert "recraft-v3" in page.enabled
        assert page.state()["revision"] == 2
        assert page.notice == "Nothing to change: Recraft V3 is already enabled"


async def test_a_candidate_that_somebody_disables_leaves_the_open_dialog(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        await page.go_to("FLUX.2 Pro")
        await page.press("space", "down")
        bob.update(Disable(("gpt-image-2",)))
        await page.poll()
        assert "GPT Image 2" not in page.dialog_text()
        await page.press("enter")
        assert page.enabled == ["flux-2-max"]
        assert page.state()["default_model"] == "flux-2-max"


async def test_a_candidate_that_was_just_disabled_is_refused_with_the_reason(
    open_page: OpenPage, bob: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_page(THREE, keys="d down down") as page:
        seen = page.app.live.store.fingerprint()
        monkeypatch.setattr(page.app.live.store, "fingerprint", lambda: seen)  # the page looks too late
        bob.update(Disable(("gpt-image-2",)))
        page.app.simulate_key("enter")
        await page.settle()
        await page.until(lambda: "cannot be the default" in page.notice)
        assert page.state()["default_model"] == "flux-2-pro"


async def test_the_model_of_the_replacement_dialog_may_become_the_last(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        await page.go_to("FLUX.2 Pro")
        await page.press("space")
        bob.update(Disable(("gpt-image-2", "flux-2-max")))
        await page.poll()
        await page.press("enter", "escape")
        assert page.enabled == ["flux-2-pro"]
        assert page.row("FLUX.2 Pro").endswith("lock")


async def test_a_replacement_that_is_not_needed_any_more_moves_no_default(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        await page.go_to("FLUX.2 Pro")
        await page.press("space")
        bob.update(SetDefault("gpt-image-2"))
        await page.press("enter")
        assert page.state()["default_model"] == "gpt-image-2"
        assert page.enabled == ["flux-2-max", "gpt-image-2"]


async def test_an_open_configuration_follows(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE, keys="c") as page:
        bob.update(Configure(image_generation=False))
        await page.poll()
        assert "○━ off" in page.dialog_text()


async def test_undo_of_anothers_change_asks_first(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        bob.update(Enable(("recraft-v3",)))
        await page.poll()
        await page.press("u")
        assert "Undo what bob did: Recraft V3 enabled?" in page.text()
        await page.press("escape")
        assert "recraft-v3" in page.enabled
        await page.press("u", "enter")
        assert "recraft-v3" not in page.enabled
        await page.press("u")  # one's own is taken back at once
        assert "recraft-v3" in page.enabled


async def test_a_look_while_a_change_is_under_way_neither_announces_nor_outruns_it(open_page: OpenPage) -> None:
    async with open_page(THREE) as page:
        await page.go_to("Recraft V3")
        update = page.app.live.store.update
        said: list[str] = []

        def looking(rule: Enable, tell: Callable[[Outcome], None], *, reason: str | None) -> Outcome:
            outcome = update(rule, reason=reason)
            page.poll_in_thread()
            said.append(page.notice)
            tell(outcome)
            return outcome

        page.app.live.store.update = looking  # type: ignore[method-assign,assignment]
        await page.press("space")
        assert said == [""]
        assert page.notice == "Recraft V3 enabled"


async def test_the_page_never_goes_back_to_an_older_state_than_it_has_seen(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(THREE) as page:
        await page.go_to("Recraft V3")
        update = page.app.live.store.update

        def overtaken(rule: Enable, tell: Callable[[Outcome], None], *, reason: str | None) -> Outcome:
            outcome = update(rule, reason=reason)
            bob.update(Enable(("gpt-image-1",)))
            page.poll_in_thread()
            tell(outcome)
            return outcome

        page.app.live.store.update = overtaken  # type: ignore[method-assign,assignment]
        await page.press("space")
        await page.poll()
        assert page.row("GPT Image 1").endswith("on")
        assert page.lines[0].endswith("rev 3 · alice · admin")
