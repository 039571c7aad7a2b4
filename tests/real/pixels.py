"""A terminal that takes pictures: it answers what it is asked, and shows which cells lie under one.

A cell under a picture in kitty's protocol shows "▒", whatever is written there, until the picture is deleted. A cell
under a sixel picture shows "▓" until something is written there. Real terminals do the same.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.real.terminal import Terminal

CELL = 10, 20
KITTY, SIXEL = "▒", "▓"

_QUESTIONS = re.compile(rb"(?P<kitty>\x1b_G[^\x1b]*a=q[^\x1b]*\x1b\\)|(?P<cell>\x1b\[16t)|(?P<attributes>\x1b\[c)")
_PICTURES = re.compile(rb"(\x1b[_P][^\x1b]*\x1b\\)")
_UNFINISHED = re.compile(rb"\x1b(?:[_P][^\x1b]*\x1b?|\[[0-?]*)?\Z")


class Indexed(NamedTuple):
    """Cells under a picture."""

    x: int
    y: int
    columns: int
    rows: int


class PixelTerminal(Terminal):
    """A terminal with pixels; `kitty`, `attributes` and `cell` are its answers, None stays silent."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        columns: int = 80,
        lines: int = 24,
        *,
        kitty: bytes | None = b"OK",
        attributes: bytes | None = b"62;22",
        cell: bytes | None = b"20;10",
    ) -> None:
        self._answers = {
            "kitty": None if kitty is None else b"\x1b_Gi=31;" + kitty + b"\x1b\\",
            "cell": None if cell is None else b"\x1b[6;" + cell + b"t",
            "attributes": None if attributes is None else b"\x1b[?" + attributes + b"c",
        }
        self._heard = 0
        self.late: bytes | None = None
        """Once this is bytes, answers are not sent but kept here."""
        self._sending: dict[str, str] = {}
        self._placed: dict[str, Indexed] = {}
        self._sixels: list[Indexed] = []
        self.asked: list[str] = []
        super().__init__(command, environ, columns, lines)

    @property
    def placed(self) -> dict[str, Indexed]:
        """The pictures that are shown by kitty's protocol, by their names."""
        self._take_in()
        return self._placed

    @property
    def sixels(self) -> list[Indexed]:
        """All sixel pictures that were ever shown."""
        self._take_in()
        return self._sixels

    @property
    def picture_bytes(self) -> int:
        """Bytes of all pictures that came."""
        return sum(len(found) for found in _PICTURES.findall(self.raw))

    def text(self) -> str:
        self._take_in()
        lines = ["".join(self._screen.buffer[y][x].data for x in range(self._screen.columns)) for y in self._rows]
        for placed in self._placed.values():
            for y in range(placed.y, min(len(lines), placed.y + placed.rows)):
                end = placed.x + placed.columns
                lines[y] = lines[y][: placed.x] + KITTY * placed.columns + lines[y][end:]
        return "\n".join(line.rstrip() for line in lines)

    def cells(self) -> list[list[Any]]:
        """What can be seen of each cell; of a blank one, that is its background."""
        self._take_in()
        rows = [[self._screen.buffer[y][x] for x in range(self._screen.columns)] for y in self._rows]
        return [[cell.bg if cell.data == " " else cell for cell in row] for row in rows]

    @property
    def _rows(self) -> range:
        return range(self._screen.lines)

    def read(self, seconds: float = 0.05) -> None:
        super().read(seconds)
        for found in _QUESTIONS.finditer(self.raw, self._heard):
            self._heard = found.end()
            self.asked.append(str(found.lastgroup))
            answer = self._answers[str(found.lastgroup)]
            if answer is not None and self.late is not None:
                self.late += answer
            elif answer is not None:
                self.send(answer)

    def _take_in(self) -> None:
        arrived = self.raw[self._shown :]
        unfinished = _UNFINISHED.search(arrived)
        arrived = arrived[: unfinished.start()] if unfinished else arrived
        self._shown += len(arrived)
        for part in _PICTURES.split(arrived):
            if part.startswith(b"\x1b_G"):
                self._kitty(part[3:-2].decode())
            elif part.startswith(b"\x1bP"):
                self._sixel(part)
            else:
                self.feed(part)

    def _kitty(self, command: str) -> None:
        keys = dict(pair.split("=") for pair in command.partition(";")[0].split(",") if pair)
        self._sending |= keys
        if keys.get("a") == "d":
            self._placed.pop(keys["i"], None)
            self._sending = {}
        elif keys.get("a") == "q":
            self._sending = {}
        elif keys.get("m") == "0":
            sent, self._sending = self._sending, {}
            assert sent["f"] == "100"
            assert sent["q"] == "2"
            cursor = self._screen.cursor
            self._placed[sent["i"]] = Indexed(cursor.x, cursor.y, int(sent["c"]), int(sent["r"]))

    def _sixel(self, data: bytes) -> None:
        size = re.search(rb'"1;1;(\d+);(\d+)', data)
        assert size, data[:60]
        columns, rows = (-(-int(length) // side) for length, side in zip(size.groups(), CELL, strict=True))
        cursor = self._screen.cursor
        self._sixels.append(Indexed(cursor.x, cursor.y, columns, rows))
        for y in range(cursor.y, cursor.y + rows):
            for x in range(cursor.x, cursor.x + columns):
                self._screen.buffer[y][x] = self._screen.buffer[y][x]._replace(data=SIXEL)
