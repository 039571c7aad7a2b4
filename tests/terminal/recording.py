"""A driver that keeps what is written instead of showing it, and a terminal that shows what was kept."""

import asyncio
import re
from typing import Any, NamedTuple

import pyte
from rich.cells import cell_len
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size


class RecordingDriver(Driver):
    """Like a driver for a real terminal of a given size, but writes to a list."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self.written: list[str] = []

    @property
    def can_suspend(self) -> bool:
        return True

    def write(self, data: str) -> None:
        self.written.append(data)

    def start_application_mode(self) -> None:
        self.write("\x1b[?1049h\x1b[?25l\x1b[?7l")
        self.announce_size()

    def announce_size(self) -> None:
        assert self._size is not None
        size = Size(*self._size)
        loop = asyncio.get_running_loop()
        asyncio.run_coroutine_threadsafe(self._app._post_message(events.Resize(size, size)), loop=loop)  # noqa: SLF001

    def resize(self, width: int, height: int) -> None:
        self._size = (width, height)
        self.announce_size()

    def disable_input(self) -> None: ...

    def stop_application_mode(self) -> None:
        self.write("\x1b[?7h\x1b[?1049l\x1b[?25h")

    def taken(self) -> str:
        """Return what was written since the last call."""
        data = "".join(self.written)
        self.written.clear()
        return data


class Cell(NamedTuple):
    text: str
    foreground: str
    background: str
    bold: bool
    italic: bool
    underline: bool
    strike: bool
    reverse: bool
    blink: bool


# Private sequences that pyte takes for others, such as the keyboard protocol's for restoring the cursor.
_UNKNOWN_TO_PYTE = re.compile(r"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p")


class _Screen(pyte.Screen):
    """Moves a cursor below the rows that scroll as a terminal does; pyte has it jump up into them."""

    def cursor_down(self, count: int | None = None) -> None:
        """Stop at the end of the rows that scroll where the cursor is in them or above, else at the last row."""
        bottom = self.lines - 1 if self.margins is None or self.cursor.y > self.margins.bottom else self.margins.bottom
        self.cursor.y = min(self.cursor.y + (count or 1), bottom)


class Terminal:
    """What a terminal shows after it was fed."""

    def __init__(self, width: int, height: int) -> None:
        self._screen = _Screen(width, height)
        self._stream = pyte.Stream(self._screen)

    def feed(self, data: str) -> None:
        if "\x1b[?1049h" in data:
            # pyte has no second screen; a terminal's is empty whenever it is entered.
            before, data = data.rsplit("\x1b[?1049h", 1)
            self.feed(before)
            self._screen.reset()
        self._stream.feed(_UNKNOWN_TO_PYTE.sub("", data))

    def resize(self, width: int, height: int) -> None:
        self._screen.resize(height, width)

    @property
    def cursor(self) -> tuple[int, int]:
        return self._screen.cursor.x, self._screen.cursor.y

    @property
    def text(self) -> list[str]:
        return ["".join(cell.text for cell in row) for row in self.cells()]

    def cells(self) -> list[list[Cell]]:
        """Return what can be seen of each cell; the right half of a wide character shows nothing."""
        rows = [[self._screen.buffer[y][x] for x in range(self._screen.columns)] for y in range(self._screen.lines)]
        return [
            [seen(text, char) for text, char in zip(whole([char.data for char in row]), row, strict=True)]
            for row in rows
        ]


def seen(text: str, char: Any) -> Cell:
    """Return the cell; of a space without lines through or below it nobody sees more than the background."""
    if text == " " and not (char.underscore or char.strikethrough or char.reverse):
        return Cell(" ", "", char.bg, *[False] * 6)
    return Cell(
        text, char.fg, char.bg, char.bold, char.italics, char.underscore, char.strikethrough, char.reverse, char.blink
    )


def whole(row: list[str]) -> list[str]:
    """Return `row` without halves of wide characters. A terminal makes them spaces; pyte leaves them in place."""
    texts = row.copy()
    for x, text in enumerate(row):
        is_wide, has_half = cell_len(text) > 1, row[x + 1 : x + 2] == [""]
        if is_wide and not has_half:
            texts[x] = " "
        if has_half and not is_wide:
            texts[x + 1] = " "
    return texts
