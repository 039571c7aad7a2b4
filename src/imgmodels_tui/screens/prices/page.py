"""The prices page: what an image costs with each model, what changed, and what a month would come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip

from imgmodels_tui.catalog import Catalog, prices
from imgmodels_tui.screens.prices.chart import PriceChart
from imgmodels_tui.screens.prices.dialogs import MonthDialog, PriceHistoryDialog
from imgmodels_tui.screens.prices.list import PriceList
from imgmodels_tui.screens.shared.facts import price_notices
from imgmodels_tui.screens.shared.facts_dialog import details
from imgmodels_tui.screens.shared.filter_page import FilterLine
from imgmodels_tui.screens.shared.list_page import ModelFilterPage, finding_keys
from imgmodels_tui.screens.shared.page import PageContext
from imgmodels_tui.widgets.bars import StatusBar
from imgmodels_tui.widgets.details_pane import ListWithDetails
from imgmodels_tui.widgets.line import LineWidget, between, folded
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.widgets.panels import Banners
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.prices import Estimate, estimate, in_words
from imgmodels_tui.workspace.queries.messages import guide_notes
from imgmodels_tui.workspace.queries.model_facts import rates_in_words
from imgmodels_tui.workspace.queries.model_order import Order, in_order

_WITH_NOTES = 24
"""Rows from which there is room for more than how prices come about."""


class Basis(LineWidget):
    """What the prices mean and how they come about."""

    _texts: Sequence[str] = ()

    def update(self, catalog: Catalog, today: date) -> None:
        """Show it for this catalog."""
        margin = f"margin {prices.percent(catalog.platform.margin)}"
        texts = [" · ".join(["Per image at 1024×1024", *rates_in_words(catalog, today), margin]), *guide_notes(catalog)]
        if texts != self._texts:
            self._texts = texts
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """How prices come about, and why the guide may seem to disagree."""
        texts = self._texts if self.app.size.height >= _WITH_NOTES else self._texts[:1]
        parts = [part for text in texts for part in folded(self.glyphs.plain(text), max(10, width - 2))]
        return [between([(f" {part}", self.style_for("dim"))], [], width, self.style_for()) for part in parts]


class MonthPanel(LineWidget):
    """What the planned images cost a month, or how to plan them."""

    _estimate: Estimate | None = None
    _enterprise = False

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
            hint = [(" how many images with this model; the sum appears here", style_for("dim"))]
            return [between([bar, label, ("m", style_for("key")), *hint], [], width, style_for())]
        text = plain(in_words(self._estimate, enterprise=self._enterprise))
        return [between([bar, label, (text, style_for("strong"))], [], width, style_for())]


class PricesPage(ModelFilterPage):
    """Bars by price, or a chart of price against quality."""

    NAME = "prices"
    CSS_PATH = "styles.tcss"
    ORDERS = (Order.PRICE, Order.STARS, Order.NAME, Order.HOST, Order.PAGE)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Clear", tooltip="Drop the filter", id="prices.clear"),
        *finding_keys("prices"),
        Binding("p", "picture", "Chart", tooltip="Bars, or a chart of price against quality", id="prices.picture"),
        Binding("tab", "picture", "Chart", show=False, id="prices.picture-too"),
        Binding("m", "month", "Month", tooltip="Images per month with this model", id="prices.month"),
        Binding("M", "clear_month", "Clear", tooltip="Forget the planned month", id="prices.clear-month"),
        Binding("h", "changes", "Changes", tooltip="Every price change there was", id="prices.changes"),
        Binding("l", "listed", "List price", tooltip="The provider's price, or the price shown", id="prices.list"),
        Binding("space", "switch", "Toggle", tooltip="Enable or disable the model", id="prices.toggle"),
        Binding("enter", "open", "Details", tooltip="Everything known of the model", id="prices.details"),
    ]

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._mix: dict[str, int] = {}
        self._listed = False

    def body(self) -> ComposeResult:
        """How prices come about, what changed, the bars or the chart, the month."""
        yield Basis()
        yield Banners()
        yield ListWithDetails(PriceList(id="prices"))
        yield PriceChart(id="picture")
        yield MonthPanel()
        yield FilterLine()

    def on_screen_suspend(self) -> None:
        """Whoever opened this page has read what changed."""
        if self.app.current_mode != self.NAME:
            self.live.acknowledge_prices()

    @property
    def _drawn(self) -> bool:
        """Whether the chart is shown instead of the bars."""
        return self.has_class("-drawn")

    @property
    def _list(self) -> PriceList:
        return self.query_one(PriceList)

    @property
    def _chart(self) -> PriceChart:
        return self.query_one(PriceChart)

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest snapshot."""
        overview = snapshot.overview
        self.query_one(Basis).update(overview.catalog, overview.today)
        self.query_one(Banners).update(price_notices(snapshot))
        self.query_one(MonthPanel).update(overview, self._mix)
        self.show_found()

    def show_found(self) -> None:
        """Show the models that the filter selects, in the chosen order."""
        overview = self.live.overview
        found = in_order(self._query.select(overview.entries.values()), self._order, overview)
        self._list.show(found, overview.catalog, self._mix, self._query.bare, listed=self._listed)
        self._chart.show(found)
        self.show_facts()
        standing = self.standing(len(found), "Cheapest first")
        if self._drawn:
            standing = ["Right: more expensive. Up: better", *(standing if self.found_by else ())]
        self.query_one(StatusBar).update(" · ".join(standing), figures(overview))
        self.refresh_bindings()

    @on(LineList.CursorMoved, "#prices")
    def _show_side(self) -> None:
        self.query_one(ListWithDetails).show_at_rest(self.show_facts)

    def action_clear(self) -> None:
        """Drop the filter."""
        self.find("")

    @on(PriceList.Fitted)
    def _offer_list_price(self) -> None:
        self.refresh_bindings()

    def action_picture(self) -> None:
        """Switch between the bars and the chart; the cursor stays on its model."""
        self.toggle_class("-drawn")
        if self._drawn:
            self._chart.select(self.entry.id if self.entry else None)
        (self._chart if self._drawn else self._list).focus()
        self.show(self.live.snapshot)

    @on(PriceChart.CursorMoved)
    def _moved_in_the_chart(self, event: PriceChart.CursorMoved) -> None:
        self._list.move_to(event.key)

    def action_listed(self) -> None:
        """Show the provider's price in place of the price shown, or the other way round."""
        self._listed = not self._listed
        self.show(self.live.snapshot)

    @work
    async def action_month(self) -> None:
        """Ask how many images a month are made with the model under the cursor."""
        entry = self.entry
        if entry is None:
            return
        images = await self.app.push_screen_wait(MonthDialog(entry, self._mix.get(entry.id, 0)))
        if images is None:
            return
        self._mix.pop(entry.id, None)
        if images:
            self._mix[entry.id] = images
        self.show(self.live.snapshot)

    def action_clear_month(self) -> None:
        """Forget the planned month."""
        self._mix.clear()
        self.show(self.live.snapshot)

    def action_changes(self) -> None:
        """Show every price change that this workspace noticed."""
        self.app.push_screen(PriceHistoryDialog(self.live.snapshot))

    def open_model(self, model: str) -> None:
        """Show everything that is known of a model."""
        self.app.push_screen(details(self.live, model, self.recent_counts))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer only what does something now."""
        if action == "clear_month":
            return bool(self._mix)
        if action == "clear":
            return bool(self.found_by)
        if action == "find":
            return not self.is_finding
        if action == "sort":
            return not self._drawn
        if action == "listed":
            return self.is_mounted and not self._drawn and not self._list.has_room_for_both
        return True


def figures(overview: Overview) -> str:
    """How many prices are known, and what enabled models cost at least and at most."""
    total, known = len(overview.entries), len(overview.catalog.prices)
    return f"{known} prices" if known == total else f"{known} of {total} prices known"
