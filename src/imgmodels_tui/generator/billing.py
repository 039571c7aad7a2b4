"""What one image costs and who pays, in figures and in words: rule R14."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from imgmodels_tui.catalog import Catalog, Model, prices
from imgmodels_tui.record import Record

_BILLS_CREDITS = "self_service"


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

    @property
    def text(self) -> str:
        """The price and who pays, in words."""
        return f"{prices.shown(self.euros)}, {self.billing.text}"


def cost(catalog: Catalog, model: Model, plan: str) -> Cost:
    """Return what an image by `model` costs on `plan`, the workspace's plan by its stored name.

    Premium models are billed against credits on the self-service plan; everything else is included (R14).
    """
    billed = model.premium and plan == _BILLS_CREDITS
    return Cost(catalog.prices.get(model.id), Billing.CREDITS if billed else Billing.INCLUDED)


def stored_price(cost_eur: str | None) -> str:
    """Return a price that is stored in an image's facts in the way screens show prices."""
    return prices.shown(None if cost_eur is None else Decimal(cost_eur))
