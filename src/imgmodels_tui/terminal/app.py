"""The mixin that has a Textual app send only the cells that changed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.console import COLOR_SYSTEMS
from textual import events, on
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.app import App, ReturnType

from .cells import UndrawableError
from .overlays import Overlays
from .screen import TerminalScreen
from .terminals import erases_with_background
from .updates import is_readable, pieces_of, whole
from .versions import is_tested

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.screen import Screen
    from textual.widget import Widget

    from .overlays import Overlay

_OFF: Final = frozenset({"0", "false", "no", "off"})
_MOST_FAILURES: Final = 3
_LARGE_FRAME: Final = 1400
"""Characters that fit one packet. A larger frame may arrive in parts, which a terminal is told not to show yet."""


class CellDiff(App[ReturnType]):
    """An `App` that remembers what the terminal shows, and sends only the cells that changed.

    Derive an app from `CellDiff[...]` instead of `App[...]`; nothing else changes. Textual writes a changed
    region from its left edge, with full SGR sequences; this sends about what a curses program would.

    The frame is left to Textual itself where the version of Textual is not one of `TESTED_VERSIONS`, where the
    app runs headless, inline, in a browser or on Windows, and for a frame that cannot be told as cells. An error
    in here costs one frame drawn by Textual; after the third, all are.
    """

    CELL_DIFF_VARIABLE: ClassVar[str] = "TEXTUAL_CELL_DIFF"
    """Name of the environment variable that switches this off when it is 0, false, no or off."""

    cell_diff_enabled: bool = True
    """Whether to send only changed cells. It can be set at any time, and takes effect with the next frame."""

    _cell_diff_screen: TerminalScreen | None = None
    _cell_diff_driver: Driver | None = None
    _cell_diff_announcements: int = 2
    """Resize events to come that only say the size: one of the app's at its start, one of the driver's at each."""
    _cell_diff_failures: int = 0
    _cell_diff_available: bool | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._cell_diff_overlays = Overlays()

    def cell_diff_lay(self, widget: Widget, overlay: Overlay) -> bool:
        """Have a picture shown over blank cells of `widget` whenever they are in sight; False if it cannot be.

        It stays until `cell_diff_lift` is called, the widget is removed, or frames are no longer sent as changed
        cells. Then `cell_diff_has` is false and the widget is refreshed, so that it draws something else instead.
        """
        if not self.cell_diff_active:
            return False
        self._cell_diff_overlays.lay(widget, overlay)
        widget.refresh()
        return True

    def cell_diff_lift(self, widget: Widget) -> None:
        """Take away the picture over `widget`, if there is one."""
        if self._cell_diff_overlays.has(widget):
            self._cell_diff_overlays.lift(widget)
            widget.refresh()

    def cell_diff_has(self, widget: Widget) -> bool:
        """Return whether `widget` is to leave the cells of its picture blank."""
        return self._cell_diff_overlays.has(widget)

    def cell_diff_forget(self) -> None:
        """Take nothing for granted about what the terminal shows.

        Call it after something else has written to the terminal; the next frame is then sent whole. A resize, a
        suspension and a restart of the driver are noticed without it.
        """
        self._cell_diff_screen = None
        self._cell_diff_overlays.forget()

    @property
    def cell_diff_active(self) -> bool:
        """Whether frames are sent as changed cells, as far as that can be told before a frame is drawn."""
        if self._cell_diff_available is None:
            self._cell_diff_available = (
                sys.platform != "win32"
                and is_tested()
                and os.environ.get(self.CELL_DIFF_VARIABLE, "").strip().lower() not in _OFF
            )
        driver = self._driver
        return (
            self._cell_diff_available
            and self.cell_diff_enabled
            and self._cell_diff_failures < _MOST_FAILURES
            and driver is not None
            and not (driver.is_headless or driver.is_inline or driver.is_web)
        )

    @on(events.Resize)
    def _cell_diff_resized(self) -> None:
        """Redraw everything, for a terminal may have wrapped or cut what it showed.

        At a start the size is said though nothing was resized.
        """
        if self._cell_diff_announcements:
            self._cell_diff_announcements -= 1
        elif self._cell_diff_screen is not None:
            self.cell_diff_forget()
            self.refresh()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if renderable is None or self._batch_count or not self._running or self._closed:
            super()._display(screen, renderable)
            return
        output = self._cell_diff_output(screen, renderable) if self.cell_diff_active else None
        if output is None:
            self._cell_diff_drop_overlays()
            self.cell_diff_forget()
            super()._display(screen, renderable)
            return
        try:
            self._cell_diff_write(output)
        finally:
            self.post_display_hook()

    def _cell_diff_drop_overlays(self) -> None:
        """Take all pictures away, because the cells around them are no longer known."""
        if not self._cell_diff_overlays:
            return
        stale, widgets = self._cell_diff_overlays.dropped()
        self._cell_diff_write(stale)
        for widget in widgets:
            widget.refresh()

    def _cell_diff_write(self, output: str) -> None:
        driver = self._driver
        if driver is None or not output:
            return
        if self._sync_available and len(output) > _LARGE_FRAME:
            output = f"{SYNC_START}{output}{SYNC_END}"
        driver.write(output)
        driver.flush()

    def _cell_diff_output(self, screen: Screen[object], renderable: RenderableType) -> str | None:
        """Return what to send, or None where Textual is to write the frame itself."""
        if not is_readable(renderable):
            return None
        try:
            while True:
                terminal = self._cell_diff_current()
                cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
                update = renderable if terminal.is_known else whole(screen)
                overlays = self._cell_diff_overlays
                before = overlays.taken_away(terminal, self.screen_stack) if overlays else ""
                output = terminal.update(pieces_of(update, terminal.line), cursor)
                after = overlays.laid_over(terminal) if overlays else ""
                # A signal may have suspended the program in between; the output then fits a screen that is gone.
                if terminal is self._cell_diff_screen:
                    overlays.sent()
                    return before + output + after
        except (UndrawableError, OverflowError):
            return None
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the frame must be shown
            self._cell_diff_failures += 1
            self.log.warning(f"Textual draws this frame itself, because comparing cells failed: {error!r}")
            return None

    def _cell_diff_current(self) -> TerminalScreen:
        """Return the screen to compare with, a new one where the old one is no longer what the terminal shows."""
        driver = self._driver
        if driver is not None and driver is not self._cell_diff_driver:
            self._cell_diff_driver = driver
            self.cell_diff_forget()
            _on_restart(driver, self._cell_diff_leaving, self._cell_diff_restarted)
        terminal = self._cell_diff_screen
        if terminal is None or terminal.size != self.size:
            self._cell_diff_overlays.forget()
            color_system = COLOR_SYSTEMS[self.console.color_system or "truecolor"]
            terminal = self._cell_diff_screen = TerminalScreen(
                self.size, color_system, erases_with_background=erases_with_background(os.environ)
            )
        return terminal

    def _cell_diff_leaving(self) -> None:
        """Take the pictures off a terminal that goes back to the shell; those of some know no second screen."""
        self._cell_diff_overlays.forget()
        self._cell_diff_write(self._cell_diff_overlays.stale)
        self._cell_diff_overlays.sent()

    def _cell_diff_restarted(self) -> None:
        self._cell_diff_announcements = 1
        self.cell_diff_forget()
        self.call_later(self.refresh)


def _on_restart(driver: Driver, leaving: Callable[[], None], entering: Callable[[], None]) -> None:
    """Have `leaving` called whenever `driver` leaves application mode, and `entering` whenever it enters it again.

    Each time it begins with an empty screen. No message tells of it in time: a frame may be drawn before the one
    that says so arrives.
    """
    start, stop = driver.start_application_mode, driver.stop_application_mode

    def restart() -> None:
        entering()
        start()

    def leave() -> None:
        leaving()
        stop()

    driver.start_application_mode = restart  # type: ignore[method-assign]
    driver.stop_application_mode = leave  # type: ignore[method-assign]
