"""What a month would cost: so many images with this model, so many with that."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgmodels_tui.workspace.overview import Overview

MOST_IMAGES = 999_999_999
"""More than a month holds; it keeps the columns in their places."""


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
    said = f"{found.images:,} images · {cents(found.total)}"
    if found.premium_images:
        paid = "included (enterprise)" if enterprise else "billed against credits"
        said += f" · premium {cents(found.premium)} {paid}"
    if found.unpriced:
        said += f" · {found.unpriced:,} without a known price"
    return said
