"""What stands around the price list: how prices come about, what changed, what a month would cost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from imgmodels_tui.catalog import prices
from imgmodels_tui.widgets.drawn import Drawn
from imgmodels_tui.widgets.line import between
from imgmodels_tui.widgets.panels import Banner
from imgmodels_tui.workspace import wording
from imgmodels_tui.workspace.estimate import Estimate, estimate, in_words
from imgmodels_tui.workspace.price_book import cause, percent_shown, told_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.strip import Strip

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.workspace.live import Picture
    from imgmodels_tui.workspace.overview import Overview
    from imgmodels_tui.workspace.price_book import PriceChange

_MOST_NOTICES = 3


class Basis(Drawn):
    """What the prices mean and how they come about."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._text = ""

    def update(self, catalog: Catalog) -> None:
        """Say it of this catalog."""
        rates = [f"1 € = {rate.per_euro} {rate.id} ({rate.as_of})" for rate in catalog.exchange.values()]
        margin = f"margin {prices.percent(catalog.platform.margin)}"
        text = " · ".join(["Per image at 1024×1024", *rates, margin])
        if text != self._text:
            self._text = text
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line."""
        text = self._glyphs.plain(self._text.replace("€", "EUR") if self._glyphs.price == "EUR" else self._text)
        return [between([(f" {text}", self.ink("dim"))], [], width, self.ink())]


class MonthPanel(Drawn):
    """What the planned images cost a month, or how to plan them."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._estimate: Estimate | None = None
        self._enterprise = False

    def update(self, overview: Overview, mix: Mapping[str, int]) -> None:
        """Show the sum of a mix."""
        found = estimate(overview, mix) if mix else None
        enterprise = overview.state.plan == "enterprise"
        if (found, enterprise) != (self._estimate, self._enterprise):
            self._estimate, self._enterprise = found, enterprise
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line."""
        ink, plain = self.ink, self._glyphs.plain
        bar = (f" {self._glyphs.accent} ", ink("accent"))
        label = ("A month  ", ink("dim"))
        if self._estimate is None:
            hint = [
                (" how many images with this model; the sum appears here", ink("dim")),
            ]
            return [between([bar, label, ("m", ink("key")), *hint], [], width, ink())]
        said = plain(in_words(self._estimate, enterprise=self._enterprise))
        return [between([bar, label, (said, ink("strong"))], [], width, ink())]


def price_banners(picture: Picture) -> tuple[Banner, ...]:
    """What the settings page says of prices that changed since this workspace last looked; nothing if none did."""
    fresh, catalog = _telling(picture), picture.overview.catalog
    if not fresh:
        return ()
    first = in_short(fresh[0], catalog)
    text = f"Price changed: {first}" if len(fresh) == 1 else f"{len(fresh)} prices changed: {first}, …"
    return (Banner(text, "5", "prices"),)


def price_notices(picture: Picture) -> tuple[Banner, ...]:
    """What the prices page says of them: each of a few, and how many more there are."""
    news, catalog = picture.prices, picture.overview.catalog
    found = [Banner(news.trouble, "h", "all of it")] if news.trouble else []
    found += [Banner(f"{in_short(change, catalog)} · {cause(change)}") for change in _telling(picture)[:_MOST_NOTICES]]
    if len(news.fresh) > _MOST_NOTICES:
        more = len(news.fresh) - _MOST_NOTICES
        found.append(Banner(f"and {more} more", "h", "price history"))
    return tuple(found)


def _telling(picture: Picture) -> list[PriceChange]:
    """The new price changes, what concerns users first, then the greatest."""

    def rank(change: PriceChange) -> tuple[bool, Decimal]:
        entry = picture.overview.entries.get(change.model)
        return entry is None or not entry.enabled, -abs(change.percent or Decimal(100))

    return sorted(picture.prices.fresh, key=rank)


def in_short(change: PriceChange, catalog: Catalog) -> str:
    """A price change in a few words."""
    old, new = told_apart(change)
    return f"{wording.name(change.model, catalog)} €{old} → €{new} ({percent_shown(change.percent)})"
