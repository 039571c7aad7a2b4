"""The demonstration: its script forth and back, free play, and that it leaves nothing behind."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.demo import app
from imgmodels_tui.demo.app import DemoApp
from imgmodels_tui.demo.pictures import LastPictures
from imgmodels_tui.demo.workspace import SESSIONS, STEPS, DemoWorkspace, Script
from imgmodels_tui.screens.generator.picture import PictureDialog
from imgmodels_tui.screens.shared.facts_dialog import FactsDialog
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.conftest import CountingClock
from tests.driver import Driver, run_app

OpenDemo = Callable[..., AbstractAsyncContextManager[Driver]]


LAST = len(STEPS) - 1


@pytest.fixture
def workspace(tmp_path: Path, catalog: Catalog, clock: CountingClock) -> DemoWorkspace:
    return DemoWorkspace(tmp_path / "demo", catalog, clock=clock)


@pytest.fixture
def open_demo(workspace: DemoWorkspace) -> OpenDemo:
    return lambda size=(120, 40): run_app(DemoApp(workspace, glyphs=Glyphs()), size=size)


def below(page: Driver, session: str) -> list[str]:
    """A session's line and what is said below it, without what stands on the side of the settings."""
    edge = page.page.query_one("#sessions").content_region.x
    lines = [line[edge:] for line in page.lines]
    start = next(number for number, line in enumerate(lines) if line[2:].startswith(f"{session} "))
    said = [lines[start][2:]]
    for line in lines[start + 1 :]:
        if not line.startswith("    "):
            break
        said.append(line.strip())
    return [" ".join(line.split()) for line in said]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_the_script_tells_its_story(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        assert page.text().count("closed: no model is enabled") == len(SESSIONS)
        await page.press("n")
        assert f"Step 1 of {LAST}  Enable the first model" in page.text()
        assert page.text().count("→ next: FLUX.2 Pro") == len(SESSIONS) - 1
        assert "refused: FLUX.2 Max is not enabled" in page.text()
        await page.press("n")
        assert below(page, "shop") == ["shop FLUX.2 Max", "→ next: FLUX.2 Max"]
        await page.press("n")
        assert page.notice == "ada: Default is FLUX.2 Max, was FLUX.2 Pro"
        assert below(page, "posters") == ["posters FLUX.2 Pro", "→ next: FLUX.2 Pro"]
        assert below(page, "drafts") == ["drafts FLUX.2 Max", "→ next: FLUX.2 Max"]
        await page.press("n")
        assert below(page, "shop") == ["shop FLUX.2 Max", "✓ made with FLUX.2 Max", "→ next: FLUX.2 Max"]
        await page.press("n")
        assert below(page, "shop") == [
            "shop FLUX.2 Max",
            "✓ made with FLUX.2 Max",
            "▲ next: GPT Image 2, FLUX.2 Max was disabled",
        ]
        await page.press("n")
        assert page.notice == "jonas: FLUX.2 Max is no longer available; shop now uses GPT Image 2"
        assert below(page, "shop") == [
            "shop GPT Image 2",
            "✓ made with GPT Image 2 instead of FLUX.2 Max",
            "→ next: GPT Image 2",
        ]
        assert below(page, "drafts")[1] == "▲ next: GPT Image 2, FLUX.2 Max was disabled"
        assert below(page, "HTTP API")[-1] == "▲ next: GPT Image 2, FLUX.2 Max was disabled"
        await page.press("n")
        assert page.notice == "webshop: asked for FLUX.2 Max, answered with GPT Image 2 and told so"
        assert below(page, "HTTP API") == [
            "HTTP API GPT Image 2",
            "✓ made with GPT Image 2 instead of FLUX.2 Max",
            "→ next: GPT Image 2",
        ]
        await page.press("n")
        assert page.text().count("closed: image generation is off") == len(SESSIONS)
        assert "Image generation is off: users see no image generator" in page.text()
        await page.press("n")
        assert f"Step {LAST} of {LAST}  Your turn" in page.text()
        assert "n Next" not in page.lines[-1]


async def test_the_cursors_follow_what_a_step_changes(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        for models, session in (
            ("FLUX.2 Pro", "posters"),
            ("FLUX.2 Flex", "posters"),
            ("FLUX.2 Max", "drafts"),
            ("FLUX.2 Max", "shop"),
            ("FLUX.2 Max", "shop"),
            ("FLUX.2 Max", "shop"),
        ):
            await page.press("n")
            under_cursor = [line.split("❯")[1:] for line in page.lines if "❯" in line]
            said = " ".join(part for parts in under_cursor for part in parts)
            assert f"{models} " in said
            assert f"{session} " in said.replace("▪", "")


async def test_both_images_of_a_session_that_switched_are_on_the_page(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        await page.press("n", "n", "n")
        assert not page.page.query_one(LastPictures).display
        await page.press("n")
        assert page.lines[-3].split()[-2:] == ["FLUX.2", "Max"]
        await page.press("n", "n")
        assert page.lines[-3].split()[-5:] == ["FLUX.2", "Max", "GPT", "Image", "2"]


async def test_where_there_is_no_room_an_image_opens_by_key(open_demo: OpenDemo) -> None:
    async with open_demo((80, 24)) as page:
        await page.press(*"nnn")
        assert "v Picture" not in page.lines[-1]
        await page.press(*"nnn")
        assert "❯ Users' sessions" in page.text()
        assert not page.page.query_one(LastPictures).display
        await page.press("v")
        assert isinstance(page.dialog, PictureDialog)
        assert "FLUX.2 Max, no longer" in page.text()


async def test_back_shows_every_step_as_it_was(open_demo: OpenDemo) -> None:
    async with open_demo() as page:

        def sides() -> list[str]:
            # But for what changed, the cursors, and the images of the session under the cursor.
            lines = [line for line in page.lines[:26] if "Users' sessions" not in line]
            return [line.split("▀")[0].replace("❯", " ") for line in lines]

        def unmarked() -> list[str]:
            return [line.replace("▪", " ").rstrip() for line in sides()]

        seen = [unmarked()]
        for _ in range(LAST):
            await page.press("n")
            seen.append(unmarked())
        assert len({tuple(lines) for lines in seen}) == len(STEPS)
        for step in reversed(range(LAST)):
            await page.press("p")
            assert page.notice == f"Back to: {STEPS[step].title}"
            assert unmarked() == seen[step]
        for step in range(1, LAST + 1):
            await page.press("right")
            assert unmarked() == seen[step]
        await page.press("left")
        assert unmarked() == seen[LAST - 1]


async def test_keys_pressed_at_once_go_step_by_step(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        await page.press_at_once(*"nnnnnnnnnnpn")
        assert f"Step {LAST} of {LAST}  Your turn" in page.text()


async def test_next_and_back_are_offered_only_where_there_is_a_step(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        assert "n Next" in page.lines[-1]
        assert "p Back" not in page.lines[-1]
        await page.press(*"n" * LAST)
        assert "n Next" not in page.lines[-1]
        assert "p Back" in page.lines[-1]


async def test_a_toggle_shows_its_effect_in_the_sessions(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        await page.press("n", "n")
        await page.go_to("FLUX.2 Flex")
        await page.press("space")
        assert page.notice == "FLUX.2 Flex disabled; 1 session of 1 user will switch to FLUX.2 Pro"
        assert below(page, "icons") == ["icons FLUX.2 Flex", "▲ next: FLUX.2 Pro, FLUX.2 Flex was disabled"]
        assert "▪ 1 changed" in page.text()
        await page.press("space")
        assert below(page, "icons") == ["icons FLUX.2 Flex", "→ next: FLUX.2 Flex"]


async def test_disabling_the_default_says_whom_it_hits(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        await page.press("n", "n", "n")
        await page.go_to("FLUX.2 Max")
        await page.press("space")
        assert "2 sessions of 2 users will switch to GPT Image 2" in page.dialog_text()


async def test_users_generate_and_choose_by_key(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        await page.press("n", "n", "tab", "g")
        assert page.notice == "mia: FLUX.2 Pro, €0.032, included in the plan"
        assert below(page, "posters")[1] == "✓ made with FLUX.2 Pro"
        await page.press("m", *"gpt", "enter")
        assert page.notice == "mia: posters uses GPT Image 2"
        assert below(page, "posters") == ["posters GPT Image 2", "→ next: GPT Image 2"]


async def test_a_closed_generator_refuses_and_says_why(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        await page.press("tab", "g")
        assert page.notice.startswith("No model is enabled; nothing can be generated")


async def test_the_script_goes_on_from_where_it_was(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        await page.press("n", "n")
        await page.go_to("FLUX.2 Max")
        await page.press("space", "n")
        assert below(page, "drafts") == ["drafts FLUX.2 Max", "→ next: FLUX.2 Max"]
        assert page.notice.endswith("(from where the script was)")


async def test_in_80_columns_the_sides_are_tabs(open_demo: OpenDemo) -> None:
    async with open_demo((80, 24)) as page:
        await page.press("n")
        assert "❯ Settings" in page.text()
        assert "Black Forest Labs" in page.text()
        assert "next: FLUX.2 Pro" not in page.text()
        assert "▪ 6 changed" in page.text()
        await page.press("tab")
        assert "❯ Users' sessions" in page.text()
        assert "Black Forest Labs ─" not in page.text()
        assert page.text().count("next: FLUX.2 Pro") == len(SESSIONS) - 1
        await page.press("n", "home", "space")
        assert "Disable FLUX.2 Pro?" in page.text()


async def test_a_click_goes_to_a_side_and_a_wider_terminal_shows_both(open_demo: OpenDemo) -> None:
    async with open_demo((80, 24)) as page:
        await page.click("Users' sessions")
        assert "posters" in page.text()
        await page.resize(120, 40)
        assert "posters" in page.text()
        assert "FLUX.2 Klein" in page.text()
        await page.resize(80, 24)
        assert "posters" in page.text()


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 50)])
async def test_every_sentence_of_the_script_is_shown_whole(open_demo: OpenDemo, size: tuple[int, int]) -> None:
    async with open_demo(size) as page:
        for step in STEPS:
            shown = " ".join(line.removeprefix(" ▌ ").strip() for line in page.lines)
            assert step.watch in shown
            await page.press("n")


async def test_the_help_names_the_keys_of_the_script(open_demo: OpenDemo) -> None:
    async with open_demo() as page:
        await page.press("question_mark")
        assert isinstance(page.dialog, FactsDialog)
        assert "Do the next step of the script" in page.text()


async def test_preferences_are_kept_in_the_folder_only(
    open_demo: OpenDemo, workspace: DemoWorkspace, home: Path
) -> None:
    async with open_demo() as page:
        await page.press("n", "comma", "space", "escape")
    assert workspace.store.locations.settings.exists()
    assert files_in(home) == []


def test_the_demonstration_leaves_nothing_behind(
    tmp_path: Path, home: Path, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    monkeypatch.setenv("IMGMODELS_STATE", str(store.path))
    before = {path: path.read_bytes() for path in files_in(store.path.parent)}
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    used: list[Path] = []

    def run(app: DemoApp, *, mouse: bool) -> None:
        assert mouse
        used.append(Path(app.live.store.place.full).parent)
        script = Script(DemoWorkspace(used[0], app.live.store.catalog))
        while not script.at_end:
            script.forward()
        while script.position:
            script.back()

    monkeypatch.setattr(DemoApp, "run", run)
    app.open_demo()
    assert used[0].parent == temporary
    assert list(temporary.iterdir()) == []
    assert files_in(home) == []
    assert {path: path.read_bytes() for path in files_in(store.path.parent)} == before


async def test_the_whole_script_writes_in_its_own_folder_only(open_demo: OpenDemo, tmp_path: Path, home: Path) -> None:
    async with open_demo() as page:
        await page.press(*"n" * LAST, *"p" * LAST)
    assert files_in(home) == []
    assert {path.relative_to(tmp_path).parts[0] for path in files_in(tmp_path)} == {"demo"}
