"""The line in which a filter is typed; it stands where the status stands, so that nothing on the page moves."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static


class _Line(Input):
    """What is typed. Its `enter` waits its turn behind the letters, unlike a key with priority."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Done", tooltip="Keep the filter and go to the list", id="filter.done"),
    ]


class FilterLine(Horizontal):
    """A slash, what is typed, and how much it selects; empty until somebody types for the first time."""

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
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter."""
        event.stop()
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Forget the filter."""
        self._input.value = ""
        self.post_message(self.Left())
