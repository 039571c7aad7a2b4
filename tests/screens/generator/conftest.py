"""The program on the generator's page, with an engine that the test controls."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator.images.gallery import GalleryEntry, gallery
from imgmodels_tui.screens.generator.page import GeneratorPage
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.rules import Rule
from tests.conftest import CountingClock, apply
from tests.driver import Driver, app_on, run_app
from tests.generator.fakes import generator_in


class Setup:
    """A workspace, a user's generator on it, and the program as that user, or an admin, opens it."""

    def __init__(self, folder: Path, catalog: Catalog, clock: Callable[[], datetime], *changes: Rule) -> None:
        self.store, self.service, self.engine = generator_in(folder, catalog, os.geteuid(), clock)
        self.store.create_if_missing()
        apply(self.store, *changes)

    def make_app(self, *, admin: bool = False) -> ImgModelsApp:
        """The program, not yet running."""
        app = app_on(self.store, admin=admin, service=self.service)
        app.theme = "imgmodels-dark"
        return app

    @asynccontextmanager
    async def open(
        self, keys: str = "", *, admin: bool = False, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Driver]:
        """Open the program and press some keys; an image that is still held when the test ends is released."""
        async with run_app(self.make_app(admin=admin), keys=keys, size=size, held=self.engine.count_held) as page:
            try:
                yield page
            finally:
                self.engine.release()

    async def generate(self, page: Driver, prompt: str = "a dot") -> None:
        """Generate an image on the page, and wait until it is drawn."""
        before = len(self.engine.requests)
        await page.type(prompt)
        await page.press("enter")
        await page.until(lambda: len(self.engine.requests) > before and not generator_page(page).is_generating)

    def pictures(self) -> list[GalleryEntry]:
        """The images that were saved."""
        return gallery(self.service.pictures)

    def models(self) -> dict[str, str]:
        """The model of each session."""
        return {session.name: session.model for session in self.service.sessions.read().sessions}


def generator_page(page: Driver) -> GeneratorPage:
    """The generator's page, also where a dialog is open over it."""
    return next(screen for screen in page.app.screen_stack if isinstance(screen, GeneratorPage))


@pytest.fixture
def setup(tmp_path: Path, catalog: Catalog, clock: CountingClock) -> Setup:
    """A workspace with three models."""
    return Setup(tmp_path, catalog, clock, rules.Enable(("flux-2-pro", "flux-2-flex", "flux-2-max")))
