"""The guide as a list: use cases as headings, under each the models that are recommended for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.widgets import cells
from imgmodels_tui.widgets.columns import Column, Table
from imgmodels_tui.widgets.entry_list import BlankRow, EntryList, HeadRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgmodels_tui.catalog import UseCase
    from imgmodels_tui.widgets.line import Piece
    from imgmodels_tui.workspace.overview import Entry, Overview


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
    chosen: list[str] = []
    for word in sorted(cells.badges(row.entry, width), key=lambda word: not word.startswith("prem")):
        if len(" ".join([*chosen, word])) <= width:
            chosen.append(word)
    return cells.badge_pieces(view, chosen)


def _reason(view: GuideList, row: AdviceRow, _width: int) -> Sequence[Piece]:
    return ((view.glyphs.plain(row.reason), view.style_for("dim")),)


class GuideList(EntryList[GuideRow]):
    """Which model when. Asks for changes by message and shows what `show` is given."""

    # With less room the host leaves; badges and regions are shortened; then badges, reasons and stars leave.
    table = Table(
        Column("name", "Model", {0: 22}, cells.name, share=1),
        Column("badges", "", {0: 18, 2: 5, 3: 0}, _badges),
        Column("reason", "Why", {0: 20, 4: 0}, _reason, share=1),
        Column("region", "Region", {0: 10, 2: 6}, cells.region, short_title="Data"),
        Column("host", "Hosted by", {0: 17, 1: 0}, cells.host),
        Column("stars", "Stars", {0: 5, 5: 0}, cells.stars),
        Column("price", "Price", {0: 7, 2: 6}, cells.price, right=True),
        Column("toggle", "", {0: cells.TOGGLE}, cells.toggle),
        gaps={0: 2, 2: 1},
    )

    _overview: Overview | None = None

    def show(self, overview: Overview) -> None:
        """Show the guide in this state."""
        self._overview = overview
        self.refill()

    def rows_for(self, *, spaced: bool) -> Sequence[GuideRow]:
        """Each use case with its models."""
        return () if self._overview is None else rows_of(self._overview, spaced=spaced)
