"""Cells of a model's row: each function gives the content of one column, as pieces of a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rich.cells import cell_len
from rich.style import Style

from imgmodels_tui.catalog import Model, Region
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.widgets.line import Piece
from imgmodels_tui.workspace.overview import Entry

StyleFor = Callable[[str | None], Style]
"""Gives the style of a role; None is that of plain text."""

TOGGLE = 7
"""Cells of the toggle: its sign, a space, its word."""

FLAG_WIDTH = 3
"""Cells of every flag."""

REGION_LETTERS = {Region.EU: "EU", Region.US: "US", Region.GLOBAL: "GL"}
"""A region in two letters, for narrow columns."""


class HasEntry(Protocol):
    """What a cell needs to know of a row."""

    @property
    def entry(self) -> Entry:
        """The model."""


class View(Protocol):
    """What a cell needs to know of its list."""

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""

    def style_for(self, role: str | None = None) -> Style:
        """The style of a role; None is that of plain text."""

    def matched(self, text: str, role: str | None) -> Sequence[Piece]:
        """A text in which the words of the filter are set off."""


_SHORT = {
    "deprecated": "depr.",
    "premium": "prem.",
    "preview": "prev.",
    "default": "dflt.",
    "retired": "ret.",
    "forbidden": "forb.",
}
_ROLES = {form: word for word, short in _SHORT.items() for form in (word, short, short.rstrip("."))}


def badges(entry: Entry, width: int) -> list[str]:
    """The badges of a model as words that fit `width` cells, shortened from the last where they must be."""
    model = entry.model
    holds = {
        "default": entry.is_default,
        "premium": model.premium,
        "preview": entry.is_preview,
        "deprecated": entry.is_deprecated,
        "retired": entry.is_retired,
        "forbidden": entry.forbidden is not None and entry.enabled,
    }
    words = [word for word, applies in holds.items() if applies]
    for index in reversed(range(len(words))):
        if len(" ".join(words)) <= width:
            break
        words[index] = _SHORT[words[index]]
    return words if len(" ".join(words)) <= width else [word.rstrip(".") for word in words]


def forbidden_pieces(view: View, entry: Entry, width: int) -> Sequence[Piece] | None:
    """The clause of the policy that forbids a model which is off, in place of its badges; None for any other."""
    if entry.forbidden is None or entry.enabled:
        return None
    texts = [view.glyphs.plain(f"{view.glyphs.refused} {why}") for why in (entry.forbidden, entry.forbidden_in_short)]
    return ((texts[0] if cell_len(texts[0]) <= width else texts[1], view.style_for("dim")),)


def badge_pieces(style_for: StyleFor, words: Sequence[str]) -> list[Piece]:
    """Badges with a space between them, each in its role."""
    pieces: list[Piece] = []
    for word in words:
        pieces += [(" ", style_for(None))] if pieces else []
        pieces.append((word, style_for(_ROLES[word])))
    return pieces


def toggle_sign(entry: Entry, glyphs: Glyphs) -> tuple[str, str, str]:
    """The toggle's sign, its word and its role."""
    if entry.locked:
        return glyphs.locked, "lock", "default"
    return (glyphs.on, "on", "on") if entry.enabled else (glyphs.off, "off", "off")


def flag(model: Model, glyphs: Glyphs, style_for: Callable[[str], Style]) -> Sequence[Piece]:
    """The flag of the country that the page names, else of the region; the region stands beside it.

    It is three coloured cells with the letters of the country: flag emoji take another width in every terminal, and
    not every terminal has colours.
    """
    if model.country == "France":
        return (("F", style_for("fr-1")), ("R", style_for("fr-2")), (" ", style_for("fr-3")))
    if model.region is Region.EU:
        return ((f"EU{glyphs.eu_star}", style_for("eu")),)
    if model.region is Region.US:
        return (("US", style_for("us-1")), (glyphs.stripes, style_for("us-2")))
    return ((f" {glyphs.globe} ", style_for("dim")),)


def name(view: View, row: HasEntry, _cells: int) -> Sequence[Piece]:
    """The model's name, strong where it is enabled, dim where the policy forbids it."""
    entry = row.entry
    role = "strong" if entry.enabled else "dim" if entry.forbidden else None
    return view.matched(view.glyphs.plain(entry.model.name), role)


def region(view: View, row: HasEntry, cells: int, long: str | None = None) -> Sequence[Piece]:
    """The flag, then the region, or `long`, or two letters where there is no room for more."""
    model, room = row.entry.model, cells - FLAG_WIDTH - 1
    text = (long or model.region.value) if room > len("EU") else REGION_LETTERS[model.region]
    return (*flag(model, view.glyphs, view.style_for), (f" {view.glyphs.plain(text)}", view.style_for()))


def host(view: View, row: HasEntry, cells: int) -> Sequence[Piece]:
    """Who processes the data, by the short name where the full one does not fit."""
    known = row.entry.host
    return view.matched(view.glyphs.plain(known.name if cell_len(known.name) <= cells else known.short), "dim")


def stars(view: View, row: HasEntry, _cells: int) -> Sequence[Piece]:
    """How good it is."""
    return ((view.glyphs.star * row.entry.model.stars, view.style_for("star")),)


def price(view: View, row: HasEntry, _cells: int) -> Sequence[Piece]:
    """What an image costs."""
    return ((view.glyphs.figure(row.entry.price_shown), view.style_for()),)


def toggle(view: View, row: HasEntry, _cells: int) -> Sequence[Piece]:
    """Whether it is on, or locked."""
    sign, word, role = toggle_sign(row.entry, view.glyphs)
    return ((f"{sign} {word}", view.style_for(role)),)
