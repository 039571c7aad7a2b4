"""The panel above the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.widgets.line import between
from imgmodels_tui.widgets.line_widget import Drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from imgmodels_tui.catalog import UseCase
    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.widgets.line import Piece


class GuidePanel(Drawn):
    """What the guide is, and what the use case under the cursor would enable."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._case: UseCase | None = None
        self._off = 0

    def show(self, case: UseCase | None, off: int) -> None:
        """Show a use case and how many of its models are off."""
        if (case, off) != (self._case, self._off):
            self._case, self._off = case, off
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """Two lines: the remark that holds for all, and the use case."""
        glyphs, ink = self._glyphs, self.ink
        bar = (f" {glyphs.accent} ", ink("accent"))
        said = glyphs.plain("  a rough guide: try the models on your own task")
        first: list[Piece] = [bar, ("Which model when", ink("strong")), (said, ink("dim"))]
        if self._case is None:
            return [between(first, [], width, ink()), between([bar], [], width, ink())]
        name = glyphs.plain(self._case.name)
        count = len(self._case.recommended)
        right: list[Piece] = [("all on ", ink("on"))]
        if self._off:
            what = "the whole set" if self._off == count > 1 else f"{self._off} more" if count > 1 else "it"
            right = [("e", ink("key")), (f" enable {what} ", ink("dim"))]
        return [between(first, [], width, ink()), between([bar, (name, ink())], right, width, ink())]
