"""Below 60 columns or 16 rows a plain notice stands in for a page that could only be broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import Static

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.screen import Screen

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


class TooSmall(Static):
    """Says how much room is needed; hidden as long as there is enough."""

    def __init__(self) -> None:
        super().__init__("", id="too-small", markup=False)

    def judge(self, screen: Screen[Any], size: Size) -> None:
        """Take the place of `screen`'s content where `size` is too small for it, in columns and rows."""
        small = size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
        if small:
            self.update(
                f"imgmodels needs {LEAST_WIDTH}x{LEAST_HEIGHT}.\nThis terminal has {size.width}x{size.height}.\n"
                "Make it larger, or press q."
            )
        screen.set_class(small, "-too-small")
