"""A policy that lasts: which models a workspace does without, whoever would enable them (R18)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from imgmodels_tui.catalog import Catalog, Model, Region, prices
from imgmodels_tui.record import NO_KEYS, Apply, Limits, Record, UnknownKeys

_MOST_EURO = 1_000_000


def ceiling(amount: Decimal) -> Decimal:
    """A price ceiling as it is compared and shown: four decimals. Raises `ValueError`."""
    if not amount.is_finite() or amount.is_signed() or amount > _MOST_EURO:
        raise ValueError(f"should be a price in euro from 0 to {_MOST_EURO:,}, such as 0.06")
    return amount.quantize(Decimal("0.0001"), ROUND_HALF_UP)


HostId = Annotated[str, Limits(min_length=1, max_length=64)]


class Policy(Record):
    """What every enabled model has to satisfy; a clause that is not set allows everything."""

    regions: Annotated[frozenset[Region], Limits(min_length=1)] | None = None
    """The regions in which data may be processed."""
    without_hosts: frozenset[HostId] = frozenset()
    """The hosts that may not be used."""
    max_price_eur: Annotated[Decimal, Apply(ceiling)] | None = None
    """The most that one image at 1024×1024 may cost, in euro with margin; a model without a known price is over it."""
    premium: bool | None = None
    """False where no model may be billed at premium rates."""
    extra: UnknownKeys = NO_KEYS

    def __bool__(self) -> bool:
        """Whether it has a clause."""
        return bool(self.regions or self.without_hosts or self.max_price_eur is not None or self.premium is False)

    def forbids(self, model: Model, catalog: Catalog) -> str | None:
        """The first clause that `model` does not satisfy, such as `EU only`; None where all allow it."""
        clause = self._broken_by(model, catalog)
        return None if clause is None else clause[0]

    def forbids_in_short(self, model: Model, catalog: Catalog) -> str | None:
        """The same as what is wrong with `model`, in at most eleven characters: `not Global`, `>€0.0600`."""
        clause = self._broken_by(model, catalog)
        return None if clause is None else clause[1]

    def _broken_by(self, model: Model, catalog: Catalog) -> tuple[str, str] | None:
        if self.regions is not None and model.region not in self.regions:
            return self._regions_in_words, f"not {model.region.value}"
        if model.host in self.without_hosts:
            host = catalog.hosts[model.host]
            return f"without {host.name}", f"not {host.short}"
        if self.max_price_eur is not None:
            price = catalog.prices.get(model.id)
            if price is None or Decimal(prices.exact(price)) > self.max_price_eur:
                return self._ceiling_in_words, f">€{prices.exact(self.max_price_eur)}"
        if self.premium is False and model.premium:
            return "no premium", "premium"
        return None

    def clauses(self, catalog: Catalog) -> tuple[str, ...]:
        """All clauses in words, in the order in which they are judged."""
        return tuple(self._clauses(catalog))

    def _clauses(self, catalog: Catalog) -> Iterator[str]:
        if self.regions is not None:
            yield self._regions_in_words
        for host in sorted(self.without_hosts):
            known = catalog.hosts.get(host)
            yield f"without {host if known is None else known.name}"
        if self.max_price_eur is not None:
            yield self._ceiling_in_words
        if self.premium is False:
            yield "no premium"

    @property
    def _ceiling_in_words(self) -> str:
        return "" if self.max_price_eur is None else f"at most €{prices.exact(self.max_price_eur)}"

    @property
    def _regions_in_words(self) -> str:
        return " or ".join(region.value for region in Region if region in (self.regions or ())) + " only"


def in_words(policy: Policy | None, catalog: Catalog) -> str:
    """A policy in one line; `none` where there is none."""
    return ", ".join(policy.clauses(catalog)) if policy else "none"
