"""Who processes the data: each host and region as a heading, under it the models it runs."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.screens.hosting.columns import PlaceColumns, fit
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.entry_list import EntryList
from imgmodels_tui.widgets.model_rows import BlankRow
from imgmodels_tui.workspace.queries.hosting import made_elsewhere

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from imgmodels_tui.widgets.line import Line, Piece
    from imgmodels_tui.workspace.overview import Entry
    from imgmodels_tui.workspace.queries.exclusion import Effect
    from imgmodels_tui.workspace.queries.hosting import Place, Where


class PlaceRow(Record):
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


class ExclusionEffect(Enum):
    """What an exclusion means for a model that is on."""

    NONE = ""
    GOES_OFF = "goes off"
    BECOMES_DEFAULT = "new default"


class RunRow(Record):
    """A model in its place."""

    where: Where
    entry: Entry
    fate: ExclusionEffect
    heads: bool = False

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


HostingRow = PlaceRow | RunRow | BlankRow


def rows_of(
    places: Sequence[Place], excluded: Collection[Where], effect: Effect, *, spaced: bool = False
) -> tuple[HostingRow, ...]:
    """Every place with its models, with a blank line between places if `spaced`."""
    fates = _fates(effect)
    rows: list[HostingRow] = []
    for place in places:
        if spaced and rows:
            rows.append(BlankRow())
        enabled = sum(entry.enabled for entry in place.entries)
        rows.append(PlaceRow(place.where, place.host.name, enabled, len(place.entries), place.where in excluded))
        rows.extend(RunRow(place.where, entry, fates.get(entry.id, ExclusionEffect.NONE)) for entry in place.entries)
    return tuple(rows)


def _fates(effect: Effect) -> dict[str, ExclusionEffect]:
    """What happens to which models."""
    fates = {entry.id: ExclusionEffect.GOES_OFF for entry in effect.hit}
    if effect.default_hit and effect.new_default is not None:
        fates[effect.new_default.id] = ExclusionEffect.BECOMES_DEFAULT
    return fates


class PlaceList(EntryList[HostingRow]):
    """The compact hosting list, with what an exclusion would do to it."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Sequence[Place], Collection[Where], Effect] | None = None

    @property
    def columns(self) -> PlaceColumns:
        """The columns that fit the present width."""
        return fit(self.row_width)

    def show(self, places: Sequence[Place], excluded: Collection[Where], effect: Effect) -> None:
        """Show the places, what is excluded and what that means, with air between them where all of it fits."""
        self._shown = places, excluded, effect
        lines = sum(len(place.entries) + 2 for place in places) - 1
        self.update(rows_of(places, excluded, effect, spaced=lines <= self.size.height))

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
        glyphs, style_for = self.glyphs, self.style_for
        count = f" {row.enabled} of {row.count} on"
        mark = f" {glyphs.refused} excluded " if row.excluded else ""
        line.add(glyphs.plain(row.name), style_for("strong")).space(1)
        line.add(glyphs.plain(f"{glyphs.separator} {row.where.region.value}"), style_for("strong")).space(1)
        line.fill_to(len(mark) + len(count) + 1, glyphs.rule, style_for("faint"))
        line.add(mark, style_for("error")).add(count, style_for("on" if row.enabled else "dim")).space(1)

    def _draw_run(self, row: RunRow, line: Line) -> None:
        columns, entry, glyphs, style_for = self.columns, row.entry, self.glyphs, self.style_for
        model, gap = entry.model, columns.gap
        line.space(columns.indent)
        line.cell(glyphs.plain(model.name), columns.name, style_for("strong" if entry.enabled else None))
        line.space(gap).pieces(self._fate(row), columns.fate)
        if columns.maker:
            elsewhere = made_elsewhere(entry)
            maker = f"{glyphs.differs if elsewhere else ' '} {glyphs.plain(entry.maker.name)}"
            line.space(gap).cell(maker, columns.maker, style_for(None if elsewhere else "dim"))
        if columns.region:
            letters = columns.region - flags.WIDTH - 1
            full = f"{model.region.value} · {model.country}" if model.country else model.region.value
            region = full if letters > len("EU") else flags.LETTERS[model.region]
            line.space(gap).pieces(flags.flag(model, glyphs, style_for), flags.WIDTH)
            line.space(1).cell(glyphs.plain(region), letters)
        self.draw_toggle(entry, line.space(gap))

    def _fate(self, row: RunRow) -> list[Piece]:
        pieces: list[Piece] = []
        if row.entry.is_default:
            narrow = self.columns.fate < len("default  x goes off")
            pieces.append(
                (
                    "dflt. " if narrow and row.fate is not ExclusionEffect.NONE else "default  ",
                    self.style_for("default"),
                )
            )
        if row.fate is ExclusionEffect.GOES_OFF:
            pieces.append((f"{self.glyphs.refused} {row.fate.value}", self.style_for("error")))
        elif row.fate is ExclusionEffect.BECOMES_DEFAULT:
            pieces.append((f"{self.glyphs.done} {row.fate.value}", self.style_for("default")))
        return pieces
