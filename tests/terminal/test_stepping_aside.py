"""The layer steps aside wherever it cannot be sure, and starts afresh whenever the terminal's content is lost."""

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widgets import Static

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.settings import Settings
from imgmodels_tui.terminal import app as terminal_app
from imgmodels_tui.terminal.app import TESTED_VERSIONS, TerminalApp
from imgmodels_tui.terminal.screen import TerminalScreen
from tests.terminal.conftest import OpenRecorded
from tests.terminal.recording import RecordingDriver
from tests.terminal.stories import differences, play, run_recorded
from tests.terminal.toys import DiffToy, LineList, PlainToy

KEYS = ["down", "pagedown", "up"]


async def costs(toy: DiffToy | PlainToy) -> list[int]:
    """Return what each key cost. How many frames a start takes is not always the same."""
    return [step.cost for step in await play(toy, KEYS)][1:]


@pytest.fixture
async def textuals_own() -> list[int]:
    return await costs(PlainToy(driver_class=RecordingDriver))


@pytest.mark.usefixtures("another_version")
async def test_another_version_of_textual_draws_for_itself(textuals_own: list[int]) -> None:
    assert await costs(DiffToy(driver_class=RecordingDriver)) == textuals_own


@pytest.mark.parametrize("value", ["0", "false", "No", " off "])
async def test_the_environment_switches_it_off(
    textuals_own: list[int], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TOY_CELL_DIFF", value)
    assert await costs(DiffToy(driver_class=RecordingDriver)) == textuals_own


@pytest.mark.usefixtures("layer")
async def test_another_programs_variable_does_not_switch_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_CELL_DIFF", "0")
    toy = DiffToy(driver_class=RecordingDriver)
    await costs(toy)
    assert toy.cell_diff_active


@pytest.mark.usefixtures("layer")
async def test_it_can_be_switched_off_and_on_while_the_app_runs() -> None:
    toy = DiffToy(driver_class=RecordingDriver)
    async with run_recorded(toy) as played:
        await played.act("")
        cheap = await played.act("down")
        toy.use_cell_diff(False)
        dear = await played.act("down")
        toy.use_cell_diff(True)
        afresh = await played.act("down")
        republish = await played.act("down")
    plain = await play(PlainToy(driver_class=RecordingDriver), ["down"] * 4)
    assert dear.cost == plain[2].cost > cheap.cost
    assert republish.cost <= cheap.cost + 2
    assert not differences(plain[3], afresh)
    assert not differences(plain[4], republish)


@pytest.mark.usefixtures("layer")
async def test_the_preference_of_the_program_leaves_the_drawing_to_textual(open_recorded: OpenRecorded) -> None:
    async with open_recorded() as play:
        app = play.app
        assert isinstance(app, ImgModelsApp)
        assert app.cell_diff_active
        app.change_settings(Settings(fewest_bytes=False))
        await play.rest()
        assert not app.cell_diff_active


async def test_a_headless_app_is_left_alone() -> None:
    toy = DiffToy()
    async with toy.run_test() as pilot:
        await pilot.press("down")
        assert not toy.cell_diff_active


@pytest.mark.usefixtures("layer")
async def test_an_error_costs_one_frame_and_the_third_error_all(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = await play(PlainToy(driver_class=RecordingDriver), ["down"] * 6)
    update, failing = TerminalScreen.update, [False, True, False, True, True, False]

    def sometimes(self: TerminalScreen, *args: Any) -> str:
        if broken:
            raise ZeroDivisionError
        return update(self, *args)

    monkeypatch.setattr(TerminalScreen, "update", sometimes)
    broken = False
    toy = DiffToy(driver_class=RecordingDriver)
    async with run_recorded(toy) as played:
        assert not differences(plain[0], await played.act(""))
        for before, broken in zip(plain[1:], failing, strict=True):  # noqa: B007 - read by `sometimes`
            step = await played.act("down")
            assert not differences(before, step)
    assert not toy.cell_diff_active
    assert step.cost == before.cost


class Controlling(TerminalApp[None]):
    """An app of which one widget writes its own escape sequences."""

    class Raw(Static):
        def render_line(self, y: int) -> Strip:
            raw = Segment("\x1b7\x1b8", None, [(1,)])  # type: ignore[list-item]
            return Strip([raw, Segment(f"{y:<{self.size.width}}")], self.size.width)

    def compose(self) -> ComposeResult:
        yield self.Raw()


@pytest.mark.usefixtures("layer")
async def test_a_frame_with_control_codes_is_drawn_by_textual() -> None:
    toy = Controlling(driver_class=RecordingDriver)
    async with run_recorded(toy) as played:
        step = await played.act("")
        assert "\x1b7\x1b8" in "".join(step.writes)
        assert toy.cell_diff_active


@pytest.mark.usefixtures("layer")
async def test_more_styles_than_there_are_ids_begin_a_new_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imgmodels_tui.terminal.styles._MOST_STYLES", 30)
    plain = await play(PlainToy(driver_class=RecordingDriver), ["d", "a", "escape", "f5", "f3"])
    toy = DiffToy(driver_class=RecordingDriver)
    for before, after in zip(plain, await play(toy, ["d", "a", "escape", "f5", "f3"]), strict=True):
        assert not differences(before, after)
    assert toy.cell_diff_active


@pytest.mark.usefixtures("either_version")
async def test_everything_is_drawn_again_when_the_driver_restarts() -> None:
    toy = DiffToy(driver_class=RecordingDriver)
    async with run_recorded(toy) as played:
        await played.act("")
        before = await played.act("pagedown")
        played.driver.suspend_application_mode()
        played.driver.resume_application_mode()
        after = await played.act("")
        assert after.cells == before.cells
        assert after.cost > before.cost


@pytest.mark.usefixtures("either_version")
async def test_everything_is_drawn_again_after_a_resize_to_the_same_size() -> None:
    toy = DiffToy(driver_class=RecordingDriver)
    async with run_recorded(toy) as played:
        before = await played.act("")
        played.terminal.feed("\x1b[2J\x1b[Hsomething else")
        played.driver.announce_size()
        assert (await played.act("")).cells == before.cells


@pytest.mark.usefixtures("layer")
async def test_a_driver_that_restarts_within_a_frame_is_sent_the_whole_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    update = TerminalScreen.update
    toy = DiffToy(driver_class=RecordingDriver)
    async with run_recorded(toy) as played:
        before = await played.act("")
        interruptions: Iterator[None] = iter([None])

        def interrupted(self: TerminalScreen, *args: Any) -> str:
            output = update(self, *args)
            for _ in interruptions:
                played.driver.suspend_application_mode()
                played.driver.resume_application_mode()
            return output

        monkeypatch.setattr(TerminalScreen, "update", interrupted)
        toy.screen.query_one(LineList).action_by(1)
        after = await played.act("")
        assert after.cells[20] == before.cells[20]
        assert played.terminal.text[2].startswith("▌")


def test_the_tested_versions_are_exact() -> None:
    assert all(version.replace(".", "").isdigit() for version in TESTED_VERSIONS)


def test_the_version_is_the_one_that_the_metadata_tell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert terminal_app.textual_version() == metadata.version("textual")
    monkeypatch.setattr("textual.__file__", str(tmp_path / "textual" / "__init__.py"))
    assert terminal_app.textual_version() == metadata.version("textual")


class Prompting(TerminalApp[None]):
    """Fails with a prompt in hand."""

    def on_mount(self) -> None:
        prompt = "a private dream"
        raise RuntimeError(len(prompt))


@pytest.mark.usefixtures("another_version")
async def test_with_another_version_a_fault_ends_the_app_and_prints_no_variables(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = Prompting()
    app.keep_running(lambda _: None, lambda _: None)
    await app.run_async(headless=True)
    said = capsys.readouterr().err
    assert app.return_code == 1
    assert said == "imgmodels: a fault of this program; the page had to end\n"
