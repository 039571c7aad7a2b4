"""A driver that lets a test of a screen read like a story: press, click, read the lines, read the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from textual.events import MouseScrollDown

from imgmodels_tui.screens.models.list import ModelList
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.widgets.bars import StatusBar
from tests.rest import Rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot
    from textual.screen import Screen

    from imgmodels_tui.app import ImgModelsApp


class Driver:
    """One open program, its user's hands and eyes."""

    def __init__(self, app: ImgModelsApp, pilot: Pilot[None]) -> None:
        self.app, self._pilot = app, pilot
        self.rest = Rest(app, pilot)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before has had its effect."""
        for key in keys:
            self.rest.press(key)
            await self.settle()

    async def press_at_once(self, *keys: str) -> None:
        """Press keys faster than the program can follow."""
        for key in keys:
            self.rest.press(key)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a word."""
        await self.press(*text)

    async def click(self, text: str, *, times: int = 1) -> None:
        """Click on the first place of the screen where `text` stands."""
        await self.click_at(*self.index_of(text), times=times)

    async def click_row(self, name: str, at: str | None = None) -> None:
        """Click on a model's line, where `at` stands in it."""
        y, line = self.line_of(name)
        await self.click_at(line.index(name if at is None else at), y)

    async def click_at(self, x: int, y: int, *, times: int = 1) -> None:
        """Click on a cell."""
        await self._pilot.click(offset=(x, y), times=times)
        await self.settle()

    async def wheel_down(self) -> None:
        """Turn the wheel over the list of models."""
        listed = self.page.query_one(ModelList)
        listed.post_message(MouseScrollDown(listed, 5, 1, 0, 1, 0, shift=False, meta=False, ctrl=False))
        await self.settle()

    async def go_to(self, model: str) -> None:
        """Put the cursor on a model by name."""
        ids = {entry.model.name: entry.id for entry in self.app.live.overview.entries.values()}
        assert self.page.query_one(ModelList).move_to(ids[model])
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything asked for has happened, however slow the machine."""
        await self.rest()

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for something that the program does by itself."""
        await self.rest.until(happened)

    async def look(self) -> None:
        """Let the program look at the file now, rather than when its timer says so."""
        self.app.live.look()
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        await self._pilot.resize_terminal(width, height)
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """The screen's lines."""
        strips = self.app.screen._compositor.render_strips()  # noqa: SLF001 - the toolkit has no public way
        return [strip.text.rstrip() for strip in strips]

    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    def sheet(self) -> str:
        """What stands in the frame of the open dialog, without its line breaks."""
        assert self.dialog is not None
        frame = self.dialog.query_one("#frame").content_region
        inside = (line.ljust(frame.right)[frame.x : frame.right] for line in self.lines[frame.y : frame.bottom])
        return " ".join(" ".join(inside).split())

    def row(self, name: str) -> str:
        """The line of a model, without the cursor."""
        return self.line_of(name)[1][2:]

    def index_of(self, text: str) -> tuple[int, int]:
        """Where a text stands on the screen: column and line."""
        for y, line in enumerate(self.lines):
            if text in line:
                return line.index(text), y
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text()}")

    @property
    def cursor(self) -> str:
        """The name on the line that the cursor stands on."""
        for line in self.lines:
            if line.startswith("❯ "):
                return line[2:].split("  ")[0]
        return ""

    @property
    def notice(self) -> str:
        """What the page says about what just happened; nothing if it says nothing."""
        notice = self.page.query_one(StatusBar).notice
        return "" if notice is None else notice.text

    @property
    def page(self) -> Page:
        """The page, also where a dialog stands before it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Page))

    @property
    def dialog(self) -> Screen[Any] | None:
        """The dialog that stands before the page, if there is one."""
        return None if self.app.screen is self.page else self.app.screen

    def content(self) -> bytes:
        """The state file's bytes."""
        return self.app.live.store.path.read_bytes()

    def state(self) -> dict[str, Any]:
        """The state file."""
        state: dict[str, Any] = json.loads(self.content())
        return state

    @property
    def enabled(self) -> list[str]:
        """The ids that the state file says are enabled."""
        enabled: list[str] = self.state()["enabled_models"]
        return enabled

    def line_of(self, name: str) -> tuple[int, str]:
        """A model's line: where it stands, and the whole of it."""
        for y, line in enumerate(self.lines):
            if line[2:].startswith((f"{name}  ", f"{name}…")) or line[2:] == name:
                return y, line
        raise AssertionError(f"no row of {name} on the screen:\n{self.text()}")
