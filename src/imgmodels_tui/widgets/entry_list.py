"""Lists of models in columns, each with its toggle at the right edge, with or without headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from imgmodels_tui.record import Record
from imgmodels_tui.text import composed, folded
from imgmodels_tui.widgets.cells import TOGGLE
from imgmodels_tui.widgets.columns import ColumnList
from imgmodels_tui.widgets.line import Line, Piece
from imgmodels_tui.widgets.line_list import Row
from imgmodels_tui.workspace.overview import Entry


class ToggleRow(Row, Protocol):
    """What a list with toggles needs to know of a row."""

    @property
    def entry(self) -> Entry | None:
        """The row's model; None for a heading."""


class EntryRow(ToggleRow, Protocol):
    """What a list with headings needs to know of a row."""

    @property
    def heads(self) -> bool:
        """Whether a group begins here."""


class HeadRow(Record):
    """The heading of a group, with how many of its models are enabled."""

    name: str
    enabled: int
    count: int
    key: None = None
    entry: None = None
    heads: bool = True


class BlankRow(Record):
    """A spacer row above a heading, where the terminal is high enough for all."""

    key: None = None
    entry: None = None
    heads: bool = False


class TextRow(Record):
    """A remark where there would be models."""

    text: str
    key: None = None
    entry: None = None
    heads: bool = False


NO_MATCH = TextRow("No model matches. esc shows all again.")

T = TypeVar("T", bound=ToggleRow)
R = TypeVar("R", bound=EntryRow)


class ToggleList(ColumnList[T]):
    """Draws models in columns; a message says which one was clicked on."""

    words: tuple[str, ...] = ()
    """Lower-case words that are set off where they first occur in a name."""

    class ModelClicked(Message):
        """A model was clicked on: once on its toggle, or twice elsewhere, which is to show it."""

        def __init__(self, model: str, *, toggle: bool) -> None:
            self.model, self.toggle = model, toggle
            super().__init__()

    def set_off(self, words: tuple[str, ...]) -> None:
        """Set off these words from now on."""
        if words != self.words:
            self.words = words
            self.refresh()

    def draw(self, row: T, line: Line) -> None:
        """Draw a model, or a remark in its place."""
        if isinstance(row, TextRow):
            line.space(2).add(row.text, self.style_for("dim"))
        elif row.entry is not None:
            super().draw(row, line)

    def matched(self, text: str, role: str | None) -> list[Piece]:
        """The text with the first place where each word of the filter matches set off."""
        plain, match = self.style_for(role), self.style_for(role) + self.style_for("match")
        text = composed(text)
        compared = folded(text)
        found = sorted((at, at + len(word)) for word in self.words if (at := compared.find(word)) >= 0)
        if not found or len(compared) != len(text):
            return [(text, plain)]
        pieces: list[Piece] = []
        end = 0
        for start, stop in found:
            if start >= end:
                pieces += [(text[end:start], plain), (text[start:stop], match)]
                end = stop
        return [*pieces, (text[end:], plain)]

    def on_click(self, event: events.Click) -> None:
        """Toggle where the toggle is; elsewhere only move the cursor; on a double click show the model."""
        index = self.index_at(event)
        super().on_click(event)
        entry = None if index is None else self.rows[index].entry
        if entry is None:
            return
        on_toggle = event.x >= self.row_width - TOGGLE - 1
        if on_toggle or event.chain > 1:
            self.post_message(self.ModelClicked(entry.id, toggle=on_toggle))


class EntryList(ToggleList[R]):
    """Models under headings; knows where its groups begin. Subclasses give `rows_for`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "group(-1)", "Previous group", show=False, id="list.previous-group"),
        Binding("right_square_bracket", "group(1)", "Next group", show=False, id="list.next-group"),
    ]

    def rows_for(self, *, spaced: bool) -> Sequence[R]:
        """The rows of what is shown, with a spacer row above each heading but the first if `spaced`."""
        raise NotImplementedError

    @property
    def heights(self) -> Sequence[int]:
        """With spacer rows, and without."""
        return len(self.rows_for(spaced=True)), len(self.rows_for(spaced=False))

    def refill(self) -> None:
        """Show the rows, spaced where all of them fit."""
        rows = self.rows_for(spaced=True)
        self.update(rows if len(rows) <= self.size.height else self.rows_for(spaced=False))

    def on_resize(self) -> None:
        """Choose spacer rows anew."""
        self.refill()
        self.refresh()
        super().on_resize()

    def draw(self, row: R, line: Line) -> None:
        """Draw a heading or a model."""
        if isinstance(row, HeadRow):
            self.draw_head(line.space(1), self.matched(self.glyphs.plain(row.name), "strong"), row.enabled, row.count)
        else:
            super().draw(row, line)

    def draw_head(self, line: Line, name: Sequence[Piece], enabled: int, count: int, mark: str = "") -> None:
        """Draw a heading: its name, a rule, perhaps a mark, how many are on."""
        counted = f" {enabled} of {count} on"
        line.pieces(name, line.room - len(mark + counted) - 3, pad=False).space(1)
        line.fill_to(len(mark + counted) + 1, self.glyphs.rule, self.style_for("faint"))
        line.add(mark, self.style_for("error")).add(counted, self.style_for("on" if enabled else "dim")).space(1)

    @property
    def heads(self) -> Sequence[int]:
        """The first row of each group on which the cursor can be."""
        return [index if row.key is not None else index + 1 for index, row in enumerate(self.rows) if row.heads]

    def action_group(self, direction: int) -> None:
        """Move to the first row of the previous or next group."""
        ahead = [index for index in self.heads if (index - self.position) * direction > 0]
        if ahead:
            self.go_to(ahead[0 if direction > 0 else -1])
