"""The cheapest sequence that moves the cursor."""

from __future__ import annotations

from typing import Final

_LONGEST_BACKSPACE: Final = 3


def motion(from_row: int | None, from_column: int | None, row: int, column: int) -> str:
    """Return what moves the cursor to `row` and `column`, all counted from 0, from a place that may be unknown.

    A motion within the row costs 1 to 5 bytes, to the start of a row below 3 or 4, any other one up to 8. A line
    feed is never used: the driver of a pseudo-terminal would turn it into two bytes, and the second is unwanted.
    """
    if row == from_row:
        return _along(from_column, column)
    absolute = f"\x1b[{row + 1};{column + 1}H" if column else _counted(row + 1, "H")
    if from_row is None or row < from_row:
        return absolute
    if column == 0:
        return _counted(row - from_row, "E")
    if from_column is None:
        return absolute
    down = "\x1bD" if row == from_row + 1 else _counted(row - from_row, "B")
    return min(absolute, down + _along(from_column, column), key=len)


def _along(from_column: int | None, column: int) -> str:
    if column == from_column:
        return ""
    if column == 0:
        return "\r"
    if from_column is None:
        return f"\x1b[{column + 1}G"
    if column > from_column:
        return _counted(column - from_column, "C")
    back = from_column - column
    return "\b" * back if back <= _LONGEST_BACKSPACE else _counted(back, "D")


def _counted(number: int, command: str) -> str:
    """Return a sequence whose parameter is left out where it is 1, which is its default."""
    return f"\x1b[{command}" if number == 1 else f"\x1b[{number}{command}"
