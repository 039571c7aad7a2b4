"""Rows of a terminal as strings with exactly one character per cell.

Python compares, hashes and slices strings in C. A row kept as such a string can therefore be compared with the
row before it for next to nothing, which is what makes it affordable to compare every frame.

Three code points that Unicode reserves as noncharacters mark what no text contains: the right half of a wide
character, a cell whose content on the terminal is not known, and a blank cell under a picture. A glyph made of several
code points (a letter with a combining accent, an emoji sequence) is represented by one code point of a private plane.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from rich.cells import split_graphemes

RIGHT_HALF: Final = "\U0010ffff"
"""The right half of the wide character in the cell before."""

UNKNOWN: Final = "\U0010fffe"
"""A cell that may show anything. It equals only itself, so whatever is drawn there is always sent."""

COVERED: Final = "\ufdd0"
"""A blank cell under a picture. It is no space: whatever writes or erases it would damage the picture."""

_FIRST_PRIVATE: Final = 0x100000
_PRIVATE_SIZE: Final = 0xFFFE
_CACHED_TEXTS: Final = 4096
_WIDE: Final = 2

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_PIECES: Final = re.compile("[\U00100000-\U0010fffd]\U0010ffff?|[^\U00100000-\U0010fffd]+")
_COVERED_RUN: Final = re.compile(COVERED + "+")


class UndrawableError(Exception):
    """What is to be drawn cannot be represented as cells; Textual has to write the frame itself."""


class CellCodec:
    """Turns text into cells and cells back into text, and remembers which glyphs took several code points."""

    def __init__(self) -> None:
        self._encoded: dict[str, str] = {}
        self._private: dict[str, str] = {}
        self._decoded: dict[int, str | None] = {ord(RIGHT_HALF): None}

    def encode(self, text: str) -> str:
        """Return `text` as cells.

        Raises `UndrawableError` for a control character, and for a first one that joins the cell to its left.
        """
        cells = self._encoded.get(text)
        if cells is None:
            if len(self._encoded) >= _CACHED_TEXTS:
                self._encoded.clear()
            if _CONTROL.search(text):
                raise UndrawableError("control character in text")
            graphemes, _ = split_graphemes(text)
            cells = "".join([self._cell(text[start:end], width) for start, end, width in graphemes])
            self._encoded[text] = cells
        return cells

    def decode(self, cells: str) -> list[tuple[str, int, bool]]:
        """Return what to send for `cells`, in pieces of (text, width in cells, whether that width is certain).

        Terminals disagree about the width of glyphs made of several code points. After such a piece the position
        of the cursor is not known.
        """
        if cells.isascii():
            return [(cells, len(cells), True)]
        return [
            (piece[0].translate(self._decoded), len(piece[0]), ord(piece[0][0]) < _FIRST_PRIVATE)
            for piece in _PIECES.finditer(cells)
        ]

    def _cell(self, glyph: str, width: int) -> str:
        if not 1 <= width <= _WIDE:
            raise UndrawableError(f"glyph of width {width}")
        if len(glyph) > 1 or ord(glyph) >= _FIRST_PRIVATE or glyph == COVERED:
            glyph = self._private_code(glyph)
        return glyph if width == 1 else glyph + RIGHT_HALF

    def _private_code(self, glyph: str) -> str:
        known = self._private.get(glyph)
        if known is None:
            if len(self._private) >= _PRIVATE_SIZE:
                raise OverflowError("more glyphs than there are private code points")
            known = self._private[glyph] = chr(_FIRST_PRIVATE + len(self._private))
            self._decoded[ord(known)] = glyph
        return known


class CellRow(NamedTuple):
    """One row or a piece of one: its cells, and the id of each cell's style; both strings have the same length."""

    text: str
    styles: str


def cropped(piece: CellRow, width: int) -> CellRow:
    """Return the first `width` cells of `piece`, and one more where the cut would halve a wide character."""
    text, styles = piece
    if width >= len(text):
        return piece
    if text[width] == RIGHT_HALF:
        width += 1
    return CellRow(text[:width], styles[:width])


def overwritten(row: CellRow, x: int, piece: CellRow) -> CellRow:
    """Return `row` with `piece` written over it from column `x`.

    Cells that would leave the row are dropped. A wide character of which only one half would remain becomes a
    space, as it does on a terminal.
    """
    width = len(row.text)
    text, styles = piece
    if x == 0 and len(text) == width:
        return piece
    room = max(0, width - x)
    if len(text) > room:
        halved = room > 0 and text[room] == RIGHT_HALF
        text = text[: room - 1] + " " if halved else text[:room]
        styles = styles[:room]
    if not text:
        return row
    end = x + len(text)
    left, right = row.text[:x], row.text[end:]
    if left and row.text[x] == RIGHT_HALF:
        left = left[:-1] + " "
    if right and right[0] == RIGHT_HALF:
        right = " " + right[1:]
    return CellRow(left + text + right, row.styles[:x] + styles + row.styles[end:])


def still_covered(before: CellRow, after: CellRow) -> CellRow:
    """Return `after` with the pictures of `before` still over it wherever it has the same blank cells below them."""
    for found in _COVERED_RUN.finditer(before.text):
        start, end = found.span()
        blank = after.text[start:end].replace(COVERED, " ") == " " * (end - start)
        if blank and after.styles[start:end] == before.styles[start:end]:
            after = CellRow(after.text[:start] + found.group() + after.text[end:], after.styles)
        else:
            # Where only a part of the picture is drawn over, what remains of it is not worth keeping.
            after = CellRow(after.text.replace(COVERED, " "), after.styles)
    return after
