"""What pages say of prices that changed since this workspace last looked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from imgmodels_tui.widgets.panels import Banner
from imgmodels_tui.workspace.prices.book import cause, distinct_prices, percent_shown
from imgmodels_tui.workspace.queries import messages

if TYPE_CHECKING:
    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.live import Snapshot
    from imgmodels_tui.workspace.prices.book import PriceChange

_MOST_NOTICES = 3


def price_banners(snapshot: Snapshot) -> tuple[Banner, ...]:
    """What the settings page says of prices that changed since this workspace last looked; nothing if none did."""
    fresh, catalog = _telling(snapshot), snapshot.overview.catalog
    if not fresh:
        return ()
    first = in_short(fresh[0], catalog)
    text = f"Price changed: {first}" if len(fresh) == 1 else f"{len(fresh)} prices changed: {first}, …"
    return (Banner(text, "5", "prices"),)


def price_notices(snapshot: Snapshot) -> tuple[Banner, ...]:
    """What the prices page says of them: each of a few, and how many more there are."""
    news, catalog = snapshot.prices, snapshot.overview.catalog
    found = [Banner(news.read_error, "h", "all of it")] if news.read_error else []
    found += [Banner(f"{in_short(change, catalog)} · {cause(change)}") for change in _telling(snapshot)[:_MOST_NOTICES]]
    if len(news.fresh) > _MOST_NOTICES:
        more = len(news.fresh) - _MOST_NOTICES
        found.append(Banner(f"and {more} more", "h", "price history"))
    return tuple(found)


def _telling(snapshot: Snapshot) -> list[PriceChange]:
    """The new price changes, what concerns users first, then the greatest."""

    def rank(change: PriceChange) -> tuple[bool, Decimal]:
        entry = snapshot.overview.entries.get(change.model)
        return entry is None or not entry.enabled, -abs(change.percent or Decimal(100))

    return sorted(snapshot.prices.fresh, key=rank)


def in_short(change: PriceChange, catalog: Catalog) -> str:
    """A price change in a few words."""
    old, new = distinct_prices(change)
    return f"{messages.name(change.model, catalog)} €{old} → €{new} ({percent_shown(change.percent)})"
