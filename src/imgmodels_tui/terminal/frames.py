"""Takes the frames from Textual, and sends the cells that changed; and has Textual do less before a frame.

It relies on private parts of Textual.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from rich.console import COLOR_SYSTEMS, RenderableType
from rich.segment import Segment
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.cache import LRUCache
from textual.css import stylesheet
from textual.css.types import CSSLocation
from textual.driver import Driver
from textual.screen import Screen

from .cells import CellRow, UndrawableError, cropped
from .overlays import Overlays
from .screen import TerminalScreen
from .styles import erases_with_background

if TYPE_CHECKING:
    from .capabilities import Capabilities

_MOST_FAILURES: Final = 3
_MOST_SOURCES: Final = 1024
_LARGE_FRAME: Final = 1400
"""Characters that fit one packet. A larger frame may arrive in parts, which a terminal is asked not to show yet."""


class FrameWriter:
    """Writes the frames of an app in place of Textual, as long as it can.

    Textual writes a frame itself where the app runs headless, inline or in a browser, and where the frame cannot be
    represented as cells. An error in here costs one frame written by Textual; after the third, Textual writes all.
    """

    def __init__(self, app: App[Any]) -> None:
        self.enabled = True
        self.overlays = Overlays()
        self._app = app
        self._textual_display = app._display
        self._screen: TerminalScreen | None = None
        self._driver: Driver | None = None
        self._initial_resizes = 2
        """Resize events to come though nothing was resized: one of the app's at its start, one of the driver's."""
        self._failures = 0
        app._display = self._display  # type: ignore[method-assign]

    @property
    def is_active(self) -> bool:
        """Whether frames are sent as changed cells, as far as that is known before a frame is drawn."""
        driver = self._app._driver
        return (
            self.enabled
            and self._failures < _MOST_FAILURES
            and driver is not None
            and not (driver.is_headless or driver.is_inline or driver.is_web)
        )

    def forget(self) -> None:
        """Assume nothing about what the terminal shows; the next frame is sent whole."""
        self._screen = None
        self.overlays.forget()

    def resized(self) -> None:
        """Have everything drawn again, for a terminal may have wrapped or cut what it showed."""
        if self._initial_resizes:
            self._initial_resizes -= 1
        elif self._screen is not None:
            self.forget()
            self._app.refresh()

    def query_capabilities(self) -> asyncio.Future[Capabilities] | None:
        """Ask the terminal what it can show; None where the driver cannot ask."""
        query = getattr(self._app._driver, "query_capabilities", None)
        return None if query is None else cast("asyncio.Future[Capabilities]", query())

    @property
    def answers_due(self) -> float:
        """Seconds for which the terminal's answer to a question may still be on its way."""
        return float(getattr(self._app._driver, "answers_due", 0.0))

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        app = self._app
        if renderable is None or app._batch_count or not app._running or app._closed:
            self._textual_display(screen, renderable)
            return
        output = self._output(screen, renderable) if self.is_active else None
        if output is None:
            self.overlays.drop()  # because the cells around them are no longer known
            self._write_stale()
            self.forget()
            self._textual_display(screen, renderable)
            return
        try:
            self._write(output)
        finally:
            app.post_display_hook()

    def _write_stale(self) -> None:
        self._write(self.overlays.stale)
        self.overlays.sent()

    def _write(self, output: str) -> None:
        driver = self._app._driver
        if driver is None or not output:
            return
        if self._app._sync_available and len(output) > _LARGE_FRAME:
            output = f"{SYNC_START}{output}{SYNC_END}"
        driver.write(output)
        driver.flush()

    def _output(self, screen: Screen[object], update: Any) -> str | None:
        """Return what to send, or None where Textual is to write the frame itself."""
        if not isinstance(update, (ChopsUpdate, LayoutUpdate)):
            return None
        app, overlays = self._app, self.overlays
        try:
            while True:
                terminal = self._current_screen()
                cursor = app.screen.outer_size.clamp_offset(app.cursor_position)
                if not terminal.is_known:
                    update = screen._compositor.render_update(full=True, screen_stack=app._background_screens)
                before = overlays.before_cells(terminal, app.screen_stack) if overlays else ""
                output = terminal.update(_pieces(update, terminal.row), cursor)
                after = overlays.after_cells(terminal) if overlays else ""
                # A signal may have suspended the program in between; the output then fits a screen that is gone.
                if terminal is self._screen:
                    overlays.sent()
                    return before + output + after
        except (UndrawableError, OverflowError):
            return None
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the frame must be shown
            self._failures += 1
            app.log.warning(f"Textual writes this frame itself, because comparing cells failed: {error!r}")
            return None

    def _current_screen(self) -> TerminalScreen:
        """Return the screen to compare with, a new one where the old one is no longer what the terminal shows."""
        app = self._app
        driver = app._driver
        if driver is not None and driver is not self._driver:
            self._driver = driver
            self.forget()
            self._follow_restarts(driver)
        terminal = self._screen
        if terminal is None or terminal.size != app.size:
            self.overlays.forget()
            color_system = COLOR_SYSTEMS[
                app.console.color_system or "standard"
            ]  # `TERM=unknown` says nothing of colours
            erases = erases_with_background(os.environ)
            terminal = self._screen = TerminalScreen(app.size, color_system, erases_with_background=erases)
        return terminal

    def _follow_restarts(self, driver: Driver) -> None:
        """Note whenever `driver` leaves application mode and enters it again, each time with an empty screen.

        No message says so in time: a frame may be drawn before the message arrives.
        """
        start, stop = driver.start_application_mode, driver.stop_application_mode

        def restart() -> None:
            self._initial_resizes = 1
            self.forget()
            self._app.call_later(self._app.refresh)
            start()

        def leave() -> None:
            self.overlays.forget()
            self._write_stale()  # for some terminals have no second screen
            stop()

        driver.start_application_mode = restart  # type: ignore[method-assign]
        driver.stop_application_mode = leave  # type: ignore[method-assign]


class Stylesheet(stylesheet.Stylesheet):
    """Parses what is new, or everything after the colors changed.

    Textual's own parses everything whenever a screen comes for the first time or the theme is read, several times
    before the first frame.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(_MOST_SOURCES)  # a cache that holds fewer is emptied by each round through all
        self._values: Mapping[str, str] = dict(variables or {})
        self._parsed: Mapping[CSSLocation, stylesheet.CssSource] | None = None

    def set_variables(self, variables: dict[str, str]) -> None:
        """Use these values of variables, if they are other ones."""
        if variables != self._values:
            self._values, self._parsed = dict(variables), None
            super().set_variables(variables)

    def parse(self) -> None:
        """Parse what was not parsed with these variables before. Raises as the original does."""
        super().parse()
        self._parsed = dict(self.source)

    def reparse(self) -> None:
        """Parse if anything is different. Raises as the original does."""
        if self.source != self._parsed:
            self.parse()


def skip_hidden_frames(screen: Screen[Any]) -> None:
    """Have `screen` render no frame that would not be shown: several are requested while a page is composed."""
    refresh = screen._compositor_refresh

    def refresh_if_shown() -> None:
        if not screen.app._batch_count:
            refresh()

    screen._compositor_refresh = refresh_if_shown  # type: ignore[method-assign]


def _pieces(
    update: ChopsUpdate | LayoutUpdate, make_row: Callable[[Iterable[Segment]], CellRow]
) -> Iterator[tuple[int, int, CellRow]]:
    """Yield row, column and cells of every piece of the terminal that `update` draws; `make_row` makes the cells."""
    if isinstance(update, LayoutUpdate):
        for row, strips in enumerate(update.strips, update.region.y):
            yield row, update.region.x, make_row([segment for strip in strips for segment in strip])
        return
    # What overlaps a span that changed, from the left edge of each strip, as Textual itself writes it.
    for row, first, last in update.spans:
        for end, (column, strip) in zip(update.chop_ends[row], update.chops[row].items(), strict=False):
            if strip is None or column >= last or end <= first:
                continue
            piece = make_row(strip)
            if not first <= column < last or end > last:
                piece = cropped(piece, min(end, last) - column)
            yield row, column, piece
