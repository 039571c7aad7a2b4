"""What the terminal shows, row by row, and the output that makes it show something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cells import COVERED, UNKNOWN, Glyphs, UndrawableError
from .changes import draw_changes
from .lines import Line, blank_line, overlaid, still_covered, unknown_line
from .painter import Painter
from .pens import Pens
from .scrolling import find_shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.color import ColorSystem
    from rich.segment import Segment
    from textual.geometry import Region

    from .scrolling import Shift


class TerminalScreen:
    """The cells that a terminal shows, as far as they are known; at first nothing is.

    When the terminal's content is no longer known, throw the screen away and begin a new one: each row is then
    sent whole as soon as it is drawn.

    Args:
        size: Columns and rows.
        color_system: The colors that the terminal can show.
        erases_with_background: Whether the terminal fills erased cells with the current background color.

    """

    def __init__(self, size: tuple[int, int], color_system: ColorSystem, *, erases_with_background: bool) -> None:
        self.size = size
        self._width, self._height = size
        self._glyphs = Glyphs()
        self._pens = Pens(color_system, erases_with_background=erases_with_background)
        self._lines = [unknown_line(self._width) for _ in range(self._height)]
        self._cursor: tuple[int, int] | None = None
        self._uncovered: dict[int, Line] = {}

    @property
    def is_known(self) -> bool:
        """Whether anything was shown yet."""
        return self._cursor is not None

    def line(self, segments: Iterable[Segment]) -> Line:
        """Return the cells that `segments` take on this screen; of spaces, only what can be seen of them.

        Raises:
            UndrawableError: There are control codes among them.
            OverflowError: More pens or glyphs than can be told apart.

        """
        cells_of, pen_of, blank_of = self._glyphs.cells, self._pens.of, self._pens.blank
        texts: list[str] = []
        pens: list[str] = []
        for text, style, control in segments:
            if control:
                raise UndrawableError("control segment")
            # Most text is plain, and this is the innermost loop.
            cells = text if text.isascii() and text.isprintable() else cells_of(text)
            texts.append(cells)
            pen = pen_of(style)
            if " " in cells and (blank := blank_of(pen)) != pen:
                pens.append("".join([blank if cell == " " else pen for cell in cells]))
            else:
                pens.append(pen * len(cells))
        return Line("".join(texts), "".join(pens))

    def update(self, pieces: Iterable[tuple[int, int, Line]], cursor: tuple[int, int]) -> str:
        """Return the output that shows `pieces` and leaves the cursor at `cursor`; it is empty if nothing changed.

        The screen takes it for granted that the output reaches the terminal.

        Args:
            pieces: Row, column and cells; later pieces lie over earlier ones.
            cursor: Column and row, counted from 0.

        """
        wanted = self._wanted(pieces)
        if not wanted and cursor == self._cursor:
            return ""
        output = self._painted(self._lines, wanted, cursor, None)
        shift = find_shift(self._lines, wanted, self._width)
        if shift is not None and self._movable(shift):
            output = min(output, self._scrolled(wanted, cursor, shift), key=len)
        for row, line in wanted.items():
            self._lines[row] = line
        self._uncovered.clear()
        self._cursor = cursor
        return output

    # Pictures that lie over cells.

    def cover(self, region: Region) -> None:
        """Take note that a picture lies over `region`, whose cells are blank and stay so."""
        for row, line in self._rows(region):
            self._lines[row] = overlaid(
                line, region.x, Line(COVERED * region.width, line.pens[region.x : region.right])
            )

    def is_covered(self, region: Region) -> bool:
        """Return whether all of a picture over `region` is still there."""
        return all(line.text[region.x : region.right] == COVERED * region.width for _, line in self._rows(region))

    def uncover(self, region: Region) -> None:
        """Have the cells of `region` written with the next update: what lies over them goes."""
        for row, line in self._rows(region):
            pens = line.pens[region.x : region.right]
            before = self._uncovered.get(row, line)
            self._uncovered[row] = overlaid(before, region.x, Line(" " * region.width, pens))
            self._lines[row] = overlaid(line, region.x, Line(UNKNOWN * region.width, pens))

    def _rows(self, region: Region) -> list[tuple[int, Line]]:
        return [(row, self._lines[row]) for row in range(region.y, region.bottom) if row < self._height]

    def _wanted(self, pieces: Iterable[tuple[int, int, Line]]) -> dict[int, Line]:
        """Return the rows that are to change."""
        shown = self._lines
        wanted: dict[int, Line] = dict(self._uncovered)
        for row, column, piece in pieces:
            if 0 <= row < self._height:
                wanted[row] = overlaid(wanted.get(row, shown[row]), column, piece)
        for row, line in wanted.items():
            if COVERED in shown[row].text:
                wanted[row] = still_covered(shown[row], line)
        return {row: line for row, line in sorted(wanted.items()) if line != shown[row]}

    def _movable(self, shift: Shift) -> bool:
        rows = self._lines[shift.top : shift.bottom + 1]
        return not any(UNKNOWN in line.text or COVERED in line.text for line in rows)

    def _scrolled(self, wanted: Mapping[int, Line], cursor: tuple[int, int], shift: Shift) -> str:
        """Return the output that has the terminal scroll first, and then repairs what did not simply move."""
        shown = self._lines.copy()
        region = shown[shift.top : shift.bottom + 1]
        blank = [blank_line(self._width)] * abs(shift.by)
        shown[shift.top : shift.bottom + 1] = region[shift.by :] + blank if shift.by > 0 else blank + region[: shift.by]
        rows = {row: self._lines[row] for row in range(shift.top, shift.bottom + 1)}
        return self._painted(shown, {**rows, **wanted}, cursor, shift)

    def _painted(
        self,
        shown: list[Line],
        wanted: Mapping[int, Line],
        cursor: tuple[int, int],
        shift: Shift | None,
    ) -> str:
        painter = Painter(self._width, self._glyphs, self._pens)
        if shift is not None:
            painter.scroll(*shift)
        for row in sorted(wanted):
            if wanted[row] != shown[row]:
                draw_changes(row, shown[row], wanted[row], painter, self._pens)
        column, row = cursor
        return painter.finished(row, column)
