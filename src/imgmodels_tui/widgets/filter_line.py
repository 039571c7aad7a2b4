"""The line in which a filter is typed; it stands where the status stands, so that nothing on the page moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


class _Line(Input):
    """What is typed. Its `enter` waits its turn behind the letters, unlike a key with priority."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Done", tooltip="Keep the filter and go to the list", id="filter.done"),
    ]


class FilterLine(Horizontal):
    """A slash, what is typed, and how much it selects."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Clear", tooltip="Show everything again", id="filter.clear"),
    ]

    class Changed(Message):
        """The filter's text is another one."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """The user is done typing."""

    def compose(self) -> ComposeResult:
        """The slash, the input, the figures."""
        yield Static(" / ", classes="slash")
        yield _Line(compact=True)
        yield Static("", classes="figures", markup=False)

    def on_mount(self) -> None:
        """A blinking cursor would be traffic."""
        self._input.cursor_blink = False

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    @property
    def text(self) -> str:
        """What is typed."""
        return self._input.value

    def open(self) -> None:
        """Take the keyboard."""
        self._input.focus()

    def update(self, figures: str) -> None:
        """Say how much is selected."""
        self.query_one(".figures", Static).update(f" {figures} ")

    def put(self, text: str) -> None:
        """Replace what is typed."""
        self._input.value = text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass the text on."""
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter."""
        event.stop()
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Forget the filter."""
        self._input.value = ""
        self.post_message(self.Left())
