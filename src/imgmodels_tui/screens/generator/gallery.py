"""A user's pictures: the list and, where there is room, the one under the cursor beside it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.message import Message

from imgmodels_tui.generator.images.gallery import PictureError, gallery
from imgmodels_tui.screens.generator.panels import SectionHead
from imgmodels_tui.screens.generator.picture_list import PictureList, rows_of
from imgmodels_tui.screens.generator.picture_view import PictureView, render
from imgmodels_tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.timer import Timer

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.generator.images.gallery import GalleryEntry

_REST = 0.25
"""Seconds for which the cursor rests before its picture is drawn: passing by sends nothing over the line."""


class Gallery(Horizontal):
    """Reads the pictures off the event loop, the newest first."""

    class Loaded(Message):
        """The list is up to date; `problem` says what kept it from being, if anything."""

        def __init__(self, problem: str = "") -> None:
            self.problem = problem
            super().__init__()

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        super().__init__()
        self._folder, self._catalog = folder, catalog
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The list under its heading, the picture beside it."""
        with Vertical():
            yield SectionHead()
            yield PictureList(id="pictures")
        yield PictureView(id="view")

    @property
    def listed(self) -> PictureList:
        """The list."""
        return self.query_one(PictureList)

    @property
    def current(self) -> GalleryEntry | None:
        """The picture under the cursor."""
        row = self.listed.current
        return None if row is None else row.picture

    @work(exclusive=True, group="gallery")
    async def load(self, show: str | None = None) -> None:
        """Read the folder anew and put the cursor on the picture `show`, a path."""
        try:
            pictures = await asyncio.to_thread(gallery, self._folder)
        except PictureError as error:
            self.post_message(self.Loaded(str(error)))
            return
        self.listed.update(rows_of(pictures, {id_: model.name for id_, model in self._catalog.models.items()}))
        if show is not None:
            self.listed.move_to(show)
        self.query_one(SectionHead).update("Images", str(len(pictures) or "none yet"))
        self.post_message(self.Loaded())
        self.rest()

    @on(LineList.CursorMoved, "#pictures")
    def rest(self) -> None:
        """Begin to wait anew before the picture under the cursor is drawn."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST, self._draw) if self.is_mounted else None

    @work(exclusive=True, group="picture")
    async def _draw(self) -> None:
        """Show the picture in cells on every terminal: who passes by pays a third of what its pixels would take."""
        picture, view = self.current, self.query_one(PictureView)
        if picture is not None and view.display:
            view.show(await asyncio.to_thread(render, picture, *view.room))
