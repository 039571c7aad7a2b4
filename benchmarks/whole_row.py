"""The program with the whole row under the cursor set off, to measure what that costs beside the marker."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from imgmodels_tui.cli import main
from imgmodels_tui.widgets.line_list import LineList

_SET_OFF = Style(bgcolor="#243040")
_draw = LineList.render_line


def _render_line(self: LineList, y: int) -> Strip:  # type: ignore[type-arg]
    strip = _draw(self, y)
    if self.scroll_offset.y + y != self.position:
        return strip
    return Strip([Segment(text, (style or Style()) + _SET_OFF) for text, style, _ in strip], strip.cell_length)


def _refresh_row(self: LineList, index: int) -> None:  # type: ignore[type-arg]
    y = index - self.scroll_offset.y
    if 0 <= y < self.size.height:
        self.refresh(Region(0, y, self.size.width, 1))


LineList.render_line = _render_line  # type: ignore[method-assign]
LineList._refresh_marker = _refresh_row  # type: ignore[method-assign]  # noqa: SLF001

if __name__ == "__main__":
    main()
