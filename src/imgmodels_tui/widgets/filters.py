"""The last step before a terminal: no line holds anything that it would act on or cannot show, whoever drew it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

from imgmodels_tui.text import without_harm

if TYPE_CHECKING:
    from textual.color import Color

_BLOCKS = "▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▔▕"
_SPELLED = dict.fromkeys(_BLOCKS, " ") | {"…": "~", "─": "-", "│": "|", "·": "|", "€": " "}


class Harmless(LineFilter):
    """Keeps back what a terminal could act on also where the toolkit draws what was typed or pasted.

    Texts from files are spelled out long before (`text.harmless`). A field that is being edited shows each of its
    characters in its own width, so that here such a character is shown as nothing, or as a question mark.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Replace every such character by what takes as many cells."""
        return [
            segment if text == segment.text else Segment(text, segment.style, segment.control)
            for segment, text in ((segment, without_harm(segment.text, _as_wide)) for segment in segments)
        ]


class AsciiOnly(LineFilter):
    """Keeps to ASCII also what the toolkit draws itself, such as scrollbars; no character changes its width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Spell every segment in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def _as_wide(character: str) -> str:
    return "?" * cell_len(character)


def _ascii(text: str) -> str:
    return "".join(
        character if character.isascii() else _SPELLED.get(character, _as_wide(character)) for character in text
    )
