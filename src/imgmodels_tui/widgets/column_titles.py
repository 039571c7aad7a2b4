"""The line over a list that names its columns."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Generic, TypeVar

from imgmodels_tui.widgets.line_widget import LineWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from imgmodels_tui.widgets.line import Line, Piece

C = TypeVar("C")


class ColumnTitles(LineWidget, Generic[C]):
    """Follows the columns of a list; subclasses write the titles in `draw`."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: C | None = None
        self._remark: Piece | None = None

    def draw(self, line: Line, columns: C) -> None:
        """Write the titles as wide as the columns are."""
        raise NotImplementedError

    def show(self, columns: C) -> None:
        """Follow the list's columns."""
        if columns != self._columns:
            self._columns = columns
            self.redraw()

    def remark(self, text: str, role: str = "dim") -> None:
        """Say something in the place of the titles; an empty text brings the titles back."""
        remark = (self.glyphs.plain(text), self.style_for(role)) if text else None
        if remark != self._remark:
            self._remark = remark
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line over the list, or the remark in as many as it takes."""
        if self._remark is not None:
            text, style = self._remark
            return [self.line(width).space(1).add(part, style).strip() for part in wrap(text, max(10, width - 2))]
        line = self.line(width)
        if self._columns is not None:
            self.draw(line, self._columns)
        return [line.strip()]
