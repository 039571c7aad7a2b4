"""Text as a row of a terminal holds it: exactly one character of a `str` per cell.

Python compares, hashes and slices strings in C. A row kept as such a string can therefore be compared with the
row before it for next to nothing, which is what makes it affordable to compare every frame.

Three code points that Unicode reserves as noncharacters stand for what no text contains: the right half of a wide
character, a cell whose content on the terminal is not known, and a blank one under a picture. A glyph made of several
code points (a letter with a combining accent, an emoji sequence) is represented by one code point of a private plane.
"""

from __future__ import annotations

import re
from typing import Final

from rich.cells import split_graphemes

FILLER: Final = "\U0010ffff"
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


class UndrawableError(Exception):
    """What was to be drawn cannot be told as cells; the frame has to be written by Textual itself."""


class Glyphs:
    """Turns text into cells and cells back into text, and remembers which glyphs took several code points."""

    def __init__(self) -> None:
        self._cells: dict[str, str] = {}
        self._private: dict[str, str] = {}
        self._written: dict[int, str | None] = {ord(FILLER): None}

    def cells(self, text: str) -> str:
        """Return `text` as cells.

        Raises:
            UndrawableError: `text` holds a control character, or starts with one that joins the cell to its left.

        """
        if text.isascii() and text.isprintable():
            return text
        cells = self._cells.get(text)
        if cells is None:
            if len(self._cells) >= _CACHED_TEXTS:
                self._cells.clear()
            cells = self._cells[text] = self._measure(text)
        return cells

    def written(self, cells: str) -> list[tuple[str, int, bool]]:
        """Return what to send for `cells`, in pieces of (text, width in cells, whether that width is certain).

        Terminals disagree about the width of glyphs made of several code points. After such a piece the place
        of the cursor must not be relied upon.
        """
        if cells.isascii():
            return [(cells, len(cells), True)]
        return [
            (piece[0].translate(self._written), len(piece[0]), ord(piece[0][0]) < _FIRST_PRIVATE)
            for piece in _PIECES.finditer(cells)
        ]

    def _measure(self, text: str) -> str:
        if _CONTROL.search(text):
            raise UndrawableError("control character in text")
        graphemes, _ = split_graphemes(text)
        return "".join([self._cell(text[start:end], width) for start, end, width in graphemes])

    def _cell(self, glyph: str, width: int) -> str:
        if not 1 <= width <= _WIDE:
            raise UndrawableError(f"glyph of width {width}")
        if len(glyph) > 1 or ord(glyph) >= _FIRST_PRIVATE or glyph == COVERED:
            glyph = self._stand_in(glyph)
        return glyph if width == 1 else glyph + FILLER

    def _stand_in(self, glyph: str) -> str:
        known = self._private.get(glyph)
        if known is None:
            if len(self._private) >= _PRIVATE_SIZE:
                raise OverflowError("more glyphs than there are private code points")
            known = self._private[glyph] = chr(_FIRST_PRIVATE + len(self._private))
            self._written[ord(known)] = glyph
        return known
