"""A dialog with a filter on top and lines below: what the picker of models and the command palette share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from textual.app import ComposeResult


MOST_ROWS = 12


class ChoiceList(LineList[Any]):
    """The lines to choose from; a click chooses."""

    class Chosen(LineList.CursorMoved):
        """Somebody clicked on a line."""

    def on_click(self, event: Any) -> None:
        """Choose what is clicked on."""
        super().on_click(event)
        index = self.index_at(event)
        if index is not None:
            self.post_message(self.Chosen(self, self.rows[index].key))


class Filter(Input):
    """The filter's line. Its `enter` waits its turn behind what was typed before, unlike a key with priority."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Choose", id="chooser.choose")]
    has_choice = True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to choose only where there is something to choose."""
        return self.has_choice if action == "submit" else super().check_action(action, parameters)


class Chooser(Dialog[str]):
    """Choose one line; the answer is its key, or None for `esc`. The filter keeps the keyboard all the time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "list('step', -1)", "Up", show=False, id="list.chooser-up"),
        Binding("down", "list('step', 1)", "Down", show=False, id="list.chooser-down"),
        Binding("pageup", "list('page', -1)", "Page up", show=False, id="list.chooser-page-up"),
        Binding("pagedown", "list('page', 1)", "Page down", show=False, id="list.chooser-page-down"),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(self, heading: str, said: str = "", placeholder: str = "type to filter") -> None:
        super().__init__()
        self._heading, self._said, self._placeholder = heading, said, placeholder

    def choices(self) -> ChoiceList:
        """The list to choose from."""
        raise NotImplementedError

    def narrow(self, text: str) -> None:
        """Show what `text` selects."""
        raise NotImplementedError

    def heading(self) -> str:
        """What is chosen."""
        return self._heading

    def content(self) -> ComposeResult:
        """What the choice means, the filter, the lines."""
        if self._said:
            yield Static(self.glyphs.plain(self._said), classes="text dim", markup=False)
        yield Filter(placeholder=self._placeholder, compact=True)
        yield self.choices()
        yield Static("", classes="text dim", id="remark", markup=False)

    def on_mount(self) -> None:
        """A blinking cursor would be traffic."""
        self.query_one(Input).cursor_blink = False
        self.query_one(Input).focus()

    @property
    def listed(self) -> ChoiceList:
        """The list as it is mounted."""
        return self.query_one(ChoiceList)

    def show(self, rows: list[Any], most: int) -> None:
        """Show these lines, in a list high enough for `most`."""
        self.listed.styles.height = min(max(most, 1), MOST_ROWS)
        self.listed.update(rows)
        self.remark("" if rows else "Nothing matches")
        self.query_one(Filter).has_choice = bool(rows)
        self.refresh_bindings()

    def remark(self, text: str) -> None:
        """Say something under the list."""
        remark = self.query_one("#remark", Static)
        remark.update(self.glyphs.plain(text))
        remark.display = bool(text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.narrow(event.value)
        self.listed.action_edge(-1)

    @on(ChoiceList.Chosen)
    def _clicked(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.key)

    def action_list(self, move: str, direction: int) -> None:
        """Move the cursor of the list."""
        if move == "page":
            self.listed.action_page(direction)
        else:
            self.listed.action_step(direction)

    @on(Input.Submitted)
    def _choose(self) -> None:
        """Answer with the line under the cursor."""
        if self.listed.current is not None:
            self.dismiss(self.listed.current.key)
