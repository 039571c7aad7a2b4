"""Which cells of a row have to be sent, so that the row before becomes the row that is wanted."""

from __future__ import annotations

import re
from operator import ne, or_
from typing import TYPE_CHECKING, Final

from .cells import FILLER, UNKNOWN

if TYPE_CHECKING:
    from .lines import Line
    from .painter import Painter

_CHANGED: Final = re.compile(b"\x01+")
_CHEAPEST_ERASE: Final = 4
_DEAREST_STEP: Final = 6
"""Stepping over cells never costs more bytes than this, so longer gaps are never written again."""


def draw_changes(row: int, before: Line, after: Line, painter: Painter) -> None:
    """Have `painter` turn the row that shows `before` into one that shows `after`."""
    for start, end in _joined(_changed_runs(before, after, painter), after):
        painter.draw(row, start, end, after)


def _changed_runs(before: Line, after: Line, painter: Painter) -> list[tuple[int, int]]:
    changed = bytes(map(ne, before.text, after.text))
    if before.pens != after.pens:
        changed = bytes(map(or_, changed, map(ne, before.pens, after.pens)))
    text = after.text
    width = len(text)
    blank = max(len(text.rstrip(" ")), len(after.pens.rstrip(after.pens[-1])))
    if changed.count(1, blank) > _CHEAPEST_ERASE and painter.erasable(after.pens[-1]):
        # One erase to the end replaces all changes in the blank tail, and the unchanged blanks between them.
        first = changed.index(1, blank)
        changed = changed[:first] + b"\1" * (width - first)
    runs = []
    for found in _CHANGED.finditer(changed):
        start, end = found.span()
        # A wide character is written whole; where only the glyph changed, its right half looks unchanged.
        while end < width and text[end] == FILLER:
            end += 1
        runs.append((start, end))
    return runs


def _joined(runs: list[tuple[int, int]], line: Line) -> list[tuple[int, int]]:
    """Join runs where writing the unchanged cells between them again is cheaper than stepping over them."""
    joined = runs[:1]
    for start, end in runs[1:]:
        first, last = joined[-1]
        if start - last < _DEAREST_STEP and _cheaper_again(last, start, line):
            joined[-1] = (first, end)
        else:
            joined.append((start, end))
    return joined


def _cheaper_again(start: int, end: int, line: Line) -> bool:
    gap = line.text[start:end]
    if UNKNOWN in gap or line.pens[start:end] != line.pens[start - 1] * (end - start):
        return False
    return len(gap.encode()) <= len("\x1b[C") + (end - start > 1)
