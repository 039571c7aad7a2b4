"""Writes cells with the fewest bytes: cheapest cursor motion, least SGR, erasing where a blank is long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .order import Run, cheapest_order
from .pens import PLAIN

if TYPE_CHECKING:
    from .cells import Glyphs
    from .lines import Line
    from .pens import Pens

_SAME_PEN: Final = re.compile(r"(.)\1*", re.DOTALL)
# Erasing costs 4 or 5 bytes and leaves the cursor in place; stepping over the erased cells costs as much again.
_LONG_BLANK: Final = re.compile(" {11,}")
_ERASED_TAIL: Final = 4


class Painter:
    """Collects the output of one frame, and knows where the cursor stands and which pen the terminal holds.

    A frame begins with nothing known of the cursor, for the application may have written to the terminal by other
    ways since the last one; it begins and ends with a reset pen.

    Args:
        width: Columns of the terminal.
        glyphs: What the cells stand for.
        pens: What the pens stand for.
        erases_with_background: Whether the terminal fills erased cells with the current background color.

    """

    def __init__(self, width: int, glyphs: Glyphs, pens: Pens, *, erases_with_background: bool) -> None:
        self._width = width
        self._glyphs = glyphs
        self._pens = pens
        self._background_erase = erases_with_background
        self._output: list[str] = []
        self._row: int | None = None
        self._column: int | None = None
        self._pen = PLAIN
        self._runs: list[Run] = []

    def erasable(self, number: str) -> bool:
        """Return whether erasing with this pen shows the same as writing spaces with it."""
        pen = self._pens[number]
        return not pen.attributes and not pen.link and (self._background_erase or not pen.background)

    def scroll(self, top: int, bottom: int, by: int) -> None:
        """Move the rows from `top` to `bottom` (included) up by `by` rows, or down where `by` is negative."""
        self._use(PLAIN)
        # A region that ends at the last row needs no margins, but the height is the caller's to know: margins are
        # always given, for they cost 10 bytes in a frame that saves thousands.
        self._output.append(f"\x1b[{top + 1};{bottom + 1}r\x1b[{top + 1}H")
        self._output.append(f"\x1b[{_count(abs(by))}{'M' if by > 0 else 'L'}\x1b[r")
        self._row = self._column = None

    def draw(self, row: int, start: int, end: int, line: Line) -> None:
        """Have the cells of `line` from column `start` up to column `end` (excluded) written into `row`."""
        for run in _SAME_PEN.finditer(line.pens, start, end):
            at, until = run.span()
            self._runs.append(Run(row, at, line.text[at:until], run[1]))

    def finished(self, row: int, column: int) -> str:
        """Return the output, which leaves the terminal with a reset pen and the cursor at `row` and `column`."""
        for run in cheapest_order(self._runs, self._pens):
            self._draw(*run)
        self._use(PLAIN)
        self._move(row, column)
        return "".join(self._output)

    def _draw(self, row: int, at: int, cells: str, pen: str) -> None:
        if not self.erasable(pen):
            self._write(row, at, cells, pen)
            return
        kept = cells
        if at + len(cells) == self._width:
            kept = cells.rstrip(" ")
            if len(cells) - len(kept) < _ERASED_TAIL:
                kept = cells
        written = 0
        for blank in _LONG_BLANK.finditer(kept):
            at = self._write(row, at, kept[written : blank.start()], pen)
            at = self._erase(row, at, len(blank[0]), pen)
            written = blank.end()
        at = self._write(row, at, kept[written:], pen)
        if len(kept) < len(cells):
            self._erase(row, at, len(cells) - len(kept), pen)

    def _erase(self, row: int, at: int, length: int, pen: str) -> int:
        self._move(row, at)
        self._use(pen)
        at += length
        self._output.append("\x1b[K" if at == self._width else f"\x1b[{length}X")
        return at

    def _write(self, row: int, at: int, cells: str, pen: str) -> int:
        if not cells:
            return at
        for text, width, certain in self._glyphs.written(cells):
            self._move(row, at)
            self._use(pen)
            self._output.append(text)
            at += width
            # In the last column a terminal holds the cursor back, each in its own way.
            self._column = at if certain and at < self._width else None
        return at

    def _move(self, row: int, column: int) -> None:
        if (row, column) != (self._row, self._column):
            self._output.append(self._motion(row, column))
            self._row, self._column = row, column

    def _use(self, pen: str) -> None:
        if pen != self._pen:
            self._output.append(self._pens.step(self._pen, pen))
            self._pen = pen

    def _motion(self, row: int, column: int) -> str:
        absolute = f"\x1b[{_count(row + 1)};{column + 1}H" if column else f"\x1b[{_count(row + 1)}H"
        ways = [absolute]
        if row == self._row:
            if column == 0:
                ways.append("\r")
            elif self._column is None:
                ways.append(f"\x1b[{column + 1}G")
            elif column > self._column:
                ways.append(f"\x1b[{_count(column - self._column)}C")
            else:
                ways.append(f"\x1b[{_count(self._column - column)}D")
        elif self._row is not None and row > self._row:
            if column == 0:
                ways.append(f"\x1b[{_count(row - self._row)}E")
            elif column == self._column:
                ways.append(f"\x1b[{_count(row - self._row)}B")
        return min(ways, key=len)


def _count(number: int) -> str:
    """Return a parameter, left out where it is 1, which is its default."""
    return "" if number == 1 else str(number)
