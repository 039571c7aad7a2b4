"""Who processes the data: each host and region as a heading, under it the models it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.drawn import Drawn
from imgmodels_tui.widgets.entry_list import TOGGLE, BlankRow, EntryList
from imgmodels_tui.widgets.line_list import MARKER
from imgmodels_tui.workspace.hosting import made_elsewhere

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from textual.strip import Strip

    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.widgets.line import Line, Piece
    from imgmodels_tui.workspace.exclusion import Effect
    from imgmodels_tui.workspace.hosting import Place, Where
    from imgmodels_tui.workspace.overview import Entry


@dataclass(frozen=True)
class PlaceRow:
    """The heading of a host in a region; the cursor can stand on it."""

    where: Where
    name: str
    enabled: int
    count: int
    excluded: bool
    entry: None = None
    heads: bool = True

    @property
    def key(self) -> str:
        """Host and region; a model's id has no slash."""
        return f"{self.where.host}/{self.where.region.value}"


class Fate(Enum):
    """What an exclusion means for a model that is on."""

    NONE = ""
    GOES_OFF = "goes off"
    BECOMES_DEFAULT = "new default"


@dataclass(frozen=True)
class RunRow:
    """A model in its place."""

    where: Where
    entry: Entry
    fate: Fate
    heads: bool = False

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


HostingRow = PlaceRow | RunRow | BlankRow


def rows_of(
    places: Sequence[Place], excluded: Collection[Where], effect: Effect, *, airy: bool = False
) -> tuple[HostingRow, ...]:
    """Every place with its models, with a blank line between places if `airy`."""
    fates = _fates(effect)
    rows: list[HostingRow] = []
    for place in places:
        if airy and rows:
            rows.append(BlankRow())
        enabled = sum(entry.enabled for entry in place.entries)
        rows.append(PlaceRow(place.where, place.host.name, enabled, len(place.entries), place.where in excluded))
        rows.extend(RunRow(place.where, entry, fates.get(entry.id, Fate.NONE)) for entry in place.entries)
    return tuple(rows)


def _fates(effect: Effect) -> dict[str, Fate]:
    """What happens to which models."""
    fates = {entry.id: Fate.GOES_OFF for entry in effect.hit}
    if effect.default_hit and effect.new_default is not None:
        fates[effect.new_default.id] = Fate.BECOMES_DEFAULT
    return fates


@dataclass(frozen=True)
class PlaceColumns:
    """Widths in cells; a column of width 0 is not shown."""

    indent: int = 2
    name: int = 22
    fate: int = 20
    maker: int = 20
    region: int = flags.WIDTH + 1 + len("US · United States")
    gap: int = 2

    @property
    def total(self) -> int:
        """What a row takes, with the cursor's cells in front."""
        shown = [width for width in (self.name, self.fate, self.maker, self.region, TOGGLE) if width]
        return MARKER + self.indent + sum(shown) + self.gap * (len(shown) - 1)


_WIDE = PlaceColumns()
_COMPACT = PlaceColumns(indent=1, fate=16, maker=19, region=flags.WIDTH + 1 + 2, gap=1)
_STEPS = (
    _WIDE,
    _COMPACT,
    _NO_REGION := replace(_COMPACT, region=0),
    _BARE := replace(_NO_REGION, maker=0),
)
"""With less room regions become two letters, then leave, because the heading says them; then the maker leaves."""


@lru_cache(maxsize=8)
def fit(width: int) -> PlaceColumns:
    """The richest columns that fit `width` cells; spare cells go to the name and what happens to the model."""
    columns = next((step for step in _STEPS if step.total <= width), _BARE)
    spare = width - columns.total
    if spare < 0:
        return replace(columns, name=max(4, columns.name + spare))
    return replace(columns, name=columns.name + spare // 2, fate=columns.fate + spare - spare // 2)


class PlaceList(EntryList[HostingRow]):
    """The compact hosting list, with what an exclusion would do to it."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self._shown: tuple[Sequence[Place], Collection[Where], Effect] | None = None

    @property
    def columns(self) -> PlaceColumns:
        """The columns that fit the present width."""
        return fit(self.size.width)

    def show(self, places: Sequence[Place], excluded: Collection[Where], effect: Effect) -> None:
        """Show the places, what is excluded and what that means, with air between them where all of it fits."""
        self._shown = places, excluded, effect
        rows = rows_of(places, excluded, effect, airy=True)
        self.update(rows if len(rows) <= self.size.height else rows_of(places, excluded, effect))

    def on_resize(self) -> None:
        """Choose air anew."""
        if self._shown is not None:
            self.show(*self._shown)
        super().on_resize()

    def draw(self, row: HostingRow, line: Line) -> None:
        """Draw a place or a model."""
        if isinstance(row, PlaceRow):
            self._draw_place(row, line)
        elif isinstance(row, RunRow):
            self._draw_run(row, line)

    def _draw_place(self, row: PlaceRow, line: Line) -> None:
        glyphs, ink = self.glyphs, self.ink
        count = f" {row.enabled} of {row.count} on"
        mark = f" {glyphs.refused} excluded " if row.excluded else ""
        line.add(glyphs.plain(row.name), ink("strong")).space(1)
        line.add(glyphs.plain(f"{glyphs.separator} {row.where.region.value}"), ink("strong")).space(1)
        line.fill_to(len(mark) + len(count) + 1, glyphs.rule, ink("faint"))
        line.add(mark, ink("error")).add(count, ink("on" if row.enabled else "dim")).space(1)

    def _draw_run(self, row: RunRow, line: Line) -> None:
        columns, entry, glyphs, ink = self.columns, row.entry, self.glyphs, self.ink
        model, gap = entry.model, columns.gap
        line.space(columns.indent)
        line.cell(glyphs.plain(model.name), columns.name, ink("strong" if entry.enabled else None))
        line.space(gap).pieces(self._fate(row), columns.fate)
        if columns.maker:
            elsewhere = made_elsewhere(entry)
            maker = f"{glyphs.differs if elsewhere else ' '} {glyphs.plain(entry.maker.name)}"
            line.space(gap).cell(maker, columns.maker, ink(None if elsewhere else "dim"))
        if columns.region:
            letters = columns.region - flags.WIDTH - 1
            full = f"{model.region.value} · {model.country}" if model.country else model.region.value
            region = full if letters > len("EU") else flags.LETTERS[model.region]
            line.space(gap).pieces(flags.flag(model, glyphs, ink), flags.WIDTH)
            line.space(1).cell(glyphs.plain(region), letters)
        self.draw_toggle(entry, line.space(gap))

    def _fate(self, row: RunRow) -> list[Piece]:
        pieces: list[Piece] = []
        if row.entry.is_default:
            narrow = self.columns.fate < len("default  x goes off")
            pieces.append(("dflt. " if narrow and row.fate is not Fate.NONE else "default  ", self.ink("default")))
        if row.fate is Fate.GOES_OFF:
            pieces.append((f"{self.glyphs.refused} {row.fate.value}", self.ink("error")))
        elif row.fate is Fate.BECOMES_DEFAULT:
            pieces.append((f"{self.glyphs.done} {row.fate.value}", self.ink("default")))
        return pieces


class PlaceHeadings(Drawn):
    """The titles of the hosting list's columns."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._columns: PlaceColumns | None = None

    def show(self, columns: PlaceColumns) -> None:
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
        line.space(MARKER).cell("Host and model", columns.indent + columns.name, dim)
        line.space(gap).space(columns.fate)
        if columns.maker:
            line.space(gap).cell("  Made by", columns.maker, dim)
        if columns.region:
            line.space(gap).cell("Region" if columns.region > flags.WIDTH + 3 else "Data", columns.region, dim)
        return [line.strip()]
