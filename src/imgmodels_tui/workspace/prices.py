"""What a workspace remembers of prices, and what a month would cost.

The book of prices has those seen last, and each change since the workspace first looked. `noted` is the one place
where prices are compared. A model that arrives or leaves is no price change; the price of one that left is
remembered, so that one that returns dearer is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Final, Literal

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.catalog.prices import TENTH
from imgmodels_tui.record import NO_KEYS, Limits, Record, UnknownKeys
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.state import ModelId, Time, Transition

BOOK_VERSION: Final = 1
MOST_CHANGES: Final = 20_000
"""Older changes are forgotten, so that the file stays quick to read."""
MOST_IMAGES: Final = 999_999_999
"""More than a month holds; it keeps the columns in their places."""

_MOST_PERCENT: Final = Decimal(10**7)

Amount = Annotated[Decimal, Limits(ge=0, le=10**9)]


class Price(Record):
    """What one image cost when the workspace looked."""

    eur: Amount
    """Euro per image with margin, unrounded."""
    listed: Amount
    """The provider's list price."""
    currency: Annotated[str, Limits(max_length=10)]
    extra: UnknownKeys = NO_KEYS

    def same(self, other: Price) -> bool:
        """Whether both are the same, whatever else a newer version wrote beside it."""
        return (self.eur, self.listed, self.currency) == (other.eur, other.listed, other.currency)


class PriceChange(Record):
    """One model's price became another one."""

    number: Annotated[int, Limits(ge=1)]
    """Counts the changes of a workspace; `PriceBook.acknowledged` refers to it."""
    at: Time
    """When the workspace noticed."""
    model: ModelId
    price: Transition[Price]
    extra: UnknownKeys = NO_KEYS

    @property
    def percent(self) -> Decimal | None:
        """How much dearer, in per cent, unrounded, at most ten million; None where it was free before."""
        old, new = self.price.from_.eur, self.price.to.eur
        return min((new - old) / old * 100, _MOST_PERCENT) if old else None


class PriceBook(Record):
    """The content of `prices.json`. Keys this version does not know are kept."""

    schema_version: Literal[1] = BOOK_VERSION
    edition: date | None = None
    """The day of the newest bundled catalog whose prices were seen."""
    acknowledged: Annotated[int, Limits(ge=0)] = 0
    """The number of the last change that an admin was shown."""
    seen: Mapping[ModelId, Price] = {}
    changes: tuple[PriceChange, ...] = ()
    """Oldest first."""
    extra: UnknownKeys = NO_KEYS

    def noted(self, catalog: Catalog, at: datetime) -> PriceBook:
        """The book after a comparison with `catalog`; this very object if all prices are the same."""
        seen, changes, number = dict(self.seen), list(self.changes), self.last_number
        for model, price in _current_prices(catalog).items():
            before = seen.get(model)
            if before is not None and before.same(price):
                continue
            seen[model] = price
            if before is not None and before.eur != price.eur:
                number += 1
                moved = Transition(from_=before, to=price)
                changes.append(PriceChange(number=number, at=at.replace(microsecond=0), model=model, price=moved))
        edition = max(filter(None, (self.edition, catalog.platform.edition)))
        if (seen, edition) == (self.seen, self.edition):
            return self
        return self.replace(edition=edition, seen=seen, changes=tuple(changes[-MOST_CHANGES:]))

    def all_shown(self) -> PriceBook:
        """The book after an admin was shown every change."""
        last = self.last_number
        return self if self.acknowledged >= last else self.replace(acknowledged=last)

    @property
    def last_number(self) -> int:
        """The number of the newest change, at least that of the last acknowledged one, so that none is used twice."""
        return max(self.acknowledged, self.changes[-1].number if self.changes else 0)

    @property
    def fresh(self) -> tuple[PriceChange, ...]:
        """The changes that no admin was shown yet, oldest first."""
        return tuple(change for change in self.changes if change.number > self.acknowledged)


class PriceNews(Record):
    """What is known of price changes at one moment."""

    changes: tuple[PriceChange, ...] = ()
    """All of them, newest first."""
    fresh: tuple[PriceChange, ...] = ()
    """Those that no admin had been shown before, newest first."""
    read_error: str | None = None
    """Why prices are not watched, in one line."""


def _current_prices(catalog: Catalog) -> Mapping[str, Price]:
    return {
        model.id: Price(eur=catalog.prices[model.id], listed=listed.amount, currency=listed.currency)
        for model in catalog.models.values()
        if (listed := model.list_price) is not None
    }


def percent_shown(percent: Decimal | None) -> str:
    """A change in per cent with its sign, to a tenth: `+33.3 %`; a change that rounds to nothing is not hidden."""
    if percent is None:
        return "was free"
    tenth = percent.quantize(TENTH, ROUND_HALF_UP)
    return f"{tenth:+} %" if tenth else f"{'+' if percent > 0 else '-'}<0.1 %"


def distinct_prices(change: PriceChange, least: int = 3) -> tuple[str, str]:
    """Old and new price in euro with as many decimals, `least` to eight, as it takes to tell them apart."""
    old, new = change.price.from_.eur, change.price.to.eur
    for decimals in range(least, 9):
        places = Decimal(1).scaleb(-decimals)
        shown = old.quantize(places, ROUND_HALF_UP), new.quantize(places, ROUND_HALF_UP)
        if shown[0] != shown[1]:
            break
    return str(shown[0]), str(shown[1])


def cause(change: PriceChange) -> str:
    """What changed: the provider's list price, or only the exchange rate or the margin."""
    old, new = change.price.from_, change.price.to
    if (old.listed, old.currency) == (new.listed, new.currency):
        return "exchange rate or margin"
    return f"list price {listed(old)} → {listed(new)}"


def listed(price: Price) -> str:
    """A list price with its currency."""
    return f"{price.listed.normalize():f} {price.currency}"


class Estimate(Record):
    """A month at the prices shown, unrounded, in euro."""

    images: int
    total: Decimal
    premium_images: int
    premium: Decimal
    """The part of the total that premium models cost."""
    unpriced: int
    """How many of the images are by models whose price is not known; they are not in the total."""


def estimate(overview: Overview, mix: Mapping[str, int]) -> Estimate:
    """Add up a mix of images per month by model id; ids that the catalog does not know count nowhere."""
    images = premium_images = unpriced = 0
    total = premium = Decimal(0)
    for model, count in mix.items():
        entry = overview.entries.get(model)
        if entry is None:
            continue
        images += count
        if entry.price is None:
            unpriced += count
            continue
        cost = entry.price * count
        total += cost
        if entry.model.premium:
            premium_images += count
            premium += cost
    return Estimate(images, total, premium_images, premium, unpriced)


def cents(amount: Decimal) -> str:
    """An amount of money for people: `€1,234.50`."""
    return f"€{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def in_words(found: Estimate, *, enterprise: bool) -> str:
    """The estimate in one line, the premium part apart, with how it is paid for (R14)."""
    text = f"{found.images:,} images · {cents(found.total)}"
    if found.premium_images:
        paid = "included (enterprise)" if enterprise else "billed against credits"
        text += f" · premium {cents(found.premium)} {paid}"
    if found.unpriced:
        text += f" · {found.unpriced:,} without a known price"
    return text
