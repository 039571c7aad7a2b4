"""Pages of a list: of models, with what is known of each; narrowed by what is typed into a line at the end."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Input, Static

from imgmodels_tui.screens.shared.facts import SIDE_WIDTH
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.widgets.columns import ColumnTitles
from imgmodels_tui.widgets.details import FactSheet, about_model
from imgmodels_tui.widgets.entry_list import ToggleList
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.queries.model_filter import QueryError


class EntryPage(Page):
    """A page of a `ToggleList` and its `ColumnTitles`. Subclasses say by `open_model` what it means to open a model."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "config", "Config", tooltip="Image generation, plan and policy", id="page.config")
    ]

    def list_and_details(self, listed: ToggleList[Any]) -> ComposeResult:
        """The list under its titles, with what is known of the model under the cursor beside it."""
        with Horizontal():
            with Vertical():
                yield ColumnTitles()
                yield listed
            with VerticalScroll(id="side", can_focus=False):
                yield FactSheet()

    def on_mount(self) -> None:
        """Begin in the list."""
        self._list.focus()

    def fit(self, size: Size) -> None:
        """Show details beside the list where there is room."""
        super().fit(size)
        self.set_class(size.width >= SIDE_WIDTH, "-side")

    @property
    def _list(self) -> ToggleList[Any]:
        return self.query_one(ToggleList)

    @property
    def entry(self) -> Entry | None:
        """The model under the cursor, in the newest state."""
        current = self._list.current
        return current.entry if current is not None else None

    def show_facts(self) -> None:
        """Show beside the list what is known of the model under the cursor."""
        entry, sheet = self.entry, self.query_one(FactSheet)
        if entry is None:
            sheet.show(())
        else:
            sheet.show(about_model(entry, self.live.overview, self.recent_counts()), entry.model.name)

    @on(ToggleList.Fitted)
    def _follow_columns(self) -> None:
        if self._list.size.width:  # while the list is not displayed it has none
            self.query_one(ColumnTitles).show(self._list.columns)

    def action_switch(self) -> None:
        """Enable or disable the model under the cursor."""
        if self.entry is not None:
            self.toggle(self.entry.id)

    def action_config(self) -> None:
        """Open the product configuration."""
        from imgmodels_tui.screens.shared.config import ConfigDialog  # noqa: PLC0415 - not at start

        self.app.push_screen(ConfigDialog(self))

    def action_open(self) -> None:
        """Open the model under the cursor."""
        if self.entry is not None:
            self.open_model(self.entry.id)

    @on(ToggleList.ModelClicked)
    def _model_clicked(self, event: ToggleList.ModelClicked) -> None:
        if event.toggle:
            self.toggle(event.model)
        else:
            self.open_model(event.model)

    def open_model(self, model: str) -> None:
        """Go to the model on the settings page."""
        self.post_message(self.ModelWanted(model))


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
