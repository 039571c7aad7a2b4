"""The rows of the model list, and the words and signs in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.workspace.arrange import Group
    from imgmodels_tui.workspace.overview import Entry


@dataclass(frozen=True)
class HeadRow:
    """The heading of a group, usually a maker's."""

    name: str
    enabled: int
    count: int
    key: None = None


@dataclass(frozen=True)
class ModelRow:
    """A model's line; `marked` for the next change of many."""

    entry: Entry
    marked: bool = False

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


@dataclass(frozen=True)
class BlankRow:
    """Air above a heading, where the terminal is high enough for all."""

    key: None = None


@dataclass(frozen=True)
class WordRow:
    """A remark where there would be models."""

    text: str
    key: None = None


ListRow = HeadRow | ModelRow | BlankRow | WordRow


def rows_of(groups: Sequence[Group], marked: frozenset[str], *, airy: bool) -> tuple[ListRow, ...]:
    """The list's rows: each heading with its models, with a blank line between groups if `airy`."""
    if not groups:
        return (WordRow("No model matches. esc shows all again."),)
    rows: list[ListRow] = []
    for group in groups:
        if airy and rows:
            rows.append(BlankRow())
        rows.append(HeadRow(group.title, group.enabled, len(group.entries)))
        rows.extend(ModelRow(entry, entry.id in marked) for entry in group.entries)
    return tuple(rows)


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
