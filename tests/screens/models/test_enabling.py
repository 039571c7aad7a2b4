"""Enabling and disabling models on the page: one key, one revision, and a reason where a rule forbids it."""

import pytest

from imgmodels_tui.screens.shared.page import copied
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "flux-2-max"))


async def test_the_first_enabled_model_becomes_the_default(open_page: OpenPage) -> None:
    async with open_page() as page:
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        assert page.enabled == ["flux-2-max"]
        assert page.state()["default_model"] == "flux-2-max"
        assert page.state()["revision"] == 1
        assert page.notice == "FLUX.2 Max enabled; default is FLUX.2 Max"
        assert "Default model  FLUX.2 Max" in page.text()
        assert "Black Forest Labs ─" in page.text()
        assert "1 of 6 on" in page.text()


async def test_space_enables_and_disables(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.go_to("GPT Image 2")
        await page.press("space")
        assert page.enabled == ["flux-2-max", "flux-2-pro", "gpt-image-2"]
        assert page.row("GPT Image 2").endswith("━● on")
        assert page.notice == "GPT Image 2 enabled"
        await page.press("space")
        assert page.enabled == ["flux-2-max", "flux-2-pro"]
        assert page.row("GPT Image 2").endswith("○━ off")
        assert page.notice == "GPT Image 2 disabled"


async def test_two_quick_presses_switch_there_and_back(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.go_to("GPT Image 2")
        await page.press_at_once("space", "space")
        assert page.enabled == ["flux-2-max", "flux-2-pro"]
        assert page.state()["revision"] == 3


async def test_the_last_toggle_shows_its_lock_and_says_why_when_tried(open_page: OpenPage) -> None:
    async with open_page(Enable(("flux-2-pro",))) as page:
        assert page.row("FLUX.2 Pro").endswith("━◆ lock")
        before = page.content()
        await page.go_to("FLUX.2 Pro")
        await page.press("space")
        assert page.content() == before
        assert page.dialog is None
        assert page.notice == "Locked: at least one model must stay enabled; enable another one first"
        assert "✗ Locked: at least one model must stay enabled; enable another one first" in page.text()


async def test_the_lock_opens_as_soon_as_another_model_is_enabled(open_page: OpenPage) -> None:
    async with open_page(Enable(("flux-2-pro",))) as page:
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        assert page.row("FLUX.2 Pro").endswith("━● on")
        assert page.row("FLUX.2 Max").endswith("━● on")


async def test_undo_takes_back_the_last_change_and_undo_again_repeats_it(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        await page.go_to("GPT Image 2")
        await page.press("space", "u")
        assert page.enabled == ["flux-2-max", "flux-2-pro"]
        assert page.notice == "Revision 2 by alice undone: GPT Image 2 disabled"
        await page.press("u")
        assert page.enabled == ["flux-2-max", "flux-2-pro", "gpt-image-2"]
        assert page.state()["revision"] == 4


async def test_undo_on_a_fresh_workspace_is_refused(open_page: OpenPage) -> None:
    async with open_page(keys="u") as page:
        assert page.notice == "There is no change to undo"
        assert page.state()["revision"] == 0


async def test_undo_cannot_leave_no_model_enabled(open_page: OpenPage) -> None:
    async with open_page(Enable(("flux-2-pro",))) as page:
        before = page.content()
        await page.press("u")
        assert page.notice.startswith("Locked")
        assert page.content() == before


async def test_the_state_file_says_who_changed_what_and_when(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(TWO, store=bob) as page:
        await page.go_to("GPT Image 2")
        await page.press("space")
        change = page.state()["last_change"]
        assert change.pop("at").startswith("2026-11-22T10:00:0")
        assert change.pop("made_with")["edition"] == "2026-11-25"
        assert change == {
            "revision": 2,
            "by": "bob",
            "action": "enable",
            "models": ["gpt-image-2"],
            "enabled": ["gpt-image-2"],
        }


async def test_the_copied_id_is_the_models(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with open_page(TWO) as page:
        await page.go_to("GPT Image 1 Mini")
        await page.press("y")
        assert page.app.clipboard == "gpt-image-1-mini"
        assert page.notice == "gpt-image-1-mini sent to the clipboard"


async def test_a_multiplexer_must_be_told_to_let_it_through(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")  # noqa: S108 - as tmux sets it
    async with open_page(keys="y") as page:
        assert page.notice == "flux-2-pro sent to the clipboard; tmux needs: set -g set-clipboard on"


async def test_what_is_copied_is_one_harmless_line(open_page: OpenPage) -> None:
    async with open_page() as page:
        for text, line in (
            ("a\nrm -rf ~\n", "a\\nrm -rf ~\\n"),
            ("\x1b[1m", "\\x1b[1m"),
            ("\udce9.png", "\\udce9.png"),
        ):
            assert copied(page.app, text).startswith(line)
            assert page.app.clipboard == line
