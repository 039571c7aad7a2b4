"""A user's sessions as an open program sees them: changed here or by another process, they arrive by one path."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from imgmodels_tui.generator.sessions.records import Sessions
from imgmodels_tui.workspace.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgmodels_tui.generator.sessions.store import SessionStore


class LiveSessions:
    """Follows the sessions of one user for one open program."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._seen = store.fingerprint()
        self._listeners: list[Callable[[], None]] = []
        self.sessions = Sessions()
        self.read_error: str | None = None
        """Why the sessions cannot be read at present; then `sessions` are the last good ones."""
        self._read()

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` with every change; returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def ask(self, change: Callable[[], Sessions]) -> Sessions:
        """Make a change off the event loop and show its outcome. Raises what `change` raises."""
        sessions = await asyncio.to_thread(change)
        self.look()
        return sessions

    def look(self) -> None:
        """Notice what was written since the last look; two `stat` when nothing was."""
        fingerprint = self._store.fingerprint()
        if fingerprint == self._seen:
            return
        self._seen = fingerprint
        before = (self.sessions, self.read_error)
        self._read()
        if (self.sessions, self.read_error) != before:
            for listener in tuple(self._listeners):
                listener()

    def _read(self) -> None:
        try:
            self.sessions, self.read_error = self._store.read(), None
        except StateError as error:
            self.read_error = str(error)
