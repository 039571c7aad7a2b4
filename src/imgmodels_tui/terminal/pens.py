"""How a cell is drawn, and the shortest SGR sequence from one way of drawing to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from textual.strip import Strip

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from rich.style import Style

PLAIN: Final = "\0"
"""The pen of a terminal after a reset."""

_MOST_PENS: Final = 0xD000  # pens are code points, and must stay below the surrogates
_CACHED_STEPS: Final = 8192

_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
"""What ends an attribute. The others (double underline, frames, overline) are ended by a reset, because terminals
disagree on the codes for them."""


_UNSEEN: Final = frozenset({"1", "2", "3", "5", "6"})
"""Attributes that do not show on a space: bold, dim, italic, both kinds of blinking."""


class Pen(NamedTuple):
    """One way of drawing, in SGR parameters; an empty string is the terminal's default.

    `link` holds the parameters and the address of an OSC 8 hyperlink.
    """

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""
    link: str = ""


class Pens:
    """Gives every pen in use a character, so that the pens of a row make a string as long as the row.

    Args:
        color_system: The colors that the terminal can show.
        erases_with_background: Whether the terminal fills erased cells with the current background color.

    """

    def __init__(self, color_system: ColorSystem, *, erases_with_background: bool) -> None:
        self._color_system = color_system
        self._background_erase = erases_with_background
        self._pens: list[Pen] = [Pen()]
        self._numbers: dict[Pen, str] = {Pen(): PLAIN}
        self._by_ansi: dict[str, str] = {"": PLAIN}
        self._steps: dict[str, str] = {}
        self._blanks: dict[str, str] = {}

    def of(self, style: Style | None) -> str:
        """Return the pen that draws `style` exactly as Textual would draw it.

        Raises:
            OverflowError: More pens than can be numbered; begin again with new `Pens` and a full repaint.

        """
        if style is None:
            return PLAIN
        # Rich keeps the SGR parameters of a style on the style. Textual reads and fills the same attribute.
        ansi: str | None = style._ansi  # noqa: SLF001
        if ansi is None:
            ansi = Strip.render_ansi(style, self._color_system)
        if style._link:  # noqa: SLF001 - the property would be the slowest step of reading a segment
            return self._number(_parsed(ansi)._replace(link=f"id={style.link_id};{style.link}"))
        number = self._by_ansi.get(ansi)
        if number is None:
            number = self._by_ansi[ansi] = self._number(_parsed(ansi))
        return number

    def __getitem__(self, number: str) -> Pen:
        return self._pens[ord(number)]

    def blank(self, number: str) -> str:
        """Return the pen that tells what can be seen of a space that is drawn with this one: the background.

        Where the attributes or a link show on a space too, it is the pen itself.

        Raises:
            OverflowError: More pens than can be numbered.

        """
        blank = self._blanks.get(number)
        if blank is None:
            pen = self[number]
            seen = pen.link or not _UNSEEN.issuperset(pen.attributes)
            blank = self._blanks[number] = number if seen else self._number(Pen(background=pen.background))
        return blank

    def covers(self, pen: str, blank: str) -> bool:
        """Return whether a space that is drawn with `pen` looks as one that is drawn with `blank`."""
        return pen == blank or self.blank(pen) == blank

    def erasable(self, number: str) -> bool:
        """Return whether erasing with this pen shows the same as writing spaces with it."""
        pen = self[number]
        return not pen.attributes and not pen.link and (self._background_erase or not pen.background)

    def step(self, before: str, after: str) -> str:
        """Return the shortest sequence that makes a terminal that draws with `before` draw with `after`."""
        if before == after:
            return ""
        step = self._steps.get(before + after)
        if step is None:
            if len(self._steps) >= _CACHED_STEPS:
                self._steps.clear()
            step = self._steps[before + after] = _step(self[before], self[after])
        return step

    def _number(self, pen: Pen) -> str:
        number = self._numbers.get(pen)
        if number is None:
            if len(self._pens) >= _MOST_PENS:
                raise OverflowError("more pens than can be numbered")
            number = self._numbers[pen] = chr(len(self._pens))
            self._pens.append(pen)
        return number


def _parsed(ansi: str) -> Pen:
    """Sort the SGR parameters of a style, attributes before foreground before background, into a pen."""
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
    return Pen(tuple(attributes), colors["3"], colors["4"])


def _step(before: Pen, after: Pen) -> str:
    sgr = ""
    if before[:3] != after[:3]:
        changes, reset = _changes(before, after), _reset(after)
        shorter = reset if changes is None or len(reset) <= len(changes) else changes
        sgr = f"\x1b[{shorter}m"
    return sgr if before.link == after.link else f"{sgr}\x1b]8;{after.link or ';'}\x1b\\"


def _reset(after: Pen) -> str:
    parameters = [part for part in (*after.attributes, after.foreground, after.background) if part]
    return ";".join(["0", *parameters]) if parameters else ""


def _changes(before: Pen, after: Pen) -> str | None:
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
