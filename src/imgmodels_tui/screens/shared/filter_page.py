"""Pages of a list that is narrowed by what is typed into a line at the end."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.widgets.columns import ColumnTitles
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.queries.model_filter import QueryError


class _Line(Input):
    """What is typed. Its `enter` waits its turn behind the letters, unlike a key with priority."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Done", tooltip="Keep the filter and go to the list", id="filter.done")
    ]


class FilterLine(Horizontal):
    """A slash, what is typed, and how much it selects; empty until a filter is typed for the first time.

    It takes the place of the status, so that nothing on the page moves.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Clear", tooltip="Show everything again", id="filter.clear")
    ]

    class Changed(Message):
        """The filter's text is another one."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """The user is done typing."""

    def __init__(self) -> None:
        super().__init__()
        self._input = _Line(compact=True)
        self._input.cursor_blink = False  # which would be traffic
        self._figures = Static("", classes="figures", markup=False)

    @property
    def text(self) -> str:
        """What is typed."""
        return self._input.value

    def open(self) -> None:
        """Take the keyboard."""
        self._fill()
        self._input.focus()

    def update(self, figures: str) -> None:
        """Say how much is selected."""
        self._figures.update(f" {figures} ")

    def put(self, text: str) -> None:
        """Replace what is typed."""
        if text != self.text:
            self._fill()
            self._input.value = text

    def _fill(self) -> None:
        if not self._input.is_attached:
            self.mount(Static(" / ", classes="slash"), self._input, self._figures)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass the text on."""
        event.stop()
        if event.value == self.text:  # else more was typed meanwhile, and is on its way
            self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter."""
        event.stop()
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Forget the filter."""
        self._input.value = ""
        self.post_message(self.Left())


class FilterPage(Page):
    """A page of a `LineList`, its `ColumnTitles` and a `FilterLine`. Subclasses give `understand` and `show_found`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", show=False, id="list.filtered-up"),
        Binding("down", "step(1)", "Down", show=False, id="list.filtered-down"),
    ]
    HINT: ClassVar[str] = ""
    """What can be typed, in 80 cells."""

    _problem = ""
    """What is wrong with what was typed; until it is right, the filter before holds."""

    def understand(self, text: str) -> None:
        """Use another filter. Raises `QueryError`."""
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
        self._explain()
        self.refresh_bindings()

    def action_step(self, direction: int) -> None:
        """Move the list's cursor while a filter is typed."""
        self._list.action_step(direction)

    @property
    def _list(self) -> LineList[Any]:
        return self.query_one(LineList)

    @on(FilterLine.Changed)
    def _typed(self, event: FilterLine.Changed) -> None:
        try:
            self.understand(event.text)
        except QueryError as error:
            self._problem = str(error)
        else:
            self._problem = ""
            self.clear_notice()
            self.show_found()
        self._explain()

    def _explain(self) -> None:
        """Have the column titles make room for what is wrong or, while a filter is typed, for what is possible."""
        hint = self.HINT if self.is_finding else ""
        self.query_one(ColumnTitles).remark(self._problem or hint, "error" if self._problem else "dim")

    @on(FilterLine.Left)
    def _back_to_the_list(self) -> None:
        self.remove_class("-finding")
        self._explain()
        self._list.focus()
        self.show_found()
