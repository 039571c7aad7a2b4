"""Plays one story of keys on a toy app, and tells after each step what its terminal shows and what it cost."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from textual import events
from textual.app import App
from textual.pilot import Pilot

from tests.terminal.recording import Cell, RecordingDriver, Terminal

SIZE = (120, 40)


class Step(NamedTuple):
    key: str
    cells: list[list[Cell]]
    cursor: tuple[int, int]
    writes: tuple[str, ...]
    repainted: list[list[Cell]]
    """What is shown once everything was drawn again; only known where it was asked for."""

    @property
    def cost(self) -> int:
        """Bytes sent."""
        return sum(len(data.encode()) for data in self.writes)


class RecordedApp:
    """An app that runs on a terminal which can be looked at."""

    def __init__(self, app: App[Any], pilot: Pilot[Any], size: tuple[int, int]) -> None:
        self.app = app
        self.pilot = pilot
        self.terminal = Terminal(*size)
        driver = app._driver  # noqa: SLF001 - the driver has no public name
        assert isinstance(driver, RecordingDriver)
        self.driver = driver

    async def act(self, key: str) -> Step:
        """Press `key`; or resize the terminal, for "80x24"; or do what "suspend", "focus" and "blur" say."""
        if key == "suspend":
            with self.app.suspend():
                pass
        elif key in {"focus", "blur"}:
            self.app.post_message(events.AppFocus() if key == "focus" else events.AppBlur())
        elif key.partition("x")[0].isdigit() and "x" in key:
            width, height = map(int, key.split("x"))
            self.settle()
            self.terminal.resize(width, height)
            self.driver.resize(width, height)
        elif key:
            await self.pilot.press(key)
        # Twice, because what the first pause lets happen may ask for one more frame.
        await self.pilot.pause()
        await self.pilot.pause()
        return self.settle(key)

    def settle(self, key: str = "") -> Step:
        """Show what was written."""
        writes = tuple(self.driver.written)
        self.terminal.feed(self.driver.taken())
        cells = self.terminal.cells()
        return Step(key, cells, self.terminal.cursor, writes, cells)

    async def repainted(self, step: Step) -> Step:
        """Have everything drawn again, and add to `step` what is shown then."""
        self.app.screen.refresh()
        await self.pilot.pause()
        return step._replace(repainted=self.settle().cells)


@asynccontextmanager
async def run_recorded(app: App[Any], size: tuple[int, int] = SIZE) -> AsyncIterator[RecordedApp]:
    """Run `app`, which must have been made with `driver_class=RecordingDriver`."""
    async with app.run_test(headless=False, size=size, notifications=True) as pilot:
        await pilot.pause()
        yield RecordedApp(app, pilot, size)


async def play(
    app: App[Any], keys: Iterable[str], size: tuple[int, int] = SIZE, *, repainting: bool = False
) -> list[Step]:
    """Return what was shown after the start (the key "") and after each key."""
    steps = []
    async with run_recorded(app, size) as played:
        for key in ("", *keys):
            step = await played.act(key)
            steps.append(await played.repainted(step) if repainting else step)
    return steps


def differences(plain: Step, compared: Step) -> list[str]:
    """Tell where two terminals show something else; none are expected.

    Where Textual cuts a changed region through a wide character, it loses that character until the next repaint.
    The layer keeps it. So what Textual shows after a repaint counts as well.
    """
    found = [
        f"after {plain.key!r}, row {y}, column {x}: {one} became {other}"
        for y, rows in enumerate(zip(plain.cells, plain.repainted, compared.cells, strict=True))
        for x, (one, drawn_again, other) in enumerate(zip(*rows, strict=True))
        if other not in (one, drawn_again)
    ]
    if plain.cursor != compared.cursor:
        found.append(f"after {plain.key!r}: cursor {plain.cursor} became {compared.cursor}")
    return found[:5]
