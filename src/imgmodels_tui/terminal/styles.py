"""The style of a cell, and the shortest control sequence from one style to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

DEFAULT_STYLE: Final = "\0"
"""The id of the style that a terminal has after a reset."""

_MOST_STYLES: Final = 0xD000  # ids are code points, and must stay below the surrogates
_CACHED_SEQUENCES: Final = 8192

_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
"""What ends an attribute. The others (double underline, frames, overline) are ended by a reset, because terminals
disagree on the codes for them."""

_UNSEEN: Final = frozenset({"1", "2", "3", "5", "6"})
"""Attributes that do not show on a space: bold, dim, italic, both kinds of blinking."""

_BACKGROUND_ERASE: Final = (
    "alacritty", "contour", "foot", "ghostty", "iterm", "kitty", "konsole", "linux", "mintty",
    "rxvt", "st-", "tmux", "vte", "wezterm", "xterm",
)  # fmt: skip
"""Beginnings of the values of TERM whose terminals fill what they erase with the current background color.

tmux does so since version 2.4, although its terminfo entry does not say so. GNU screen does not, unless configured.
"""


class CellStyle(NamedTuple):
    """The style of a cell, in SGR parameters; an empty string is the terminal's default.

    `link` holds the parameters and the address of an OSC 8 hyperlink.
    """

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""
    link: str = ""


class StyleTable:
    """Gives every style in use a character as its id, so that the styles of a row make a string as long as the row.

    `color_system` is what the terminal can show, `erases_with_background` whether it fills erased cells with the
    current background color.
    """

    def __init__(self, color_system: ColorSystem, *, erases_with_background: bool) -> None:
        self._color_system = color_system
        self._background_erase = erases_with_background
        self._styles: list[CellStyle] = [CellStyle()]
        self._ids: dict[CellStyle, str] = {CellStyle(): DEFAULT_STYLE}
        self._by_ansi: dict[str, str] = {"": DEFAULT_STYLE}
        self._sequences: dict[str, str] = {}
        self._blanks: dict[str, str] = {}

    def id_of(self, style: Style | None) -> str:
        """Return the id of the style that draws `style` exactly as Textual would draw it.

        Raises `OverflowError` for more styles than there are ids; begin again with a new table and a full repaint.
        """
        if style is None:
            return DEFAULT_STYLE
        # Rich keeps the SGR parameters of a style on the style. Textual reads and fills the same attribute.
        ansi: str | None = style._ansi
        if ansi is None:
            ansi = Strip.render_ansi(style, self._color_system)
        if style._link:
            return self._new_id(_parsed(ansi)._replace(link=f"id={style.link_id};{style.link}"))
        found = self._by_ansi.get(ansi)
        if found is None:
            found = self._by_ansi[ansi] = self._new_id(_parsed(ansi))
        return found

    def __getitem__(self, style: str) -> CellStyle:
        return self._styles[ord(style)]

    def visible_on_space(self, style: str) -> str:
        """Return the id of the style that has only what can be seen of a space in this one: the background.

        Where the attributes or a link show on a space too, it is the style itself. Raises `OverflowError`.
        """
        blank = self._blanks.get(style)
        if blank is None:
            known = self[style]
            seen = known.link or not _UNSEEN.issuperset(known.attributes)
            blank = self._blanks[style] = style if seen else self._new_id(CellStyle(background=known.background))
        return blank

    def draws_space_like(self, style: str, other: str) -> bool:
        """Return whether a space in `style` looks like a space in `other`, which comes from `visible_on_space`."""
        return style == other or self.visible_on_space(style) == other

    def erases_like_spaces(self, style: str) -> bool:
        """Return whether erasing in this style shows the same as writing spaces in it."""
        known = self[style]
        return not known.attributes and not known.link and (self._background_erase or not known.background)

    def sequence(self, before: str, after: str) -> str:
        """Return the shortest control sequence that changes the terminal's style from `before` to `after`."""
        if before == after:
            return ""
        found = self._sequences.get(before + after)
        if found is None:
            if len(self._sequences) >= _CACHED_SEQUENCES:
                self._sequences.clear()
            found = self._sequences[before + after] = _sequence(self[before], self[after])
        return found

    def _new_id(self, style: CellStyle) -> str:
        found = self._ids.get(style)
        if found is None:
            if len(self._styles) >= _MOST_STYLES:
                raise OverflowError("more styles than there are ids")
            found = self._ids[style] = chr(len(self._styles))
            self._styles.append(style)
        return found


def _parsed(ansi: str) -> CellStyle:
    """Sort the SGR parameters of a style: attributes before foreground before background."""
    attributes: list[str] = []
    colors = {"3": "", "4": ""}
    parameters = iter(ansi.split(";") if ansi else ())
    for parameter in parameters:
        if len(parameter) == 1 or parameter in {"21", "51", "52", "53"}:
            attributes.append(parameter)
            continue
        # 3x and 9x are foregrounds, 4x and 10x backgrounds; 38 and 48 take more parameters, x9 is the default.
        plane = "3" if parameter[0] in "39" else "4"
        if parameter in {"38", "48"}:
            kind = next(parameters)
            rest = [next(parameters) for _ in range(3 if kind == "2" else 1)]
            parameter = ";".join([parameter, kind, *rest])  # noqa: PLW2901
        colors[plane] = "" if parameter in {"39", "49"} else parameter
    return CellStyle(tuple(attributes), colors["3"], colors["4"])


def _sequence(before: CellStyle, after: CellStyle) -> str:
    sgr = ""
    if before[:3] != after[:3]:
        changes = _changes(before, after)
        parameters = [part for part in (*after.attributes, after.foreground, after.background) if part]
        reset = ";".join(["0", *parameters]) if parameters else ""
        shorter = reset if changes is None or len(reset) <= len(changes) else changes
        sgr = f"\x1b[{shorter}m"
    return sgr if before.link == after.link else f"{sgr}\x1b]8;{after.link or ';'}\x1b\\"


def _changes(before: CellStyle, after: CellStyle) -> str | None:
    """Return the parameters that change only what differs, or None where that needs a reset."""
    ended = [attribute for attribute in before.attributes if attribute not in after.attributes]
    if any(attribute not in _OFF for attribute in ended):
        return None
    off = {_OFF[attribute] for attribute in ended}
    # Ending one of two attributes that share an end also ends the other, which has to begin again.
    begun = [each for each in after.attributes if each not in before.attributes or _OFF.get(each) in off]
    parameters = [*sorted(off), *begun]
    if before.foreground != after.foreground:
        parameters.append(after.foreground or "39")
    if before.background != after.background:
        parameters.append(after.background or "49")
    return ";".join(parameters)


def erases_with_background(environ: Mapping[str, str]) -> bool:
    """Return whether erased cells take the current background color; an unknown terminal is taken not to."""
    return "TMUX" in environ or environ.get("TERM", "").startswith(_BACKGROUND_ERASE)
