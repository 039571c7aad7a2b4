"""Which model when: the catalog's use cases, and the models it recommends for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from imgmodels_tui.screens.guide.columns import GuideTitles
from imgmodels_tui.screens.guide.list import AdviceRow, GuideList
from imgmodels_tui.screens.guide.panel import GuidePanel
from imgmodels_tui.screens.shared.about import premium_rule
from imgmodels_tui.screens.shared.confirm import ConfirmDialog
from imgmodels_tui.screens.shared.facts import SIDE_WIDTH, figures, standing
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.widgets.bars import StatusBar
from imgmodels_tui.widgets.details import FactSheet, about_model
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.widgets.proposal import Kind, Proposal
from imgmodels_tui.workspace.queries.enable_preview import EnablePreview, adopt
from imgmodels_tui.workspace.queries.model_facts import Fact

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.geometry import Size

    from imgmodels_tui.catalog import UseCase
    from imgmodels_tui.workspace.live import Snapshot
    from imgmodels_tui.workspace.overview import Overview


class GuidePage(Page):
    """Use cases as headings, each recommended model with what speaks for it."""

    NAME = "guide"
    CSS_PATH = "styles.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Go to model", tooltip="Go to the model on the Models page", id="guide.open"),
        Binding("space", "switch", "Toggle", tooltip="Enable or disable the model", id="guide.toggle"),
        Binding(
            "e",
            "enable",
            "Enable set",
            tooltip="Enable all models of the use case, in one step",
            id="guide.enable",
        ),
    ]

    def body(self) -> ComposeResult:
        """The use case under the cursor, then the list with the model's details beside it."""
        yield GuidePanel()
        with Horizontal():
            with Vertical():
                yield GuideTitles()
                yield GuideList()
            with VerticalScroll(id="side", can_focus=False):
                yield FactSheet()

    def on_mount(self) -> None:
        """Begin in the list."""
        self._list.focus()

    def fit(self, size: Size) -> None:
        """Show the details beside the list where there is room."""
        super().fit(size)
        self.set_class(size.width >= SIDE_WIDTH, "-side")

    @property
    def _list(self) -> GuideList:
        return self.query_one(GuideList)

    @property
    def _row(self) -> AdviceRow | None:
        """The recommendation under the cursor."""
        row = self._list.current
        return row if isinstance(row, AdviceRow) else None

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest picture."""
        self._list.show(snapshot.overview)
        self.query_one(StatusBar).update(standing(snapshot.overview), figures(snapshot.overview))
        self._show_row()

    @on(GuideList.Fitted)
    def _show_headings(self) -> None:
        self.query_one(GuideTitles).show(self._list.columns)

    @on(LineList.CursorMoved)
    def _show_row(self) -> None:
        row, overview = self._row, self.live.overview
        if row is not None:
            self.query_one(GuidePanel).show(row.case, len(adopted(overview, row.case).arriving))
            self.query_one(FactSheet).show(about_model(row.entry, overview, self.recent_counts()), row.entry.model.name)

    def action_open(self) -> None:
        """Go to the model on the settings page."""
        if self._row is not None:
            self.post_message(self.ModelWanted(self._row.entry.id))

    @on(GuideList.OpenAsked)
    def _opened(self, event: GuideList.OpenAsked) -> None:
        self.post_message(self.ModelWanted(event.model))

    def action_switch(self) -> None:
        """Enable or disable the model under the cursor."""
        if self._row is not None:
            self.toggle(self._row.entry.id)

    @on(GuideList.ToggleAsked)
    def _toggled(self, event: GuideList.ToggleAsked) -> None:
        self.toggle(event.model)

    @work
    async def action_enable(self) -> None:
        """Enable the whole set of the use case under the cursor, after showing what that changes."""
        if self._row is None:
            return
        case = self._row.case
        if not adopted(self.live.overview, case).arriving:
            self.show_notice(f"Nothing to do: {case.name}: all on already")
            return
        dialog = ConfirmDialog(
            self.live,
            f"Enable: {case.name}",
            lambda overview: proposal(adopted(overview, case), overview),
        )
        if await self.app.push_screen_wait(dialog):
            self.request(lambda overview: adopted(overview, case).rule)


def adopted(overview: Overview, case: UseCase) -> EnablePreview:
    """What enabling all models of a use case would change."""
    return adopt(overview, [recommended.model for recommended in case.recommended])


def proposal(adoption: EnablePreview, overview: Overview) -> Proposal:
    """What enabling a set would do, in words."""
    kinds = (Kind("Will be enabled", adoption.arriving), Kind("On already", adoption.present))
    if not adoption.arriving:
        return Proposal(kinds, (Fact("Nothing to do", "all of them are on already"),), ready=False)
    return Proposal(
        kinds,
        (Fact("Default", _default(adoption, overview)), Fact("Premium", _premium(adoption, overview))),
        ready=True,
    )


def _default(adoption: EnablePreview, overview: Overview) -> str:
    if adoption.new_default is not None:
        return f"{adoption.new_default.model.name} becomes the default, because there is none"
    return f"stays {overview.default.model.name}" if overview.default else "none"


def _premium(adoption: EnablePreview, overview: Overview) -> str:
    premium, arriving = len(adoption.premium), len(adoption.arriving)
    if not premium:
        return "none of these"
    return f"{premium} of these {arriving}: {premium_rule(overview)}"
