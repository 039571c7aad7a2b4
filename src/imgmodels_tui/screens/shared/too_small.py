"""Below 60 columns or 16 rows a plain notice replaces a page that could only be broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.widget import Widget

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


class TooSmall(Static):
    """Says how much room is needed; hidden as long as there is enough."""

    def __init__(self) -> None:
        super().__init__("", id="too-small", markup=False)
        self._focused: Widget | None = None

    def update_for(self, size: Size) -> None:
        """Hide the rest of the screen where `size`, in columns and rows, is too small for it."""
        screen = self.screen
        small = size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
        if small:
            self.update(
                f"imgmodels needs {LEAST_WIDTH}x{LEAST_HEIGHT}.\nThis terminal has {size.width}x{size.height}.\n"
                "Make it larger, or press q."
            )
        if small and not screen.has_class("-too-small"):
            self._focused = screen.focused
        elif not small and self._focused is not None:
            screen.call_after_refresh(_focus_again, self._focused)
            self._focused = None
        screen.set_class(small, "-too-small")


def _focus_again(widget: Widget) -> None:
    """A widget that is hidden loses the focus."""
    if widget.is_attached and widget.screen.focused is None:
        widget.focus()
