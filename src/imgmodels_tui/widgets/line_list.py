"""A list that draws its own lines: the same few bytes per key at ten rows and at ten thousand.

Only what changed is refreshed; the cursor is a marker two cells wide at the left edge, because a highlighted row
would send the whole row twice for every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, Protocol, TypeVar, runtime_checkable

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from imgmodels_tui.widgets.line import Line
from imgmodels_tui.widgets.themed import ThemedWidget

MARKER = 2
"""Cells at the left edge that belong to the cursor."""


class Row(Protocol):
    """What a list needs to know of a row."""

    @property
    def key(self) -> str | None:
        """What identifies the row from one update to the next; None where the cursor cannot be."""


@runtime_checkable
class Indexed(Protocol):
    """Rows that know the index of a key."""

    def index_of(self, key: str) -> int | None:
        """The index of the row of this key."""


R = TypeVar("R", bound=Row)


class LineList(ThemedWidget, ScrollView, Generic[R], can_focus=True):
    """A scrolling list of rows of one line each, with a cursor that skips headings.

    Subclasses draw a row in `draw`. The rows in sight are compared on update, and only lines that differ are drawn
    anew. Rows out of sight are not looked at: a sequence may make its rows when they are asked for, and then has
    `index_of` for the index of a key.
    """

    # Given here because Textual takes default styles from the first base only, which is not the one that scrolls.
    DEFAULT_CSS = "LineList { overflow-x: hidden; overflow-y: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "step(1)", "Down", show=False, id="list.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="list.page-down"),
        Binding("home,g", "edge(-1)", "First", show=False, id="list.first"),
        Binding("end,G", "edge(1)", "Last", show=False, id="list.last"),
    ]

    class CursorMoved(Message):
        """The cursor is on another row."""

        def __init__(self, sender: Widget, key: str | None) -> None:
            self.sender, self.key = sender, key
            super().__init__()

        @property
        def control(self) -> Widget:
            """The list, for `@on` selectors."""
            return self.sender

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.rows: Sequence[R] = ()
        self.position = -1
        """The index of the row under the cursor; -1 if there is none."""
        self._height = 0
        self._is_telling = False

    def draw(self, row: R, line: Line) -> None:
        """Draw a row behind the cursor's two cells, or, for a heading, from the left edge."""
        raise NotImplementedError

    @property
    def current(self) -> R | None:
        """The row under the cursor."""
        return self.rows[self.position] if 0 <= self.position < len(self.rows) else None

    @property
    def row_width(self) -> int:
        """Cells of a row: what the scrollbar leaves."""
        return self.scrollable_content_region.width

    @property
    def heights(self) -> Sequence[int]:
        """How many lines the list may take, the best number first."""
        return (len(self.rows),)

    def update(self, rows: Sequence[R]) -> None:
        """Show `rows`; the cursor stays on its row where it can, else near where it was."""
        before, self.rows = self.rows, rows if isinstance(rows, Indexed) else tuple(rows)
        old_key = before[self.position].key if 0 <= self.position < len(before) else None
        self.position = self._find(old_key)
        if len(before) == len(self.rows):
            top = self.scroll_offset.y
            for y, index in enumerate(range(top, min(top + self.size.height, len(before)))):
                if before[index] != self.rows[index]:
                    self.refresh(Region(0, y, self.size.width, 1))
        else:
            self.virtual_size = Size(0, len(self.rows))
            self.refresh()
        key = self.current.key if self.current else None
        if key != old_key:
            self._tell()

    def move_to(self, key: str) -> bool:
        """Put the cursor on the row `key`; False if there is none."""
        index = self._index_of(key)
        if index is not None:
            self.go_to(index)
        return index is not None

    def action_step(self, direction: int) -> None:
        """Move one row."""
        self.go_to(self._nearest(self.position + direction, direction))

    def action_page(self, direction: int) -> None:
        """Move by what fits on the screen."""
        target = self.position + direction * max(1, self.size.height - 1)
        self.go_to(self._nearest(min(max(target, 0), len(self.rows) - 1), direction))

    def action_edge(self, direction: int) -> None:
        """Move to the first or the last row."""
        self.go_to(self._nearest(0 if direction < 0 else len(self.rows) - 1, -direction))

    def render_line(self, y: int) -> Strip:
        """Draw the line `y` of what is visible."""
        width, base = self.row_width, self.style_for()
        line = Line(width, base)
        index = self.scroll_offset.y + y
        if index >= len(self.rows):
            return line.strip()
        row = self.rows[index]
        if row.key is not None:
            line.cell(self.glyphs.cursor if index == self.position else "", MARKER, self.style_for("accent"))
        self.draw(row, line)
        return line.strip()

    def on_mount(self) -> None:
        """Follow the list's height: where another widget takes rows from it, no resize event may come."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._follow_height, immediate=True)

    def _follow_height(self, _: Screen[object]) -> None:
        if self.size.height != self._height:
            self._height = self.size.height
            self.call_later(lambda: self._show(self.position))

    def on_resize(self) -> None:
        """Keep the cursor in sight when the terminal shrinks."""
        self.virtual_size = Size(0, len(self.rows))
        self._show(self.position)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points."""
        index = self.index_at(event)
        if index is not None:
            self.go_to(index)

    def index_at(self, event: events.MouseEvent) -> int | None:
        """The row under the mouse, if the cursor can be on it."""
        index = event.y + self.scroll_offset.y
        return index if 0 <= index < len(self.rows) and self.rows[index].key is not None else None

    def _find(self, key: str | None) -> int:
        if key is not None:
            index = self.position if self.current and self.current.key == key else self._index_of(key)
            if index is not None:
                return index
        return self._nearest(min(max(self.position, 0), len(self.rows) - 1), 1)

    def _index_of(self, key: str) -> int | None:
        if isinstance(self.rows, Indexed):
            return self.rows.index_of(key)
        return next((index for index, row in enumerate(self.rows) if row.key == key), None)

    def _nearest(self, start: int, direction: int) -> int:
        """The row at or behind `start` on which the cursor can be, turning back at an end."""
        for step in (direction, -direction):
            index = start
            while 0 <= index < len(self.rows):
                if self.rows[index].key is not None:
                    return index
                index += step
            start = min(max(start, 0), len(self.rows) - 1)
        return -1

    def go_to(self, index: int) -> None:
        """Put the cursor on a row by index."""
        if index == self.position:
            return
        before, self.position = self.position, index
        if not self._show(index):
            self._refresh_marker(before)
            self._refresh_marker(index)
        self._tell()

    def _tell(self) -> None:
        """Say where the cursor is, once for all the moves that come at the same time."""
        if not self._is_telling:
            self._is_telling = True
            self.call_later(self._tell_now)

    def _tell_now(self) -> None:
        self._is_telling = False
        self.post_message(self.CursorMoved(self, self.current.key if self.current else None))

    def _show(self, index: int) -> bool:
        """Scroll just far enough to show a row, with its heading where both fit; True if anything scrolled."""
        top, height = self.scroll_offset.y, self.size.height
        first = index
        while first > 0 and self.rows[first - 1].key is None:
            first -= 1
        target = max(min(first, top), index - height + 1)
        if target == top or height <= 0 or index < 0:
            return False
        self.scroll_to(y=target, animate=False, force=True)
        return True

    def _refresh_marker(self, index: int) -> None:
        y = index - self.scroll_offset.y
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, MARKER, 1))
