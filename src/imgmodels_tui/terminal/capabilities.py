"""By which means a terminal is shown a picture: half blocks everywhere, pixels where they are sure to arrive."""

from __future__ import annotations

import struct
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

ASSUMED_CELL: Final = (10, 20)
"""Width and height of a cell in pixels where nobody tells; of a terminal that tells nothing only the shape matters."""

_LIKELY_CELLS: Final = range(3, 101)
_STREAMS: Final = (2, 1, 0)
_NAMED: Final = frozenset({"kitty", "ghostty", "wezterm"})


class GraphicsProtocol(StrEnum):
    """How a picture can be shown."""

    BLOCKS = "blocks"
    KITTY = "kitty"
    SIXEL = "sixel"


class Capabilities(Record):
    """What a terminal said of itself; `answered` is False as long as it said nothing.

    `cell` is the width and height of a cell in pixels.
    """

    answered: bool = False
    kitty: bool = False
    sixel: bool = False
    cell: tuple[int, int] | None = None


def choose(wanted: GraphicsProtocol | None, ability: Capabilities, environ: Mapping[str, str]) -> GraphicsProtocol:
    """Return the means for a terminal of this `ability`; `wanted` is what its user insists on, None leaves it open.

    A multiplexer draws its own screen: what it does not know it swallows, or takes for something else (tmux reads a
    picture in kitty's protocol as a title). Inside of one, only sixel that it claims itself will arrive. Pixels of
    sixel are as large as they are: where nobody tells how many make a cell, they could cover cells of others.
    """
    if wanted is GraphicsProtocol.KITTY and is_multiplexed(environ):
        return GraphicsProtocol.BLOCKS
    if wanted is not None:
        return wanted
    if not is_multiplexed(environ) and (ability.kitty or (not ability.answered and _is_named(environ))):
        return GraphicsProtocol.KITTY
    return GraphicsProtocol.SIXEL if ability.sixel and ability.cell is not None else GraphicsProtocol.BLOCKS


def is_multiplexed(environ: Mapping[str, str]) -> bool:
    """Return whether tmux or GNU screen stands between the program and the terminal."""
    inside = environ.get("TMUX") or environ.get("STY")
    return bool(inside) or environ.get("TERM", "").startswith(("tmux", "screen"))


def _is_named(environ: Mapping[str, str]) -> bool:
    """Return whether the environment names a terminal that knows kitty's protocol."""
    term = environ.get("TERM", "").lower().removeprefix("xterm-")
    return term in _NAMED or environ.get("TERM_PROGRAM", "").lower() in _NAMED


def measured(ability: Capabilities) -> Capabilities:
    """Return `ability` with the size of a cell that the system tells now, or else the one the terminal told."""
    return ability.replace(cell=_system_cell() or ability.cell)


def likely_cell(width: int, height: int) -> tuple[int, int] | None:
    """Return the size of a cell if it can be one; some terminals report nonsense, and many nothing."""
    return (width, height) if width in _LIKELY_CELLS and height in _LIKELY_CELLS else None


def _system_cell() -> tuple[int, int] | None:
    import fcntl  # noqa: PLC0415 - not on every system
    import termios  # noqa: PLC0415

    for stream in _STREAMS:
        try:
            told = fcntl.ioctl(stream, termios.TIOCGWINSZ, bytes(8))
        except OSError:
            continue
        rows, columns, width, height = struct.unpack("HHHH", told)
        return likely_cell(width // columns, height // rows) if rows and columns else None
    return None
