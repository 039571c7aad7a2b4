"""The prices page: what an image costs with each model, what changed, and what a month would come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from imgmodels_tui.screens.prices.chart import PricePicture
from imgmodels_tui.screens.prices.history_dialog import PriceHistoryDialog
from imgmodels_tui.screens.prices.list import PriceList, PriceTitles
from imgmodels_tui.screens.prices.month_dialog import MonthDialog
from imgmodels_tui.screens.prices.panels import Basis, MonthPanel
from imgmodels_tui.screens.shared.about import details
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.screens.shared.price_notices import price_notices
from imgmodels_tui.widgets.bars import StatusBar
from imgmodels_tui.widgets.panels import Banners

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from imgmodels_tui.workspace.live import Snapshot
    from imgmodels_tui.workspace.overview import Overview


class PricesPage(Page):
    """Bars by price, or a picture of price against quality."""

    NAME = "prices"
    CSS_PATH = "styles.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "picture", "Picture", tooltip="Bars, or price against quality", id="prices.picture"),
        Binding("tab", "picture", "Picture", show=False, id="prices.picture-too"),
        Binding("m", "month", "Month", tooltip="Images per month with this model", id="prices.month"),
        Binding("M", "clear_month", "Clear", tooltip="Forget the planned month", id="prices.clear-month"),
        Binding("h", "changes", "Changes", tooltip="Every price change there was", id="prices.changes"),
        Binding("l", "listed", "List price", tooltip="The provider's price, or the price shown", id="prices.list"),
        Binding("space", "switch", "Toggle", tooltip="Enable or disable the model", id="prices.toggle"),
        Binding("enter", "details", "Details", tooltip="Everything known of the model", id="prices.details"),
    ]

    def __init__(self, *shared: object) -> None:
        super().__init__(*shared)  # type: ignore[arg-type] # what every page is given
        self._mix: dict[str, int] = {}
        self._listed = False

    def body(self) -> ComposeResult:
        """How prices come about, what changed, the bars or the picture, the month."""
        yield Basis()
        yield Banners()
        yield PriceTitles()
        yield PriceList(id="prices")
        yield PricePicture(id="picture")
        yield MonthPanel()

    def on_mount(self) -> None:
        """Begin with the bars."""
        self._list.focus()

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual's signature
        """Let the headings follow the columns."""
        self.call_after_refresh(self._follow_columns)

    def on_screen_suspend(self) -> None:
        """Whoever has been here has read what changed."""
        if self.app.current_mode != self.NAME:
            self.live.prices_were_read()

    @property
    def _drawn(self) -> bool:
        """Whether the picture is shown instead of the bars."""
        return self.has_class("-drawn")

    @property
    def _list(self) -> PriceList:
        return self.query_one(PriceList)

    @property
    def _picture(self) -> PricePicture:
        return self.query_one(PricePicture)

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest picture."""
        overview = snapshot.overview
        self._list.show(overview, self._mix, listed=self._listed)
        self._picture.show(overview)
        self.query_one(Basis).update(overview.catalog)
        self.query_one(Banners).update(price_notices(snapshot))
        self.query_one(MonthPanel).update(overview, self._mix)
        said = "Dear is right, good is up" if self._drawn else "Cheapest first"
        self.query_one(StatusBar).update(said, figures(overview))
        self._follow_columns()

    def _follow_columns(self) -> None:
        if self._list.size.width:  # while the picture stands in its place it has none
            self.query_one(PriceTitles).show(self._list.columns)
            self.refresh_bindings()

    @property
    def _model(self) -> str | None:
        """The id of the model under the cursor."""
        current = self._list.current
        return None if current is None else current.key

    def action_picture(self) -> None:
        """Switch between the bars and the picture; the cursor stays on its model."""
        self.toggle_class("-drawn")
        if self._drawn:
            self._picture.select(self._model)
        (self._picture if self._drawn else self._list).focus()
        self.show(self.live.snapshot)
        self.call_after_refresh(self._follow_columns)

    @on(PricePicture.CursorMoved)
    def _moved_in_the_picture(self, event: PricePicture.CursorMoved) -> None:
        self._list.move_to(event.key)

    def action_listed(self) -> None:
        """Show the provider's price in place of the price shown, or the other way round."""
        self._listed = not self._listed
        self.show(self.live.snapshot)

    @work
    async def action_month(self) -> None:
        """Ask how many images a month are made with the model under the cursor."""
        model = self._model
        if model is None:
            return
        entry = self.live.overview.entries[model]
        images = await self.app.push_screen_wait(MonthDialog(entry, self._mix.get(model, 0)))
        if images is None:
            return
        self._mix.pop(model, None)
        if images:
            self._mix[model] = images
        self.show(self.live.snapshot)

    def action_clear_month(self) -> None:
        """Forget the planned month."""
        self._mix.clear()
        self.show(self.live.snapshot)

    def action_changes(self) -> None:
        """Show every price change that this workspace noticed."""
        self.app.push_screen(PriceHistoryDialog(self.live.snapshot))

    @on(PriceList.ToggleAsked)
    def _toggle_clicked(self, event: PriceList.ToggleAsked) -> None:
        self.toggle(event.model)

    def action_switch(self) -> None:
        """Enable or disable the model under the cursor."""
        if self._model is not None:
            self.toggle(self._model)

    @on(PriceList.OpenAsked)
    def action_details(self) -> None:
        """Show everything that is known of the model under the cursor."""
        if self._model is not None:
            self.app.push_screen(details(self.live, self._model, self.recent_counts))

    @on(Banners.HelpAsked)
    def _banner_clicked(self, event: Banners.HelpAsked) -> None:
        self.app.call_later(self.app.simulate_key, event.key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer only what does something now."""
        if action == "clear_month":
            return bool(self._mix)
        if action == "listed":
            return self.is_mounted and not self._drawn and not self._list.has_room_for_both
        return True


def figures(overview: Overview) -> str:
    """How many prices are known, and what enabled models cost at least and at most."""
    total, known = len(overview.entries), len(overview.catalog.prices)
    return f"{known} prices" if known == total else f"{known} of {total} prices known"
