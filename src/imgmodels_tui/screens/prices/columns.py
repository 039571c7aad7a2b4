"""Which columns of the price list fit a width; what is left over is the bar's.

With less room, columns give way in this order: the source of a price, its tier, the list price, the premium mark
where a month is estimated, the number of images, the stars. Name, price and toggle always stay.
"""

from __future__ import annotations

from functools import lru_cache

from imgmodels_tui.record import Record
from imgmodels_tui.widgets.entry_list import TOGGLE
from imgmodels_tui.widgets.line_list import MARKER

_NAME = 22
_WIDE_BAR = 24
_BAR = 12
_WORDS = 40
"""What tier and source take beyond their columns before the bar grows."""


class PriceColumns(Record):
    """Widths in cells; a column of width 0 is not shown."""

    name: int = _NAME
    price: int = 7
    listed: int = 10
    bar: int = _BAR
    stars: int = 5
    premium: int = 7
    images: int = 9
    cost: int = 10
    tier: int = 32
    source: int = 40
    toggle: int = TOGGLE
    gap: int = 2

    @property
    def total(self) -> int:
        """What a row takes, with the cursor's cells in front."""
        widths = (self.name, self.price, self.listed, self.bar, self.stars, self.premium, self.images)
        shown = [width for width in (*widths, self.cost, self.tier, self.source, self.toggle) if width]
        return MARKER + sum(shown) + self.gap * (len(shown) - 1)


@lru_cache(maxsize=8)
def fit(width: int, *, month: bool, listed: bool) -> PriceColumns:
    """The richest columns that fit `width` cells.

    `month` shows what each model costs a month; `listed` puts the list price into the place of the price where
    there is no room for both.
    """
    steps = _steps(month=month)
    columns = next((step for step in steps if step.total <= width), steps[-1])
    if listed and not columns.listed:
        columns = columns.replace(price=0, listed=10)
    spare = width - columns.total
    if columns.source:
        wider = min(max(0, spare), _WORDS)
        spare -= wider
        columns = columns.replace(tier=columns.tier + wider // 4, source=columns.source + wider - wider // 4)
    if columns.bar + spare > 0:
        return columns.replace(bar=columns.bar + spare)
    columns = columns.replace(bar=0)
    return columns.replace(name=max(4, columns.name + width - columns.total))


def _steps(*, month: bool) -> tuple[PriceColumns, ...]:
    full = PriceColumns(bar=_WIDE_BAR)
    if not month:
        full = full.replace(images=0, cost=0)
    no_source = full.replace(source=0)
    no_tier = no_source.replace(tier=0)
    no_list = no_tier.replace(listed=0, bar=_BAR, gap=1)
    no_premium = no_list.replace(premium=0) if month else no_list
    no_images = no_premium.replace(images=0)
    bare = no_images.replace(stars=0, bar=4)
    return full, no_source, no_tier, no_list, no_premium, no_images, bare
