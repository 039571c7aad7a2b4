"""The guide as a list: use cases as headings, under each the models that are recommended for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from imgmodels_tui.catalog import prices
from imgmodels_tui.record import Record
from imgmodels_tui.screens.guide.columns import GuideColumns, fit
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.entry_list import EntryList
from imgmodels_tui.widgets.model_rows import ROLES, BlankRow, badges

if TYPE_CHECKING:
    from imgmodels_tui.catalog import UseCase
    from imgmodels_tui.widgets.line import Line, Piece
    from imgmodels_tui.workspace.overview import Entry, Overview


class CaseRow(Record):
    """The heading of a use case."""

    case: UseCase
    enabled: int
    key: None = None
    entry: None = None
    heads: bool = True


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


GuideRow = CaseRow | AdviceRow | BlankRow


def rows_of(overview: Overview, *, spaced: bool = False) -> tuple[GuideRow, ...]:
    """The guide's rows in the catalog's order, with a blank line between use cases if `spaced`."""
    rows: list[GuideRow] = []
    for case in overview.catalog.guide.values():
        advice = [
            AdviceRow(case, overview.entries[advised.model], advised.reason or "") for advised in case.recommended
        ]
        if spaced and rows:
            rows.append(BlankRow())
        rows.append(CaseRow(case, sum(row.entry.enabled for row in advice)))
        rows.extend(advice)
    return tuple(rows)


class GuideList(EntryList[GuideRow]):
    """Which model when. Asks for changes by message and shows what `show` is given."""

    def __init__(self) -> None:
        super().__init__()
        self._overview: Overview | None = None

    @property
    def columns(self) -> GuideColumns:
        """The columns that fit the present width."""
        return fit(self.row_width)

    def show(self, overview: Overview) -> None:
        """Show the guide in this state, with air between use cases where all of it fits."""
        self._overview = overview
        lines = sum(len(case.recommended) + 2 for case in overview.catalog.guide.values()) - 1
        self.update(rows_of(overview, spaced=lines <= self.size.height))

    def on_resize(self) -> None:
        """Choose air anew."""
        if self._overview is not None:
            self.show(self._overview)
        super().on_resize()

    def draw(self, row: GuideRow, line: Line) -> None:
        """Draw a use case or a recommended model."""
        if isinstance(row, CaseRow):
            self._draw_case(row, line)
        elif isinstance(row, AdviceRow):
            self._draw_advice(row, line)

    def _draw_case(self, row: CaseRow, line: Line) -> None:
        count = f" {row.enabled} of {len(row.case.recommended)} on"
        name = self.glyphs.plain(row.case.name)
        line.space(1).cell(name, min(cell_len(name), line.room - len(count) - 4), self.style_for("strong")).space(1)
        line.fill_to(len(count) + 1, self.glyphs.rule, self.style_for("faint"))
        line.add(count, self.style_for("on" if row.enabled else "dim")).space(1)

    def _draw_advice(self, row: AdviceRow, line: Line) -> None:
        columns, entry, glyphs, style_for = self.columns, row.entry, self.glyphs, self.style_for
        model, gap = entry.model, columns.gap
        line.cell(glyphs.plain(model.name), columns.name, style_for("strong" if entry.enabled else None))
        if columns.badges:
            line.space(gap).pieces(self._badges(entry), columns.badges)
        if columns.reason:
            line.space(gap).cell(glyphs.plain(row.reason), columns.reason, style_for("dim"))
        letters = columns.region - flags.WIDTH - 1
        region = model.region.value if letters > len("EU") else flags.LETTERS[model.region]
        line.space(gap).pieces(flags.flag(model, glyphs, style_for), flags.WIDTH).space(1).cell(region, letters)
        if columns.host:
            line.space(gap).cell(glyphs.plain(entry.host.name), columns.host, style_for("dim"))
        if columns.stars:
            line.space(gap).cell(glyphs.star * model.stars, columns.stars, style_for("star"))
        line.space(gap).cell(glyphs.figure(prices.shown(entry.price)), columns.price, right=True)
        self.draw_toggle(entry, line.space(gap))

    def _badges(self, entry: Entry) -> list[Piece]:
        """As many badges as fit, the one about money first."""
        pieces: list[Piece] = []
        room = self.columns.badges
        for word in sorted(badges(entry, room), key=lambda word: not word.startswith("prem")):
            space = " " if pieces else ""
            if len(space + word) <= room:
                pieces.append((space + word, self.style_for(ROLES[word])))
                room -= len(space + word)
        return pieces
