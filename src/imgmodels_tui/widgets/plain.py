"""The last step before a terminal that knows only ASCII: every line is spelled in it, whoever drew the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_BLOCKS = "▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▔▕"
_SPELLED = dict.fromkeys(_BLOCKS, " ") | {"…": "~", "─": "-", "│": "|", "·": "|", "€": " "}


class AsciiOnly(LineFilter):
    """Keeps to ASCII also what the toolkit draws itself, such as scrollbars; no character changes its width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Spell every segment in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def _ascii(text: str) -> str:
    return "".join(
        character if character.isascii() else _SPELLED.get(character, "?" * cell_len(character)) for character in text
    )
