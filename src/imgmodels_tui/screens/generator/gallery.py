"""A user's pictures: the list, the newest first, and beside it, where there is space, the one under the cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip

from imgmodels_tui.catalog import Catalog, Model
from imgmodels_tui.generator.billing import stored_price
from imgmodels_tui.generator.images.gallery import GalleryEntry, PictureError, gallery
from imgmodels_tui.record import Record
from imgmodels_tui.screens.generator.picture import PictureDialog, PictureView, render
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.details_pane import AtRest
from imgmodels_tui.widgets.line import Line, LineWidget
from imgmodels_tui.widgets.line_list import LineList

_DELAY = 0.25
"""Seconds for which the cursor rests before its picture is shown: passing by sends nothing over the line."""

_LONGEST_MODEL = 24
_WITH_SESSION = 100
_WITH_WORDS = 88
_WITH_COST = 60


class PictureRow(Record):
    """A picture and the name of the model that drew it."""

    picture: GalleryEntry
    model: str

    @property
    def key(self) -> str:
        """The file's path."""
        return str(self.picture.path)


class PictureList(LineList[PictureRow]):
    """The user's pictures."""

    class Opened(LineList.CursorMoved):
        """The user clicked twice on a picture."""

    _model_width = 0

    def update(self, rows: Sequence[PictureRow]) -> None:
        """Show `rows`, with the models' column as wide as the longest name in it."""
        width = max((cell_len(row.model) for row in rows), default=0) + 2
        if width != self._model_width:
            self._model_width = width
            self.refresh()
        super().update(rows)

    def draw(self, row: PictureRow, line: Line) -> None:
        """Draw time, model, prompt, session and cost; where there is little room, the day, the model and the prompt."""
        facts, plain, dim = row.picture.facts, self.glyphs.plain, self.style_for("dim")
        if self.row_width < _WITH_COST:
            line.cell(facts.created_at.astimezone().strftime("%d %b"), 8, dim)
            line.cell(plain(row.model), min(self._model_width, _LONGEST_MODEL), self.style_for("strong"))
            line.cell(plain(harmless(facts.prompt)), line.room)
            return
        wide = self.row_width >= _WITH_WORDS
        billing = ("included" if wide else "incl.") if facts.billing == "included" else ("credits" if wide else "cred.")
        price = 6 + len(self.glyphs.currency)
        end = price + (10 if wide else 7)
        line.cell(facts.created_at.astimezone().strftime("%d %b %H:%M"), 14, dim)
        line.cell(plain(row.model), min(self._model_width, _LONGEST_MODEL), self.style_for("strong"))
        with_session = self.row_width >= _WITH_SESSION
        prompt = line.room - end - (16 if with_session else 0)
        line.cell(plain(harmless(facts.prompt)), prompt - 1).space(1)
        if with_session:
            line.cell(plain(harmless(facts.session)), 15, dim).space(1)
        line.cell(plain(stored_price(facts.cost_eur)), price, right=True).space(1)
        line.cell(billing, end - price - 1, dim)

    @on(events.Click)
    def _open_on_double_click(self, event: events.Click) -> None:
        if event.chain > 1 and (index := self.index_at(event)) is not None:
            self.post_message(self.Opened(self, self.rows[index].key))


def _row(picture: GalleryEntry, models: Mapping[str, Model]) -> PictureRow:
    used = picture.facts.model_used
    return PictureRow(picture, harmless(models[used].name if used in models else used, 60))


class GalleryHead(LineWidget):
    """The heading over the list, with the number of pictures."""

    _number = ""

    def update(self, number: str) -> None:
        """Show how many there are."""
        self._number = number
        self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line."""
        line = self.line(width).space(1).add("Images", self.style_for("strong")).space(1)
        line.fill_to(len(self._number) + 2, self.glyphs.rule, self.style_for("faint"))
        return [line.space(1).add(self._number, self.style_for("dim")).strip()]


class _OfPicture(Message):
    """Something that the user wants of a picture."""

    def __init__(self, picture: GalleryEntry) -> None:
        self.picture = picture
        super().__init__()


class Gallery(Horizontal):
    """Reads the pictures off the event loop, the newest first. `model_name` names a model by its id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "show_picture", "Show", tooltip="Show the image in the terminal", id="generator.show"),
        Binding("ctrl+r", "reuse", "Reuse", tooltip="Take over the image's prompt and seed", id="generator.reuse"),
        Binding("y", "copy", "Copy path", tooltip="Copy the path of the image", show=False, id="generator.copy"),
    ]

    class Loaded(Message):
        """The list is up to date, or `problem` says why it is not."""

        def __init__(self, problem: str = "") -> None:
            self.problem = problem
            super().__init__()

    class Reused(_OfPicture):
        """The user wants another picture from the prompt and the seed of this one."""

    class Copied(_OfPicture):
        """The user wants the path of this one."""

    def __init__(self, folder: Path, catalog: Catalog, model_name: Callable[[str], str]) -> None:
        super().__init__()
        self._folder, self._catalog, self._model_name = folder, catalog, model_name
        self._at_rest = AtRest(self, _DELAY)

    def compose(self) -> ComposeResult:
        """The list under its heading, the picture beside it."""
        with Vertical():
            yield GalleryHead()
            yield PictureList(id="pictures")
        yield PictureView(id="view")

    @property
    def current(self) -> GalleryEntry | None:
        """The picture under the cursor."""
        row = self.query_one(PictureList).current
        return None if row is None else row.picture

    @work(exclusive=True, group="gallery")
    async def load(self, show: str | None = None) -> None:
        """Read the folder anew and put the cursor on the picture `show`, a path."""
        try:
            pictures = await asyncio.to_thread(gallery, self._folder)
        except PictureError as error:
            self.post_message(self.Loaded(str(error)))
            return
        listed, models = self.query_one(PictureList), self._catalog.models
        listed.update([_row(picture, models) for picture in pictures])
        if show is not None:
            listed.move_to(show)
        self.query_one(GalleryHead).update(str(len(pictures) or "none yet"))
        self.post_message(self.Loaded())
        self.show_soon()

    @on(LineList.CursorMoved, "#pictures")
    def show_soon(self) -> None:
        """Show the picture under the cursor beside the list, once the cursor has rested for a moment."""
        if self.is_mounted:
            self._at_rest.call(self._show)

    @work(exclusive=True, group="picture")
    async def _show(self) -> None:
        """Show the picture in cells on every terminal: they take a third of the bytes of its pixels."""
        picture, view = self.current, self.query_one(PictureView)
        if picture is not None and view.display:
            view.show(await asyncio.to_thread(render, picture, *view.space))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is no picture, nothing can be done with it."""
        if action in {"show_picture", "reuse", "copy"}:
            return self.is_mounted and self.current is not None
        return super().check_action(action, parameters)

    @on(PictureList.Opened)
    def action_show_picture(self) -> None:
        """Show the picture under the cursor, as large as the terminal."""
        if self.current is not None:
            self.app.push_screen(PictureDialog(self.current, self._model_name))

    def action_reuse(self) -> None:
        """Ask for prompt and seed of the picture under the cursor."""
        if self.current is not None:
            self.post_message(self.Reused(self.current))

    def action_copy(self) -> None:
        """Ask for the path of the picture under the cursor."""
        if self.current is not None:
            self.post_message(self.Copied(self.current))
