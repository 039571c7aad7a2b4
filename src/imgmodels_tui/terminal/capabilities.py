"""What a terminal can show beside characters: it is asked, its replies are read, and a protocol is chosen.

Half blocks work everywhere; pixels are used where they are sure to arrive. The replies arrive among the keys and must
not be taken for any. The last query is one that every terminal answers (primary device attributes, DA1), and replies
come in order: with that reply, everything is known that will ever be.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import struct
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from imgmodels_tui.record import Record

ATTRIBUTES_QUERY: Final = "\x1b[c"
CELL_SIZE_QUERY: Final = "\x1b[16t"
KITTY_QUERY: Final = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Asks whether a picture of one pixel could be shown; none is."""

REPLY_TIMEOUT: Final = 0.5
"""Seconds to wait for a terminal at the other end of a far link."""

ASSUMED_CELL_SIZE: Final = (10, 20)
"""Width and height of a cell in pixels where they are not known; then only the ratio matters."""

_WITHOUT_PICTURES: Final = frozenset({"", "dumb", "linux"})
"""Values of TERM whose terminals show no pictures, and may show the queries."""

_WITH_KITTY: Final = frozenset({"kitty", "ghostty", "wezterm"})
_PLAUSIBLE_PIXELS: Final = range(3, 101)
_INPUT, _OUTPUT = 0, 2
_SIXEL: Final = "4"

_REPLY: Final = re.compile(
    r"\x1b_G(?P<kitty>[^\x1b]*)\x1b\\"
    r"|\x1b\[\?(?P<attributes>[0-9;]*)c"
    r"|\x1b\[6;(?P<height>[0-9]+);(?P<width>[0-9]+)t"
)
_INCOMPLETE: Final = re.compile(r"\x1b(?:_(?:G[^\x1b]{0,200}\x1b?)?|\[(?:\?[0-9;]{0,60}|6(?:;[0-9;]{0,20})?)?)?\Z")


class GraphicsProtocol(StrEnum):
    """How a picture can be shown."""

    BLOCKS = "blocks"
    KITTY = "kitty"
    SIXEL = "sixel"


class GraphicsMode(Record):
    """The protocol for a picture, and the width and height of a cell in pixels."""

    protocol: GraphicsProtocol
    cell_size: tuple[int, int] = ASSUMED_CELL_SIZE


class Capabilities(Record):
    """What a terminal replied; `answered` is False as long as it did not, `cell_size` is as in `GraphicsMode`."""

    answered: bool = False
    kitty: bool = False
    sixel: bool = False
    cell_size: tuple[int, int] | None = None


class ReplyParser:
    """Takes the replies out of what comes from a terminal; to be made before the queries are sent.

    A reply may be cut anywhere between two reads. What could be the beginning of one is held back, until the rest
    comes or `flush` is called, and only while a reply is still awaited.
    """

    def __init__(self) -> None:
        self.capabilities = Capabilities()
        self._held = ""

    def feed(self, data: str) -> str:
        """Return `data`, and what was held back before it, without the replies in it."""
        data, self._held = self._held + data, ""
        if "\x1b" not in data:
            return data
        data = _REPLY.sub(self._read, data)
        incomplete = None if self.capabilities.answered else _INCOMPLETE.search(data)
        if incomplete is None:
            return data
        self._held = incomplete.group()
        return data[: incomplete.start()]

    def flush(self) -> str:
        """Return what was held back; nothing came for a while, so it was no reply but a key."""
        held, self._held = self._held, ""
        return held

    def _read(self, found: re.Match[str]) -> str:
        reply, known = found.groupdict(), self.capabilities
        if reply["kitty"] is not None:
            known = known.replace(kitty=reply["kitty"].endswith(";OK"))
        elif reply["attributes"] is not None:
            known = known.replace(answered=True, sixel=_SIXEL in reply["attributes"].split(";"))
        else:
            known = known.replace(cell_size=plausible_cell_size(int(reply["width"]), int(reply["height"])))
        self.capabilities = known
        return ""


def queries(environ: Mapping[str, str]) -> str:
    """Return what to send to the terminal that `environ` describes; nothing where there is nothing to ask."""
    if environ.get("TERM", "") in _WITHOUT_PICTURES:
        return ""
    kitty = "" if in_multiplexer(environ) else KITTY_QUERY
    return f"{kitty}{CELL_SIZE_QUERY}{ATTRIBUTES_QUERY}"


def query_terminal(environ: Mapping[str, str]) -> Capabilities | None:
    """Return what the terminal replies within `REPLY_TIMEOUT` seconds, or None where none can be asked.

    For a command that is about to end and has the terminal to itself: keys that are typed meanwhile are lost. A
    program in the background must not ask: the system would stop it.
    """
    import termios  # noqa: PLC0415 - not on every system
    import tty  # noqa: PLC0415

    query = queries(environ)
    try:
        if not query or not os.isatty(_OUTPUT) or os.tcgetpgrp(_INPUT) != os.getpgrp():
            return None
        before = termios.tcgetattr(_INPUT)
        tty.setcbreak(_INPUT, termios.TCSANOW)
        try:
            return _exchange(query)
        finally:
            termios.tcsetattr(_INPUT, termios.TCSANOW, before)
    except (OSError, termios.error):
        return None


def _exchange(query: str) -> Capabilities:
    parser, deadline, data = ReplyParser(), time.monotonic() + REPLY_TIMEOUT, b"-"
    os.write(_OUTPUT, query.encode())
    while data and not parser.capabilities.answered:
        left = max(0.0, deadline - time.monotonic())
        data = os.read(_INPUT, 1024) if select.select([_INPUT], [], [], left)[0] else b""
        parser.feed(data.decode("ascii", "replace"))
    return parser.capabilities


def choose_protocol(
    preferred: GraphicsProtocol | None, known: Capabilities, environ: Mapping[str, str]
) -> GraphicsProtocol:
    """Return the protocol for a terminal with these capabilities; `preferred` is the user's choice, if there is one.

    A multiplexer draws its own screen: what it does not know it drops, or takes for something else (tmux reads a
    picture in kitty's protocol as a title). Inside of one, only sixel that it claims itself will arrive. Pixels of
    sixel are as large as they are: where it is not known how many make a cell, they could cover cells of others.
    """
    if preferred is GraphicsProtocol.KITTY and in_multiplexer(environ):
        return GraphicsProtocol.BLOCKS
    if preferred is not None:
        return preferred
    if not in_multiplexer(environ) and (known.kitty or (not known.answered and _names_kitty(environ))):
        return GraphicsProtocol.KITTY
    return GraphicsProtocol.SIXEL if known.sixel and known.cell_size is not None else GraphicsProtocol.BLOCKS


def in_multiplexer(environ: Mapping[str, str]) -> bool:
    """Return whether tmux or GNU screen runs between the program and the terminal."""
    inside = environ.get("TMUX") or environ.get("STY")
    return bool(inside) or environ.get("TERM", "").startswith(("tmux", "screen"))


def _names_kitty(environ: Mapping[str, str]) -> bool:
    term = environ.get("TERM", "").lower().removeprefix("xterm-")
    return term in _WITH_KITTY or environ.get("TERM_PROGRAM", "").lower() in _WITH_KITTY


def graphics_mode(preferred: GraphicsProtocol | None, known: Capabilities, environ: Mapping[str, str]) -> GraphicsMode:
    """Return how to show a picture now; see `choose_protocol`."""
    known = with_system_cell_size(known)
    return GraphicsMode(choose_protocol(preferred, known, environ), known.cell_size or ASSUMED_CELL_SIZE)


def plausible_cell_size(width: int, height: int) -> tuple[int, int] | None:
    """Return the size of a cell if it can be one; some terminals report nonsense, and many nothing."""
    return (width, height) if width in _PLAUSIBLE_PIXELS and height in _PLAUSIBLE_PIXELS else None


def with_system_cell_size(known: Capabilities) -> Capabilities:
    """Return `known` with the size of a cell that the system reports now, or else the one the terminal replied."""
    import fcntl  # noqa: PLC0415 - not on every system
    import termios  # noqa: PLC0415

    for stream in (2, 1, 0):
        with contextlib.suppress(OSError):
            size = fcntl.ioctl(stream, termios.TIOCGWINSZ, bytes(8))
            rows, columns, width, height = struct.unpack("HHHH", size)
            measured = plausible_cell_size(width // columns, height // rows) if rows and columns else None
            return known.replace(cell_size=measured or known.cell_size)
    return known
