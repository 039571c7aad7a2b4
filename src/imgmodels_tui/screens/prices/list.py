"""The models, cheapest first, each with a bar, its stars and its toggle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache

from imgmodels_tui.catalog import Catalog, prices
from imgmodels_tui.record import Record
from imgmodels_tui.widgets import cells
from imgmodels_tui.widgets.columns import Column, Table, fit
from imgmodels_tui.widgets.entry_list import NO_MATCH, TextRow, ToggleList
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.widgets.line import Piece
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.prices import cents


class PriceRow(Record):
    """A model's line."""

    entry: Entry
    highest: Decimal
    """The price of a full bar."""
    images: int = 0
    """How many a month are planned."""

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


ListRow = PriceRow | TextRow


def rows_of(entries: Sequence[Entry], catalog: Catalog, mix: Mapping[str, int]) -> tuple[ListRow, ...]:
    """These models; a full bar is the highest price of all, so that a filter changes no bar."""
    full = max(catalog.prices.values(), default=None) or prices.TENTH
    return tuple(PriceRow(entry, full, mix.get(entry.id, 0)) for entry in entries) or (NO_MATCH,)


def _listed(view: PriceList, row: PriceRow, _width: int) -> Sequence[Piece]:
    return ((view.glyphs.plain(listed(row.entry)), view.style_for("dim")),)


def _bar(view: PriceList, row: PriceRow, width: int) -> Sequence[Piece]:
    price = row.entry.price
    text = "" if price is None else bar(float(price / row.highest), width, view.glyphs)
    return ((text, view.style_for("on" if row.entry.enabled else "bar")),)


def _premium(view: PriceList, row: PriceRow, _width: int) -> Sequence[Piece]:
    return (("premium" if row.entry.model.premium else "", view.style_for("premium")),)


def _images(view: PriceList, row: PriceRow, _width: int) -> Sequence[Piece]:
    return ((f"{view.glyphs.times} {row.images:,}" if row.images else "", view.style_for()),)


def _cost(view: PriceList, row: PriceRow, _width: int) -> Sequence[Piece]:
    price = row.entry.price
    text = "" if not row.images else "–" if price is None else cents(price * row.images)
    return ((view.glyphs.figure(text), view.style_for("strong")),)


def _tier(view: PriceList, row: PriceRow, _width: int) -> Sequence[Piece]:
    price = row.entry.model.list_price
    return ((view.glyphs.plain((price and price.tier) or ""), view.style_for("dim")),)


def _source(view: PriceList, row: PriceRow, _width: int) -> Sequence[Piece]:
    source = row.entry.price_source
    if source is None:
        return ()
    text = source.name if source.as_of is None else f"{source.as_of}, {source.name}"
    return ((view.glyphs.plain(text), view.style_for("faint")),)


@cache
def table_for(*, month: bool, listed: bool) -> Table:
    """The columns.

    `month` shows what each model costs a month; `listed` puts the list price into the place of the price where
    there is no room for both. With less room leave the source of a price and its tier, then regions become two letters
    and hosts short, then leave the host, the list price, the premium mark where a month is estimated, the number of
    images, stars and region; what is left over is the bar's and the host's.
    """
    month_columns = (
        Column("images", "Images", {0: 9, 6: 0}, _images, right=True),
        Column("cost", "A month", {0: 10}, _cost, right=True),
    )
    return Table(
        Column("name", "Model", {0: 22}, cells.name),
        Column("price", "Price", {0: 8, 4: 0} if listed else {0: 8}, cells.price, right=True),
        Column("listed", "List price", {0: 10} if listed else {0: 10, 4: 0}, _listed, right=True),
        Column("bar", "", {0: 24, 4: 9, 7: 1} if listed else {0: 24, 4: 12, 7: 4}, _bar, share=1),
        Column("region", "Region", {0: 10, 3: 6, 7: 0}, cells.region, short_title="Data"),
        Column("host", "Hosted by", {0: 17, 3: 9, 4: 0}, cells.host, share=1),
        Column("stars", "Stars", {0: 5, 7: 0}, cells.stars),
        Column("premium", "", {0: 7, 5: 0} if month else {0: 7}, _premium),
        *(month_columns if month else ()),
        Column("tier", "Tier", {0: 32, 2: 0}, _tier, share=1, most=10),
        Column("source", "Source", {0: 40, 1: 0}, _source, share=3, most=30),
        Column("toggle", "", {0: cells.TOGGLE}, cells.toggle),
        gaps={0: 2, 4: 1},
    )


class PriceList(ToggleList[ListRow]):
    """Draws what `show` is given; asks for changes by message."""

    table = table_for(month=False, listed=False)
    _month = False

    def show(
        self,
        entries: Sequence[Entry],
        catalog: Catalog,
        mix: Mapping[str, int],
        words: tuple[str, ...] = (),
        *,
        listed: bool,
    ) -> None:
        """Show the prices of these models, and of a planned month; `words` are set off where they match."""
        self._month = bool(mix)
        table = table_for(month=self._month, listed=listed)
        if table is not self.table:
            self.table = table
            self.recolumn()
        self.set_off(words)
        self.update(rows_of(entries, catalog, mix))

    @property
    def has_room_for_both(self) -> bool:
        """Whether list price and price shown are both shown."""
        return bool(fit(table_for(month=self._month, listed=False), self.row_width).cells("listed"))


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
