"""A widget that is a few lines drawn by itself, as high as it has lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip

from imgmodels_tui.widgets.line import Line
from imgmodels_tui.widgets.themed import ThemedWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size


class LineWidget(ThemedWidget):
    """Base of bars, panels and banners. Subclasses draw in `lines`; `redraw` shows a changed content."""

    _count = -1

    def lines(self, width: int) -> Sequence[Strip]:
        """The lines at this width."""
        raise NotImplementedError

    def line(self, width: int) -> Line:
        """An empty line in the widget's own style."""
        return Line(width, self.style_for())

    def redraw(self) -> None:
        """Draw anew; the layout is asked only if the number of lines differs.

        What has no place, or none yet, is laid out anyway when it gets one.
        """
        width = self.size.width
        count = len(self.lines(width)) if width else self._count
        self.refresh(layout=count != self._count)
        self._count = count

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As many lines as there are."""
        self._count = len(self.lines(width))
        return self._count

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        lines = self.lines(self.size.width)
        return lines[y] if y < len(lines) else Strip.blank(self.size.width, self.style_for())
