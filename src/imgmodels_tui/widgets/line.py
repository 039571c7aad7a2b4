"""Lines of the screen, built piece by piece in terminal cells, and widgets that are made of them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from imgmodels_tui.widgets.themed import ThemedWidget

Piece = tuple[str, "Style"]

_MOST_LINES = 3


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """Cut `text` to `width` cells, saying with an ellipsis that something is missing."""
    if cell_len(text) <= width:
        return text
    return "" if width <= 0 else set_cell_size(text, width - 1).rstrip() + ellipsis


def folded(text: str, width: int) -> list[str]:
    """`text` in as many lines of at most `width` cells as it takes, three at most; at least one, which may be empty."""
    width = max(10, width)
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, width)
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1 :] = [clip(" ".join(lines[_MOST_LINES - 1 :]), width)]
    return lines or [""]


class Line:
    """Collects pieces from left to right and becomes a `Strip` of exactly `width` cells."""

    def __init__(self, width: int, base: Style) -> None:
        self.width = width
        self._base = base
        self._segments: list[Segment] = []
        self._used = 0

    @property
    def room(self) -> int:
        """How many cells are left."""
        return self.width - self._used

    def add(self, text: str, style: Style | None = None) -> Line:
        """Add text; what does not fit is cut."""
        cells = cell_len(text)
        if cells > self.room:
            text = set_cell_size(text, max(0, self.room))
            cells = max(0, self.room)
        if text:
            self._segments.append(Segment(text, style or self._base))
            self._used += cells
        return self

    def cell(self, text: str, width: int, style: Style | None = None, *, right: bool = False) -> Line:
        """Add text in a column of `width` cells, clipped with an ellipsis and padded to the column's end."""
        text = clip(text, width)
        space = " " * (width - cell_len(text))
        if right:
            return self.add(space).add(text, style)
        return self.add(text, style).add(space)

    def pieces(self, pieces: Sequence[Piece], width: int, *, pad: bool = True, right: bool = False) -> Line:
        """Add several pieces in a column of `width` cells; pieces that do not fit are cut."""
        end = min(self._used + width, self.width)
        if right:
            self.space(max(0, end - self._used - sum(cell_len(text) for text, _ in pieces)))
        for text, style in pieces:
            self.add(clip(text, end - self._used), style)
        return self.add(" " * (end - self._used)) if pad else self

    def replace_last(self, sign: str, style: Style) -> Line:
        """Put a sign of one cell over the last blank cell."""
        last = self._segments.pop()
        if len(last.text) > 1:
            self._segments.append(Segment(last.text[:-1], last.style))
        self._segments.append(Segment(sign, style))
        return self

    def space(self, cells: int) -> Line:
        """Add blank cells."""
        return self.add(" " * cells)

    def fill_to(self, rest: int, sign: str = " ", style: Style | None = None) -> Line:
        """Fill with `sign` until `rest` cells are left."""
        return self.add(sign * max(0, self.room - rest), style)

    def strip(self) -> Strip:
        """The finished line."""
        self.fill_to(0)
        return Strip(self._segments, self.width)


def between(left: Sequence[Piece], right: Sequence[Piece], width: int, base: Style) -> Strip:
    """A line with pieces at both ends; the left end gives way, because the right end holds figures."""
    taken = sum(cell_len(text) for text, _ in right)
    if taken > width:
        right, taken = (), 0
    line = Line(width, base)
    room = width - taken - (1 if taken else 0)
    line.pieces(left, room).space(width - taken - room)
    for text, style in right:
        line.add(text, style)
    return line.strip()


class LineWidget(ThemedWidget):
    """Base of bars, panels and banners. Subclasses draw in `lines`; `redraw` shows a changed content."""

    _count = -1
    _drawn: Sequence[Strip] | None = None
    """The lines while they are drawn."""

    def lines(self, width: int) -> Sequence[Strip]:
        """The lines at this width."""
        raise NotImplementedError

    def line(self, width: int) -> Line:
        """An empty line in the widget's own style."""
        return Line(width, self.style_for())

    def press(self, key: str) -> None:
        """Press a key for a click on what names it."""
        self.app.call_later(self.app.simulate_key, key)

    def redraw(self) -> None:
        """Draw anew; the layout is asked only if the number of lines differs.

        What has no place, or none yet, is laid out anyway when it gets one.
        """
        width = self.size.width
        count = len(self.lines(width)) if width else self._count
        self.refresh(layout=count != self._count)
        self._count = count

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As many lines as there are."""
        self._count = len(self.lines(width))
        return self._count

    def render_lines(self, crop: Region) -> list[Strip]:
        """All that is to be drawn now; what one line is made of is worked out once for all."""
        try:
            return super().render_lines(crop)
        finally:
            self._drawn = None

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        if self._drawn is None:
            self._drawn = self.lines(self.size.width)
        lines = self._drawn
        return lines[y] if y < len(lines) else Strip.blank(self.size.width, self.style_for())
