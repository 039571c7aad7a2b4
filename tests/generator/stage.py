"""The program in a test, on the generator's page, with an engine that the test controls."""

from __future__ import annotations

import os
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.generator.errors import Cancelled
from imgmodels_tui.screens.generator.page import GeneratorPage
from imgmodels_tui.widgets.bars import StatusBar
from imgmodels_tui.widgets.glyphs import Glyphs
from tests.generator.desk import desk
from tests.rest import Rest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime
    from pathlib import Path

    from textual.pilot import Pilot

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.generator.engines.interface import CancelCheck
    from imgmodels_tui.workspace.rules import Rule


class Stage:
    """A workspace, a user's generator on it, and the program as that user, or an admin, opens it."""

    def __init__(self, folder: Path, catalog: Catalog, clock: Callable[[], datetime], *setup: Rule) -> None:
        self.store, self.service, self.engine = desk(folder, catalog, os.geteuid(), clock)
        self.store.create_if_missing()
        for change in setup:
            self.store.update(change)
        self.gate: threading.Event | None = None
        self._held = 0
        self.app: ImgModelsApp
        self.rest: Rest

    def make(self, *, admin: bool = False) -> ImgModelsApp:
        self.app = ImgModelsApp(self.store, glyphs=Glyphs(), admin=admin, generator=self.service)
        self.app.theme = "imgmodels-dark"
        return self.app

    @asynccontextmanager
    async def open(self, *keys: str, admin: bool = False, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Stage]:
        app = self.make(admin=admin)
        async with app.run_test(size=size) as pilot:
            await self.enter(pilot)
            await self.press(*keys)
            try:
                yield self
            finally:
                self.release()

    async def enter(self, pilot: Pilot[None]) -> None:
        """Begin with a program that runs; the engine may hold a picture for as long as the test wants."""
        self.rest = Rest(self.app, pilot, lambda: self._held)
        await self.rest()

    @property
    def page(self) -> GeneratorPage:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, GeneratorPage))

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.rest.press(key)
            await self.rest()

    async def type(self, text: str) -> None:
        await self.press(*("space" if character == " " else character for character in text))

    async def until(self, holds: Callable[[], Any]) -> None:
        """Let the program go on until something holds."""
        await self.rest.until(holds)

    async def generate(self, prompt: str = "a dot") -> None:
        before = len(self.engine.requests)
        await self.type(prompt)
        await self.press("enter")
        await self.until(lambda: len(self.engine.requests) > before and not self.page.drawing)

    async def changed_elsewhere(self, *changes: Rule) -> None:
        """Another process changes the workspace; the program notices at its next look."""
        for change in changes:
            self.store.update(change)
        self.app.live.look()
        await self.rest()

    def hold(self) -> None:
        """From now on the engine draws until it is released or cancelled."""
        self.gate = gate = threading.Event()

        def wait(cancelled: CancelCheck) -> None:
            self._held += 1
            try:
                while not gate.wait(0.001):
                    if cancelled():
                        raise Cancelled
            finally:
                self._held -= 1

        self.engine.meanwhile = wait

    def release(self) -> None:
        if self.gate is not None:
            self.gate.set()

    @property
    def said(self) -> str:
        notice = self.page.query_one(StatusBar).notice
        return "" if notice is None else notice.text

    @property
    def text(self) -> str:
        """What is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()  # noqa: SLF001 - the only way to what is shown
        return "\n".join(strip.text.rstrip() for strip in strips)

    def models(self) -> dict[str, str]:
        return {session.name: session.model for session in self.service.sessions.read().sessions}
