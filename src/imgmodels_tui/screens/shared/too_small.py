"""Below 60 columns or 16 rows a plain notice stands in for a page that could only be broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import Static

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.screen import Screen
    from textual.widget import Widget

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


class TooSmall(Static):
    """Says how much room is needed; hidden as long as there is enough."""

    def __init__(self) -> None:
        super().__init__("", id="too-small", markup=False)
        self._focused: Widget | None = None

    def judge(self, screen: Screen[Any], size: Size) -> None:
        """Take the place of `screen`'s content where `size` is too small for it, in columns and rows."""
        small = size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
        if small:
            self.update(
                f"imgmodels needs {LEAST_WIDTH}x{LEAST_HEIGHT}.\nThis terminal has {size.width}x{size.height}.\n"
                "Make it larger, or press q."
            )
        if small and not screen.has_class("-too-small"):
            self._focused = screen.focused
        elif not small and self._focused is not None:
            screen.call_after_refresh(self._give_back, self._focused)
            self._focused = None
        screen.set_class(small, "-too-small")

    @staticmethod
    def _give_back(focused: Widget) -> None:
        """Give the keys back to who had them: a widget that is hidden loses them."""
        if focused.is_attached and focused.screen.focused is None:
            focused.focus()
