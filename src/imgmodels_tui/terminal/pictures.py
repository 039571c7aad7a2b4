"""An app that knows by which means its terminal can show pictures."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.app import ReturnType

from .app import CellDiff
from .versions import is_tested

if TYPE_CHECKING:
    from textual.driver import Driver

    from .capabilities import Capabilities, GraphicsProtocol

AUTO: Final = "auto"
PATIENCE: Final = 1.0
"""Seconds for which a first picture waits for the terminal's answer; one that comes later serves the next picture."""


class GraphicsMode(NamedTuple):
    """The means to show a picture, and the width and height of a cell in pixels."""

    means: GraphicsProtocol
    cell: tuple[int, int]


class PictureApp(CellDiff[ReturnType]):
    """A `CellDiff` app that asks its terminal what it can show, when the first picture is to be shown."""

    pictures_by: str = AUTO
    """The means its user insists on; `AUTO` leaves the choice to what the terminal says."""

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, but one that can ask; only where it is sure to be the one that is expected."""
        kind = super().get_driver_class()
        if sys.platform == "win32" or not is_tested():
            return kind
        from textual.drivers.linux_driver import LinuxDriver  # noqa: PLC0415 - not on every system

        from .driver import AskingDriver  # noqa: PLC0415

        return AskingDriver if kind is LinuxDriver else kind

    async def graphics_mode(self) -> GraphicsMode:
        """Return how to show a picture now. The first call may take `PATIENCE` seconds."""
        # Most runs show no picture, and start without this.
        from .capabilities import ASSUMED_CELL, Capabilities, GraphicsProtocol, choose, measured  # noqa: PLC0415

        wanted = None if self.pictures_by == AUTO else GraphicsProtocol(self.pictures_by)
        if wanted is GraphicsProtocol.BLOCKS or not self.cell_diff_active:
            return GraphicsMode(GraphicsProtocol.BLOCKS, ASSUMED_CELL)
        ability = measured(await self._ability() or Capabilities())
        return GraphicsMode(choose(wanted, ability, os.environ), ability.cell or ASSUMED_CELL)

    async def _ability(self) -> Capabilities | None:
        """Return what the terminal answered, or None where it did not, or cannot be asked."""
        ask = getattr(self._driver, "ask", None)
        if ask is None:
            return None
        asked: asyncio.Future[Capabilities] = ask()
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(asked), PATIENCE)
        return None
