"""The models from cheap to dear, each with a bar, its stars and its toggle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.catalog import prices
from imgmodels_tui.record import Record
from imgmodels_tui.screens.prices.columns import PriceColumns, fit
from imgmodels_tui.widgets.column_titles import ColumnTitles
from imgmodels_tui.widgets.entry_list import ToggleList
from imgmodels_tui.widgets.line_list import MARKER
from imgmodels_tui.workspace.prices.estimate import cents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.widgets.line import Line
    from imgmodels_tui.workspace.overview import Entry, Overview


class PriceRow(Record):
    """A model's line."""

    entry: Entry
    dearest: Decimal
    """The price that a full bar stands for."""
    images: int = 0
    """How many a month are planned."""

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


def rows_of(overview: Overview, mix: Mapping[str, int]) -> tuple[PriceRow, ...]:
    """Every model, cheapest first; those whose price is not known at the end."""
    known = [entry for entry in overview.entries.values() if entry.price is not None]
    dearest = max((overview.catalog.prices[entry.id] for entry in known), default=None)
    ordered = sorted(known, key=lambda entry: overview.catalog.prices[entry.id])
    unknown = [entry for entry in overview.entries.values() if entry.price is None]
    full = dearest or prices.TENTH
    return tuple(PriceRow(entry, full, mix.get(entry.id, 0)) for entry in (*ordered, *unknown))


class PriceList(ToggleList[PriceRow]):
    """Draws what `show` is given; asks for changes by message."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._month = False
        self._listed = False

    def show(self, overview: Overview, mix: Mapping[str, int], *, listed: bool) -> None:
        """Show the prices of this state, and of a month where one is planned."""
        if (bool(mix), listed) != (self._month, self._listed):
            self._month, self._listed = bool(mix), listed
            self.refresh()
        self.update(rows_of(overview, mix))

    @property
    def columns(self) -> PriceColumns:
        """The columns that fit the present width."""
        return fit(self.row_width, month=self._month, listed=self._listed)

    @property
    def has_room_for_both(self) -> bool:
        """Whether list price and price shown stand beside each other."""
        return bool(fit(self.row_width, month=self._month, listed=False).listed)

    def draw(self, row: PriceRow, line: Line) -> None:
        """Draw a model, column by column."""
        columns, entry, style_for, plain = self.columns, row.entry, self.style_for, self.glyphs.plain
        model, gap = entry.model, columns.gap
        line.cell(plain(model.name), columns.name, style_for("strong" if entry.enabled else None))
        if columns.price:
            line.space(gap).cell(self.glyphs.figure(prices.shown(entry.price)), columns.price, right=True)
        if columns.listed:
            line.space(gap).cell(plain(listed(entry)), columns.listed, style_for("dim"), right=True)
        if columns.bar:
            line.space(gap).cell(self._bar(row), columns.bar, style_for("on" if entry.enabled else "bar"))
        if columns.stars:
            line.space(gap).cell(self.glyphs.star * model.stars, columns.stars, style_for("star"))
        if columns.premium:
            line.space(gap).cell("premium" if model.premium else "", columns.premium, style_for("premium"))
        self._draw_month(row, line)
        self._draw_origin(entry, line)
        self.draw_toggle(entry, line.space(gap))

    def _draw_month(self, row: PriceRow, line: Line) -> None:
        """How many images are planned, and what they cost."""
        columns, gap = self.columns, self.columns.gap
        if columns.images:
            text = f"{self.glyphs.times} {row.images:,}" if row.images else ""
            line.space(gap).cell(text, columns.images, right=True)
        if columns.cost:
            line.space(gap).cell(self.glyphs.figure(_month(row)), columns.cost, self.style_for("strong"), right=True)

    def _draw_origin(self, entry: Entry, line: Line) -> None:
        """What exactly the list price is for, and who says so."""
        columns, gap, plain = self.columns, self.columns.gap, self.glyphs.plain
        if columns.tier:
            line.space(gap).cell(plain(_tier(entry)), columns.tier, self.style_for("dim"))
        if columns.source:
            line.space(gap).cell(plain(_source(entry)), columns.source, self.style_for("faint"))

    def _bar(self, row: PriceRow) -> str:
        price = row.entry.price
        return "" if price is None else bar(float(price / row.dearest), self.columns.bar, self.glyphs)


class PriceTitles(ColumnTitles[PriceColumns]):
    """The titles of the price list's columns."""

    def draw(self, line: Line, columns: PriceColumns) -> None:
        """Model, price, and how it comes about."""
        gap, faint = columns.gap, self.style_for("faint")
        line.space(MARKER).cell("Model", columns.name, faint)
        for title, cells, right in (
            (self.glyphs.price, columns.price, True),
            ("List price", columns.listed, True),
            ("", columns.bar, False),
            ("Stars", columns.stars, False),
            ("", columns.premium, False),
            ("Images", columns.images, True),
            ("A month", columns.cost, True),
            ("Tier", columns.tier, False),
            ("Source", columns.source, False),
        ):
            if cells:
                line.space(gap).cell(title, cells, faint, right=right)


def bar(fraction: float, width: int, glyphs: Glyphs) -> str:
    """A bar of at most `width` cells, in parts of a cell; never nothing for what is not nothing."""
    parts = len(glyphs.bars)
    units = min(max(round(fraction * width * parts), 1 if fraction > 0 else 0), width * parts)
    full, rest = divmod(units, parts)
    return glyphs.bars[-1] * full + (glyphs.bars[rest - 1] if rest else "")


def listed(entry: Entry) -> str:
    """The provider's price with its currency, or a dash."""
    price = entry.model.list_price
    return "–" if price is None else f"{price.amount.normalize():f} {price.currency}"


def _month(row: PriceRow) -> str:
    if not row.images:
        return ""
    return "–" if row.entry.price is None else cents(row.entry.price * row.images)


def _tier(entry: Entry) -> str:
    return (entry.model.list_price and entry.model.list_price.tier) or ""


def _source(entry: Entry) -> str:
    price = entry.model.list_price
    return "" if price is None else price.source + (f", {price.as_of}" if price.as_of else "")
