"""Writes cells with the fewest bytes: cheapest cursor motion, least SGR, erasing where a blank is long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .motion import motion
from .order import cheapest_order
from .pens import PLAIN

if TYPE_CHECKING:
    from .cells import Glyphs
    from .lines import Line
    from .order import Run
    from .pens import Pens

_SAME_PEN: Final = re.compile(r"(.)\1*", re.DOTALL)
# Erasing costs 4 or 5 bytes and leaves the cursor in place; stepping over the erased cells costs as much again.
_SHORTEST_ERASED: Final = " " * 11
_LONG_BLANK: Final = re.compile(_SHORTEST_ERASED + "+")
# Erasing to the end of the row costs 3 bytes, and nothing comes after it.
_SHORTEST_TAIL: Final = " " * 4


class Painter:
    """Collects the output of one frame, and knows where the cursor stands and which pen the terminal holds.

    A frame begins with nothing known of the cursor, for the application may have written to the terminal by other
    ways since the last one; it begins and ends with a reset pen.

    Args:
        width: Columns of the terminal.
        glyphs: What the cells stand for.
        pens: What the pens stand for.

    """

    def __init__(self, width: int, glyphs: Glyphs, pens: Pens) -> None:
        self._width = width
        self._glyphs = glyphs
        self._pens = pens
        self._output: list[str] = []
        self._runs: list[Run] = []
        self._row: int | None = None
        self._column: int | None = None
        self._pen = PLAIN

    def scroll(self, top: int, bottom: int, by: int) -> None:
        """Move the rows from `top` to `bottom` (included) up by `by` rows, or down where `by` is negative.

        It comes before anything that is drawn.
        """
        lines = f"{'' if abs(by) == 1 else abs(by)}{'M' if by > 0 else 'L'}"
        self._output.append(f"\x1b[{top + 1};{bottom + 1}r\x1b[{top + 1}H\x1b[{lines}\x1b[r")

    def draw(self, row: int, start: int, end: int, line: Line) -> None:
        """Have the cells of `line` from column `start` up to column `end` (excluded) written into `row`."""
        text, pens = line
        if pens.count(pens[start], start, end) == end - start:
            self._runs.append((row, start, text[start:end], pens[start]))
            return
        begun: Run | None = None
        for found in _SAME_PEN.finditer(pens, start, end):
            at, until = found.span()
            run = (row, at, text[at:until], found[1])
            joined = begun and self._joined(begun, run)
            if begun and not joined:
                self._runs.append(begun)
            begun = joined or run
        if begun:
            self._runs.append(begun)

    def _joined(self, left: Run, right: Run) -> Run | None:
        """Return both as one run, where the spaces that one of them consists of look alike with the other's pen."""
        (row, at, text, pen), (_, _, more, other) = left, right
        if _is_gap(more) and self._pens.covers(pen, other):
            return row, at, text + more, pen
        if _is_gap(text) and self._pens.covers(other, pen):
            return row, at, text + more, other
        return None

    def finished(self, row: int, column: int) -> str:
        """Return the output, which leaves the terminal with a reset pen and the cursor at `row` and `column`."""
        for run in cheapest_order(self._runs, self._pens):
            self._draw(*run)
        self._prepare(row, column, PLAIN)
        return "".join(self._output)

    def _draw(self, row: int, at: int, cells: str, pen: str) -> None:
        if _SHORTEST_TAIL not in cells:
            self._write(row, at, cells, pen)
            return
        has_tail = at + len(cells) == self._width and cells.endswith(_SHORTEST_TAIL)
        if not (has_tail or _SHORTEST_ERASED in cells) or not self._pens.erasable(pen):
            self._write(row, at, cells, pen)
            return
        kept = cells.rstrip(" ") if has_tail else cells
        written = 0
        for blank in _LONG_BLANK.finditer(kept):
            start, until = blank.span()
            self._write(row, at + written, kept[written:start], pen)
            self._prepare(row, at + start, pen, blank=True)
            self._output.append(f"\x1b[{until - start}X")
            written = until
        self._write(row, at + written, kept[written:], pen)
        if has_tail:
            self._prepare(row, at + len(kept), pen, blank=True)
            self._output.append("\x1b[K")

    def _write(self, row: int, at: int, cells: str, pen: str) -> None:
        if not cells:
            return
        if cells.isascii():
            self._prepare(row, at, pen, blank=cells.isspace())
            self._output.append(cells)
            self._column = at + len(cells)
        else:
            for text, width, certain in self._glyphs.written(cells):
                self._prepare(row, at, pen)
                self._output.append(text)
                at += width
                self._column = at if certain else None
        if self._column == self._width:
            # In the last column a terminal holds the cursor back, each in its own way.
            self._column = None

    def _prepare(self, row: int, column: int, pen: str, *, blank: bool = False) -> None:
        if row != self._row or column != self._column:
            self._output.append(motion(self._row, self._column, row, column))
            self._row, self._column = row, column
        if pen != self._pen and not (blank and self._pens.covers(self._pen, pen)):
            self._output.append(self._pens.step(self._pen, pen))
            self._pen = pen


def _is_gap(cells: str) -> bool:
    """Whether these are spaces, and too few to be erased rather than written."""
    return len(cells) < len(_SHORTEST_ERASED) and cells.isspace()
