"""A page whose list is narrowed by what is typed into a line at its end."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on

from imgmodels_tui.screens.page import Page
from imgmodels_tui.widgets.column_titles import ColumnTitles
from imgmodels_tui.widgets.filter_line import FilterLine
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.query import QueryError


class FindingPage(Page):
    """A page of a `LineList`, its `ColumnTitles` and a `FilterLine`. Subclasses give `understand` and `show_found`."""

    HINT: ClassVar[str] = ""
    """What can be typed, in 80 cells."""

    def understand(self, text: str) -> None:
        """Take on another filter. Raises `QueryError`."""
        raise NotImplementedError

    def show_found(self) -> None:
        """Show what the filter selects."""
        raise NotImplementedError

    @property
    def is_finding(self) -> bool:
        """Whether a filter is being typed."""
        return self.has_class("-finding")

    @property
    def found_by(self) -> str:
        """The filter's text; none before the page is there."""
        return self.query_one(FilterLine).text if self.is_mounted else ""

    def find(self, text: str) -> None:
        """Put a filter in place, as if it had been typed."""
        self.query_one(FilterLine).put(text)

    def action_find(self) -> None:
        """Type a filter."""
        self.add_class("-finding")
        self.query_one(FilterLine).open()
        self._explain("")
        self.refresh_bindings()

    def action_step(self, direction: int) -> None:
        """Move the list's cursor while a filter is typed."""
        self._found.action_step(direction)

    @property
    def _found(self) -> LineList[Any]:
        return self.query_one(LineList)

    @on(FilterLine.Changed)
    def _typed(self, event: FilterLine.Changed) -> None:
        try:
            self.understand(event.text)
        except QueryError as error:
            self._explain(str(error))
        else:
            self._explain("")
            self.say_nothing()
            self.show_found()

    def _explain(self, problem: str) -> None:
        """While a filter is typed, the column titles make room for what can be typed, or for what is wrong."""
        hint = self.HINT if self.is_finding else ""
        self.query_one(ColumnTitles).remark(problem or hint, "error" if problem else "dim")

    @on(FilterLine.Left)
    def _back_to_the_list(self) -> None:
        self.remove_class("-finding")
        self._explain("")
        self._found.focus()
        self.show_found()
