"""A picture in half-block cells: two coloured pixels a character, on every terminal with colours."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from imgmodels_tui.generator.halfblocks import half_blocks
from imgmodels_tui.generator.pictures import PictureError, read_picture
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.ink import Inked

if TYPE_CHECKING:
    from imgmodels_tui.generator.halfblocks import Cell, Cells
    from imgmodels_tui.generator.pictures import GalleryEntry
    from imgmodels_tui.widgets.glyphs import Glyphs


class PictureView(Inked):
    """Shows cells, centred, with a line of words below; equal neighbours are sent together."""

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._glyphs = glyphs
        self._cells: Cells = ()
        self._caption = ""

    @property
    def room(self) -> tuple[int, int]:
        """Columns and rows for a picture, above its caption."""
        return max(1, self.size.width), max(1, self.size.height - 1)

    def show(self, cells: Cells, caption: str) -> None:
        """Show a picture, or only words while there is none."""
        if (cells, caption) != (self._cells, self._caption):
            self._cells, self._caption = cells, caption
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of cells, or the caption below the last."""
        width, base = self.size.width, self.ink()
        if y < len(self._cells):
            row = self._cells[y]
            left = max(0, (width - len(row)) // 2)
            pieces = [Segment(" " * left, base), *self._segments(row)]
            return Strip(pieces).adjust_cell_length(width, base)
        if y == len(self._cells):
            text = self._glyphs.plain(self._caption)[:width]
            return Strip([Segment(text.center(width), self.ink("dim"))]).adjust_cell_length(width, base)
        return Strip.blank(width, base)

    def _segments(self, row: tuple[Cell, ...]) -> list[Segment]:
        segments: list[Segment] = []
        sign = self._glyphs.half
        for cell in row:
            style = _style(cell, halved=sign.strip() != "")
            if segments and segments[-1].style is style:
                segments[-1] = Segment(segments[-1].text + sign, style)
            else:
                segments.append(Segment(sign, style))
        return segments


def render(picture: GalleryEntry, columns: int, rows: int) -> tuple[Cells, str]:
    """The cells of a picture with its label, or no cells and why not. Blocking."""
    try:
        return half_blocks(read_picture(picture.path).data, columns, rows), harmless(picture.facts.engine, 60)
    except PictureError as error:
        return (), str(error)


@lru_cache(maxsize=4096)
def _style(cell: Cell, *, halved: bool) -> Style:
    """The look of a cell; without a half block both halves become one colour."""
    if halved:
        return Style(color=Color.from_rgb(*cell.top), bgcolor=Color.from_rgb(*cell.bottom))
    red, green, blue = ((a + b) // 2 for a, b in zip(cell.top, cell.bottom, strict=True))
    return Style(bgcolor=Color.from_rgb(red, green, blue))
