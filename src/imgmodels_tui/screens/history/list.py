"""The history, a change per line: which revision, when, who, what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.column_titles import ColumnTitles
from imgmodels_tui.widgets.line_list import MARKER, LineList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from imgmodels_tui.widgets.line import Line
    from imgmodels_tui.workspace.queries.history_filter import HistoryEntry

_WHEN = 16
_WITH_ACTION = 110


class ChangeRow(Record):
    """A change's line. Made once for each change, so that telling rows apart costs nothing."""

    history_entry: HistoryEntry

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def key(self) -> str:
        """The revision that the change made."""
        return str(self.history_entry.change.revision)


class HistoryColumns(Record):
    """Widths of the columns in cells, and the zone that all times are in, if it is one."""

    revision: int = 3
    user: int = 8
    when: int = _WHEN
    zone: str = ""

    @classmethod
    def of(cls, rows: Sequence[ChangeRow]) -> HistoryColumns:
        """What these rows take. Where the clocks were changed in between, each row says its zone."""
        if not rows:
            return cls()
        zones = {row.history_entry.when[_WHEN + 1 :] for row in rows}
        longest = max(len(row.history_entry.change.by) for row in rows)
        return cls(
            revision=2 * len(rows[0].key) + 1,
            user=min(max(longest, 3), 16),
            when=_WHEN if len(zones) == 1 else _WHEN + 1 + max(map(len, zones)),
            zone=zones.pop() if len(zones) == 1 else "",
        )


class HistoryList(LineList[ChangeRow]):
    """Draws changes, newest first; the cursor stays on top while it is there."""

    class DetailsAsked(Message):
        """Somebody wants to know more of a change."""

    columns = HistoryColumns()

    def show(self, rows: Sequence[ChangeRow]) -> None:
        """Show these changes."""
        at_top = self.position <= 0
        columns = HistoryColumns.of(rows)
        if columns != self.columns:
            self.columns = columns
            self.refresh()
        self.update(rows)
        if at_top and rows:
            self.go_to(0)
        else:
            self._show(self.position)

    def draw(self, row: ChangeRow, line: Line) -> None:
        """Draw the revisions, the time, the person and the sentence."""
        change, plain, style_for, columns = row.history_entry.change, self.glyphs.plain, self.style_for, self.columns
        moved = f"{change.before}{self.glyphs.arrow}{change.revision}"
        line.cell(moved, columns.revision, style_for("dim"), right=True)
        line.space(2).cell(plain(row.history_entry.when[: columns.when]), columns.when).space(2)
        line.cell(plain(harmless(change.by, 32)), columns.user, style_for("strong")).space(2)
        if self.size.width >= _WITH_ACTION:
            line.cell(plain(harmless(change.action, 12)), 9, style_for("dim")).space(1)
        line.cell(plain(row.history_entry.what), line.room - 1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; on a double click open the details."""
        super().on_click(event)
        if event.chain > 1 and self.index_at(event) is not None:
            self.post_message(self.DetailsAsked())


class HistoryTitles(ColumnTitles[HistoryColumns]):
    """The titles of the columns."""

    def draw(self, line: Line, columns: HistoryColumns) -> None:
        """Revisions, time, person, what happened."""
        faint, wide = self.style_for("faint"), line.room >= _WITH_ACTION
        line.space(MARKER).cell("Rev", columns.revision, faint, right=True).space(2)
        line.cell(f"When ({columns.zone})" if columns.zone else "When", columns.when, faint).space(2)
        line.cell("Who", columns.user, faint).space(2)
        if wide:
            line.cell("Action", 9, faint).space(1)
        line.cell("What", line.room, faint)
