"""Which model when: the catalog's use cases, and the models it recommends for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip

from imgmodels_tui.catalog import UseCase
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.facts import figures, plan_note
from imgmodels_tui.screens.shared.facts_dialog import ConfirmDialog, premium_rule
from imgmodels_tui.screens.shared.list_page import EntryPage
from imgmodels_tui.widgets import cells
from imgmodels_tui.widgets.bars import StatusBar
from imgmodels_tui.widgets.columns import Column, Table
from imgmodels_tui.widgets.details import Kind, Proposal
from imgmodels_tui.widgets.details_pane import ListWithDetails
from imgmodels_tui.widgets.entry_list import BlankRow, EntryList, HeadRow
from imgmodels_tui.widgets.line import LineWidget, Piece, between
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.overview import EnablePreview, Entry, Overview, preview_enabling
from imgmodels_tui.workspace.queries.model_facts import Fact


class AdviceRow(Record):
    """One model that is recommended for a use case, with the reason where one is stated."""

    case: UseCase
    entry: Entry
    reason: str
    heads: bool = False

    @property
    def key(self) -> str:
        """The use case and the model: a model can be recommended for several."""
        return f"{self.case.id}/{self.entry.id}"


GuideRow = HeadRow | AdviceRow | BlankRow


def rows_of(overview: Overview, *, spaced: bool = False) -> tuple[GuideRow, ...]:
    """The guide's rows in the catalog's order, with a spacer row between use cases if `spaced`."""
    rows: list[GuideRow] = []
    for case in overview.catalog.guide.values():
        advice = [
            AdviceRow(case, overview.entries[advised.model], advised.reason or "") for advised in case.recommended
        ]
        if spaced and rows:
            rows.append(BlankRow())
        rows.append(HeadRow(case.name, sum(row.entry.enabled for row in advice), len(advice)))
        rows.extend(advice)
    return tuple(rows)


def _badges(view: GuideList, row: AdviceRow, width: int) -> Sequence[Piece]:
    """As many badges as fit, the one about money first."""
    if (forbidden := cells.forbidden_pieces(view, row.entry, width)) is not None:
        return forbidden
    chosen: list[str] = []
    for word in sorted(cells.badges(row.entry, width), key=lambda word: not word.startswith("prem")):
        if len(" ".join([*chosen, word])) <= width:
            chosen.append(word)
    return cells.badge_pieces(view.style_for, chosen)


def _reason(view: GuideList, row: AdviceRow, _width: int) -> Sequence[Piece]:
    return ((view.glyphs.plain(row.reason), view.style_for("dim")),)


class GuideList(EntryList[GuideRow]):
    """Which model when. Asks for changes by message and shows what `show` is given."""

    # With less room the host is shortened and leaves, badges and regions are shortened; then badges, reason, stars go.
    table = Table(
        Column("name", "Model", {0: 22}, cells.name, share=1),
        Column("badges", "", {0: 18, 3: 5, 4: 0}, _badges),
        Column("region", "Region", {0: 10, 3: 6}, cells.region, short_title="Data"),
        Column("reason", "Why", {0: 20, 5: 0}, _reason, share=1),
        Column("host", "Hosted by", {0: 17, 1: 9, 2: 0}, cells.host, share=9),
        Column("stars", "Stars", {0: 5, 6: 0}, cells.stars),
        Column("price", "Price", {0: 8, 3: 7}, cells.price, right=True),
        Column("toggle", "", {0: cells.TOGGLE}, cells.toggle),
        gaps={0: 2, 3: 1},
    )

    _overview: Overview | None = None

    def show(self, overview: Overview) -> None:
        """Show the guide in this state."""
        self._overview = overview
        self.refill()

    def rows_for(self, *, spaced: bool) -> Sequence[GuideRow]:
        """Each use case with its models."""
        return () if self._overview is None else rows_of(self._overview, spaced=spaced)


class GuidePanel(LineWidget):
    """What the guide is, and what the use case under the cursor would enable."""

    _case: UseCase | None = None
    _off = 0

    def show(self, case: UseCase | None, off: int) -> None:
        """Show a use case and how many of its models are off."""
        if (case, off) != (self._case, self._off):
            self._case, self._off = case, off
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """Two lines: the remark that holds for all, and the use case."""
        glyphs, style_for = self.glyphs, self.style_for
        bar = (f" {glyphs.accent} ", style_for("accent"))
        remark = glyphs.plain("  a rough guide: try the models on your own task")
        first: list[Piece] = [bar, ("Which model when", style_for("strong")), (remark, style_for("dim"))]
        if self._case is None:
            return [between(first, [], width, style_for()), between([bar], [], width, style_for())]
        name = glyphs.plain(f"{self._case.name}. {self._case.note}" if self._case.note else self._case.name)
        count = len(self._case.recommended)
        right: list[Piece] = [("all on ", style_for("on"))]
        if self._off:
            what = "the whole set" if self._off == count > 1 else f"{self._off} more" if count > 1 else "it"
            right = [("e", style_for("key")), (f" enable {what} ", style_for("dim"))]
        return [between(first, [], width, style_for()), between([bar, (name, style_for())], right, width, style_for())]


class GuidePage(EntryPage):
    """Use cases as headings, each recommended model with the reason."""

    NAME = "guide"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Go to model", tooltip="Go to the model on the Models page", id="guide.open"),
        Binding("space", "switch", "Toggle", tooltip="Enable or disable the model", id="guide.toggle"),
        Binding(
            "e", "enable", "Enable set", tooltip="Enable all models of the use case, in one step", id="guide.enable"
        ),
    ]

    def body(self) -> ComposeResult:
        """The use case under the cursor, then the list with the model's details beside it."""
        yield GuidePanel()
        yield ListWithDetails(GuideList())

    @property
    def _row(self) -> AdviceRow | None:
        """The recommendation under the cursor."""
        row = self._list.current
        return row if isinstance(row, AdviceRow) else None

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest snapshot."""
        self.query_one(GuideList).show(snapshot.overview)
        self.query_one(StatusBar).update(plan_note(snapshot.overview), figures(snapshot.overview))
        self._show_case()
        self.show_facts()

    @on(LineList.CursorMoved)
    def _moved(self) -> None:
        self._show_case()
        self.query_one(ListWithDetails).show_at_rest(self.show_facts)

    def _show_case(self) -> None:
        row, overview = self._row, self.live.overview
        if row is not None:
            self.query_one(GuidePanel).show(row.case, len(previewed(overview, row.case).added))

    @work
    async def action_enable(self) -> None:
        """Enable the whole set of the use case under the cursor, after showing what that changes."""
        if self._row is None:
            return
        case = self._row.case
        if not previewed(self.live.overview, case).added:
            self.show_notice(f"Nothing to do: {case.name}: all on already")
            return
        dialog = ConfirmDialog(
            self.live, f"Enable: {case.name}", lambda overview: proposal(previewed(overview, case), overview)
        )
        if agreed := await self.app.push_screen_wait(dialog):
            self.request(lambda overview: previewed(overview, case).rule, reason=agreed.reason)


def previewed(overview: Overview, case: UseCase) -> EnablePreview:
    """What enabling all models of a use case would change."""
    return preview_enabling(overview, [recommended.model for recommended in case.recommended])


def proposal(preview: EnablePreview, overview: Overview) -> Proposal:
    """What enabling a set would do, in words."""
    kinds = (Kind("Will be enabled", preview.added), Kind("On already", preview.already_enabled))
    if not preview.added:
        return Proposal(kinds, (Fact("Nothing to do", "all of them are on already"),), ready=False)
    return Proposal(
        kinds, (Fact("Default", _default(preview, overview)), Fact("Premium", _premium(preview, overview))), ready=True
    )


def _default(preview: EnablePreview, overview: Overview) -> str:
    if preview.new_default is not None:
        return f"{preview.new_default.model.name} becomes the default, because there is none"
    return f"stays {overview.default.model.name}" if overview.default else "none"


def _premium(preview: EnablePreview, overview: Overview) -> str:
    premium, added = len(preview.premium), len(preview.added)
    if not premium:
        return "none of these"
    return f"{premium} of these {added}: {premium_rule(overview)}"
