"""The gallery as a list: a picture per line, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.message import Message

from imgmodels_tui.generator import messages
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from imgmodels_tui.generator.images.gallery import GalleryEntry
    from imgmodels_tui.widgets.line import Line

_LONGEST_MODEL = 24
_WITH_SESSION = 100
_WITH_WORDS = 88


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

    class ShowAsked(Message):
        """Somebody wants to see a picture."""

    _model_width = 0

    def update(self, rows: Sequence[PictureRow]) -> None:
        """Show `rows`, with the models' column as wide as the longest name in it."""
        width = max((cell_len(row.model) for row in rows), default=0) + 2
        if width != self._model_width:
            self._model_width = width
            self.refresh()
        super().update(rows)

    def draw(self, row: PictureRow, line: Line) -> None:
        """Draw when, with what, from which words, for how much."""
        facts, plain, dim = row.picture.facts, self.glyphs.plain, self.style_for("dim")
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
        line.cell(plain(messages.paid(facts.cost_eur)), price, right=True).space(1)
        line.cell(billing, end - price - 1, dim)

    def on_click(self, event: events.Click) -> None:
        """Move to the picture; a double click shows it."""
        super().on_click(event)
        if event.chain > 1 and self.index_at(event) is not None:
            self.post_message(self.ShowAsked())


def rows_of(pictures: list[GalleryEntry], name: dict[str, str]) -> list[PictureRow]:
    """A row for each picture; `name` gives the names of known models."""
    return [
        PictureRow(found, harmless(name.get(found.facts.model_used, found.facts.model_used), 60)) for found in pictures
    ]
