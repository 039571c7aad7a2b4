"""What stands around the price list: how prices come about, what changed, what a month would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.catalog import prices
from imgmodels_tui.widgets.line import LineWidget, between
from imgmodels_tui.workspace.prices.estimate import Estimate, estimate, in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.strip import Strip

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.overview import Overview


class Basis(LineWidget):
    """What the prices mean and how they come about."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def update(self, catalog: Catalog) -> None:
        """Say it of this catalog."""
        rates = [f"1 € = {rate.per_euro} {rate.id} ({rate.as_of})" for rate in catalog.exchange.values()]
        margin = f"margin {prices.percent(catalog.platform.margin)}"
        text = " · ".join(["Per image at 1024×1024", *rates, margin])
        if text != self._text:
            self._text = text
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line."""
        text = self.glyphs.plain(self._text)
        return [between([(f" {text}", self.style_for("dim"))], [], width, self.style_for())]


class MonthPanel(LineWidget):
    """What the planned images cost a month, or how to plan them."""

    def __init__(self) -> None:
        super().__init__()
        self._estimate: Estimate | None = None
        self._enterprise = False

    def update(self, overview: Overview, mix: Mapping[str, int]) -> None:
        """Show the sum of a mix."""
        found = estimate(overview, mix) if mix else None
        enterprise = overview.state.plan == "enterprise"
        if (found, enterprise) != (self._estimate, self._enterprise):
            self._estimate, self._enterprise = found, enterprise
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line."""
        style_for, plain = self.style_for, self.glyphs.plain
        bar = (f" {self.glyphs.accent} ", style_for("accent"))
        label = ("A month  ", style_for("dim"))
        if self._estimate is None:
            hint = [
                (" how many images with this model; the sum appears here", style_for("dim")),
            ]
            return [between([bar, label, ("m", style_for("key")), *hint], [], width, style_for())]
        said = plain(in_words(self._estimate, enterprise=self._enterprise))
        return [between([bar, label, (said, style_for("strong"))], [], width, style_for())]
