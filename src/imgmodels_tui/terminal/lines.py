"""A row of the terminal, and how new pieces are laid over it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .cells import COVERED, FILLER, UNKNOWN
from .pens import PLAIN

_COVERED: Final = re.compile(COVERED + "+")


class Line(NamedTuple):
    """One row or a piece of one: its cells, and the pens that draw them; both strings have the same length."""

    text: str
    pens: str


def unknown_line(width: int) -> Line:
    """Return a row of `width` cells of which nothing is known."""
    return Line(UNKNOWN * width, PLAIN * width)


def blank_line(width: int) -> Line:
    """Return a row of `width` cells as a terminal leaves it after a reset and an erase."""
    return Line(" " * width, PLAIN * width)


def cropped(piece: Line, width: int) -> Line:
    """Return the first `width` cells of `piece`, and one more where the cut would halve a wide character."""
    text, pens = piece
    if width >= len(text):
        return piece
    if text[width] == FILLER:
        width += 1
    return Line(text[:width], pens[:width])


def overlaid(line: Line, x: int, piece: Line) -> Line:
    """Return `line` with `piece` laid over it from column `x`.

    Cells that would leave the row are dropped. A wide character of which only one half would remain becomes a
    space, as it does on a terminal.
    """
    width = len(line.text)
    text, pens = piece
    if x == 0 and len(text) == width:
        return piece
    room = max(0, width - x)
    if len(text) > room:
        halved = room > 0 and text[room] == FILLER
        text = text[: room - 1] + " " if halved else text[:room]
        pens = pens[:room]
    if not text:
        return line
    end = x + len(text)
    left, right = line.text[:x], line.text[end:]
    if left and line.text[x] == FILLER:
        left = left[:-1] + " "
    if right and right[0] == FILLER:
        right = " " + right[1:]
    return Line(left + text + right, line.pens[:x] + pens + line.pens[end:])


def still_covered(before: Line, after: Line) -> Line:
    """Return `after` with the pictures of `before` still over it wherever it draws the same blanks below them."""
    for found in _COVERED.finditer(before.text):
        start, end = found.span()
        blank = after.text[start:end].replace(COVERED, " ") == " " * (end - start)
        if blank and after.pens[start:end] == before.pens[start:end]:
            after = Line(after.text[:start] + found.group() + after.text[end:], after.pens)
        else:
            # Where only a part of the picture is drawn over, what remains of it is not worth keeping.
            after = Line(after.text.replace(COVERED, " "), after.pens)
    return after
