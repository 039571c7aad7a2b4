"""Writes a frame with the fewest bytes: only changed cells, short cursor motions, few SGR sequences, erased blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from .cells import COVERED, RIGHT_HALF, UNKNOWN, CellCodec, CellRow
from .styles import DEFAULT_STYLE, StyleTable

_CHANGED: Final = re.compile(b"[^\x00]+")
_CHEAPEST_ERASE: Final = 4
_LONGEST_MOTION: Final = 6
"""Moving over cells within a row never costs more bytes than this, so longer gaps are never written again."""
_USUAL_MOTION: Final = 7
"""Bytes of a usual cursor motion."""
_LONGEST_BACKSPACE: Final = 3

_SAME_STYLE: Final = re.compile(r"(.)\1*", re.DOTALL)
# Erasing costs 4 or 5 bytes and leaves the cursor in place; moving over the erased cells costs as much again.
_SHORTEST_ERASED: Final = " " * 11
_LONG_BLANK: Final = re.compile(_SHORTEST_ERASED + "+")
# Erasing to the end of the row costs 3 bytes, and nothing comes after it.
_SHORTEST_TAIL: Final = " " * 4


class _Run(NamedTuple):
    """Neighbouring cells of one style."""

    row: int
    column: int
    cells: str
    style: str


class FrameOutput:
    """Collects the output of one frame, and keeps track of the cursor and of the terminal's current style.

    A frame begins with the cursor's position unknown, for the application may have written to the terminal in other
    ways since the last one; it begins and ends with the default style. `width` is the terminal's, in columns.
    """

    def __init__(self, width: int, codec: CellCodec, styles: StyleTable) -> None:
        self._width, self._codec, self._styles = width, codec, styles
        self._output: list[str] = []
        self._runs: list[_Run] = []
        self._row: int | None = None
        self._column: int | None = None
        self._style = DEFAULT_STYLE

    def scroll(self, top: int, bottom: int, by: int) -> None:
        """Move the rows from `top` to `bottom` (included) up by `by` rows, or down where `by` is negative.

        It comes before anything that is drawn.
        """
        lines = f"{'' if abs(by) == 1 else abs(by)}{'M' if by > 0 else 'L'}"
        self._output.append(f"\x1b[{top + 1};{bottom + 1}r\x1b[{top + 1}H\x1b[{lines}\x1b[r")

    def draw_changes(self, row: int, before: CellRow, after: CellRow) -> None:
        """Have the row that shows `before` written so that it shows `after`."""
        first = last = -_LONGEST_MOTION
        for found in _CHANGED.finditer(self._worth_sending(_changed_cells(before, after), after)):
            start, end = found.span()
            # A wide character is written whole; where only the glyph changed, its right half looks unchanged.
            if after.text[end : end + 1] == RIGHT_HALF:
                end += 1
            if start - last >= _LONGEST_MOTION or not self._is_gap_cheaper_written(last, start, after):
                if last > 0:
                    self._draw(row, first, last, after)
                first = start
            last = end
        if last > 0:
            self._draw(row, first, last, after)

    def finish(self, row: int, column: int) -> str:
        """Return the output, which leaves the terminal with the default style and the cursor at `row` and `column`."""
        for run in _cheapest_order(self._runs, self._styles):
            self._write_run(run)
        self._prepare(row, column, DEFAULT_STYLE)
        return "".join(self._output)

    def _worth_sending(self, changed: bytes, after: CellRow) -> bytes:
        """Mark the whole of a blank tail that one erase to the end of the row replaces for less."""
        text, width = after.text, len(after.text)
        if text[-1] == " " and self._styles.erases_like_spaces(after.styles[-1]):
            blank = max(len(text.rstrip(" ")), len(after.styles.rstrip(after.styles[-1])))
            first = _CHANGED.search(changed, blank)
            if first and width - changed.count(0, blank) - blank > _CHEAPEST_ERASE:
                return changed[: first.start()] + b"\1" * (width - first.start())
        return changed

    def _is_gap_cheaper_written(self, start: int, end: int, row: CellRow) -> bool:
        gap, style = row.text[start:end], row.styles[start - 1]
        if UNKNOWN in gap or COVERED in gap:
            return False
        for cell, other in zip(gap, row.styles[start:end], strict=True):
            if other != style and not (cell == " " and self._styles.draws_space_like(style, other)):
                return False
        return len(gap.encode()) <= len("\x1b[C") + (end - start > 1)

    def _draw(self, row: int, start: int, end: int, after: CellRow) -> None:
        text, styles = after
        if styles.count(styles[start], start, end) == end - start:
            self._runs.append(_Run(row, start, text[start:end], styles[start]))
            return
        current: _Run | None = None
        for found in _SAME_STYLE.finditer(styles, start, end):
            run = _Run(row, found.start(), text[found.start() : found.end()], found[1])
            joined = current and self._joined(current, run)
            if current and not joined:
                self._runs.append(current)
            current = joined or run
        if current:
            self._runs.append(current)

    def _joined(self, left: _Run, right: _Run) -> _Run | None:
        """Return both as one run, where one consists of a few spaces that look alike in the other's style."""
        cells = left.cells + right.cells
        for blank, style in ((right, left.style), (left, right.style)):
            is_written = len(blank.cells) < len(_SHORTEST_ERASED)  # rather than erased
            if is_written and blank.cells.isspace() and self._styles.draws_space_like(style, blank.style):
                return left._replace(cells=cells, style=style)
        return None

    def _write_run(self, run: _Run) -> None:
        row, at, cells, style = run
        has_tail = at + len(cells) == self._width and cells.endswith(_SHORTEST_TAIL)
        if not (has_tail or _SHORTEST_ERASED in cells) or not self._styles.erases_like_spaces(style):
            self._write(row, at, cells, style)
            return
        kept = cells.rstrip(" ") if has_tail else cells
        written = 0
        for blank in _LONG_BLANK.finditer(kept):
            start, until = blank.span()
            self._write(row, at + written, kept[written:start], style)
            self._prepare(row, at + start, style, blank=True)
            self._output.append(f"\x1b[{until - start}X")
            written = until
        self._write(row, at + written, kept[written:], style)
        if has_tail:
            self._prepare(row, at + len(kept), style, blank=True)
            self._output.append("\x1b[K")

    def _write(self, row: int, at: int, cells: str, style: str) -> None:
        if not cells:
            return
        if cells.isascii():
            self._prepare(row, at, style, blank=cells.isspace())
            self._output.append(cells)
            self._column = at + len(cells)
        else:
            for text, width, certain in self._codec.decode(cells):
                self._prepare(row, at, style)
                self._output.append(text)
                at += width
                self._column = at if certain else None
        if self._column == self._width:
            # After the last column, each terminal leaves the cursor in its own way.
            self._column = None

    def _prepare(self, row: int, column: int, style: str, *, blank: bool = False) -> None:
        if row != self._row or column != self._column:
            self._output.append(_motion(self._row, self._column, row, column))
            self._row, self._column = row, column
        if style != self._style and not (blank and self._styles.draws_space_like(self._style, style)):
            self._output.append(self._styles.sequence(self._style, style))
            self._style = style


def _changed_cells(before: CellRow, after: CellRow) -> bytes:
    """Return a byte for each cell, which is 0 where nothing changed.

    The rows are compared as numbers of 32 bits per cell. It takes half the time of comparing cell by cell.
    """
    changed = _number(before.text) ^ _number(after.text)
    if before.styles != after.styles:
        changed |= _number(before.styles) ^ _number(after.styles)
    changed |= changed >> 8
    changed |= changed >> 16
    return changed.to_bytes(4 * len(after.text), "little")[::4]


def _number(cells: str) -> int:
    return int.from_bytes(cells.encode("utf-32-le", "surrogatepass"), "little")


def _cheapest_order(runs: list[_Run], styles: StyleTable) -> Iterable[_Run]:
    """Return `runs`, which come row by row, in that order or style by style, whichever is likely to cost less.

    Row by row, each change of colors costs an SGR sequence, of up to 38 bytes with colors of 24 bits. Style by style,
    each style is set once, and each run costs a motion of 6 to 8 bytes instead. Which of the two is cheaper depends on
    the frame and on the terminal's colors. The result on the screen does not: every cell is written at most once.
    """
    sequence = styles.sequence
    saved, style, row, end = 0, DEFAULT_STYLE, -1, -1
    by_style: dict[str, list[_Run]] = {}
    for run in runs:
        if run.style != style:
            saved += len(sequence(style, run.style))
            style = run.style
        if run.row == row and run.column == end:
            saved -= _USUAL_MOTION
        row, end = run.row, run.column + len(run.cells)
        by_style.setdefault(style, []).append(run)
    used = [DEFAULT_STYLE, *by_style]
    saved -= sum(len(sequence(before, after)) for before, after in zip(used, by_style, strict=False))
    return (run for group in by_style.values() for run in group) if saved > 0 else runs


def _motion(from_row: int | None, from_column: int | None, row: int, column: int) -> str:
    """Return the shortest motion of the cursor to `row` and `column`, counted from 0, from a place perhaps unknown.

    A motion within the row costs 1 to 5 bytes, to the start of a row below 3 or 4, any other one up to 8. A line
    feed is never used: the driver of a pseudo-terminal would turn it into two bytes, and the second is unwanted.
    """
    if row == from_row:
        return _motion_in_row(from_column, column)
    absolute = f"\x1b[{row + 1};{column + 1}H" if column else _counted(row + 1, "H")
    if from_row is None or row < from_row:
        return absolute
    if column == 0:
        return _counted(row - from_row, "E")
    if from_column is None:
        return absolute
    down = "\x1bD" if row == from_row + 1 else _counted(row - from_row, "B")
    return min(absolute, down + _motion_in_row(from_column, column), key=len)


def _motion_in_row(from_column: int | None, column: int) -> str:
    if column == from_column:
        return ""
    if column == 0:
        return "\r"
    if from_column is None:
        return f"\x1b[{column + 1}G"
    if column > from_column:
        return _counted(column - from_column, "C")
    back = from_column - column
    return "\b" * back if back <= _LONGEST_BACKSPACE else _counted(back, "D")


def _counted(number: int, final: str) -> str:
    """Return a control sequence with the final byte `final`; its parameter is left out where it is 1, the default."""
    return f"\x1b[{final}" if number == 1 else f"\x1b[{number}{final}"
