"""Who processes the data: each host and region as a heading, under it the models it runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum

from imgmodels_tui.record import Record
from imgmodels_tui.widgets import cells
from imgmodels_tui.widgets.columns import Column, Table
from imgmodels_tui.widgets.entry_list import NO_MATCH, BlankRow, EntryList, TextRow
from imgmodels_tui.widgets.line import Line, Piece
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.queries.hosting import Effect, HostRegion, HostRegionId, made_elsewhere


class HostRegionRow(Record):
    """The heading of a host in a region; the cursor can be on it."""

    id: HostRegionId
    name: str
    enabled: int
    count: int
    excluded: bool
    entry: None = None
    heads: bool = True

    @property
    def key(self) -> str:
        """Host and region; a model's id has no slash."""
        return f"{self.id.host}/{self.id.region.value}"


class ExclusionEffect(Enum):
    """What an exclusion means for a model that is on."""

    NONE = ""
    GOES_OFF = "goes off"
    BECOMES_DEFAULT = "new default"


class HostedRow(Record):
    """A model below its host and region."""

    id: HostRegionId
    entry: Entry
    effect: ExclusionEffect
    heads: bool = False

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


HostingRow = HostRegionRow | HostedRow | BlankRow | TextRow


def rows_of(
    listed: Sequence[HostRegion], excluded: Collection[HostRegionId], effect: Effect, *, spaced: bool = False
) -> tuple[HostingRow, ...]:
    """Every host and region with its models, with a spacer row above each heading but the first if `spaced`."""
    effects = {entry.id: ExclusionEffect.GOES_OFF for entry in effect.disabled}
    if effect.replaces_default and effect.new_default is not None:
        effects[effect.new_default.id] = ExclusionEffect.BECOMES_DEFAULT
    rows: list[HostingRow] = []
    for group in listed:
        if spaced and rows:
            rows.append(BlankRow())
        enabled = sum(entry.enabled for entry in group.entries)
        rows.append(HostRegionRow(group.id, group.host.name, enabled, len(group.entries), group.id in excluded))
        rows.extend(HostedRow(group.id, e, effects.get(e.id, ExclusionEffect.NONE)) for e in group.entries)
    return tuple(rows) or (NO_MATCH,)


def _name(view: HostingList, row: HostedRow, width: int) -> Sequence[Piece]:
    return ((" " * view.columns.gap, view.style_for()), *cells.name(view, row, width))


def _effect(view: HostingList, row: HostedRow, width: int) -> Sequence[Piece]:
    pieces: list[Piece] = []
    if row.entry.is_default:
        narrow = width < len("default  x goes off") and row.effect is not ExclusionEffect.NONE
        pieces.append(("dflt. " if narrow else "default  ", view.style_for("default")))
    if row.effect is ExclusionEffect.GOES_OFF:
        pieces.append((f"{view.glyphs.refused} {row.effect.value}", view.style_for("error")))
    elif row.effect is ExclusionEffect.BECOMES_DEFAULT:
        pieces.append((f"{view.glyphs.done} {row.effect.value}", view.style_for("default")))
    return pieces


def _maker(view: HostingList, row: HostedRow, _width: int) -> Sequence[Piece]:
    elsewhere = made_elsewhere(row.entry)
    text = f"{view.glyphs.differs if elsewhere else ' '} {view.glyphs.plain(row.entry.maker.name)}"
    return ((text, view.style_for(None if elsewhere else "dim")),)


def _region(view: HostingList, row: HostedRow, width: int) -> Sequence[Piece]:
    model = row.entry.model
    return cells.region(view, row, width, f"{model.region.value} · {model.country}" if model.country else None)


class HostingList(EntryList[HostingRow]):
    """The compact hosting list, with what an exclusion would do to it."""

    # With less room regions become two letters, then leave: the heading has them. Then leave stars, maker, price.
    table = Table(
        Column("name", "Host and model", {0: 24, 1: 23}, _name, share=1),
        Column("effect", "", {0: 18, 1: 16}, _effect),
        Column("maker", "  Made by", {0: 20, 1: 19, 4: 0}, _maker, share=9),
        Column("region", "Region", {0: 22, 1: 6, 2: 0}, _region, short_title="Data"),
        Column("stars", "Stars", {0: 5, 3: 0}, cells.stars),
        Column("price", "Price", {0: 8, 5: 0}, cells.price, right=True),
        Column("toggle", "", {0: cells.TOGGLE}, cells.toggle),
        gaps={0: 2, 1: 1},
    )

    _shown: tuple[Sequence[HostRegion], Collection[HostRegionId], Effect] | None = None

    def show(
        self,
        listed: Sequence[HostRegion],
        excluded: Collection[HostRegionId],
        effect: Effect,
        words: tuple[str, ...] = (),
    ) -> None:
        """Show the hosts and regions, which are excluded and what that means; `words` are set off where they match."""
        self.set_off(words)
        self._shown = listed, excluded, effect
        self.refill()

    def rows_for(self, *, spaced: bool) -> Sequence[HostingRow]:
        """Each host and region with its models."""
        return () if self._shown is None else rows_of(*self._shown, spaced=spaced)

    def draw(self, row: HostingRow, line: Line) -> None:
        """Draw a host in a region, or a model."""
        if isinstance(row, HostRegionRow):
            strong, region = self.style_for("strong"), f"{self.glyphs.separator} {row.id.region.value}"
            name = [(self.glyphs.plain(row.name), strong), (" ", self.style_for()), (self.glyphs.plain(region), strong)]
            mark = f" {self.glyphs.refused} excluded " if row.excluded else ""
            self.draw_head(line, name, row.enabled, row.count, mark)
        else:
            super().draw(row, line)
