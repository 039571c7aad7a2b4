"""Lists in columns: a table declares them and what is left out on a narrow terminal; and the titles over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from textwrap import wrap
from typing import TypeVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from imgmodels_tui.record import Record
from imgmodels_tui.widgets.line import Line, LineWidget, Piece
from imgmodels_tui.widgets.line_list import MARKER, LineList, Row


class Column(Record):
    """One column of a list.

    A list is drawn at step 0 where there is room for it, else at the first later step that fits. `widths` has the
    cells of the column from which step on; one of 0 cells is not shown.
    """

    name: str
    title: str
    widths: Mapping[int, int]
    cell: Callable[..., Sequence[Piece]]
    """Its content; called with the list, the row and the cells there are."""
    short_title: str | None = None
    """The title where the column is narrower than at step 0."""
    right: bool = False
    """Whether text is at the right end."""
    share: int = 0
    """Its part of the cells that are left over at a step."""
    most: int = 0
    """How many of these it takes at most, before columns without a limit (0), and only at step 0."""


class Table:
    """The columns of a list from left to right, and the blank cells between two of them from which step on."""

    def __init__(self, *columns: Column, gaps: Mapping[int, int]) -> None:
        self.columns, self.gaps = columns, gaps
        self.last_step = max(step for steps in (gaps, *(column.widths for column in columns)) for step in steps)

    def at(self, step: int, hidden: frozenset[str]) -> Layout:
        """The columns that are shown at a step."""
        widths = [(column, _from(column.widths, step)) for column in self.columns if column.name not in hidden]
        return Layout(tuple((column, cells) for column, cells in widths if cells), _from(self.gaps, step), step)


def _from(steps: Mapping[int, int], step: int) -> int:
    return steps[max(start for start in steps if start <= step)]


class Layout(Record):
    """The columns that are shown at some width, each with its cells."""

    columns: tuple[tuple[Column, int], ...]
    gap: int
    step: int

    @property
    def total(self) -> int:
        """What a row takes, with the cursor's cells in front."""
        return MARKER + sum(cells for _, cells in self.columns) + self.gap * (len(self.columns) - 1)

    def cells(self, name: str) -> int:
        """The cells of a column; 0 if it is not shown."""
        return next((cells for column, cells in self.columns if column.name == name), 0)

    def spread(self, spare: int) -> Layout:
        """Share out the cells that are left over; where cells are missing, the first column has fewer."""
        cells = {column.name: cells for column, cells in self.columns}
        if spare < 0:
            first = self.columns[0][0].name
            cells[first] = max(1, cells[first] + spare)
            spare = 0
        growing = [column for column, _ in self.columns if column.share]
        limited = [column for column in growing if column.most and self.step == 0]
        for group in (limited, [column for column in growing if not column.most]):
            shares = sum(column.share for column in group)
            for column in group:
                more = min(spare * column.share // shares, column.most or spare)
                cells[column.name] += more
                spare, shares = spare - more, shares - column.share
        return self.replace(columns=tuple((column, cells[column.name]) for column, _ in self.columns))


@lru_cache(maxsize=32)
def fit(table: Table, width: int, hidden: frozenset[str] = frozenset()) -> Layout:
    """The columns of the first step that fits `width` cells, as wide as that; without the `hidden` ones."""
    layouts = (table.at(step, hidden) for step in range(table.last_step + 1))
    layout = next((layout for layout in layouts if layout.total <= width), table.at(table.last_step, hidden))
    return layout.spread(width - layout.total)


R = TypeVar("R", bound=Row)


class ColumnList(LineList[R]):
    """A list whose rows are drawn by the columns of its `table`."""

    table: Table
    hidden: frozenset[str] = frozenset()
    """Columns that are not to be shown, whatever the width."""

    class Fitted(Message):
        """The list's columns may have changed."""

    @property
    def columns(self) -> Layout:
        """The columns that fit the present width."""
        return fit(self.table, self.row_width, self.hidden)

    def on_resize(self) -> None:
        """Let the columns' titles follow."""
        super().on_resize()
        self.post_message(self.Fitted())

    def watch_show_vertical_scrollbar(self) -> None:
        """Give the scrollbar its cell."""
        self.recolumn()

    def recolumn(self) -> None:
        """Draw everything anew in other columns."""
        self.refresh()
        self.post_message(self.Fitted())

    def draw(self, row: R, line: Line) -> None:
        """Draw a row, column by column."""
        layout = self.columns
        for number, (column, cells) in enumerate(layout.columns):
            line.space(layout.gap if number else 0).pieces(column.cell(self, row, cells), cells, right=column.right)


class ColumnTitles(LineWidget):
    """The line over a list that names its columns."""

    class Clicked(Message):
        """A column's title was clicked on."""

        def __init__(self, column: str) -> None:
            self.column = column
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._layout = Layout((), 0, 0)
        self._remark: Piece | None = None

    def show(self, layout: Layout) -> None:
        """Follow the list's columns."""
        if layout != self._layout:
            self._layout = layout
            self.redraw()

    def remark(self, text: str, role: str = "dim") -> None:
        """Show a remark in the place of the titles; an empty text brings the titles back."""
        remark = (self.glyphs.plain(text), self.style_for(role)) if text else None
        if remark != self._remark:
            self._remark = remark
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line over the list, or the remark in as many as it takes."""
        if self._remark is not None:
            text, style = self._remark
            return [self.line(width).space(1).add(part, style).strip() for part in wrap(text, max(10, width - 2))]
        line, faint = self.line(width), self.style_for("faint")
        line.space(MARKER)
        for number, (column, cells) in enumerate(self._layout.columns):
            narrow = column.short_title is not None and cells < column.widths[0]
            title = self.glyphs.heading((column.short_title if narrow else column.title) or "")
            line.space(self._layout.gap if number else 0).cell(title, cells, faint, right=column.right)
        return [line.strip()]

    def on_click(self, event: events.Click) -> None:
        """Say which column's title is under the mouse."""
        end = MARKER
        for number, (column, cells) in enumerate(self._layout.columns):
            end += (self._layout.gap if number else 0) + cells
            if event.x < end:
                self.post_message(self.Clicked(column.name))
                return
