"""An app that knows by which means its terminal can show pictures."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.app import ReturnType

from imgmodels_tui.graphics.ability import Ability, Means, cell_size, choose

from .app import CellDiff
from .versions import is_tested

if TYPE_CHECKING:
    from textual.driver import Driver

PATIENCE: Final = 1.0
"""Seconds for which a first picture waits for the terminal's answer; one that comes later serves the next picture."""


class Pencil(NamedTuple):
    """The means to show a picture, and the width and height of a cell in pixels."""

    means: Means
    cell: tuple[int, int]


class PictureApp(CellDiff[ReturnType]):
    """A `CellDiff` app that asks its terminal what it can show, when the first picture is to be shown."""

    pictures_by: Means | None = None
    """The means its user insists on; None leaves the choice to what the terminal says."""

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, but one that can ask; only where it is sure to be the one that is expected."""
        kind = super().get_driver_class()
        if sys.platform == "win32" or not is_tested():
            return kind
        from textual.drivers.linux_driver import LinuxDriver  # noqa: PLC0415 - not on every system

        from .driver import AskingDriver  # noqa: PLC0415

        return AskingDriver if kind is LinuxDriver else kind

    async def pencil(self) -> Pencil:
        """Return how to show a picture now. The first call may take `PATIENCE` seconds."""
        ability = await self._ability()
        means = choose(self.pictures_by, ability, os.environ) if self.cell_diff_active else Means.BLOCKS
        return Pencil(means, cell_size(ability))

    async def _ability(self) -> Ability:
        ask = getattr(self._driver, "ask", None)
        if ask is None or self.pictures_by is Means.BLOCKS or not self.cell_diff_active:
            return Ability()
        asked: asyncio.Future[Ability] = ask()
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(asked), PATIENCE)
        return Ability()
