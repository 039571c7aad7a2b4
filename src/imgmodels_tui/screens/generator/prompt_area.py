"""The field for a prompt: several lines to read, one line to think of; enter sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

if TYPE_CHECKING:
    from textual import events


class PromptArea(TextArea):
    """Wraps a long prompt instead of hiding it; line feeds that are pasted become blanks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "send", "Generate", tooltip="Generate an image from the prompt", id="prompt.send", priority=True
        ),
    ]

    class Sent(Message):
        """The user wants a picture."""

    def __init__(self) -> None:
        super().__init__(
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder="Describe an image, then press enter",
            id="prompt",
        )
        self.cursor_blink = False

    def action_send(self) -> None:
        """Ask for a picture."""
        self.post_message(self.Sent())

    def on_paste(self, event: events.Paste) -> None:
        """Paste lines as one: `TextArea` inserts what this leaves in the event."""
        event.text = " ".join(event.text.split())
