"""The session that a user is in on the generator's page."""

from __future__ import annotations

import contextlib
from collections.abc import Coroutine

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.generator.service import GenerationStarted, GeneratorService
from imgmodels_tui.generator.sessions.live import LiveSessions
from imgmodels_tui.generator.sessions.records import Sessions
from imgmodels_tui.workspace.errors import NotSaved, Refusal


class CurrentSession:
    """One of this user's sessions; it may be renamed or deleted elsewhere, then it is the one they were in last."""

    def __init__(self, service: GeneratorService) -> None:
        self._service = service
        self.live = LiveSessions(service.sessions)
        """All sessions of this user."""
        self.switch: GenerationStarted | None = None
        """The last generation in it, if that switched its model (R12)."""
        self._entered: str | None = None
        self._opened: str | None = None
        """The name of the session that was opened last because there was none of it (R11)."""

    @property
    def name(self) -> str:
        """Its name."""
        known = self.live.sessions.find(self._entered or "")
        return known.name if known else self.live.sessions.current_name

    @property
    def model(self) -> str | None:
        """The id of the model that it holds; None for a session that does not exist yet."""
        known = self.live.sessions.find(self.name)
        return known.model if known else None

    def opening(self) -> Coroutine[None, None, None] | None:
        """What stores a session that its user is shown for the first time; None where there is nothing to store.

        It gets the model of this moment, so that a new default does not change it (R11).
        """
        name = self.name
        if self.model is not None or self._opened == name:
            return None
        self._opened = name
        return self._open(name)

    async def _open(self, name: str) -> None:
        # Where it cannot be stored it follows the default, and draws all the same.
        with contextlib.suppress(Refusal, NotSaved, UnusableFile):
            await self.live.change(lambda: self._service.open(name))

    async def select(self, model: str) -> None:
        """Have it hold another model. Raises `Refusal`, `NotSaved`, `UnusableFile`."""
        name, self.switch = self.name, None
        await self.live.change(lambda: self._service.select(name, model))

    async def enter(self, name: str) -> None:
        """Go to another session, also the next time the page is opened. Raises as `select` does."""

        def enter() -> Sessions:
            return self._service.sessions.update(lambda sessions: sessions.enter(name))

        self._entered, self.switch = name, None
        await self.live.change(enter)

    def drew(self, started: GenerationStarted) -> None:
        """Note what was decided when an image of it was begun."""
        self._entered = started.session
        self.switch = started if started.switched_from else None
