"""In which order the runs of a frame are written.

Row by row, each change of colors costs an SGR sequence, of up to 38 bytes with colors of 24 bits. Pen by pen, each
pen is set once, and each run costs a motion of 6 to 8 bytes instead. Which of the two is cheaper depends on the
frame and on the terminal's colors. What is shown in the end does not: every cell is written at most once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .pens import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .pens import Pens

_MOTION: Final = 7
"""Bytes of a usual cursor motion."""


class Run(NamedTuple):
    """Neighboring cells of a row that are written with one pen."""

    row: int
    at: int
    cells: str
    pen: str


def cheapest_order(runs: Sequence[Run], pens: Pens) -> Sequence[Run]:
    """Return `runs`, which come row by row, in that order or pen by pen, whichever is likely to cost less."""
    first_use: dict[str, int] = {}
    for run in runs:
        first_use.setdefault(run.pen, len(first_use))
    by_pen = sorted(runs, key=lambda run: first_use[run.pen])
    return min((runs, by_pen), key=lambda order: _cost(order, pens))


def _cost(runs: Sequence[Run], pens: Pens) -> int:
    total, pen, place = 0, PLAIN, (-1, -1)
    for row, at, cells, following in runs:
        if following != pen:
            total += len(pens.step(pen, following))
            pen = following
        if (row, at) != place:
            total += _MOTION
        place = (row, at + len(cells))
    return total
