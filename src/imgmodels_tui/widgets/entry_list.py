"""Lists of models, each with its toggle at the right edge, with or without headings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from textual.binding import Binding, BindingType
from textual.message import Message

from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.widgets.model_rows import toggle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from imgmodels_tui.widgets.line import Line
    from imgmodels_tui.workspace.overview import Entry

TOGGLE = 7
"""Cells of the toggle: its sign, a space, its word."""


class ToggleRow(Protocol):
    """What a list with toggles needs to know of a row."""

    @property
    def key(self) -> str | None:
        """What identifies the row; None where the cursor cannot stand."""

    @property
    def entry(self) -> Entry | None:
        """The row's model; None for a heading."""


class EntryRow(ToggleRow, Protocol):
    """What a list with headings needs to know of a row."""

    @property
    def heads(self) -> bool:
        """Whether a group begins here."""


T = TypeVar("T", bound=ToggleRow)
R = TypeVar("R", bound=EntryRow)


class ToggleList(LineList[T]):
    """Asks by message for a model to be switched or shown."""

    class ToggleAsked(Message):
        """Somebody wants a model switched to the other side."""

        def __init__(self, model: str) -> None:
            self.model = model
            super().__init__()

    class OpenAsked(Message):
        """Somebody wants to see a model."""

        def __init__(self, model: str) -> None:
            self.model = model
            super().__init__()

    class Fitted(Message):
        """The list has another width, so that its columns may have changed."""

    def on_resize(self) -> None:
        """Let whoever draws the columns' titles follow."""
        super().on_resize()
        self.post_message(self.Fitted())

    def draw_toggle(self, entry: Entry, line: Line) -> None:
        """Draw a model's toggle."""
        sign, word, role = toggle(entry, self.glyphs)
        line.cell(f"{sign} {word}", TOGGLE, self.style_for(role))

    def on_click(self, event: events.Click) -> None:
        """Toggle where the toggle is; elsewhere only move the cursor; on a double click show the model."""
        index = self.index_at(event)
        super().on_click(event)
        entry = None if index is None else self.rows[index].entry
        if entry is None:
            return
        if event.x >= self.row_width - TOGGLE - 1:
            self.post_message(self.ToggleAsked(entry.id))
        elif event.chain > 1:
            self.post_message(self.OpenAsked(entry.id))


class EntryList(ToggleList[R]):
    """Models under headings; knows where its groups begin."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "group(-1)", "Previous group", show=False, id="list.previous-group"),
        Binding("right_square_bracket", "group(1)", "Next group", show=False, id="list.next-group"),
    ]

    @property
    def heads(self) -> Sequence[int]:
        """The first row of each group on which the cursor can stand."""
        return [index if row.key is not None else index + 1 for index, row in enumerate(self.rows) if row.heads]

    def action_group(self, direction: int) -> None:
        """Move to the first row of the previous or next group."""
        heads = self.heads
        if direction > 0:
            target = next((index for index in heads if index > self.position), None)
        else:
            target = next((index for index in reversed(heads) if index < self.position), None)
        if target is not None:
            self.go_to(target)
