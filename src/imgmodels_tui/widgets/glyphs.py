"""The signs the screens are drawn with: one set for UTF-8 terminals, one in plain ASCII.

Only single code points of width one occur: emoji, flags and variation selectors take different widths in different
terminals and would break every column behind them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping


class Glyphs(Record):
    """Every sign by what it means."""

    cursor: str = "❯"
    star: str = "★"
    reference: str = "▣"
    mark: str = "▪"
    news: str = "»"
    on: str = "━●"
    off: str = "○━"
    locked: str = "━◆"
    rule: str = "─"
    accent: str = "▌"
    warning: str = "▲"
    done: str = "✓"
    refused: str = "✗"
    dropdown: str = "▾"
    separator: str = "·"
    ellipsis: str = "…"
    dash: str = "–"
    currency: str = "€"
    """What is before an amount."""
    times: str = "×"
    differs: str = "≠"
    eu_star: str = "✦"
    globe: str = "◍"
    stripes: str = "▀"
    bars: str = "▏▎▍▌▋▊▉█"
    """Parts of a cell from thin to full."""
    dot_on: str = "●"
    dot_off: str = "○"
    upright: str = "│"
    corner: str = "└"
    tick: str = "┴"
    arrow: str = "→"
    grid: str = "·"
    bar: str = "━"
    half: str = "▀"

    def plain(self, text: str) -> str:
        """Return `text` in what this set can show; the UTF-8 set shows everything."""
        return text

    def figure(self, amount: str) -> str:
        """Return an amount for a column whose `heading` names the currency where the amount cannot."""
        return amount

    def heading(self, title: str) -> str:
        """Return the title of a column."""
        return title


class AsciiGlyphs(Glyphs):
    """The same meanings where the locale cannot show more than ASCII."""

    cursor: str = ">"
    star: str = "*"
    reference: str = "R"
    mark: str = "+"
    news: str = ">"
    on: str = "=O"
    off: str = "o-"
    locked: str = "=#"
    rule: str = "-"
    accent: str = "|"
    warning: str = "!"
    done: str = "+"
    refused: str = "x"
    dropdown: str = "v"
    separator: str = "|"
    ellipsis: str = "~"
    dash: str = "-"
    currency: str = "EUR "
    times: str = "x"
    differs: str = "!"
    eu_star: str = "*"
    globe: str = "o"
    stripes: str = "="
    bars: str = "#"
    dot_on: str = "O"
    dot_off: str = "o"
    upright: str = "|"
    corner: str = "+"
    tick: str = "+"
    arrow: str = ">"
    grid: str = "."
    bar: str = "="
    half: str = " "

    def plain(self, text: str) -> str:
        """Return `text` with the signs this program uses spelled in ASCII and the rest as question marks."""
        if "€" in text:
            text = _BEFORE_AMOUNT.sub(self.currency, text).replace("€", self.currency.strip())
        return text.translate(_SPELLED).encode("ascii", "replace").decode("ascii")

    def figure(self, amount: str) -> str:
        """Return the figure alone: the column's title has the currency."""
        return self.plain(amount.removeprefix("€"))

    def heading(self, title: str) -> str:
        """Return the title of a column; that of the prices is their currency."""
        return self.currency.strip() if title == "Price" else self.plain(title)


_BEFORE_AMOUNT = re.compile("€(?=[0-9])")
_SPELLED = str.maketrans(
    {
        "×": "x",
        "÷": "/",
        "·": "|",
        "–": "-",
        "…": "~",
        "★": "*",
        "→": "->",
        "≠": "!=",
        "’": "'",
        "↑": "up",
        "↓": "down",
    }
)


def glyphs_for(environ: Mapping[str, str]) -> Glyphs:
    """The set that the locale of `environ` can show; without any locale, UTF-8 is assumed."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "utf-8"
    return Glyphs() if "utf" in locale.lower() else AsciiGlyphs()
