"""Which model is proposed as the default where the present one is to be disabled."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from imgmodels_tui.workspace.overview import Entry

_UNKNOWN = Decimal("Infinity")


def successor(default: Entry, remaining: Iterable[Entry]) -> Entry | None:
    """The best of `remaining`, in the page's order, to follow `default`; None where none is worth proposing.

    Never one that is retired or that the policy forbids. Of the others, first those that are not deprecated, then
    those that are paid for in the same way or more cheaply, then the nearest in price, the cheaper of two.
    """

    def rank(entry: Entry) -> tuple[bool, bool, Decimal, Decimal]:
        price, was = entry.price, default.price
        apart = _UNKNOWN if price is None or was is None else abs(price - was)
        dearer_billing = entry.model.premium and not default.model.premium
        return entry.is_deprecated, dearer_billing, apart, _UNKNOWN if price is None else price

    fit = [entry for entry in remaining if not entry.is_retired and entry.forbidden is None]
    return min(fit, key=rank, default=None)
