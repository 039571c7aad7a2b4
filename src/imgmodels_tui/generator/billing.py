"""What one image costs and who pays, in figures and in words: rule R14."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from imgmodels_tui.catalog import prices
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.overview import Entry


class Billing(StrEnum):
    """Whether an image is part of the plan or paid for on top of it."""

    CREDITS = "credits"
    INCLUDED = "included"

    @property
    def text(self) -> str:
        """Who pays, in words."""
        return "included in the plan" if self is Billing.INCLUDED else "billed against credits"


class Cost(Record):
    """The price of one image in euro, unrounded (None where no list price is known), and how it is billed."""

    euros: Decimal | None
    billing: Billing
    is_old: bool = False
    """Whether the list price or its exchange rate was read long ago."""

    @property
    def text(self) -> str:
        """The price and who pays, in words."""
        return f"{prices.shown(self.euros, is_old=self.is_old)}, {self.billing.text}"


def cost(entry: Entry) -> Cost:
    """What an image by a model costs on the workspace's plan: premium models are billed apart on self-service (R14)."""
    return Cost(entry.price, Billing.INCLUDED if entry.included else Billing.CREDITS, entry.price_is_old)


def stored_price(cost_eur: str | None) -> str:
    """Return a price that is stored in an image's facts in the way screens show prices."""
    return prices.shown(None if cost_eur is None else Decimal(cost_eur))
