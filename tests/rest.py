"""When a program under test is at rest, however slow the machine: found out without idling and without heating it."""

from __future__ import annotations

import asyncio
import unicodedata
from typing import TYPE_CHECKING, Any

from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.terminal.type_ahead import TypeAhead

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.pilot import Pilot
    from textual.screen import Screen
    from textual.worker import Worker

PATIENCE = 20
"""Seconds after which a test gives up on something that should have happened; never reached where all is well."""

_CALM = 5
"""Rounds without anything to do after which the program is at rest: more than hops from a click to its effect."""

_MOMENT = 0.01
"""Seconds after which something that goes on by itself is looked at again."""


class Rest:
    """Waits until everything that was asked of a program has happened.

    Every part of the program has then emptied its queue several times in a row, which leaves nothing on its way from
    one to the next. A worker that waits for a dialog's answer is at rest, and so are as many as the test says it holds.
    """

    def __init__(self, app: App[Any], pilot: Pilot[Any], held: Callable[[], int] = lambda: 0) -> None:
        self._app, self._pilot, self._held = app, pilot, held
        self._awaited: list[Screen[Any]] = []
        self._note_awaited_dialogs()

    async def __call__(self) -> None:
        """Wait until the program is at rest, or has been told to end."""
        calm = 0
        async with asyncio.timeout(PATIENCE):
            while calm < _CALM and not self._app._exit:  # noqa: SLF001 - no public name
                await self._pilot.pause(0)
                if self._app._batch_count or self._is_writing():  # noqa: SLF001 - after a change of pages frames are held back for a moment
                    await self._pilot.pause(_MOMENT)
                    calm = 0
                elif working := self._working():  # asking again at once would only hinder a thread or the disk
                    await asyncio.wait(working, timeout=_MOMENT, return_when=asyncio.FIRST_COMPLETED)
                    calm = 0
                else:
                    calm = 0 if self._queued() else calm + 1

    async def until(self, happened: Callable[[], Any]) -> None:
        """Wait for something that the program does by itself, and then until it is at rest."""
        async with asyncio.timeout(PATIENCE):
            while not happened():
                await self._pilot.pause()
        await self()

    def press(self, key: str) -> None:
        """Press a key, by Textual's name for it or as the character that it types."""
        self._app.post_message(_pressed(key))

    def _is_writing(self) -> bool:
        return isinstance(self._app, ImgModelsApp) and self._app.live.is_writing

    def _queued(self) -> bool:
        parts = [self._app, *self._app.screen.walk_children(with_self=True)]
        typing = isinstance(self._app, TypeAhead) and self._app.has_typed_ahead
        return typing or any(part.message_queue_size for part in parts)

    def _working(self) -> list[asyncio.Task[Any]]:
        """The workers that do more than waiting for a dialog that is there to be answered, and are not held."""
        at_rest = sum(dialog.is_mounted and dialog in self._app.screen_stack for dialog in self._awaited) + self._held()
        working = [_task(worker) for worker in self._app.workers if not worker.is_finished]
        return working if len(working) > at_rest else []

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
    task = worker._task  # noqa: SLF001 - the toolkit has no public way
    assert task is not None
    return task


def _pressed(key: str) -> Key:
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    try:
        character: str | None = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = key if len(key) == 1 else None
    return Key(key, character)
