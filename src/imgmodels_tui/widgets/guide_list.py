"""The guide as a list: use cases as headings, under each the models that are recommended for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

from imgmodels_tui.catalog import prices
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.drawn import Drawn
from imgmodels_tui.widgets.entry_list import TOGGLE, BlankRow, EntryList
from imgmodels_tui.widgets.line import between
from imgmodels_tui.widgets.line_list import MARKER
from imgmodels_tui.widgets.model_rows import ROLES, badges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from imgmodels_tui.catalog import UseCase
    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.widgets.line import Line, Piece
    from imgmodels_tui.workspace.overview import Entry, Overview


@dataclass(frozen=True)
class CaseRow:
    """The heading of a use case."""

    case: UseCase
    enabled: int
    key: None = None
    entry: None = None
    heads: bool = True


@dataclass(frozen=True)
class AdviceRow:
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


def rows_of(overview: Overview, *, airy: bool = False) -> tuple[GuideRow, ...]:
    """The guide's rows in the catalog's order, with a blank line between use cases if `airy`."""
    rows: list[GuideRow] = []
    for case in overview.catalog.guide.values():
        advice = [
            AdviceRow(case, overview.entries[advised.model], advised.reason or "") for advised in case.recommended
        ]
        if airy and rows:
            rows.append(BlankRow())
        rows.append(CaseRow(case, sum(row.entry.enabled for row in advice)))
        rows.extend(advice)
    return tuple(rows)


@dataclass(frozen=True)
class GuideColumns:
    """Widths in cells; a column of width 0 is not shown."""

    name: int = 22
    badges: int = 18
    reason: int = 20
    region: int = flags.WIDTH + 1 + 6
    host: int = 17
    stars: int = 5
    price: int = 7
    gap: int = 2

    @property
    def total(self) -> int:
        """What a row takes, with the cursor's cells in front."""
        widths = (self.name, self.badges, self.reason, self.region, self.host, self.stars, self.price, TOGGLE)
        shown = [width for width in widths if width]
        return MARKER + sum(shown) + self.gap * (len(shown) - 1)


_WIDE = GuideColumns()
_MEDIUM = replace(_WIDE, host=0)
_COMPACT = replace(_MEDIUM, badges=5, gap=1, region=flags.WIDTH + 1 + 2, price=6)
_STEPS = (
    _WIDE,
    _MEDIUM,
    _COMPACT,
    _NO_BADGES := replace(_COMPACT, badges=0),
    _NO_REASON := replace(_NO_BADGES, reason=0),
    _BARE := replace(_NO_REASON, stars=0),
)
"""With less room the host leaves; badges and regions are shortened; then badges, reasons and stars leave."""


@lru_cache(maxsize=8)
def fit(width: int) -> GuideColumns:
    """The richest columns that fit `width` cells; spare cells go to the name and the reason."""
    columns = next((step for step in _STEPS if step.total <= width), _BARE)
    spare = width - columns.total
    if not columns.reason or spare < 0:
        return replace(columns, name=max(4, columns.name + spare))
    return replace(columns, name=columns.name + spare // 2, reason=columns.reason + spare - spare // 2)


class GuideList(EntryList[GuideRow]):
    """Which model when. Asks for changes by message and shows what `show` is given."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self._overview: Overview | None = None

    @property
    def columns(self) -> GuideColumns:
        """The columns that fit the present width."""
        return fit(self.size.width)

    def show(self, overview: Overview) -> None:
        """Show the guide in this state, with air between use cases where all of it fits."""
        self._overview = overview
        rows = rows_of(overview, airy=True)
        self.update(rows if len(rows) <= self.size.height else rows_of(overview))

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
        line.space(1).cell(name, min(cell_len(name), line.room - len(count) - 4), self.ink("strong")).space(1)
        line.fill_to(len(count) + 1, self.glyphs.rule, self.ink("faint"))
        line.add(count, self.ink("on" if row.enabled else "dim")).space(1)

    def _draw_advice(self, row: AdviceRow, line: Line) -> None:
        columns, entry, glyphs, ink = self.columns, row.entry, self.glyphs, self.ink
        model, gap = entry.model, columns.gap
        line.cell(glyphs.plain(model.name), columns.name, ink("strong" if entry.enabled else None))
        if columns.badges:
            line.space(gap).pieces(self._badges(entry), columns.badges)
        if columns.reason:
            line.space(gap).cell(glyphs.plain(row.reason), columns.reason, ink("dim"))
        letters = columns.region - flags.WIDTH - 1
        region = model.region.value if letters > len("EU") else flags.LETTERS[model.region]
        line.space(gap).pieces(flags.flag(model, glyphs, ink), flags.WIDTH).space(1).cell(region, letters)
        if columns.host:
            line.space(gap).cell(glyphs.plain(entry.host.name), columns.host, ink("dim"))
        if columns.stars:
            line.space(gap).cell(glyphs.star * model.stars, columns.stars, ink("star"))
        line.space(gap).cell(glyphs.plain(prices.shown(entry.price)), columns.price, right=True)
        self.draw_toggle(entry, line.space(gap))

    def _badges(self, entry: Entry) -> list[Piece]:
        """As many badges as fit, the one about money first."""
        pieces: list[Piece] = []
        room = self.columns.badges
        for word in sorted(badges(entry, room), key=lambda word: not word.startswith("prem")):
            space = " " if pieces else ""
            if len(space + word) <= room:
                pieces.append((space + word, self.ink(ROLES[word])))
                room -= len(space + word)
        return pieces


class GuidePanel(Drawn):
    """What the guide is, and what the use case under the cursor would enable."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._case: UseCase | None = None
        self._off = 0

    def show(self, case: UseCase | None, off: int) -> None:
        """Show a use case and how many of its models are off."""
        if (case, off) != (self._case, self._off):
            self._case, self._off = case, off
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """Two lines: the remark that holds for all, and the use case."""
        glyphs, ink = self._glyphs, self.ink
        bar = (f" {glyphs.accent} ", ink("accent"))
        said = glyphs.plain("  a rough guide: try the models on your own task")
        first: list[Piece] = [bar, ("Which model when", ink("strong")), (said, ink("dim"))]
        if self._case is None:
            return [between(first, [], width, ink()), between([bar], [], width, ink())]
        name = glyphs.plain(self._case.name)
        count = len(self._case.recommended)
        right: list[Piece] = [("all on ", ink("on"))]
        if self._off:
            what = "the whole set" if self._off == count > 1 else f"{self._off} more" if count > 1 else "it"
            right = [("e", ink("key")), (f" enable {what} ", ink("dim"))]
        return [between(first, [], width, ink()), between([bar, (name, ink())], right, width, ink())]


class GuideHeadings(Drawn):
    """The titles of the guide's columns."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._columns: GuideColumns | None = None

    def show(self, columns: GuideColumns) -> None:
        """Follow the list's columns."""
        if columns != self._columns:
            self._columns = columns
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line over the list."""
        columns, line, dim = self._columns, self.line(width), self.ink("faint")
        if columns is None:
            return [line.strip()]
        gap = columns.gap
        line.space(MARKER).cell("Model", columns.name, dim)
        if columns.badges:
            line.space(gap).space(columns.badges)
        if columns.reason:
            line.space(gap).cell("Why", columns.reason, dim)
        line.space(gap).cell("Region" if columns.region > flags.WIDTH + 3 else "Data", columns.region, dim)
        if columns.host:
            line.space(gap).cell("Hosted by", columns.host, dim)
        if columns.stars:
            line.space(gap).cell("Stars", columns.stars, dim)
        line.space(gap).cell(self._glyphs.price, columns.price, dim, right=True)
        return [line.strip()]
