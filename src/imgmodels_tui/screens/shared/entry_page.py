"""A page of a list of models, with the titles of its columns over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on

from imgmodels_tui.screens.shared.facts import SIDE_WIDTH
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.widgets.columns import ColumnTitles
from imgmodels_tui.widgets.details import FactSheet, about_model
from imgmodels_tui.widgets.entry_list import ToggleList

if TYPE_CHECKING:
    from textual.geometry import Size

    from imgmodels_tui.workspace.overview import Entry


class EntryPage(Page):
    """A page of a `ToggleList` and its `ColumnTitles`. Subclasses say by `open_model` what it means to open a model."""

    def on_mount(self) -> None:
        """Begin in the list."""
        self._list.focus()

    def fit(self, size: Size) -> None:
        """Show details beside the list where there is room."""
        super().fit(size)
        self.set_class(size.width >= SIDE_WIDTH, "-side")

    @property
    def _list(self) -> ToggleList[Any]:
        return self.query_one(ToggleList)

    @property
    def entry(self) -> Entry | None:
        """The model under the cursor, in the newest state."""
        current = self._list.current
        return current.entry if current is not None else None

    def show_facts(self) -> None:
        """Show beside the list what is known of the model under the cursor."""
        entry, sheet = self.entry, self.query_one(FactSheet)
        if entry is None:
            sheet.show(())
        else:
            sheet.show(about_model(entry, self.live.overview, self.recent_counts()), entry.model.name)

    @on(ToggleList.Fitted)
    def _follow_columns(self) -> None:
        if self._list.size.width:  # while the list is not displayed it has none
            self.query_one(ColumnTitles).show(self._list.columns)

    def action_switch(self) -> None:
        """Enable or disable the model under the cursor."""
        if self.entry is not None:
            self.toggle(self.entry.id)

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
