"""Pages of a list of models: what is known of each, and for most of them a filter and an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from imgmodels_tui.screens.shared.filter_page import FilterLine, FilterPage
from imgmodels_tui.screens.shared.page import Page, PageContext
from imgmodels_tui.widgets.columns import ColumnTitles
from imgmodels_tui.widgets.details import about_model
from imgmodels_tui.widgets.details_pane import ListWithDetails
from imgmodels_tui.widgets.entry_list import ToggleList
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.queries.model_filter import Query, parse
from imgmodels_tui.workspace.queries.model_order import Order


class EntryPage(Page):
    """A page of a `ToggleList` and its `ColumnTitles`. Subclasses say by `open_model` what it means to open a model."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "config", "Config", tooltip="Image generation, plan and policy", id="page.config")
    ]

    def on_mount(self) -> None:
        """Begin in the list."""
        self._list.focus()

    @property
    def _list(self) -> ToggleList[Any]:
        return self.query_one(ToggleList)

    @property
    def entry(self) -> Entry | None:
        """The model under the cursor, in the newest state."""
        current = self._list.current
        return current.entry if current is not None else None

    def show_facts(self) -> None:
        """Show beside or below the list what is known of the model under the cursor."""
        entry, pane = self.entry, self.query_one(ListWithDetails)
        if entry is None:
            pane.show(())
        else:
            pane.show(about_model(entry, self.live.overview, self.recent_counts()), entry.model.name)
        pane.fit()

    def action_switch(self) -> None:
        """Enable or disable the model under the cursor."""
        if self.entry is not None:
            self.toggle(self.entry.id)

    def action_config(self) -> None:
        """Open the product configuration."""
        from imgmodels_tui.screens.shared.config import ConfigDialog  # noqa: PLC0415 - not at start

        self.app.push_screen(ConfigDialog(self))

    def action_open(self) -> None:
        """Open the model under the cursor."""
        if self.entry is not None:
            self.open_model(self.entry.id)

    @on(ToggleList.ModelClicked)
    def _model_clicked(self, event: ToggleList.ModelClicked) -> None:
        if event.toggle:
            self.toggle(event.model)
        else:
            self.open_model(event.model)

    def open_model(self, model: str) -> None:
        """Go to the model on the settings page."""
        self.post_message(self.ModelWanted(model))


def finding_keys(page: str) -> Sequence[BindingType]:
    """The keys that filter and sort the models of a page, by its name."""
    return (
        Binding("slash", "find", "Filter", tooltip="Filter the models as you type", id=f"{page}.filter"),
        Binding("s", "sort", "Sort", tooltip="Next order: maker, price, stars, name, host", id=f"{page}.sort"),
    )


class ModelFilterPage(EntryPage, FilterPage):
    """A page of models that can be filtered and sorted. Subclasses say what `escape` clears (`action_clear`)."""

    HINT = "region:eu host: maker: stars:>=3 price:<0.05 ref:yes premium:no enabled:yes"
    ORDERS: ClassVar[Sequence[Order]] = tuple(Order)
    """The orders that follow each other; the first is the page's own."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._query = Query()
        self._order = self.ORDERS[0]

    def understand(self, text: str) -> None:
        """Use another filter. Raises `QueryError`."""
        self._query = parse(text)

    def sort_by(self, order: Order) -> None:
        """Show the models in another order."""
        self._order = order
        self.show_found()

    def action_sort(self) -> None:
        """Show the models in the next order."""
        self.clear_notice()
        self.sort_by(self.ORDERS[(self.ORDERS.index(self._order) + 1) % len(self.ORDERS)])

    @on(ColumnTitles.Clicked)
    def _sort_by_column(self, event: ColumnTitles.Clicked) -> None:
        """Sort by the column that was clicked on; a second click brings the page's order back."""
        order = _BY_COLUMN.get(event.column)
        if order is not None:
            self.sort_by(self.ORDERS[0] if order is self._order else order)

    def standing(self, shown: int, usual: str) -> list[str]:
        """What the status bar says of filter and order; `usual` where there is neither."""
        figures = f"{shown} of {len(self.live.overview.entries)} models"
        self.query_one(FilterLine).update(figures)
        found = [f"/ {self.found_by}", figures] if self.found_by else []
        order = [] if self._order is self.ORDERS[0] else [f"Sorted: {self._order.in_words}"]
        return [*found, *order] or [usual]


_BY_COLUMN: Mapping[str, Order] = {
    "name": Order.NAME,
    "host": Order.HOST,
    "stars": Order.STARS,
    "price": Order.PRICE,
    "maker": Order.PAGE,
}
