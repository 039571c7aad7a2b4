"""Flags as three coloured cells: flag emoji take another width in every terminal.

A flag is an ornament; the region's letters are always beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.catalog import Region

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style

    from imgmodels_tui.catalog import Model
    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.widgets.line import Piece

WIDTH = 3
"""Cells of every flag."""

LETTERS = {Region.EU: "EU", Region.US: "US", Region.GLOBAL: "GL"}
"""A region in two letters, for narrow columns."""


def flag(model: Model, glyphs: Glyphs, style_for: Callable[[str], Style]) -> Sequence[Piece]:
    """The flag of the country that the page names, else of the region."""
    if model.country == "France":
        return ((" ", style_for("fr-1")), (" ", style_for("fr-2")), (" ", style_for("fr-3")))
    if model.region is Region.EU:
        return ((f" {glyphs.eu_star} ", style_for("eu")),)
    if model.region is Region.US:
        return ((glyphs.eu_star, style_for("us-1")), (glyphs.stripes * 2, style_for("us-2")))
    return ((f" {glyphs.globe} ", style_for("dim")),)
