"""In which order the runs of a frame are written.

Row by row, each change of colors costs an SGR sequence, of up to 38 bytes with colors of 24 bits. Pen by pen, each
pen is set once, and each run costs a motion of 6 to 8 bytes instead. Which of the two is cheaper depends on the
frame and on the terminal's colors. What is shown in the end does not: every cell is written at most once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .pens import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .pens import Pens

    Run = tuple[int, int, str, str]
    """Row, column, cells and pen of neighboring cells that are written with one pen."""

_MOTION: Final = 7
"""Bytes of a usual cursor motion."""


def cheapest_order(runs: list[Run], pens: Pens) -> Iterable[Run]:
    """Return `runs`, which come row by row, in that order or pen by pen, whichever is likely to cost less."""
    step = pens.step
    saved, pen, row, end = 0, PLAIN, -1, -1
    by_pen: dict[str, list[Run]] = {}
    for run in runs:
        run_row, at, cells, run_pen = run
        if run_pen != pen:
            saved += len(step(pen, run_pen))
            pen = run_pen
        if run_row == row and at == end:
            saved -= _MOTION
        row, end = run_row, at + len(cells)
        by_pen.setdefault(run_pen, []).append(run)
    used = [PLAIN, *by_pen]
    saved -= sum(len(step(before, after)) for before, after in zip(used, by_pen, strict=False))
    return (run for group in by_pen.values() for run in group) if saved > 0 else runs
