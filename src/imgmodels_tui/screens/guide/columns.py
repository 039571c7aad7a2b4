"""Which columns of the guide fit a width, and their titles."""

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


class GuideColumns(Record):
    """Widths in cells; a column of width 0 is not shown."""

    name: int = 22
    badges: int = 18
    reason: int = 20
    region: int = flags.WIDTH + 1 + 6
    host: int = 17
    stars: int = 5
    price: int = 7
    gap: int = 2

    @property
    def total(self) -> int:
        """What a row takes, with the cursor's cells in front."""
        widths = (self.name, self.badges, self.reason, self.region, self.host, self.stars, self.price, TOGGLE)
        shown = [width for width in widths if width]
        return MARKER + sum(shown) + self.gap * (len(shown) - 1)


_WIDE = GuideColumns()
_MEDIUM = _WIDE.replace(host=0)
_COMPACT = _MEDIUM.replace(badges=5, gap=1, region=flags.WIDTH + 1 + 2, price=6)
_STEPS = (
    _WIDE,
    _MEDIUM,
    _COMPACT,
    _NO_BADGES := _COMPACT.replace(badges=0),
    _NO_REASON := _NO_BADGES.replace(reason=0),
    _BARE := _NO_REASON.replace(stars=0),
)
"""With less room the host leaves; badges and regions are shortened; then badges, reasons and stars leave."""


@lru_cache(maxsize=8)
def fit(width: int) -> GuideColumns:
    """The richest columns that fit `width` cells; spare cells go to the name and the reason."""
    columns = next((step for step in _STEPS if step.total <= width), _BARE)
    spare = width - columns.total
    if not columns.reason or spare < 0:
        return columns.replace(name=max(4, columns.name + spare))
    return columns.replace(name=columns.name + spare // 2, reason=columns.reason + spare - spare // 2)


class GuideTitles(ColumnTitles[GuideColumns]):
    """The titles of the guide's columns."""

    def draw(self, line: Line, columns: GuideColumns) -> None:
        """Model, why, where, how good, how dear."""
        gap, faint = columns.gap, self.style_for("faint")
        line.space(MARKER).cell("Model", columns.name, faint)
        if columns.badges:
            line.space(gap).space(columns.badges)
        if columns.reason:
            line.space(gap).cell("Why", columns.reason, faint)
        line.space(gap).cell("Region" if columns.region > flags.WIDTH + 3 else "Data", columns.region, faint)
        if columns.host:
            line.space(gap).cell("Hosted by", columns.host, faint)
        if columns.stars:
            line.space(gap).cell("Stars", columns.stars, faint)
        line.space(gap).cell(self.glyphs.price, columns.price, faint, right=True)
