"""Who processes the data, and what it would mean to do without some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.geometry import Size

from imgmodels_tui.catalog import Region
from imgmodels_tui.screens.hosting.exclusion import ExclusionDialog, ExclusionPanel, answer
from imgmodels_tui.screens.hosting.list import HostedRow, HostingList, HostRegionRow
from imgmodels_tui.screens.shared.effect import choosable, default_picker, sessions_concerned, sessions_in_words
from imgmodels_tui.screens.shared.facts import figures
from imgmodels_tui.screens.shared.facts_dialog import FactsDialog
from imgmodels_tui.screens.shared.filter_page import FilterLine
from imgmodels_tui.screens.shared.list_page import ModelFilterPage, finding_keys
from imgmodels_tui.screens.shared.page import TALL, PageContext
from imgmodels_tui.widgets.bars import Severity, StatusBar
from imgmodels_tui.widgets.columns import ColumnTitles
from imgmodels_tui.widgets.details import FactSheet
from imgmodels_tui.widgets.details_pane import SIDE_WIDTH, AtRest
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.queries import hosting
from imgmodels_tui.workspace.queries.hosting import Exclusion, HostRegion, HostRegionId, of_host, outside
from imgmodels_tui.workspace.queries.model_order import Order, in_order


class HostingPage(ModelFilterPage):
    """Host, region, models; with some excluded, what doing without them would change."""

    NAME = "hosting"
    CSS_PATH = "styles.tcss"
    ORDERS = (Order.PAGE, Order.PRICE, Order.STARS, Order.NAME)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Clear", tooltip="Drop the filter, then exclude nothing", id="hosting.clear"),
        Binding("enter,a", "apply", "Apply", tooltip="See what would change, then apply it", id="hosting.apply"),
        Binding("enter", "open", "Go to model", tooltip="Go to the model on the Models page", id="hosting.open"),
        Binding("x", "exclude", "Exclude", tooltip="Exclude this host in this region", id="hosting.exclude"),
        Binding("X", "exclude_host", "Host", tooltip="Exclude this host everywhere", id="hosting.exclude-host"),
        Binding("E", "eu_only", "EU only", tooltip="Exclude every place outside the EU", id="hosting.eu-only"),
        Binding("d", "choose", "Default", tooltip="Choose the default that follows", id="hosting.default"),
        *finding_keys("hosting"),
        Binding("space", "switch", "Toggle", tooltip="Enable or disable the model", id="hosting.toggle"),
        Binding("i", "about", "Notes", tooltip="Who makes and who runs this model", id="hosting.about"),
    ]

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._exclusion = Exclusion()
        self._effect = self._exclusion.effect(self.live.overview)
        self._listed: Mapping[HostRegionId, HostRegion] = {}
        self._at_rest = AtRest(self)

    def body(self) -> ComposeResult:
        """The question and its answer, the list, and notes on the row under the cursor."""
        yield ExclusionPanel()
        with Container(id="middle"):
            with Vertical():
                yield ColumnTitles()
                yield HostingList()
            with VerticalScroll(id="notes", can_focus=False):
                yield FactSheet()
        yield FilterLine()

    def fit(self, size: Size) -> None:
        """Notes beside the list where there is room, else below it: in full, or as two lines."""
        super().fit(size)
        self.set_class(size.width >= SIDE_WIDTH, "-side")
        self.set_class(size.height < TALL and not self.has_class("-side"), "-short")
        if self.is_mounted:
            self._show_notes()

    @property
    def _list(self) -> HostingList:
        return self.query_one(HostingList)

    @property
    def _row(self) -> HostRegionRow | HostedRow | None:
        """The host in a region, or the model, under the cursor."""
        row = self._list.current
        return row if isinstance(row, HostRegionRow | HostedRow) else None

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest snapshot."""
        overview, exclusion = snapshot.overview, self._exclusion
        self._listed = {each.id: each for each in hosting.host_regions(overview)}
        self._effect = effect = exclusion.effect(overview)
        sessions = sessions_in_words(sessions_concerned(effect, self.recent_counts.on_each)) if effect.disabled else ""
        self.query_one(ExclusionPanel).show(answer(overview, exclusion, effect, sessions))
        self.show_found()

    def show_found(self) -> None:
        """Show the models that the filter selects below their hosts, in the chosen order."""
        overview, groups, shown = self.live.overview, [], 0
        for group in self._listed.values():
            found = in_order(self._query.select(group.entries), self._order, overview)
            shown += len(found)
            groups += [group.replace(entries=found)] if found else []
        self._list.show(groups, self._exclusion.excluded, self._effect, self._query.bare)
        standing = self.standing(shown, "Maker ≠ host: the host gets the data")
        self.query_one(StatusBar).update(" · ".join(standing), figures(overview))
        self._show_notes()
        self.refresh_bindings()

    @on(HostingList.Fitted)
    def _follow_columns(self) -> None:
        if self._list.size.width:
            self.query_one(ColumnTitles).show(self._list.columns)

    def _exclude(self, exclusion: Exclusion) -> None:
        """Exclude these from now on."""
        if exclusion == self._exclusion:
            return
        self._exclusion = exclusion
        self.show(self.live.snapshot)
        self.refresh_bindings()

    @on(LineList.CursorMoved)
    def _moved(self) -> None:
        self._at_rest.call(self._show_notes)
        self.refresh_bindings()

    def _show_notes(self) -> None:
        row = self._row
        if row is None:
            return
        known = hosting.in_short if self.has_class("-short") else hosting.in_full
        title = title_of(row) if self.has_class("-side") else ""
        catalog = self.live.overview.catalog
        self.query_one(FactSheet).show(known(self._listed[row.id], self._entries, catalog), title)

    @property
    def _entries(self) -> Sequence[Entry]:
        """The models of the row under the cursor."""
        row = self._row
        if row is None:
            return ()
        return (row.entry,) if isinstance(row, HostedRow) else self._listed[row.id].entries

    def action_exclude(self) -> None:
        """Exclude the host and region under the cursor, or allow it again."""
        if self._row is not None:
            self._exclude(self._exclusion.toggle([self._row.id]))

    def action_exclude_host(self) -> None:
        """Exclude the host under the cursor in all of its regions, or allow it again."""
        if self._row is not None:
            self._exclude(self._exclusion.toggle(of_host(self.live.overview, self._row.id.host)))

    def action_eu_only(self) -> None:
        """Exclude everything outside the EU."""
        self._exclude(self._exclusion.exclude(outside(self.live.overview, Region.EU)))

    def action_clear(self) -> None:
        """Drop the filter, and then exclude nothing any more."""
        if self.found_by:
            self.find("")
        else:
            self._exclude(Exclusion())

    @work
    async def action_choose(self) -> None:
        """Choose the default that follows."""
        picker = default_picker(self.live, lambda overview: self._exclusion.effect(overview).remaining)
        picked = await self.app.push_screen_wait(picker)
        if picked is not None:
            self._exclude(self._exclusion.choosing(picked))

    @work
    async def action_apply(self) -> None:
        """Show what would change, then change it in one step."""
        if not self._effect.possible:
            text = "Not possible: at least one model must stay enabled; enable one elsewhere first"
            self.show_notice(text, Severity.REFUSED)
            return
        dialog = ExclusionDialog(self.live, self._exclusion, self.recent_counts.on_each)
        agreed = await self.app.push_screen_wait(dialog)
        self._exclude(dialog.exclusion)
        if agreed:
            self.request(dialog.rule, reason=agreed.reason)

    def action_about(self) -> None:
        """Show the notes in full."""
        row = self._row
        if row is not None:
            known = hosting.in_full(self._listed[row.id], self._entries, self.live.overview.catalog)
            self.app.push_screen(FactsDialog(self.live, title_of(row), lambda _: known))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer only what does something now."""
        match action:
            case "apply":
                return bool(self._exclusion) and (
                    bool(self._effect.disabled) or self._exclusion.as_policy(self.live.overview) is not None
                )
            case "choose":
                return choosable(self._effect)
            case "clear":
                return bool(self._exclusion or self.found_by)
            case "find":
                return not self.is_finding
            case "open" | "switch":
                return self.is_mounted and isinstance(self._row, HostedRow)
            case _:
                return True


def title_of(row: HostRegionRow | HostedRow) -> str:
    """What a row is called."""
    if isinstance(row, HostedRow):
        return row.entry.model.name
    return f"{row.name} · {row.id.region.value}"
