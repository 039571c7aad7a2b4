"""The questions to a terminal, and its answers, which arrive among the keys and must not be taken for any.

The last question is one that every terminal answers (primary device attributes), and answers come in order: with
that answer, everything is known that will ever be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .capabilities import Capabilities, is_multiplexed, likely_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

ATTRIBUTES: Final = "\x1b[c"
CELL_SIZE: Final = "\x1b[16t"
KITTY: Final = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Asks whether a picture of one pixel could be shown; none is."""

_DEAF: Final = frozenset({"", "dumb", "linux"})
"""Values of TERM whose terminals show no pictures, and may show the questions."""

_SIXEL: Final = "4"
_ANSWER: Final = re.compile(
    r"\x1b_G(?P<kitty>[^\x1b]*)\x1b\\"
    r"|\x1b\[\?(?P<attributes>[0-9;]*)c"
    r"|\x1b\[6;(?P<height>[0-9]+);(?P<width>[0-9]+)t"
)
_BEGUN: Final = re.compile(r"\x1b(?:_(?:G[^\x1b]{0,200}\x1b?)?|\[(?:\?[0-9;]{0,60}|6(?:;[0-9;]{0,20})?)?)?\Z")


def questions(environ: Mapping[str, str]) -> str:
    """Return what to send to the terminal that `environ` describes; nothing where there is nothing to ask."""
    if environ.get("TERM", "") in _DEAF:
        return ""
    kitty = "" if is_multiplexed(environ) else KITTY
    return f"{kitty}{CELL_SIZE}{ATTRIBUTES}"


class Answers:
    """Listens to what comes from a terminal; to be made before it is asked.

    An answer may be cut anywhere between two reads. What could be the beginning of one is held back, until the rest
    comes or `given_up` is called, and only while an answer is still awaited.
    """

    def __init__(self) -> None:
        self.ability = Capabilities()
        self._held = ""

    def heard(self, data: str) -> str:
        """Return `data`, and what was held back before it, without the answers in it."""
        data, self._held = self._held + data, ""
        if "\x1b" not in data:
            return data
        data = _ANSWER.sub(self._take, data)
        begun = None if self.ability.answered else _BEGUN.search(data)
        if begun is None:
            return data
        self._held = begun.group()
        return data[: begun.start()]

    def given_up(self) -> str:
        """Return what was held back; nothing came for a while, so it was no answer but a key."""
        held, self._held = self._held, ""
        return held

    def _take(self, answer: re.Match[str]) -> str:
        told = answer.groupdict()
        if told["kitty"] is not None:
            self.ability = self.ability.replace(kitty=told["kitty"].endswith(";OK"))
        elif told["attributes"] is not None:
            sixel = _SIXEL in told["attributes"].split(";")
            self.ability = self.ability.replace(answered=True, sixel=sixel)
        else:
            self.ability = self.ability.replace(cell=likely_cell(int(told["width"]), int(told["height"])))
        return ""
