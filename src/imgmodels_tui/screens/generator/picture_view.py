"""A picture: in half-block cells, two coloured pixels a character, or in the terminal's own pixels where it has any."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from imgmodels_tui.generator.images import pixels
from imgmodels_tui.generator.images.gallery import PictureError, read_picture
from imgmodels_tui.generator.images.halfblocks import half_blocks
from imgmodels_tui.record import Record
from imgmodels_tui.terminal.app import TerminalApp
from imgmodels_tui.terminal.capabilities import GraphicsProtocol
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.themed import ThemedWidget

if TYPE_CHECKING:
    from imgmodels_tui.generator.images.gallery import GalleryEntry
    from imgmodels_tui.generator.images.halfblocks import Cell, Cells
    from imgmodels_tui.generator.images.pixels import Pixels
    from imgmodels_tui.terminal.capabilities import GraphicsMode
    from imgmodels_tui.terminal.overlays import Overlays


class Drawing(Record):
    """A picture as it can be shown: its cells, a line of words, and its pixels where the terminal takes them."""

    cells: Cells = ()
    caption: str = ""
    pixels: Pixels | None = None


class PictureView(ThemedWidget):
    """Shows a picture, centred, with a line of words below; of cells, equal neighbours are sent together."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._drawing = Drawing()

    @property
    def room(self) -> tuple[int, int]:
        """Columns and rows for a picture, above its caption."""
        return max(1, self.size.width), max(1, self.size.height - 1)

    def show(self, drawing: Drawing) -> None:
        """Show a picture, or only words while there is none."""
        if drawing != self._drawing:
            self._drawing = drawing
            self._lay(drawing.pixels)
            self.refresh()

    def _lay(self, shown: Pixels | None) -> None:
        overlays = self._overlays
        if overlays is None:
            return
        if shown is None or shown.columns > self.room[0] or shown.rows > self.room[1]:
            overlays.remove(self)
            return
        offset = ((self.size.width - shown.columns) // 2, 0)
        overlays.add(self, shown.columns, shown.rows, shown.show, shown.hide, offset)

    @property
    def _overlays(self) -> Overlays | None:
        return self.app.overlays if isinstance(self.app, TerminalApp) else None

    @property
    def _laid(self) -> Pixels | None:
        """The pixels that lie over this widget."""
        overlays = self._overlays
        return self._drawing.pixels if overlays is not None and overlays.has(self) else None

    def render_line(self, y: int) -> Strip:
        """One row of cells, or a blank one under pixels; the caption below the last."""
        width, base, laid = self.size.width, self.style_for(), self._laid
        height = len(self._drawing.cells) if laid is None else laid.rows
        if y == height:
            text = self.glyphs.plain(self._drawing.caption)[:width]
            return Strip([Segment(text.center(width), self.style_for("dim"))]).adjust_cell_length(width, base)
        if y > height or laid is not None:
            return Strip.blank(width, base)
        row = self._drawing.cells[y]
        left = max(0, (width - len(row)) // 2)
        pieces = [Segment(" " * left, base), *self._segments(row)]
        return Strip(pieces).adjust_cell_length(width, base)

    def _segments(self, row: tuple[Cell, ...]) -> list[Segment]:
        segments: list[Segment] = []
        sign = self.glyphs.half
        for cell in row:
            style = _style(cell, halved=sign.strip() != "")
            if segments and segments[-1].style is style:
                segments[-1] = Segment(segments[-1].text + sign, style)
            else:
                segments.append(Segment(sign, style))
        return segments


def render(picture: GalleryEntry, columns: int, rows: int, graphics_mode: GraphicsMode | None = None) -> Drawing:
    """A picture with its label, in pixels too where there is a `graphics_mode` for them; or only why not. Blocking."""
    try:
        data = read_picture(picture.path).data
        cells = half_blocks(data, columns, rows)
    except PictureError as error:
        return Drawing(caption=str(error))
    return Drawing(cells, harmless(picture.facts.engine, 60), _pixels(data, columns, rows, graphics_mode))


def _pixels(data: bytes, columns: int, rows: int, graphics_mode: GraphicsMode | None) -> Pixels | None:
    """The pixels of a picture, or None where cells have to do."""
    draw = None if graphics_mode is None else _ENCODERS.get(graphics_mode.protocol)
    if graphics_mode is None or draw is None:
        return None
    try:
        return draw(data, columns, rows, graphics_mode.cell_size)
    except Exception:  # noqa: BLE001 - whatever a library trips over, the picture is shown in cells
        return None


_ENCODERS = {GraphicsProtocol.KITTY: pixels.kitty, GraphicsProtocol.SIXEL: pixels.sixel}


@lru_cache(maxsize=4096)
def _style(cell: Cell, *, halved: bool) -> Style:
    """The look of a cell; without a half block both halves become one colour."""
    if halved:
        return Style(color=Color.from_rgb(*cell.top), bgcolor=Color.from_rgb(*cell.bottom))
    red, green, blue = ((a + b) // 2 for a, b in zip(cell.top, cell.bottom, strict=True))
    return Style(bgcolor=Color.from_rgb(red, green, blue))
