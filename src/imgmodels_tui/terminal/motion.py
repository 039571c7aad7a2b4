"""The cheapest sequence that moves the cursor."""

from __future__ import annotations


def motion(from_row: int | None, from_column: int | None, row: int, column: int) -> str:
    """Return what moves the cursor to `row` and `column`, all counted from 0, from a place that may be unknown.

    A motion within the row costs 1 to 5 bytes, to the start of a row below 3 or 4, any other one up to 8. Line
    feeds are not used: the terminal's driver would turn each into two bytes.
    """
    if row == from_row:
        return _within_row(from_column, column)
    if from_row is not None and row > from_row and column in {0, from_column}:
        return _counted(row - from_row, "B" if column == from_column else "E")
    return f"\x1b[{row + 1};{column + 1}H" if column else _counted(row + 1, "H")


def _within_row(from_column: int | None, column: int) -> str:
    if column == 0:
        return "\r"
    if from_column is None:
        return f"\x1b[{column + 1}G"
    return _counted(column - from_column, "C") if column > from_column else _counted(from_column - column, "D")


def _counted(number: int, command: str) -> str:
    """Return a sequence whose parameter is left out where it is 1, which is its default."""
    return f"\x1b[{command}" if number == 1 else f"\x1b[{number}{command}"
