"""The signs the screens are drawn with, for UTF-8 terminals and in plain ASCII; and filters for all other text.

Only single code points of width one occur: emoji, flags and variation selectors take different widths in different
terminals and would break every column behind them.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from imgmodels_tui.record import Record
from imgmodels_tui.text import is_utf8, spelled, without_harm


class Glyphs(Record):
    """Every sign by what it means; `is_ascii` for a locale that cannot show more than ASCII."""

    is_ascii: bool = False
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
        """Return `text` in what this set can show; in ASCII, what has no spelling becomes a question mark."""
        return spelled(text) if self.is_ascii else text

    def figure(self, amount: str) -> str:
        """Return an amount for a column; in ASCII the figure alone, because the `heading` names the currency."""
        return self.plain(amount.removeprefix("€")) if self.is_ascii else amount

    def heading(self, title: str) -> str:
        """Return the title of a column; in ASCII, that of the prices is their currency."""
        return self.currency.strip() if self.is_ascii and title == "Price" else self.plain(title)


ASCII_GLYPHS = Glyphs(
    is_ascii=True,
    cursor=">", star="*", reference="R", mark="+", news=">", on="=O", off="o-", locked="=#", rule="-", accent="|",
    warning="!", done="+", refused="x", dropdown="v", separator="|", currency="EUR ", times="x", differs="!",
    eu_star="*", globe="o", stripes="=", bars="#", dot_on="O", dot_off="o", upright="|", corner="+", tick="+",
    arrow=">", grid=".", bar="=", half=" ",
)  # fmt: skip

_SPELLED_IN_ONE_CELL = dict.fromkeys("▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▔▕", " ") | {"…": "~", "─": "-", "│": "|", "·": "|", "€": " "}


def glyphs_for(environ: Mapping[str, str]) -> Glyphs:
    """The set that the locale of `environ` can show."""
    return Glyphs() if is_utf8(environ) else ASCII_GLYPHS


class TextFilter(LineFilter):
    """Replaces text of what is about to be drawn, whoever drew it; no character changes its width."""

    def replaced(self, text: str) -> str:
        """Return what is drawn for `text`."""
        raise NotImplementedError

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Replace the text of each segment."""
        return [
            segment if text == segment.text else Segment(text, segment.style, segment.control)
            for segment, text in ((segment, self.replaced(segment.text)) for segment in segments)
        ]


class Harmless(TextFilter):
    """Keeps back what a terminal could act on also where the toolkit draws what was typed or pasted.

    Texts from files are spelled out long before (`text.harmless`). A field that is being edited shows each of its
    characters in its own width, so that here such a character is shown as nothing, or as a question mark.
    """

    def replaced(self, text: str) -> str:
        """Replace every such character by what takes as many cells."""
        return without_harm(text, _as_wide)


class AsciiOnly(TextFilter):
    """Keeps to ASCII also what the toolkit draws itself, such as scrollbars."""

    def replaced(self, text: str) -> str:
        """Spell what is not ASCII."""
        if text.isascii():
            return text
        return "".join(
            character if character.isascii() else _SPELLED_IN_ONE_CELL.get(character, _as_wide(character))
            for character in text
        )


def _as_wide(character: str) -> str:
    return "?" * cell_len(character)
