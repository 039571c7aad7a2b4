"""Files that break while the page is open, files that may not be written, models that left the catalog."""

import json
from pathlib import Path

import pytest

from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "flux-2-max"))


def write(file: Path, text: str) -> None:
    """Write a file as somebody else would, behind the program's back."""
    file.write_text(text)


def with_departed(state_file: Path, *, default: str, gone: str = "gone-model") -> None:
    """Write a workspace in which a model is enabled that the catalog does not know."""
    state_file.parent.mkdir(parents=True)
    enabled = sorted({"flux-2-max", "flux-2-pro", gone, default})
    state_file.write_text(
        json.dumps({"schema_version": 2, "revision": 4, "default_model": default, "enabled_models": enabled})
    )


async def test_a_file_that_breaks_is_named_and_the_last_good_state_stays(open_page: OpenPage, state_file: Path) -> None:
    async with open_page(TWO, size=(80, 24)) as page:
        write(state_file, "{ oops")
        await page.poll()
        assert "▲ workspace.json: is not valid JSON" in page.text()
        assert page.row("FLUX.2 Max").endswith("━● on")


@pytest.mark.parametrize("key", "123456")
@pytest.mark.parametrize("already_open", [True, False])
async def test_every_page_says_in_full_what_is_wrong_and_what_to_do_until_it_is_right(
    open_page: OpenPage, state_file: Path, key: str, already_open: bool
) -> None:
    async with open_page(TWO, Enable(("gpt-image-2",)), size=(80, 24)) as page:
        good = page.content().decode()
        if already_open:
            await page.press(key)
        write(state_file, '{"oops')
        await page.poll()
        if not already_open:
            await page.press(key)
        assert [line.rstrip() for line in page.lines[1:4]] == [
            " ▲ workspace.json: is not valid JSON (line 1, column 2: unterminated string",
            "   starting)",
            "   Nothing can be changed; `imgmodels recover` brings the last good state back",
        ]
        write(state_file, good)
        await page.poll()
        assert "recover" not in page.text()
        assert page.notice == "workspace.json is good again"
        write(state_file, '{"oops')
        await page.poll()
        assert "recover" in page.text()


async def test_changes_are_refused_while_the_file_is_broken(open_page: OpenPage, state_file: Path) -> None:
    async with open_page(TWO, size=(80, 24)) as page:
        write(state_file, "{ oops")
        await page.go_to("GPT Image 2")
        await page.press("space")
        assert page.notice == "Not saved: workspace.json cannot be used as it is"
        await page.until(lambda: "is not valid JSON" in page.text())
        assert page.content() == b"{ oops"
        assert page.row("GPT Image 2").endswith("○━ off")


@pytest.mark.parametrize("changed", [False, True])
async def test_the_page_heals_with_its_file(open_page: OpenPage, state_file: Path, changed: bool) -> None:
    async with open_page(TWO) as page:
        good = page.content().decode()
        write(state_file, "{ oops")
        await page.poll()
        write(state_file, good.replace('"self_service"', '"enterprise"') if changed else good)
        await page.poll()
        assert "not valid JSON" not in page.text()
        await page.go_to("GPT Image 2")
        await page.press("space")
        assert page.row("GPT Image 2").endswith("━● on")
        assert ("Premium: included" in page.text()) is False
        assert page.state()["plan"] == ("enterprise" if changed else "self_service")


async def test_the_cursor_stays_in_sight_when_the_file_breaks(open_page: OpenPage, state_file: Path) -> None:
    async with open_page(TWO, size=(80, 24), keys="end") as page:
        write(state_file, '{"oops')
        await page.poll()
        assert page.cursor == "Recraft V3 SVG"


async def test_the_cursor_stays_in_sight_under_a_warning(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_page(TWO, size=(80, 24), keys="end") as page:
        monkeypatch.setattr(
            FileStore, "read_only_reason", lambda _: "you may not write, ask the people who look after this machine"
        )
        await page.poll()
        assert "ask the people" in page.text()
        assert page.cursor == "Recraft V3 SVG"


async def test_why_a_change_is_refused_stays_to_be_read(open_page: OpenPage, bob: FileStore) -> None:
    async with open_page(TWO) as page:
        bob.update(Enable(("gpt-image-2",)))
        await page.press("u")
        await page.poll()
        assert page.notice.startswith("bob changed something meanwhile")
        assert page.row("GPT Image 2").endswith("━● on")


async def test_a_long_name_leaves_room_for_what_is_wrong_with_it(open_page: OpenPage, state_file: Path) -> None:
    async with open_page(TWO, size=(80, 24)) as page:
        key = "模型" * 100
        write(state_file, json.dumps({"x": 1})[:-1] + f', "{key}": 1, "{key}": 2}}')
        await page.poll()
        assert "appears twice; keep one" in page.text()
        assert "模型" * 19 + "模" in "".join(line[3:] for line in page.lines[1:4])


async def test_a_newer_file_is_not_rewritten(open_page: OpenPage, state_file: Path) -> None:
    async with open_page(TWO) as page:
        newer = page.content().decode().replace('"schema_version": 2', '"schema_version": 9')
        write(state_file, newer)
        await page.poll()
        await page.press("u")
        assert "update imgmodels" in page.text()
        assert page.content().decode() == newer


async def test_a_file_that_vanishes_is_no_fresh_workspace(open_page: OpenPage) -> None:
    async with open_page(TWO) as page:
        path = page.path
        content = path.read_bytes()
        path.unlink()
        await page.poll()
        assert "workspace.json: is gone" in page.text()
        assert page.row("FLUX.2 Max").endswith("━● on")
        await page.go_to("GPT Image 2")
        await page.press("space")
        way_out = "`imgmodels recover` brings the last good state back, or start again for a fresh workspace"
        assert page.notice == f"Not saved: the file is gone; {way_out}"
        assert f"Nothing can be changed; {way_out}" in " ".join(page.text().split())
        assert not path.exists()
        path.write_bytes(content)
        await page.poll()
        await page.press("space")
        assert page.row("GPT Image 2").endswith("━● on")


async def test_a_model_that_left_the_catalog_counts_nowhere_and_can_be_tidied_up(
    open_page: OpenPage, state_file: Path
) -> None:
    with_departed(state_file, default="flux-2-pro")
    async with open_page() as page:
        line = page.lines[page.index_of("Enabled, but no longer in the catalog: gone-model")[1]]
        assert line.endswith("t tidy up")
        assert "2 enabled" in page.text()
        await page.press("t")
        assert page.enabled == ["flux-2-max", "flux-2-pro"]
        assert "no longer in the catalog" not in page.text()
        assert page.notice == "gone-model removed"
        before = page.content()
        await page.press("t")
        assert page.content() == before


async def test_a_click_on_the_warning_tidies_up(open_page: OpenPage, state_file: Path) -> None:
    with_departed(state_file, default="flux-2-pro")
    async with open_page() as page:
        await page.click("no longer in the catalog")
        assert page.enabled == ["flux-2-max", "flux-2-pro"]


async def test_a_default_that_left_the_catalog_is_none_and_d_chooses_another(
    open_page: OpenPage, state_file: Path
) -> None:
    with_departed(state_file, default="gone-model")
    async with open_page() as page:
        assert "Default model  none yet" in page.text()
        assert "No model is the default: users cannot generate images" in page.text()
        await page.press("d")
        assert "gone-model" not in page.dialog_text()
        await page.press("enter")
        assert page.state()["default_model"] == "flux-2-pro"
        assert "No model is the default" not in page.text()


async def test_a_departed_model_does_not_unlock_the_last(open_page: OpenPage, state_file: Path) -> None:
    with_departed(state_file, default="flux-2-pro")
    async with open_page() as page:
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        assert page.row("FLUX.2 Pro").endswith("━◆ lock")


async def test_text_out_of_the_file_is_written_out_not_obeyed(open_page: OpenPage, state_file: Path) -> None:
    with_departed(state_file, default="flux-2-pro", gone="x\x1b]0;pwned\x07[bold]\u202e")
    async with open_page() as page:
        assert r"x\x1b]0;pwned\x07[bold]\u202e" in page.text()
        assert "\x1b" not in page.text()


async def test_a_change_that_the_disk_does_not_take_is_refused_and_shows_nowhere(
    open_page: OpenPage, state_file: Path
) -> None:
    async with open_page(TWO) as page:
        before = page.content()
        lock = state_file.with_name("workspace.json.lock")
        lock.unlink()
        lock.symlink_to("nowhere")  # the lock cannot be taken: opening it follows no link
        await page.go_to("GPT Image 2")
        await page.press("space")
        assert "cannot be written" in page.notice
        assert page.content() == before
        assert page.row("GPT Image 2").endswith("○━ off")


async def test_a_long_notice_takes_the_lines_it_needs_and_gives_them_back(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(80, 24)) as page:
        page.page.show_notice("short")
        await page.press("end")
        before = page.text()
        page.page.show_notice("one line is not enough for what stands in the way here " * 2 + "and this is its end")
        await page.settle()
        assert page.lines[-3].startswith(" ✓ one line is not enough")
        assert page.lines[-2].rstrip().endswith("and this is its end")
        assert page.lines[-4].startswith("❯ Recraft V3 SVG")
        page.page.show_notice("short")
        await page.settle()
        assert page.text() == before


async def test_a_warning_too_long_for_a_line_goes_on_in_the_next(
    open_page: OpenPage, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "you may not write to the folder of this workspace, ask the people who look after this machine"
    monkeypatch.setattr(FileStore, "read_only_reason", lambda _: why)
    with_departed(state_file, default="flux-2-pro")
    async with open_page(size=(80, 24)) as page:
        shown = " ".join(page.text().split())
        assert f"For reading only, every change is refused: {why} ▲ Enabled, but" in shown
        below = page.lines[page.index_of("no longer in the catalog: gone-model")[1]]
        assert below.endswith("t tidy up")
