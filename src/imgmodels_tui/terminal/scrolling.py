"""Finds out that rows have moved up or down, so that the terminal can move them instead of being sent them.

A list rarely fills its rows alone: a pane beside it stays where it is, a scroll bar changes on its own. Whole rows
would not be recognized again. Each third of the width is therefore looked at by itself, and the third that saw the
most rows move decides. What moved along without being meant to is repaired by the comparison that follows.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .lines import Line

_FEWEST_ROWS: Final = 3
_PARTS: Final = 3


class Shift(NamedTuple):
    """The rows from `top` to `bottom` (included) move up by `by` rows, or down where `by` is negative."""

    top: int
    bottom: int
    by: int


def find_shift(shown: Sequence[Line], wanted: Mapping[int, Line], width: int) -> Shift | None:
    """Return the move after which most of the `wanted` rows are where they belong, or None where nothing moved.

    Args:
        shown: All rows that the terminal shows.
        wanted: The rows that are to change, by their number.
        width: Columns of the terminal.

    """
    rows = [row for row, line in wanted.items() if line.text != shown[row].text]
    if len(rows) <= _FEWEST_ROWS:
        return None
    span = range(min(rows), max(rows) + 1)
    cuts = [width * part // _PARTS for part in range(_PARTS + 1)]
    moves: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        before = {row: shown[row].text[start:end] for row in span}
        after = {row: wanted[row].text[start:end] for row in rows}
        moves += _moves(before, after)
    if not moves:
        return None
    by, votes = Counter(by for _, by in moves).most_common(1)[0]
    if votes < _FEWEST_ROWS:
        return None
    arrived = [row for row, moved in moves if moved == by]
    if by > 0:
        return Shift(min(arrived), max(arrived) + by, by)
    return Shift(min(arrived) + by, max(arrived), by)


def _moves(before: dict[int, str], after: dict[int, str]) -> list[tuple[int, int]]:
    """Return which rows show what another row showed before, and how far away that row was."""
    counts = Counter(before.values())
    places = {text: row for row, text in before.items() if counts[text] == 1 and not text.isspace()}
    return [(row, places[text] - row) for row, text in after.items() if text != before[row] and text in places]
