"""A list under its titles, with what is known of the row under the cursor beside or below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widget import Widget

from imgmodels_tui.widgets.columns import ColumnList, ColumnTitles
from imgmodels_tui.widgets.details import FactSheet
from imgmodels_tui.workspace.queries.model_facts import Fact

SIDE_WIDTH = 160
"""Columns from which details are shown beside a list."""

AT_REST = 0.15
"""Seconds without a step after which the cursor is at rest."""

_LEAST = 11
"""Rows that have to be free below a list for details to stand there, the line between them included."""


class AtRest:
    """Calls a function once the cursor is at rest, so that moving it sends no more than the cursor.

    That is after some seconds without a step, by default `AT_REST`.
    """

    def __init__(self, widget: Widget, seconds: float | None = None) -> None:
        self._widget, self._seconds = widget, seconds
        self._timer: Timer | None = None

    def call(self, show: Callable[[], object]) -> None:
        """Call `show` in a moment, instead of what was to be called before."""
        if self._timer is not None:
            self._timer.stop()
        seconds = AT_REST if self._seconds is None else self._seconds
        if seconds:
            self._timer = self._widget.set_timer(seconds, show)
        else:
            show()


class ListWithDetails(Container):
    """A `ColumnList` under its `ColumnTitles`; details beside it on a wide terminal, else below where rows are free."""

    def __init__(self, *listed: Widget) -> None:
        super().__init__()
        self._listed = listed
        self._at_rest = AtRest(self)
        self._side = VerticalScroll(FactSheet(), id="side", can_focus=False)

    def compose(self) -> ComposeResult:
        """Titles and list, then the details."""
        yield Vertical(ColumnTitles(), *self._listed)
        yield self._side

    @property
    def _list(self) -> ColumnList[Any]:
        return self.query_one(ColumnList)

    def show_at_rest(self, show: Callable[[], object]) -> None:
        """Have `show` show the details once the cursor is at rest."""
        self._at_rest.call(show)

    def show(self, facts: Sequence[Fact], title: str = "") -> None:
        """Show this of the row under the cursor."""
        self.query_one(FactSheet).show(facts, title)

    def fit(self) -> None:
        """Give the details their place; called when the size or the number of rows changes."""
        if not self.size:
            return
        beside = self.size.width >= SIDE_WIDTH
        rows = 0 if beside else self._rows_below()
        self.set_class(beside, "-beside")
        self.set_class(rows > 0, "-below")
        self._side.styles.height = rows or "1fr"

    def _rows_below(self) -> int:
        listed = self._list
        if listed.current is None:
            return 0
        free = self.size.height - 1  # the titles
        return next((free - rows for rows in listed.heights if free - rows >= _LEAST), 0)

    def on_resize(self) -> None:
        """Follow the terminal."""
        self.fit()

    @on(ColumnList.Fitted)
    def _follow_columns(self) -> None:
        if self._list.size.width:  # while the list is not displayed it has none
            self.query_one(ColumnTitles).show(self._list.columns)
