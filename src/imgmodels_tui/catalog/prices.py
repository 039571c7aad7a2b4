"""From a provider's list price to the euro price shown: exchange, then margin, in exact decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENT_OF_A_CENT = Decimal("0.0001")
_TENTH_OF_A_CENT = Decimal("0.001")
TENTH = Decimal("0.1")
"""The precision of a figure in per cent."""


def euro_price(amount: Decimal, per_euro: Decimal | None, margin: Decimal) -> Decimal:
    """Return a list price in euro with margin, unrounded; `per_euro` is None where it is in euro already."""
    in_euro = amount if per_euro is None else amount / per_euro
    return in_euro * (1 + margin)


def exact(price: Decimal) -> str:
    """Return `price` as data shows it: four decimals, half up."""
    return str(price.quantize(_CENT_OF_A_CENT, ROUND_HALF_UP))


def shown(price: Decimal | None, *, is_old: bool = False) -> str:
    """Return `price` as a screen shows it: a euro sign and three decimals, or a dash where none is known.

    What would be rounded to nothing is not shown as free of charge. One that was read long ago has a mark.
    """
    mark = "~" if is_old else ""
    if price is not None and 0 < price < _TENTH_OF_A_CENT / 2:
        return f"{mark}€<{_TENTH_OF_A_CENT}"
    return f"{mark}–" if price is None else f"{mark}€{thousandths(price)}"


def thousandths(price: Decimal) -> Decimal:
    """Return `price` rounded as a screen shows it, so that what is compared is what is read."""
    return price.quantize(_TENTH_OF_A_CENT, ROUND_HALF_UP)


def percent(fraction: Decimal) -> str:
    """Return a fraction as a percentage without needless zeros: 0.20 is `20 %`."""
    return f"{(fraction * 100).normalize():f} %"
