"""Which columns of the hosting list fit a width, and their titles."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.column_titles import ColumnTitles
from imgmodels_tui.widgets.entry_list import TOGGLE
from imgmodels_tui.widgets.line_list import MARKER

if TYPE_CHECKING:
    from imgmodels_tui.widgets.line import Line


class PlaceColumns(Record):
    """Widths in cells; a column of width 0 is not shown."""

    indent: int = 2
    name: int = 22
    fate: int = 20
    maker: int = 20
    region: int = flags.WIDTH + 1 + len("US · United States")
    gap: int = 2

    @property
    def total(self) -> int:
        """What a row takes, with the cursor's cells in front."""
        shown = [width for width in (self.name, self.fate, self.maker, self.region, TOGGLE) if width]
        return MARKER + self.indent + sum(shown) + self.gap * (len(shown) - 1)


_WIDE = PlaceColumns()
_COMPACT = PlaceColumns(indent=1, fate=16, maker=19, region=flags.WIDTH + 1 + 2, gap=1)
_STEPS = (
    _WIDE,
    _COMPACT,
    _NO_REGION := _COMPACT.replace(region=0),
    _BARE := _NO_REGION.replace(maker=0),
)
"""With less room regions become two letters, then leave, because the heading says them; then the maker leaves."""


@lru_cache(maxsize=8)
def fit(width: int) -> PlaceColumns:
    """The richest columns that fit `width` cells; spare cells go to the name and what happens to the model."""
    columns = next((step for step in _STEPS if step.total <= width), _BARE)
    spare = width - columns.total
    if spare < 0:
        return columns.replace(name=max(4, columns.name + spare))
    return columns.replace(name=columns.name + spare // 2, fate=columns.fate + spare - spare // 2)


class PlaceTitles(ColumnTitles[PlaceColumns]):
    """The titles of the hosting list's columns."""

    def draw(self, line: Line, columns: PlaceColumns) -> None:
        """Host and model, what happens to it, who made it, where."""
        gap, faint = columns.gap, self.style_for("faint")
        line.space(MARKER).cell("Host and model", columns.indent + columns.name, faint)
        line.space(gap).space(columns.fate)
        if columns.maker:
            line.space(gap).cell("  Made by", columns.maker, faint)
        if columns.region:
            line.space(gap).cell("Region" if columns.region > flags.WIDTH + 3 else "Data", columns.region, faint)
