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

from .input import InputReader

ATTRIBUTES_QUERY: Final = "\x1b[c"
CELL_SIZE_QUERY: Final = "\x1b[16t"
KITTY_QUERY: Final = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Asks whether a picture of one pixel could be shown; none is."""

REPLY_TIMEOUT: Final = 1.0
"""Seconds to wait for the answer of a terminal at the other end of a far link."""

ASSUMED_CELL_SIZE: Final = (10, 20)
"""Width and height of a cell in pixels where they are not known; then only the ratio matters."""

_WITHOUT_PICTURES: Final = frozenset({"", "dumb", "linux"})
"""Values of TERM whose terminals show no pictures, and may show the queries."""

_WITH_KITTY: Final = frozenset({"kitty", "ghostty", "wezterm"})
_PLAUSIBLE_PIXELS: Final = range(3, 101)
_INPUT, _OUTPUT = 0, 2
_SIXEL: Final = "4"

_KITTY: Final = re.compile(r"\x1b_G[^;]*i=31[^;]*;(?P<answer>.*)\x1b\\")
_ATTRIBUTES: Final = re.compile(r"\x1b\[\?(?P<attributes>[0-9;]*)c")
_CELL_SIZE: Final = re.compile(r"\x1b\[6;(?P<height>[0-9]{1,5});(?P<width>[0-9]{1,5})t")


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


class CapabilityQuery:
    """Asks a terminal what it can show, one step after the other, and takes in what it answers.

    What a terminal may show instead of answering is asked only where it has answered a harmless question.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.capabilities = Capabilities()
        term = environ.get("TERM", "")
        self._steps = [] if term in _WITHOUT_PICTURES else [CELL_SIZE_QUERY]
        self._steps += [] if in_multiplexer(environ) or not self._steps else [KITTY_QUERY]

    def next_step(self) -> str:
        """Return what to send now; nothing where everything is known that will ever be."""
        if self._steps:
            return self._steps.pop(0) + ATTRIBUTES_QUERY
        self.capabilities = self.capabilities.replace(answered=True)
        return ""

    def answer(self, sequence: str) -> str:
        """Take in a sequence from the terminal, which may be an answer; return what to send then."""
        known = self.capabilities
        if (found := _KITTY.fullmatch(sequence)) is not None:
            self.capabilities = known.replace(kitty=found["answer"] == "OK")
        elif (found := _CELL_SIZE.fullmatch(sequence)) is not None:
            size = plausible_cell_size(int(found["width"]), int(found["height"]))
            self.capabilities = known.replace(cell_size=size)
        elif not known.answered and (found := _ATTRIBUTES.fullmatch(sequence)) is not None:
            self.capabilities = known.replace(sixel=_SIXEL in found["attributes"].split(";"))
            return self.next_step()
        return ""


def query_terminal(environ: Mapping[str, str]) -> Capabilities | None:
    """Return what the terminal replies within `REPLY_TIMEOUT` seconds, or None where none can be asked.

    For a command that is about to end and has the terminal to itself: keys that are typed meanwhile are lost. A
    program in the background must not ask: the system would stop it.
    """
    import termios  # noqa: PLC0415 - not on every system
    import tty  # noqa: PLC0415

    try:
        if not os.isatty(_OUTPUT) or os.tcgetpgrp(_INPUT) != os.getpgrp():
            return None
        query = CapabilityQuery(environ)
        if not (first := query.next_step()):
            return None
        before = termios.tcgetattr(_INPUT)
        tty.setcbreak(_INPUT, termios.TCSANOW)
        try:
            _exchange(query, first)
            return query.capabilities
        finally:
            termios.tcsetattr(_INPUT, termios.TCSANOW, before)
    except (OSError, termios.error):
        return None


def _exchange(query: CapabilityQuery, first: str) -> None:
    """Send each question, and wait for its answer; what comes late would be typed into the shell."""
    to_send = [first]

    def answer(sequence: str) -> str:
        to_send.append(query.answer(sequence))
        return ""

    reader = InputReader(lambda _: False, answer)
    deadline, data = 0.0, b"-"
    while data and not query.capabilities.answered:
        if question := "".join(to_send):
            os.write(_OUTPUT, question.encode())
            deadline = time.monotonic() + REPLY_TIMEOUT
            to_send.clear()
        left = max(0.0, deadline - time.monotonic())
        data = os.read(_INPUT, 1024) if select.select([_INPUT], [], [], left)[0] else b""
        reader.feed(data)


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
