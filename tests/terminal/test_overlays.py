"""Pictures over cells: shown when all of their region is visible, whole, and leaving nothing behind."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from imgmodels_tui.terminal.app import TerminalApp
from imgmodels_tui.terminal.overlays import Overlays
from imgmodels_tui.terminal.screen import TerminalScreen
from tests.terminal.recording import RecordingDriver, Terminal
from tests.terminal.stories import RecordedApp, run_recorded
from tests.terminal.toys import Dialog, DiffToy, LineList

pytestmark = pytest.mark.usefixtures("layer")

PICTURE, GONE = "\x1b_Gpicture\x1b\\", "\x1b_Ggone\x1b\\"
_COMMAND = re.compile(r"\x1b_G[a-z]*\x1b\\")


def overlays_of(app: App[Any]) -> Overlays | None:
    assert isinstance(app, TerminalApp)
    return app.overlays


class Canvas(Widget):
    """Shows letters, or leaves the cells of its picture blank."""

    DEFAULT_CSS = "Canvas { width: 30; height: 100%; background: #1a1f29; }"
    caption = "below"

    def render_line(self, y: int) -> Strip:
        overlays = overlays_of(self.app)
        covered = overlays is not None and overlays.has(self)
        text = self.caption if y == 10 else "" if covered or y > 10 else "letters " * 3
        return Strip([Segment(text, self.rich_style)]).adjust_cell_length(self.size.width, self.rich_style)


class CanvasScreen(Screen[None]):
    """A list, a canvas, and a line that something can be written into."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "open")]

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield LineList(200)
            yield Canvas()
        yield Static("foot", id="foot")

    def action_open(self) -> None:
        self.app.push_screen(Dialog())


class CanvasToy(DiffToy):
    """The toy with a canvas."""

    CSS = "Input { height: 3; } Horizontal { height: 1fr; } Dialog { background: transparent; }"

    def show(self, name: str) -> None:  # noqa: ARG002 - the toy's signature
        self.push_screen(CanvasScreen())


class Played(RecordedApp):
    """A stage that keeps pictures from what pyte is fed, and remembers them."""

    def commands(self) -> list[str]:
        """What was sent of pictures since the last call; everything else is shown."""
        written = self.driver.taken()
        self.terminal.feed(_COMMAND.sub("", written))
        return _COMMAND.findall(written)

    async def do(self, key: str = "") -> list[str]:
        if key:
            await self.pilot.press(key)
        await self.pilot.pause()
        await self.pilot.pause()
        return self.commands()

    @property
    def canvas(self) -> Canvas:
        return next(screen.query_one(Canvas) for screen in self.app.screen_stack if screen.query(Canvas))

    async def add(self, show: str = PICTURE, hide: str = GONE, offset: tuple[int, int] = (2, 1)) -> list[str]:
        self.overlays.add(self.canvas, 20, 8, show, hide, offset)
        return await self.do()

    @property
    def overlays(self) -> Overlays:
        overlays = overlays_of(self.app)
        assert overlays is not None
        return overlays


@asynccontextmanager
async def played(size: tuple[int, int] = (120, 40)) -> AsyncIterator[Played]:
    app = CanvasToy(driver_class=RecordingDriver)
    async with run_recorded(app, size) as staged:
        made = Played(app, staged.pilot, size)
        await made.do()
        yield made


async def test_a_picture_is_written_once_at_its_place_over_blank_cells() -> None:
    async with played() as toy:
        assert await toy.add() == [PICTURE]
        assert all("letters" not in line for line in toy.terminal.text[1:9])
        assert "below" in toy.terminal.text[10]
        for key in ("down", "pagedown", "space", "end", "up"):
            assert await toy.do(key) == []


async def test_it_is_written_with_the_cursor_at_its_corner_which_then_is_where_it_was() -> None:
    async with played() as toy:
        toy.overlays.add(toy.canvas, 20, 8, PICTURE, GONE, (2, 1))
        await toy.pilot.pause()
        assert f"\x1b7\x1b[2;93H{PICTURE}\x1b8" in toy.driver.taken()


async def test_removing_it_draws_its_cells() -> None:
    async with played() as toy:
        before = toy.terminal.cells()
        await toy.add()
        toy.overlays.remove(toy.canvas)
        assert await toy.do() == [GONE]
        assert toy.terminal.cells() == before


async def test_a_dialog_before_it_takes_it_away_until_it_is_closed() -> None:
    async with played((60, 24)) as toy:
        await toy.add()
        shown = toy.terminal.cells()
        assert await toy.do("d") == [GONE]
        assert await toy.do("x") == []
        assert await toy.do("f1") == [PICTURE]
        assert toy.terminal.cells() == shown


async def test_a_dialog_beside_it_leaves_it_alone() -> None:
    async with played((160, 24)) as toy:
        await toy.add()
        assert await toy.do("d") == []
        assert await toy.do("f1") == []


async def test_another_screen_takes_it_away_and_gives_it_back() -> None:
    async with played() as toy:
        await toy.add()
        toy.app.push_screen(Screen())
        assert await toy.do() == [GONE]
        toy.app.pop_screen()
        assert await toy.do() == [PICTURE]


async def test_a_notification_before_it_takes_it_away_and_its_end_brings_it_back() -> None:
    async with played((120, 12)) as toy:
        await toy.add(offset=(2, 2))
        assert await toy.do("f6") == [GONE]
        toy.app.clear_notifications()
        assert await toy.do() == [PICTURE]


@pytest.mark.parametrize("offset", [(20, 0), (0, 35), (200, 0)], ids=str)
async def test_a_picture_that_is_not_all_in_sight_is_not_shown(offset: tuple[int, int]) -> None:
    async with played() as toy:
        assert await toy.add(offset=offset) == []


async def test_it_moves_with_its_widget() -> None:
    async with played() as toy:
        await toy.add()
        toy.canvas.styles.width = 40
        assert await toy.do() == [GONE, PICTURE]
        toy.canvas.display = False
        assert await toy.do() == [GONE]


async def test_it_goes_with_its_widget() -> None:
    async with played() as toy:
        await toy.add()
        await toy.canvas.remove()
        assert await toy.do() == [GONE]


async def test_another_picture_takes_its_place() -> None:
    async with played() as toy:
        await toy.add()
        assert await toy.add("\x1b_Gother\x1b\\", "\x1b_Goff\x1b\\") == [GONE, "\x1b_Gother\x1b\\"]


async def test_it_is_written_again_when_its_cells_were_drawn_over() -> None:
    async with played() as toy:
        await toy.add()
        toy.canvas.styles.background = "#400000"
        assert await toy.do() == [PICTURE]
        assert await toy.do("f5") == []  # another theme, which leaves this background alone
        assert toy.canvas.refresh() is toy.canvas
        assert await toy.do() == []


async def test_a_suspended_program_takes_it_along_and_brings_it_back() -> None:
    async with played() as toy:
        await toy.add()
        with toy.app.suspend():
            left = toy.driver.taken()
            assert left.index(GONE) < left.index("\x1b[?1049l")
        assert await toy.do() == [PICTURE]


async def test_a_resize_begins_anew() -> None:
    async with played() as toy:
        await toy.add()
        toy.terminal = Terminal(100, 30)
        toy.driver.resize(100, 30)
        commands = await toy.do()
        assert commands[0] == GONE
        assert commands[-1] == PICTURE


async def test_losing_and_gaining_focus_sends_none() -> None:
    async with played() as toy:
        await toy.add()
        for key in ("blur", "focus"):
            await toy.act(key)
            assert await toy.do() == []


async def test_where_cells_are_no_longer_compared_the_widget_draws_letters() -> None:
    async with played() as toy:
        await toy.add()
        app = toy.app
        assert isinstance(app, TerminalApp)
        app.use_cell_diff(False)
        toy.canvas.refresh()
        assert GONE in await toy.do()
        assert app.overlays is None
        assert "letters" in toy.terminal.text[3]
        app.use_cell_diff(True)
        assert not toy.overlays.has(toy.canvas)


async def test_a_frame_that_fails_costs_the_picture_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    async with played() as toy:
        before = toy.terminal.cells()
        await toy.add()
        update, failures = TerminalScreen.update, iter([True])

        def failing(self: TerminalScreen, *args: Any) -> str:
            if next(failures, False):
                raise ValueError("once")
            return update(self, *args)

        monkeypatch.setattr(TerminalScreen, "update", failing)
        toy.canvas.refresh()
        assert GONE in await toy.do()
        assert toy.terminal.cells() == before


async def test_cells_under_a_picture_are_neither_erased_nor_scrolled() -> None:
    """A sixel picture is damaged by whatever touches its cells, which a list beside it must not."""
    async with played() as toy:
        await toy.add("", "")
        region = Region(92, 1, 20, 8)
        screen = toy.terminal._screen  # noqa: SLF001 - marks stand for what a terminal shows without cells
        for y in range(region.y, region.bottom):
            for x in range(region.x, region.right):
                screen.buffer[y][x] = screen.buffer[y][x]._replace(data="▓")
        for key in ("down", "pagedown", "pagedown", "pageup", "end", "up", "home", "space"):
            await toy.do(key)
            rows = toy.terminal.cells()[region.y : region.bottom]
            assert all(cell.text == "▓" for row in rows for cell in row[region.x : region.right]), key
        toy.canvas.styles.background = "#400000"
        await toy.do()
        assert "▓" not in "".join(toy.terminal.text)


async def test_where_the_layer_steps_aside_the_widget_draws_letters(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("another_version")
    async with played() as toy:
        assert overlays_of(toy.app) is None
        assert "letters" in toy.terminal.text[3]
