"""Which columns of the model list fit a width, and their titles.

With less room, columns give way in this order: full host names become short ones, regions two letters and the
reference mark its bare sign; badges are shortened; then host, stars, badges, reference mark and price leave. The
name, the region and the toggle always stay.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.settings import COLUMNS
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.column_titles import ColumnTitles
from imgmodels_tui.widgets.entry_list import TOGGLE
from imgmodels_tui.widgets.line_list import MARKER

if TYPE_CHECKING:
    from imgmodels_tui.widgets.line import Line

_NAME = 22


class Columns(Record):
    """Widths in cells; a column of width 0 is not shown."""

    name: int = _NAME
    badges: int = 26
    reference: int = 5
    region: int = flags.WIDTH + 1 + 6
    host: int = 17
    stars: int = 5
    price: int = 7
    toggle: int = TOGGLE
    gap: int = 2

    @property
    def total(self) -> int:
        """What a row takes, with the cursor's cells in front."""
        shown = [width for width in self._widths if width]
        return MARKER + sum(shown) + self.gap * (len(shown) - 1)

    @property
    def _widths(self) -> tuple[int, ...]:
        return (
            self.name,
            self.badges,
            self.reference,
            self.region,
            self.host,
            self.stars,
            self.price,
            self.toggle,
        )


_WIDE = Columns()
_MEDIUM = _WIDE.replace(badges=18)
_COMPACT = _MEDIUM.replace(reference=1, region=flags.WIDTH + 3, host=9)
_NARROW = _COMPACT.replace(badges=14, gap=1, price=6)  # 79 cells: 80 and a scrollbar
_STEPS = (
    _WIDE,
    _MEDIUM,
    _COMPACT,
    _NARROW,
    _NO_HOST := _NARROW.replace(host=0),
    _NO_STARS := _NO_HOST.replace(stars=0),
    _NO_BADGES := _NO_STARS.replace(badges=0),
    _NO_REFERENCE := _NO_BADGES.replace(reference=0),
    _BARE := _NO_REFERENCE.replace(price=0),
)


@cache
def fit(width: int, hidden: frozenset[str] = frozenset()) -> Columns:
    """The richest columns that fit `width` cells; spare cells go to the badges, or else to the name."""
    away = {column: 0 for column in COLUMNS if column in hidden}
    steps = [step.replace(**away) for step in _STEPS]
    columns = next((step for step in steps if step.total <= width), steps[-1])
    spare = width - columns.total
    if spare < 0:
        return columns.replace(name=max(1, columns.name + spare))
    if columns.badges:
        return columns.replace(name=columns.name + spare // 2, badges=columns.badges + spare - spare // 2)
    return columns.replace(name=columns.name + spare)


class ModelTitles(ColumnTitles[Columns]):
    """The titles of the model list's columns."""

    def draw(self, line: Line, columns: Columns) -> None:
        """Model, reference editing, where, by whom, how good, how dear."""
        gap, faint = columns.gap, self.style_for("faint")
        line.space(MARKER).cell("Model", columns.name, faint)
        if columns.badges:
            line.space(gap).space(columns.badges)
        if columns.reference:
            line.space(gap).cell("Ref" if columns.reference > 1 else "", columns.reference, faint)
        line.space(gap).cell("Region" if columns.region > len("Region") else "Data", columns.region, faint)
        if columns.host:
            line.space(gap).cell("Hosted by", columns.host, faint)
        if columns.stars:
            line.space(gap).cell("Stars", columns.stars, faint)
        if columns.price:
            line.space(gap).cell(self.glyphs.price, columns.price, faint, right=True)
