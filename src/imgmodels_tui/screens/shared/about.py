"""The page's remarks and a model's details: what an admin asks before deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.catalog import prices
from imgmodels_tui.screens.shared.sheet import SheetDialog
from imgmodels_tui.widgets.details import FactSheet, about_model
from imgmodels_tui.workspace.queries.model_facts import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imgmodels_tui.generator.sessions.counts import SessionCounts
    from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
    from imgmodels_tui.workspace.overview import Overview


class FactsDialog(SheetDialog):
    """A sheet of facts that follows the workspace while it is open."""

    def __init__(
        self,
        live: LiveWorkspace,
        heading: str,
        known: Callable[[Overview], Sequence[Fact]],
    ) -> None:
        super().__init__()
        self._live, self._heading, self._known = live, heading, known

    def heading(self) -> str:
        """What the sheet is about."""
        return self._heading

    def facts(self) -> Sequence[Fact]:
        """What is known now."""
        return self._known(self._live.overview)

    def on_mount(self) -> None:
        """Keep up with changes."""
        self.follow(self._live, self._show)

    def _show(self, snapshot: Snapshot) -> None:
        self.query_one(FactSheet).show(self._known(snapshot.overview))


def details(live: LiveWorkspace, model: str, counts: Callable[[], SessionCounts | None]) -> FactsDialog:
    """Everything known of a model, with the sessions on it."""
    name = live.overview.entries[model].model.name
    return FactsDialog(live, name, lambda overview: about_model(overview.entries[model], overview, counts()))


def about_page(live: LiveWorkspace) -> FactsDialog:
    """The remarks that hold for the whole page."""
    return FactsDialog(live, "About these models", page_facts)


def page_facts(overview: Overview) -> Sequence[Fact]:
    """Status, plan and the catalog's notes."""
    catalog = overview.catalog
    rates = [f"1 € = {rate.per_euro} {rate.id} on {rate.as_of} ({rate.source})" for rate in catalog.exchange.values()]
    return (
        Fact("Status", catalog.platform.status),
        *(Fact(note.title, note.text) for note in catalog.notes.values()),
        Fact("Exchange", "; ".join(rates)),
        Fact("Margin", prices.percent(catalog.platform.margin)),
        Fact("Premium", premium_rule(overview)),
    )


def premium_rule(overview: Overview) -> str:
    """How premium models are paid for on this workspace's plan (R14)."""
    if overview.state.plan == "enterprise":
        return "included on this workspace's enterprise plan"
    return "billed against credits on this workspace's self-service plan"
