"""The history, a change per line: which revision, when, who, what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.columns import Column, ColumnList, Layout, Table, fit
from imgmodels_tui.widgets.line import Piece

if TYPE_CHECKING:
    from imgmodels_tui.workspace.queries.history import HistoryEntry

_WHEN = 16
_WITH_ACTION = 110


def _revision(view: HistoryList, row: HistoryEntry, _width: int) -> Sequence[Piece]:
    change = row.change
    return ((f"{change.before}{view.glyphs.arrow}{change.revision}", view.style_for("dim")),)


def _when(view: HistoryList, row: HistoryEntry, width: int) -> Sequence[Piece]:
    return ((view.glyphs.plain(row.when[:width]), view.style_for()),)


def _user(view: HistoryList, row: HistoryEntry, _width: int) -> Sequence[Piece]:
    return ((view.glyphs.plain(harmless(row.change.by, 32)), view.style_for("strong")),)


def _action(view: HistoryList, row: HistoryEntry, _width: int) -> Sequence[Piece]:
    return ((view.glyphs.plain(harmless(row.change.action, 12)), view.style_for("dim")),)


def _what(view: HistoryList, row: HistoryEntry, _width: int) -> Sequence[Piece]:
    why = row.change.reason
    pieces = [(view.glyphs.plain(row.what), view.style_for())]
    return [*pieces, (view.glyphs.plain(f" ({harmless(why)})"), view.style_for("dim"))] if why else pieces


def table_for(rows: Sequence[HistoryEntry]) -> Table:
    """The columns as wide as these changes need. Where the clocks were changed in between, each row has its zone."""
    zones = {row.when[_WHEN + 1 :] for row in rows} or {""}
    zone = next(iter(zones)) if len(zones) == 1 else ""
    when = _WHEN if len(zones) == 1 else _WHEN + 1 + max(map(len, zones))
    revision = 2 * len(rows[0].key) + 1 if rows else 3
    user = min(max(3, *(len(row.change.by) for row in rows)), 16) if rows else 8
    return Table(
        Column("revision", "Rev", {0: revision}, _revision, right=True),
        Column("when", f"When ({zone})" if zone else "When", {0: when}, _when),
        Column("user", "Who", {0: user}, _user),
        Column("action", "Action", {0: 8}, _action),
        Column("what", "What", {0: 1}, _what, share=1),
        gaps={0: 2},
    )


class HistoryList(ColumnList["HistoryEntry"]):
    """Draws changes, newest first; the cursor stays on top while it is there."""

    class DetailsAsked(Message):
        """A change is to be shown in detail."""

    table = table_for(())

    @property
    def columns(self) -> Layout:
        """The columns that fit the present width; the action only on a wide terminal."""
        hidden = frozenset() if self.size.width >= _WITH_ACTION else frozenset({"action"})
        return fit(self.table, self.row_width - 1, hidden)

    def show(self, rows: Sequence[HistoryEntry]) -> None:
        """Show these changes."""
        at_top = self.position <= 0
        before, self.table = self.columns, table_for(rows)
        if self.columns != before:
            self.recolumn()
        self.update(rows)
        if at_top and rows:
            self.go_to(0)
        else:
            self._show(self.position)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; on a double click open the details."""
        super().on_click(event)
        if event.chain > 1 and self.index_at(event) is not None:
            self.post_message(self.DetailsAsked())
