"""The rows of the model list, and the words and signs in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.workspace.overview import Entry


class BlankRow(Record):
    """Air above a heading, where the terminal is high enough for all."""

    key: None = None
    entry: None = None
    heads: bool = False


_SHORT = {"deprecated": "depr.", "premium": "prem.", "preview": "prev.", "default": "dflt."}
ROLES = {form: word for word, short in _SHORT.items() for form in (word, short, short.rstrip("."))}
"""The role that each badge, in full or short, is drawn with."""


def badges(entry: Entry, width: int) -> list[str]:
    """The badges of a model as words that fit `width` cells, shortened from the last where they must be."""
    model = entry.model
    holds = {
        "default": entry.is_default,
        "premium": model.premium,
        "preview": model.preview,
        "deprecated": model.deprecated,
    }
    words = [word for word, applies in holds.items() if applies]
    for index in reversed(range(len(words))):
        if len(" ".join(words)) <= width:
            break
        words[index] = _SHORT[words[index]]
    return words if len(" ".join(words)) <= width else [word.rstrip(".") for word in words]


def toggle(entry: Entry, glyphs: Glyphs) -> tuple[str, str, str]:
    """The toggle's sign, its word and its role."""
    if entry.locked:
        return glyphs.locked, "lock", "default"
    return (glyphs.on, "on", "on") if entry.enabled else (glyphs.off, "off", "off")
