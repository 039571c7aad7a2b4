"""A user's sessions as an open program sees them: changed here or by another process, they arrive by one path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from imgmodels_tui.generator.sessions.records import Sessions
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.live import Poller

if TYPE_CHECKING:
    from imgmodels_tui.generator.sessions.store import Fingerprint, SessionStore


class _Reading(Record):
    """What was found on disk: the sessions, or why they cannot be read."""

    fingerprint: Fingerprint
    sessions: Sessions | None = None
    read_error: str | None = None


class LiveSessions:
    """Follows the sessions of one user for one open program; the event loop never waits for the disk."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._fingerprint: Fingerprint | None = None
        self._listeners: list[Callable[[], None]] = []
        self._poller = Poller(self._read, self._take_in)
        self.sessions = Sessions()
        self.read_error: str | None = None
        """Why the sessions cannot be read at present; then `sessions` are the last good ones."""

    @property
    def is_loaded(self) -> bool:
        """Whether the sessions were read at least once."""
        return self._fingerprint is not None

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` with every change; returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def load(self) -> None:
        """Wait until the sessions were read at least once."""
        if not self.is_loaded:
            await self.catch_up()

    async def change(self, change: Callable[[], Sessions]) -> None:
        """Make a change in a thread and show its outcome. Raises what `change` raises."""
        await asyncio.to_thread(change)
        await self.catch_up()

    def poll(self) -> None:
        """Begin to read what was written since the last time; costs two `stat` when nothing was."""
        self._poller.poll()

    async def catch_up(self) -> None:
        """Wait until what is on disk now is shown."""
        await self._poller.catch_up()

    def _read(self) -> _Reading | None:
        """What is on disk; None if it is the same as before. Runs in a thread."""
        fingerprint = self._store.fingerprint()
        if fingerprint == self._fingerprint:
            return None
        try:
            return _Reading(fingerprint, sessions=self._store.read())
        except StateError as error:
            return _Reading(fingerprint, read_error=str(error))

    def _take_in(self, reading: _Reading | None) -> None:
        if reading is None:
            return
        before = (self.is_loaded, self.sessions, self.read_error)
        self._fingerprint, self.read_error = reading.fingerprint, reading.read_error
        self.sessions = self.sessions if reading.sessions is None else reading.sessions
        if (True, self.sessions, self.read_error) != before:
            for listener in tuple(self._listeners):
                listener()
