"""The panel above the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.widgets.line import LineWidget, between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from imgmodels_tui.catalog import UseCase
    from imgmodels_tui.widgets.line import Piece


class GuidePanel(LineWidget):
    """What the guide is, and what the use case under the cursor would enable."""

    def __init__(self) -> None:
        super().__init__()
        self._case: UseCase | None = None
        self._off = 0

    def show(self, case: UseCase | None, off: int) -> None:
        """Show a use case and how many of its models are off."""
        if (case, off) != (self._case, self._off):
            self._case, self._off = case, off
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """Two lines: the remark that holds for all, and the use case."""
        glyphs, style_for = self.glyphs, self.style_for
        bar = (f" {glyphs.accent} ", style_for("accent"))
        said = glyphs.plain("  a rough guide: try the models on your own task")
        first: list[Piece] = [bar, ("Which model when", style_for("strong")), (said, style_for("dim"))]
        if self._case is None:
            return [between(first, [], width, style_for()), between([bar], [], width, style_for())]
        name = glyphs.plain(self._case.name)
        count = len(self._case.recommended)
        right: list[Piece] = [("all on ", style_for("on"))]
        if self._off:
            what = "the whole set" if self._off == count > 1 else f"{self._off} more" if count > 1 else "it"
            right = [("e", style_for("key")), (f" enable {what} ", style_for("dim"))]
        return [between(first, [], width, style_for()), between([bar, (name, style_for())], right, width, style_for())]
