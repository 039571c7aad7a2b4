"""Drives an open program in a test: press, click, read the screen, wait until everything has happened."""

import asyncio
import json
import re
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App
from textual.events import Key, MouseScrollDown
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.generator.service import GeneratorService
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.screens.models.list import ModelList
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.settings import Settings
from imgmodels_tui.terminal.type_ahead import TypeAhead
from imgmodels_tui.widgets.bars import StatusBar
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Rule

TIMEOUT = 20
"""Seconds after which a test gives up on something that should have happened; never reached where all is well."""

_IDLE_ROUNDS = 5
"""Rounds without anything to do after which the program is idle: more than hops from a click to its effect."""

_POLL_SECONDS = 0.01
"""Seconds after which something that runs by itself is checked again."""


_BESIDE_A_NAME = r"  | (?=default|dflt|prem|prev|depr|ret|forb|✗)"
"""What follows a name in a list: room, or in a narrow one a badge."""


class Idle:
    """Waits until everything that was asked of a program has happened, without sleeping and without a busy loop.

    Every part of the program has then emptied its queue several times in a row, which leaves nothing on its way from
    one to the next. A worker that waits for a dialog's answer is idle, and so are as many as `held` says.
    """

    def __init__(self, app: App[Any], pilot: Pilot[Any], held: Callable[[], int] = lambda: 0) -> None:
        self._app, self._pilot, self._held = app, pilot, held
        self._awaited: list[Screen[Any]] = []
        self._note_awaited_dialogs()

    async def __call__(self) -> None:
        """Wait until the program is idle, or has been told to end."""
        rounds = 0
        async with asyncio.timeout(TIMEOUT):
            while rounds < _IDLE_ROUNDS and not self._app._exit:  # noqa: SLF001 - no public name
                await self._pilot.pause(0)
                await self._written()
                if self._app._batch_count or self._drawing():  # noqa: SLF001 - frames are held back after a change of pages
                    await self._pilot.pause(_POLL_SECONDS)
                    rounds = 0
                elif working := self._working():  # asking again at once would only slow down a thread or the disk
                    await asyncio.wait(working, timeout=_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                    rounds = 0
                else:
                    rounds = 0 if self._queued() else rounds + 1

    async def _written(self) -> None:
        if isinstance(self._app, ImgModelsApp):
            await self._app.live.settled()

    def _drawing(self) -> bool:
        """Whether a frame is due: a timer draws it, which a busy machine may be late with."""
        screen = self._app.screen
        return bool(screen._layout_required or screen._scroll_required or screen._dirty_widgets)  # noqa: SLF001

    def _queued(self) -> bool:
        parts = [self._app, *self._app.screen.walk_children(with_self=True)]
        typing = isinstance(self._app, TypeAhead) and self._app._current_key is not None  # noqa: SLF001 - as above
        return typing or any(part.message_queue_size for part in parts)

    def _working(self) -> list[asyncio.Task[Any]]:
        """The workers that do more than waiting for a dialog that is there to be answered, and are not held."""
        idle = sum(dialog.is_mounted and dialog in self._app.screen_stack for dialog in self._awaited) + self._held()
        working = [_task(worker) for worker in self._app.workers if not worker.is_finished]
        return working if len(working) > idle else []

    def _note_awaited_dialogs(self) -> None:
        push = self._app.push_screen_wait

        async def noting(screen: Screen[Any]) -> Any:
            self._awaited.append(screen)
            try:
                return await push(screen)
            finally:
                self._awaited.remove(screen)

        setattr(self._app, "push_screen_wait", noting)  # noqa: B010 - in place of a method


def _task(worker: Worker[Any]) -> asyncio.Task[Any]:
    task = worker._task  # noqa: SLF001 - Textual has no public way
    assert task is not None
    return task


def key_event(key: str) -> Key:
    """The press of a key, by Textual's name for it or as the character that it types."""
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    try:
        character: str | None = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = key if len(key) == 1 else None
    return Key(key, character)


class Driver:
    """One open program."""

    def __init__(self, app: ImgModelsApp, pilot: Pilot[None], held: Callable[[], int] = lambda: 0) -> None:
        self.app, self._pilot = app, pilot
        self._loop = asyncio.get_running_loop()
        self.settle = Idle(app, pilot, held)
        """Wait until everything asked for has happened, however slow the machine."""

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before has had its effect."""
        for key in keys:
            await self.press_at_once(key)

    async def press_at_once(self, *keys: str) -> None:
        """Press keys faster than the program can follow."""
        for key in keys:
            self.app.post_message(key_event(key))
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*text)

    async def fill(self, text: str) -> None:
        """Write into the field that has the focus."""
        field = self.app.screen.focused
        assert isinstance(field, Input)
        field.value = text
        await self.settle()

    async def submit(self, text: str) -> None:
        """Write into the field that has the focus, and press enter."""
        await self.fill(text)
        await self.press("enter")

    async def click(self, text: str, *, times: int = 1) -> None:
        """Click on the first place of the screen that shows `text`."""
        await self.click_at(*self.index_of(text), times=times)

    async def click_row(self, name: str, at: str | None = None) -> None:
        """Click on a model's line, on the text `at` in it."""
        y, line = self.line_of(name)
        await self.click_at(line.index(name if at is None else at), y)

    async def click_at(self, x: int, y: int, *, times: int = 1) -> None:
        """Click on a cell."""
        await self._pilot.click(offset=(x, y), times=times)
        await self.settle()

    async def wheel_down(self) -> None:
        """Turn the wheel over the list of models."""
        models = self.page.query_one(ModelList)
        models.post_message(MouseScrollDown(models, 5, 1, 0, 1, 0, shift=False, meta=False, ctrl=False))
        await self.settle()

    async def go_to(self, model: str) -> None:
        """Put the cursor on a model by name."""
        ids = {entry.model.name: entry.id for entry in self.app.live.overview.entries.values()}
        assert self.page.query_one(ModelList).move_to(ids[model])
        await self.settle()

    async def until(self, happened: Callable[[], Any]) -> None:
        """Wait for something that the program does by itself, and then until it is idle."""
        async with asyncio.timeout(TIMEOUT):
            while not happened():
                await self._pilot.pause()
        await self.settle()

    async def until_shown(self, text: str) -> None:
        """Wait until a text is on the screen, wrapped or not."""
        await self.until(lambda: text in self.unwrapped_text())

    async def poll(self) -> None:
        """Let the program look at the file now, rather than when its timer says so."""
        await self.app.live.catch_up()
        await self.settle()

    def poll_in_thread(self) -> None:
        """As `poll`, for a test that acts in a thread of the program."""
        asyncio.run_coroutine_threadsafe(self.app.live.catch_up(), self._loop).result(TIMEOUT)

    async def change_elsewhere(self, *changes: Rule) -> None:
        """Have another process change the workspace, and the program notice."""
        for change in changes:
            self.app.live.store.update(change)
        await self.poll()

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self._pilot.resize_terminal(width, height)
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """The screen's lines."""
        strips = self.app.screen._compositor.render_strips()  # noqa: SLF001 - Textual has no public way
        return [strip.text.rstrip() for strip in strips]

    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    def unwrapped_text(self) -> str:
        """The screen as running text: lines that were wrapped in a frame are whole again."""
        return " ".join(self.text().replace("│", " ").split())

    def dialog_text(self) -> str:
        """The text in the frame of the open dialog, without its line breaks."""
        assert self.dialog is not None
        frame = self.dialog.query_one("#frame").content_region
        inside = (line.ljust(frame.right)[frame.x : frame.right] for line in self.lines[frame.y : frame.bottom])
        return " ".join(" ".join(inside).split())

    def line(self, begin: str) -> str:
        """The line that begins so, behind the cursor's two cells."""
        found = [line for line in self.lines if line[2:].startswith(begin)]
        assert found, f"no line begins with {begin!r}:\n{self.text()}"
        return found[0]

    def line_of(self, name: str) -> tuple[int, str]:
        """A model's line: its number, and the whole of it."""
        for y, line in enumerate(self.lines):
            if re.match(rf"{re.escape(name)}(…|$|{_BESIDE_A_NAME})", line[2:]):
                return y, line
        raise AssertionError(f"no row of {name} on the screen:\n{self.text()}")

    def row(self, name: str) -> str:
        """The line of a model, without the cursor."""
        return self.line_of(name)[1][2:]

    def index_of(self, text: str) -> tuple[int, int]:
        """The column and the line of a text on the screen."""
        for y, line in enumerate(self.lines):
            if text in line:
                return line.index(text), y
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text()}")

    @property
    def cursor_line(self) -> str:
        """The text behind the cursor."""
        return next((line[2:] for line in self.lines if line.startswith("❯ ")), "")

    @property
    def cursor(self) -> str:
        """The name on the cursor's line."""
        return re.split(_BESIDE_A_NAME, self.cursor_line)[0]

    @property
    def notice(self) -> str:
        """What the page says about what just happened; nothing if it says nothing."""
        notice = self.page.query_one(StatusBar).notice
        return "" if notice is None else notice.text

    @property
    def page(self) -> Page:
        """The page, also where a dialog is open over it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Page))

    @property
    def dialog(self) -> Screen[Any] | None:
        """The dialog that is open over the page, if there is one."""
        return None if self.app.screen is self.page else self.app.screen

    def content(self) -> bytes:
        """The state file's bytes."""
        return self.path.read_bytes()

    @property
    def path(self) -> Path:
        """The state file."""
        return Path(self.app.live.store.place.full)

    def state(self) -> dict[str, Any]:
        """The state file."""
        state: dict[str, Any] = json.loads(self.content())
        return state

    @property
    def enabled(self) -> list[str]:
        """The ids that the state file says are enabled."""
        enabled: list[str] = self.state()["enabled_models"]
        return enabled


def app_on(
    store: FileStore,
    settings: Settings | None = None,
    *,
    glyphs: Glyphs | None = None,
    admin: bool = True,
    service: GeneratorService | None = None,
) -> ImgModelsApp:
    """The program on a workspace, drawn alike on every machine; `service` is another generator than the real one."""
    return ImgModelsApp(
        store,
        service.sessions.paths if service else user_paths(store.locations),
        store.locations.settings,
        settings,
        glyphs=glyphs or Glyphs(),
        admin=admin,
        generator=(lambda: service) if service else None,
    )


@asynccontextmanager
async def run_app(
    app: ImgModelsApp, *, keys: str = "", size: tuple[int, int] = (120, 40), held: Callable[[], int] = lambda: 0
) -> AsyncIterator[Driver]:
    """Run a program, press some keys, and close it at the end."""
    async with app.run_test(size=size) as pilot:
        page = Driver(app, pilot, held)
        await page.settle()
        await page.press(*keys.split())
        yield page
