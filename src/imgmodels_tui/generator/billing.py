"""What one picture costs and who pays: rule R14, before and after generating."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from decimal import Decimal

    from imgmodels_tui.catalog import Catalog, Model

_BILLS_CREDITS = "self_service"


class Billing(StrEnum):
    """Whether a picture is part of the plan or paid for on top of it."""

    CREDITS = "credits"
    INCLUDED = "included"


class Cost(Record):
    """The price of one picture in euro, unrounded (None where no list price is known), and how it is billed."""

    euros: Decimal | None
    billing: Billing


def cost(catalog: Catalog, model: Model, plan: str) -> Cost:
    """Return what a picture by `model` costs on `plan`, the workspace's plan by its stored name.

    Premium models are billed against credits on the self-service plan; everything else is included (R14).
    """
    billed = model.premium and plan == _BILLS_CREDITS
    return Cost(catalog.prices.get(model.id), Billing.CREDITS if billed else Billing.INCLUDED)
