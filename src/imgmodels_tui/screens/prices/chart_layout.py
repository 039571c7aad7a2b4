"""Where the points of a chart with two axes go on a grid of cells, so that every label can be read.

Each level (the vertical axis has few: stars) is a band of lines. A label is beside its dot, to the right or to
the left; where both are taken, the point moves to the next line of its band. Where the bands do not fit, points
lose their labels, never their dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from rich.cells import cell_len

from imgmodels_tui.record import Record

_TICKS_APART = 9


class Point(Record):
    """What is to be shown: a value, a level, and the label beside it."""

    key: str
    label: str
    value: Decimal
    level: int


class Spot(Record):
    """Where a point is drawn: its dot, and its label where there is room for one."""

    point: Point
    row: int
    column: int
    label_at: int | None
    """The column where the label begins."""


class Plot(Record):
    """A finished arrangement on `width` × `height` cells."""

    spots: tuple[Spot, ...]
    bands: Mapping[int, range]
    """The lines of each level."""
    ticks: tuple[tuple[int, Decimal], ...]
    """Columns of the horizontal axis that get a figure."""


def arrange(points: Sequence[Point], width: int, height: int) -> Plot:
    """Place `points`: the highest level on top, the value 0 at the left edge, the greatest at the right one."""
    levels = range(max((p.level for p in points), default=0), min((p.level for p in points), default=1) - 1, -1)
    greatest = max((point.value for point in points), default=Decimal(0)) or Decimal(1)
    bands = {level: _Band(width) for level in levels}
    for point in sorted(points, key=lambda point: (point.value, point.key)):
        bands[point.level].add(point, _column(point.value, greatest, width))
    _shrink(list(bands.values()), height)
    return _stack(bands, height, _ticks(greatest, width))


def _column(value: Decimal, greatest: Decimal, width: int) -> int:
    return int((value / greatest * (width - 1)).to_integral_value())


class _Place(NamedTuple):
    """The cells of a dot with its label, and where the label begins."""

    first: int
    last: int
    label_at: int


class _Band:
    """The lines of one level; rows count from the band's own top."""

    def __init__(self, width: int, most: int | None = None) -> None:
        self.width, self.most = width, most
        self.spots: list[Spot] = []
        self._taken: list[list[tuple[int, int]]] = [[]]
        self._asked: list[tuple[Point, int]] = []

    def add(self, point: Point, column: int) -> None:
        self._asked.append((point, column))
        places = self._places(column, cell_len(point.label))
        row = 0
        while places and (self.most is None or row < self.most):
            if row == len(self._taken):
                self._taken.append([])
            for place in places:
                if self._is_free(row, place):
                    self._put(point, row, column, place.label_at)
                    return
            row += 1
        self._put(point, self._bare_row(column), column, None)

    def _places(self, column: int, cells: int) -> list[_Place]:
        """Where a dot with its label can be at all: the label on the right of it, else on the left."""
        right = _Place(column, column + 1 + cells, column + 2)
        left = _Place(column - 1 - cells, column, column - 1 - cells)
        return [place for place in (right, left) if place.first >= 0 and place.last < self.width]

    def _is_free(self, row: int, place: _Place) -> bool:
        """Whether nothing is there, with a blank cell on both sides."""
        return all(place.last + 1 < first or last + 1 < place.first for first, last in self._taken[row])

    def _bare_row(self, column: int) -> int:
        """The line where a dot without a label hides the least."""
        free = (
            row for row, taken in enumerate(self._taken) if not any(first <= column <= last for first, last in taken)
        )
        return next(free, 0)

    def _put(self, point: Point, row: int, column: int, label_at: int | None) -> None:
        self.spots.append(Spot(point, row, column, label_at))
        ends = [column] if label_at is None else [column, label_at, label_at + cell_len(point.label) - 1]
        self._taken[row].append((min(ends), max(ends)))

    @property
    def rows(self) -> int:
        return len(self._taken)

    def limit(self, most: int) -> None:
        """Place everything anew on `most` lines."""
        asked, self._asked, self.most = self._asked, [], most
        self.spots, self._taken = [], [[]]
        for point, column in asked:
            self.add(point, column)


def _shrink(bands: list[_Band], height: int) -> None:
    """Take lines from the highest bands until all fit; each keeps one."""
    while sum(band.rows for band in bands) > height:
        highest = max(bands, key=lambda band: band.rows)
        if highest.rows == 1:
            return
        highest.limit(highest.rows - 1)


def _stack(bands: Mapping[int, _Band], height: int, ticks: tuple[tuple[int, Decimal], ...]) -> Plot:
    """Put the bands below each other and share out the lines that are left over."""
    spare = max(0, height - sum(band.rows for band in bands.values()))
    share, rest = divmod(spare, len(bands)) if bands else (0, 0)
    top, spots, ranges = 0, [], {}
    for number, (level, band) in enumerate(bands.items()):
        blank = share + (number < rest)
        ranges[level] = range(top, top + band.rows + blank)
        spots += [spot.replace(row=spot.row + top + blank // 2) for spot in band.spots]
        top += band.rows + blank
    return Plot(tuple(spots), ranges, ticks)


def _ticks(greatest: Decimal, width: int) -> tuple[tuple[int, Decimal], ...]:
    """Round figures along the axis, far enough from each other to be read."""
    most = max(1, width // _TICKS_APART)
    step = Decimal(1).scaleb(greatest.adjusted() - 2)
    factors = (Decimal(2), Decimal("2.5"), Decimal(2))
    turn = 0
    while greatest / step > most:
        step *= factors[turn % 3]
        turn += 1
    count = int(greatest / step)
    return tuple((_column(step * number, greatest, width), step * number) for number in range(count + 1))
