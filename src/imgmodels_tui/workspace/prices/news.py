"""What is known of price changes at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from imgmodels_tui.workspace.prices.book import PriceChange


class PriceNews(NamedTuple):
    """What is known of price changes at one moment."""

    changes: tuple[PriceChange, ...] = ()
    """All of them, newest first."""
    fresh: tuple[PriceChange, ...] = ()
    """Those that no admin had been shown before, newest first."""
    read_error: str | None = None
    """Why prices are not watched, in one line."""
