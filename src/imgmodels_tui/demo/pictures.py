"""The last images of a session beside each other, so that an audience sees which model drew them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import work
from textual.containers import Horizontal

from imgmodels_tui.files import reason
from imgmodels_tui.generator.images.gallery import GalleryEntry
from imgmodels_tui.generator.service import Result
from imgmodels_tui.screens.generator.picture import PictureView, Rendering, render
from imgmodels_tui.terminal.app import TerminalApp
from imgmodels_tui.terminal.capabilities import GraphicsMode

LEAST_ROWS = 10
"""Rows of a picture in which the name of its model can be read."""


class LastPictures(Horizontal):
    """The last image of a session, and the one before it at its left; nothing where there is too little room."""

    def __init__(self) -> None:
        super().__init__(PictureView(), PictureView())
        self._shown: Sequence[Result] = ()
        self.display = False

    def show(self, pictures: Sequence[Result], rows: int) -> None:
        """Show these, at most two, in so many rows."""
        self.display = bool(pictures) and rows >= LEAST_ROWS
        self.styles.height = max(rows, 1)
        for view, needed in zip(self.query(PictureView), (len(pictures) > 1, True), strict=True):
            view.display = needed
        if pictures != self._shown:
            self._shown = pictures
            self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Draw them as large as fits."""
        self._draw()

    @work(exclusive=True)
    async def _draw(self) -> None:
        graphics_mode = await self.app.graphics_mode() if isinstance(self.app, TerminalApp) else None
        views = [view for view in self.query(PictureView) if view.display]
        for view, result in zip(views, self._shown, strict=False):
            rendering = await asyncio.to_thread(_rendered, result, *view.space, graphics_mode)
            view.show(rendering.replace(caption=_caption(result)))


def entry_of(result: Result) -> GalleryEntry:
    """An image as the gallery has it. Raises `OSError`."""
    return GalleryEntry(result.path, result.facts, result.path.stat().st_size)


def _rendered(result: Result, columns: int, rows: int, graphics_mode: GraphicsMode | None) -> Rendering:
    """An image as a terminal shows it. Blocking."""
    try:
        return render(entry_of(result), columns, rows, graphics_mode)
    except OSError as error:  # the folder was removed meanwhile
        return Rendering(caption=reason(error))


def _caption(result: Result) -> str:
    return result.started.entry.model.name
