"""What the terminal shows, row by row, and the output that makes it show something else.

Rows that have moved up or down are found, so that the terminal can scroll them instead of being sent them. A list
rarely fills its rows alone: a pane beside it stays where it is, a scroll bar changes on its own. So each third of the
width is looked at by itself, and the move that most rows made in any of them counts. What was scrolled along without
having moved is repaired by the comparison that follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment
from textual.geometry import Region

from .cells import COVERED, UNKNOWN, CellCodec, CellRow, UndrawableError, overwritten, still_covered
from .output import FrameOutput
from .styles import DEFAULT_STYLE, StyleTable

_FEWEST_MOVED_ROWS: Final = 3
_PARTS: Final = 3


class _Scroll(NamedTuple):
    """The rows from `top` to `bottom` (included) move up by `by` rows, or down where `by` is negative."""

    top: int
    bottom: int
    by: int


class TerminalScreen:
    """The cells that a terminal shows, as far as they are known; at first nothing is.

    When the terminal's content is no longer known, drop the screen and begin a new one: each row is then sent whole
    as soon as it is drawn. `size` is columns and rows; the rest is as for a `StyleTable`.
    """

    def __init__(self, size: tuple[int, int], color_system: ColorSystem, *, erases_with_background: bool) -> None:
        self.size = size
        self._width, self._height = size
        self._codec = CellCodec()
        self._styles = StyleTable(color_system, erases_with_background=erases_with_background)
        self._shown = [CellRow(UNKNOWN * self._width, DEFAULT_STYLE * self._width)] * self._height
        self._cursor: tuple[int, int] | None = None
        self._uncovered: dict[int, CellRow] = {}

    @property
    def is_known(self) -> bool:
        """Whether anything was shown yet."""
        return self._cursor is not None

    def row(self, segments: Iterable[Segment]) -> CellRow:
        """Return the cells that `segments` take on this screen; of spaces, only what can be seen of them.

        Raises `UndrawableError` for control codes, `OverflowError` for more styles or glyphs than can be told apart.
        """
        encode, id_of, visible_on_space = self._codec.encode, self._styles.id_of, self._styles.visible_on_space
        texts: list[str] = []
        styles: list[str] = []
        for text, rich_style, control in segments:
            if control:
                raise UndrawableError("control segment")
            # Most text is ASCII, and this is the innermost loop.
            cells = text if text.isascii() and text.isprintable() else encode(text)
            texts.append(cells)
            style = id_of(rich_style)
            if " " in cells and (blank := visible_on_space(style)) != style:
                styles.append("".join([blank if cell == " " else style for cell in cells]))
            else:
                styles.append(style * len(cells))
        return CellRow("".join(texts), "".join(styles))

    def update(self, pieces: Iterable[tuple[int, int, CellRow]], cursor: tuple[int, int]) -> str:
        """Return the output that shows `pieces` and leaves the cursor at `cursor`; it is empty if nothing changed.

        Pieces are row, column and cells; later ones lie over earlier ones. The cursor is column and row, counted
        from 0. The screen assumes that the output reaches the terminal.
        """
        wanted = self._wanted(pieces)
        if not wanted and cursor == self._cursor:
            return ""
        output = self._output(self._shown, wanted, cursor, None)
        scroll = _find_scroll(self._shown, wanted, self._width)
        if scroll is not None and self._can_scroll(scroll):
            output = min(output, self._scrolled_output(wanted, cursor, scroll), key=len)
        for row, cells in wanted.items():
            self._shown[row] = cells
        self._uncovered.clear()
        self._cursor = cursor
        return output

    # Pictures that lie over cells.

    def cover(self, region: Region) -> None:
        """Note that a picture lies over `region`, whose cells are blank and stay so."""
        for row, cells in self._rows(region):
            styles = cells.styles[region.x : region.right]
            self._shown[row] = overwritten(cells, region.x, CellRow(COVERED * region.width, styles))

    def is_covered(self, region: Region) -> bool:
        """Return whether all of a picture over `region` is still there."""
        return all(cells.text[region.x : region.right] == COVERED * region.width for _, cells in self._rows(region))

    def uncover(self, region: Region) -> None:
        """Have the cells of `region` written with the next update, over the picture that lies over them."""
        for row, cells in self._rows(region):
            styles = cells.styles[region.x : region.right]
            before = self._uncovered.get(row, cells)
            self._uncovered[row] = overwritten(before, region.x, CellRow(" " * region.width, styles))
            self._shown[row] = overwritten(cells, region.x, CellRow(UNKNOWN * region.width, styles))

    def _rows(self, region: Region) -> list[tuple[int, CellRow]]:
        return [(row, self._shown[row]) for row in range(region.y, region.bottom) if row < self._height]

    def _wanted(self, pieces: Iterable[tuple[int, int, CellRow]]) -> dict[int, CellRow]:
        shown, wanted = self._shown, dict(self._uncovered)
        for row, column, piece in pieces:
            if 0 <= row < self._height:
                wanted[row] = overwritten(wanted.get(row, shown[row]), column, piece)
        for row, cells in wanted.items():
            if COVERED in shown[row].text:
                wanted[row] = still_covered(shown[row], cells)
        return {row: cells for row, cells in sorted(wanted.items()) if cells != shown[row]}

    def _can_scroll(self, scroll: _Scroll) -> bool:
        rows = self._shown[scroll.top : scroll.bottom + 1]
        return not any(UNKNOWN in cells.text or COVERED in cells.text for cells in rows)

    def _scrolled_output(self, wanted: Mapping[int, CellRow], cursor: tuple[int, int], scroll: _Scroll) -> str:
        """Return the output that has the terminal scroll first, and then repairs what did not simply move."""
        top, bottom, by = scroll
        shown = self._shown.copy()
        region = shown[top : bottom + 1]
        blank = [CellRow(" " * self._width, DEFAULT_STYLE * self._width)] * abs(by)
        shown[top : bottom + 1] = region[by:] + blank if by > 0 else blank + region[:by]
        rows = {row: self._shown[row] for row in range(top, bottom + 1)}
        return self._output(shown, {**rows, **wanted}, cursor, scroll)

    def _output(
        self, shown: list[CellRow], wanted: Mapping[int, CellRow], cursor: tuple[int, int], scroll: _Scroll | None
    ) -> str:
        output = FrameOutput(self._width, self._codec, self._styles)
        if scroll is not None:
            output.scroll(*scroll)
        for row in sorted(wanted):
            if wanted[row] != shown[row]:
                output.draw_changes(row, shown[row], wanted[row])
        column, row = cursor
        return output.finish(row, column)


def _find_scroll(shown: Sequence[CellRow], wanted: Mapping[int, CellRow], width: int) -> _Scroll | None:
    """Return the move after which most of the `wanted` rows are where they belong, or None where nothing moved."""
    rows = [row for row, cells in wanted.items() if cells.text != shown[row].text]
    if len(rows) <= _FEWEST_MOVED_ROWS:
        return None
    span = range(min(rows), max(rows) + 1)
    cuts = [width * part // _PARTS for part in range(_PARTS + 1)]
    moves: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        before = {row: shown[row].text[start:end] for row in span}
        after = {row: wanted[row].text[start:end] for row in rows}
        moves += _moves(before, after)
    if not moves:
        return None
    by, count = Counter(by for _, by in moves).most_common(1)[0]
    if count < _FEWEST_MOVED_ROWS:
        return None
    arrived = [row for row, moved in moves if moved == by]
    return _Scroll(min(arrived) + min(by, 0), max(arrived) + max(by, 0), by)


def _moves(before: dict[int, str], after: dict[int, str]) -> list[tuple[int, int]]:
    """Return which rows show what another row showed before, and how far away that row was."""
    counts = Counter(before.values())
    places = {text: row for row, text in before.items() if counts[text] == 1 and not text.isspace()}
    return [(row, places[text] - row) for row, text in after.items() if text != before[row] and text in places]
