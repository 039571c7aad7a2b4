"""What a workspace remembers of prices: those it saw last, and each change since it first looked.

`noted` is the one place where prices are compared. A model that arrives or leaves is no price change; the price of
one that left is remembered, so that one that returns dearer is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Annotated, Final, Literal

from imgmodels_tui.catalog.prices import TENTH
from imgmodels_tui.record import NO_KEYS, Limits, Record, UnknownKeys
from imgmodels_tui.workspace.state import ModelId, Time, Transition

if TYPE_CHECKING:
    from datetime import datetime

    from imgmodels_tui.catalog import Catalog

BOOK_VERSION: Final = 1
MOST_CHANGES: Final = 20_000
"""Older changes are forgotten, so that the file stays quick to read."""


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
        """Whether both say the same, whatever else a newer version wrote beside it."""
        return (self.eur, self.listed, self.currency) == (other.eur, other.listed, other.currency)


class PriceChange(Record):
    """One model's price became another one."""

    number: Annotated[int, Limits(ge=1)]
    """Counts the changes of a workspace; what was shown is remembered by it."""
    at: Time
    """When the workspace noticed."""
    model: ModelId
    price: Transition[Price]
    extra: UnknownKeys = NO_KEYS

    @property
    def percent(self) -> Decimal | None:
        """How much dearer, in per cent, unrounded; None where it was free before."""
        old, new = self.price.from_.eur, self.price.to.eur
        return (new - old) / old * 100 if old else None


class PriceBook(Record):
    """The content of `prices.json`. Keys this version does not know are kept."""

    schema_version: Literal[1] = BOOK_VERSION
    acknowledged: Annotated[int, Limits(ge=0)] = 0
    """The number of the last change that an admin was shown."""
    seen: Mapping[ModelId, Price] = {}
    changes: tuple[PriceChange, ...] = ()
    """Oldest first."""
    extra: UnknownKeys = NO_KEYS

    def noted(self, catalog: Catalog, at: datetime) -> PriceBook:
        """The book after a look at `catalog`; this very object if all prices are the same."""
        differing = {
            model: price
            for model, price in current_prices(catalog).items()
            if (before := self.seen.get(model)) is None or not before.same(price)
        }
        if not differing:
            return self
        moved = [
            (model, self.seen[model], price)
            for model, price in differing.items()
            if model in self.seen and self.seen[model].eur != price.eur
        ]
        found = [
            PriceChange(number=number, at=at.replace(microsecond=0), model=model, price=Transition(from_=old, to=new))
            for number, (model, old, new) in enumerate(moved, self.last_number + 1)
        ]
        changes = (*self.changes, *found)[-MOST_CHANGES:]
        return self.replace(seen={**self.seen, **differing}, changes=changes)

    def all_shown(self) -> PriceBook:
        """The book after an admin was shown every change."""
        if self.acknowledged >= self.last_number:
            return self
        return self.replace(acknowledged=self.last_number)

    @property
    def last_number(self) -> int:
        """The number of the newest change; never less than what was acknowledged, so that none is used twice."""
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


def current_prices(catalog: Catalog) -> Mapping[str, Price]:
    """The price of each model whose list price is known."""
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
    if not tenth:
        return f"{'+' if percent > 0 else '-'}<0.1 %"
    return f"{tenth:+} %"


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
    """What moved: the provider's list price, or only the exchange rate or the margin."""
    old, new = change.price.from_, change.price.to
    if (old.listed, old.currency) == (new.listed, new.currency):
        return "exchange rate or margin"
    return f"list price {listed(old)} → {listed(new)}"


def listed(price: Price) -> str:
    """A list price with its currency."""
    return f"{price.listed.normalize():f} {price.currency}"
