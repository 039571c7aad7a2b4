"""What an app and its screens derive from, and the check of Textual's version before anything private of it is used."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import textual
from rich.console import Console
from rich.segment import Segments
from textual import events, on
from textual.app import App, ReturnType
from textual.driver import Driver
from textual.screen import Screen, ScreenResultType

if TYPE_CHECKING:
    from .capabilities import GraphicsMode
    from .frames import FrameWriter
    from .overlays import Overlays

TESTED_VERSIONS: Final = frozenset({"8.2.8"})
"""The versions of Textual that the modules were tested with that rely on private parts of it."""

AUTO: Final = "auto"
REPLY_TIMEOUT: Final = 1.0
"""Seconds for which a first picture waits for the terminal's reply; one that comes later serves the next picture."""

_OFF: Final = frozenset({"0", "false", "no", "off"})


def is_supported() -> bool:
    """Return whether the private parts of Textual are as expected. Only then are the modules loaded that use them."""
    return sys.platform != "win32" and textual_version() in TESTED_VERSIONS


@cache
def textual_version() -> str:
    """Return the version of the installed Textual.

    The name of the directory that the installer left beside Textual says it at once. `importlib.metadata` finds
    it as well, also where there is no such directory, but takes 20 ms, a tenth of the start of a Textual app.
    """
    site = Path(textual.__file__).parent.parent
    names = [path.name for path in site.glob("textual-*.dist-info")]
    if len(names) == 1:
        return names[0].removeprefix("textual-").removesuffix(".dist-info")
    from importlib.metadata import version  # noqa: PLC0415 - see above

    return version("textual")


class _WithoutLocals(Console):
    """Prints one line instead of Textual's traceback, which shows what variables hold: prompts among it."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print messages, which are text; a traceback is made of segments."""
        line = "imgmodels: a fault of this program; the page had to end"
        super().print(*(line if isinstance(part, Segments) else part for part in objects), **options)


class TerminalApp(App[ReturnType]):
    """An `App` that sends its terminal only the cells that changed, and pictures in pixels where they can be shown.

    Derive an app from `TerminalApp[...]` instead of `App[...]`; nothing else changes. Textual writes a changed region
    from its left edge, with full SGR sequences; this sends about what a curses program would. Where `is_supported` is
    false, the app is an ordinary `App`.
    """

    CELL_DIFF_VARIABLE: ClassVar[str] = "TEXTUAL_CELL_DIFF"
    """Name of the environment variable that has Textual write all frames when it is 0, false, no or off."""

    graphics_protocol: str = AUTO
    """The protocol for pictures that the user prefers; `AUTO` leaves the choice to what the terminal replies."""

    _frame_writer: FrameWriter | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_supported():
            from .frames import FrameWriter, Stylesheet  # noqa: PLC0415 - private

            self.stylesheet = Stylesheet(variables=self.get_css_variables())
            if os.environ.get(self.CELL_DIFF_VARIABLE, "").strip().lower() not in _OFF:
                self._frame_writer = FrameWriter(self)

    def get_driver_class(self) -> type[Driver]:
        """Return Textual's driver, or one that can ask the terminal, where Textual's is the one that is expected."""
        driver_class = super().get_driver_class()
        if not is_supported():
            return driver_class
        from textual.drivers.linux_driver import LinuxDriver  # noqa: PLC0415 - not on every system

        from .driver import TerminalDriver  # noqa: PLC0415 - private

        return TerminalDriver if driver_class is LinuxDriver else driver_class

    @property
    def cell_diff_active(self) -> bool:
        """Whether frames are sent as changed cells, as far as that is known before a frame is drawn."""
        return self._frame_writer is not None and self._frame_writer.is_active

    def use_cell_diff(self, enabled: bool) -> None:
        """Send only changed cells where that is possible, or let Textual write, from the next frame on."""
        if self._frame_writer is not None:
            self._frame_writer.enabled = enabled

    @on(events.Resize)
    def _terminal_resized(self) -> None:
        if self._frame_writer is not None:
            self._frame_writer.resized()

    @property
    def overlays(self) -> Overlays | None:
        """The pictures over cells; None where only cells can be shown."""
        return self._frame_writer.overlays if self._frame_writer is not None and self.cell_diff_active else None

    def keep_running(self, report: Callable[[BaseException], object], end: Callable[[BaseException], object]) -> None:
        """From now on have no fault end the app: each is passed to `report`, and to `end` where that is hopeless.

        With an untested version of Textual a fault does end the app, with one line.
        """
        if is_supported():
            from .faults import FaultBoundary  # noqa: PLC0415 - private

            FaultBoundary(self, report, end)
        else:
            self.error_console = _WithoutLocals(stderr=True)

    @property
    def answers_due(self) -> float:
        """Seconds for which leaving may wait for what the terminal was asked."""
        return 0.0 if self._frame_writer is None else self._frame_writer.answers_due

    def redraw(self) -> None:
        """Send everything that is shown once more, because something else wrote over it."""
        if self._frame_writer is not None:
            self._frame_writer.forget()
        self.refresh()

    async def graphics_mode(self) -> GraphicsMode:
        """Return how to show a picture now. The first call may take `REPLY_TIMEOUT` seconds."""
        # Most runs show no picture, and start without this.
        from .capabilities import Capabilities, GraphicsMode, GraphicsProtocol, graphics_mode  # noqa: PLC0415

        preferred = None if self.graphics_protocol == AUTO else GraphicsProtocol(self.graphics_protocol)
        if preferred is GraphicsProtocol.BLOCKS or self._frame_writer is None or not self.cell_diff_active:
            return GraphicsMode(GraphicsProtocol.BLOCKS)
        known = Capabilities()
        reply = self._frame_writer.query_capabilities()
        if reply is not None:
            with contextlib.suppress(TimeoutError):
                known = await asyncio.wait_for(asyncio.shield(reply), REPLY_TIMEOUT)
        return graphics_mode(preferred, known, os.environ)


class LazyScreen(Screen[ScreenResultType]):
    """A `Screen` that renders no frame and works out no style that nobody sees, which shortens a start."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_supported():
            from .frames import skip_hidden_frames  # noqa: PLC0415 - private

            skip_hidden_frames(self)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Leave styles alone when the screen comes for the first time: all of them were worked out a moment ago."""
        if is_supported():
            event.refresh_styles = event.refresh_styles and self.stack_updates > 0
