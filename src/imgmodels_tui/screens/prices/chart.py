"""Price against quality: more expensive to the right, better upwards; every model a dot with its name."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from imgmodels_tui.catalog import prices
from imgmodels_tui.screens.prices.chart_layout import Plot, Point, Spot, arrange
from imgmodels_tui.widgets.cells import REGION_LETTERS
from imgmodels_tui.widgets.line import Line, Piece, between
from imgmodels_tui.widgets.themed import ThemedWidget
from imgmodels_tui.workspace.overview import Entry

_LEFT = 8
"""Cells of the vertical axis: five stars between spaces, the axis."""
_RIGHT = 1
_TOP = 1
_BELOW = 2
"""Lines of the horizontal axis."""
_DOTS_APART = 4
"""Columns between the dots of the grid."""
_WITH_PRICES = 110
"""Columns from which labels carry the price."""


class PriceChart(ThemedWidget, can_focus=True):
    """The chart, with a cursor that moves from model to model."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", "More expensive", show=False, id="list.dearer"),
        Binding("left", "step(-1)", "Cheaper", show=False, id="list.cheaper"),
        Binding("up,k", "level(1)", "Better", show=False, id="list.better"),
        Binding("down,j", "level(-1)", "Simpler", show=False, id="list.simpler"),
        Binding("home,g", "edge(0)", "Cheapest", show=False, id="list.cheapest"),
        Binding("end,G", "edge(-1)", "Most expensive", show=False, id="list.dearest"),
    ]

    class CursorMoved(Message):
        """The cursor is on another model."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._entries: dict[str, Entry] = {}
        self._plot: Plot | None = None
        self._plot_size = Size()
        self.selected: str | None = None

    def show(self, entries: Sequence[Entry]) -> None:
        """Show those of these models whose price is known."""
        known = {entry.id: entry for entry in entries if entry.price is not None}
        if known != self._entries:
            self._entries, self._plot = known, None
            self.refresh()

    def select(self, key: str | None) -> None:
        """Put the cursor on a model."""
        if key == self.selected:
            return
        before, self.selected = self.selected, key if key in self._entries else None
        self.refresh(Region(0, 0, self.size.width, _TOP))
        for spot in self._arrangement.spots:
            if spot.point.key in {before, key}:
                self.refresh(Region(0, spot.row + _TOP, self.size.width, 1))

    @property
    def _arrangement(self) -> Plot:
        if self._plot is None or self._plot_size != self.size:
            self._plot_size = self.size
            width, height = self.size.width - _LEFT - _RIGHT, self.size.height - _TOP - _BELOW
            points = [self._point(entry) for entry in self._entries.values()]
            self._plot = arrange(points, max(2, width), max(1, height))
        return self._plot

    def _point(self, entry: Entry) -> Point:
        label = self.glyphs.plain(entry.model.name)
        if self.size.width >= _WITH_PRICES:
            label += f" {self.glyphs.plain(entry.price_shown)}"
        return Point(entry.id, label, entry.price or prices.TENTH, entry.model.stars)

    def render_line(self, y: int) -> Strip:
        """The model under the cursor, the field, the axis."""
        plot, height = self._arrangement, self.size.height - _TOP - _BELOW
        if y < _TOP:
            return self._legend()
        if y - _TOP < height:
            return self._field(plot, y - _TOP)
        return self._axis(plot) if y - _TOP == height else self._figures(plot)

    def _legend(self) -> Strip:
        glyphs, style_for = self.glyphs, self.style_for
        legend: list[Piece] = [(f" {glyphs.dot_on} on  {glyphs.dot_off} off", style_for("dim"))]
        entry = self._entries.get(self.selected or "")
        if entry is None:
            return between([(" Stars by price", style_for("dim"))], legend, self.size.width, style_for())
        facts = [entry.price_shown, glyphs.star * entry.model.stars, REGION_LETTERS[entry.model.region]]
        facts += ["premium"] if entry.model.premium else []
        facts += ["on" if entry.enabled else "off"]
        text = glyphs.plain(f" {glyphs.separator} ".join(["", *facts]))
        name: Piece = (glyphs.plain(entry.model.name), style_for("strong"))
        cursor: Piece = (f"{glyphs.cursor} ", style_for("accent"))
        model = [cursor, name, (text, style_for("dim"))]
        return between(model, [*legend, (" ", style_for())], self.size.width, style_for())

    def _field(self, plot: Plot, row: int) -> Strip:
        style_for = self.style_for
        stars = next((level for level, band in plot.bands.items() if row == _middle(band)), 0)
        line = Line(self.size.width, style_for()).space(1).cell(self.glyphs.star * stars, _LEFT - 2, style_for("star"))
        line.add(self.glyphs.upright, style_for("faint"))
        last_of_band = any(row == band[-1] for band in list(plot.bands.values())[:-1])
        blank = (self.glyphs.grid, style_for("faint")) if last_of_band and _is_empty(plot, row) else (" ", style_for())
        cells: list[tuple[str, Style]] = [
            blank if column % _DOTS_APART == 0 else (" ", style_for()) for column in range(self.size.width - _LEFT)
        ]
        here = [spot for spot in plot.spots if spot.row == row]
        for spot in sorted(here, key=lambda spot: spot.point.key == self.selected):
            self._place(spot, cells)
        for style, run in groupby(cells, key=lambda cell: cell[1]):
            line.add("".join(text for text, _ in run), style)
        return line.strip()

    def _place(self, spot: Spot, cells: list[tuple[str, Style]]) -> None:
        """Write a dot and its label into the line's cells."""
        enabled, selected = self._entries[spot.point.key].enabled, spot.point.key == self.selected
        role = "accent" if selected else "on" if enabled else "dim"
        dot = self.glyphs.dot_on if enabled else self.glyphs.dot_off
        cells[spot.column] = (self.glyphs.cursor if selected else dot, self.style_for(role))
        if spot.label_at is not None:
            style = self.style_for("accent" if selected else "strong" if enabled else None)
            for offset, character in enumerate(spot.point.label):
                if spot.label_at + offset < len(cells):
                    cells[spot.label_at + offset] = (character, style)

    def _axis(self, plot: Plot) -> Strip:
        faint = self.style_for("faint")
        line = Line(self.size.width, self.style_for()).space(_LEFT - 1).add(self.glyphs.corner, faint)
        marked = {column for column, _ in plot.ticks}
        for column in range(self.size.width - _LEFT - _RIGHT):
            line.add(self.glyphs.tick if column in marked else self.glyphs.rule, faint)
        return line.strip()

    def _figures(self, plot: Plot) -> Strip:
        line = Line(self.size.width, self.style_for())
        decimals = max((_decimals(value) for _, value in plot.ticks), default=0)
        for column, value in plot.ticks:
            text = self.glyphs.plain(f"€{value:.{decimals}f}")
            begin = min(max(column + _LEFT - len(text) // 2, 0), self.size.width - len(text))
            used = self.size.width - line.room
            if begin >= used:
                line.space(begin - used).add(text, self.style_for("dim"))
        return line.strip()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the dot or name under the mouse."""
        x, y = event.x - _LEFT, event.y - _TOP
        for spot in self._arrangement.spots:
            label = spot.column if spot.label_at is None else spot.label_at
            first, last = min(spot.column, label), max(spot.column, label + len(spot.point.label) - 1)
            if spot.row == y and first - 1 <= x <= last + 1:
                self._go(spot.point.key)

    def action_step(self, direction: int) -> None:
        """Go to the next model by price."""
        keys = self._by_price
        if keys:
            index = keys.index(self.selected) + direction if self.selected in keys else 0
            self._go(keys[min(max(index, 0), len(keys) - 1)])

    def action_level(self, direction: int) -> None:
        """Go to the model nearest in price that has more, or fewer, stars."""
        entry = self._entries.get(self.selected or "")
        if entry is None or entry.price is None:
            self.action_step(direction)
            return
        price, stars = entry.price, entry.model.stars
        others = [e for e in self._entries.values() if (e.model.stars - stars) * direction > 0]
        if others:
            nearest = min(others, key=lambda e: (abs(e.model.stars - stars), abs((e.price or price) - price)))
            self._go(nearest.id)

    def action_edge(self, index: int) -> None:
        """Go to the cheapest or the most expensive model."""
        if self._by_price:
            self._go(self._by_price[index])

    @property
    def _by_price(self) -> list[str]:
        return sorted(self._entries, key=lambda key: (self._entries[key].price or prices.TENTH, key))

    def _go(self, key: str) -> None:
        self.select(key)
        self.post_message(self.CursorMoved(key))


def _decimals(value: Decimal) -> int:
    """How many decimals a figure has."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _middle(band: range) -> int:
    return band[(len(band) - 1) // 2]


def _is_empty(plot: Plot, row: int) -> bool:
    return all(spot.row != row for spot in plot.spots)
