"""A line to type filter words into, with a word on what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


class FilterBar(Horizontal):
    """Hidden until it is opened; `enter` goes back to the list, `esc` clears."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave", "To the list", id="filter.leave", priority=True),
        Binding("down", "leave", "To the list", show=False, id="filter.leave-too"),
        Binding("escape", "clear", "Clear", tooltip="Show everything again", id="filter.clear"),
    ]

    class Changed(Message):
        """Other words stand there."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """The user wants to go back to the list."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint

    def compose(self) -> ComposeResult:
        """A sign, the line, a remark."""
        yield Static(" / ", classes="sign", markup=False)
        yield Input(placeholder=self._hint, compact=True)
        yield Static("", classes="remark", markup=False)

    def on_mount(self) -> None:
        """Stay hidden."""
        self.display = False
        self.query_one(Input).cursor_blink = False

    def open(self) -> None:
        """Begin to type."""
        self.display = True
        self.query_one(Input).focus()

    def remark(self, text: str) -> None:
        """Say what is found, or what is wrong."""
        self.query_one(".remark", Static).update(f"{text} ")

    @property
    def is_open(self) -> bool:
        """Whether somebody is typing."""
        return self.query_one(Input).has_focus

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def action_clear(self) -> None:
        """Show everything again and go away."""
        self.query_one(Input).value = ""
        self.display = False
        self.post_message(self.Left())

    def action_leave(self) -> None:
        """Go back to the list and keep the words."""
        self.display = bool(self.text)
        self.post_message(self.Left())
