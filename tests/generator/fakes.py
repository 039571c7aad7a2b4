"""A generator for tests: an engine that draws at once, or when the test says so, in a folder of its own."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator import Cancelled
from imgmodels_tui.generator.engines.interface import CancelCheck, Picture, Progress, Request
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.generator.service import GeneratorService
from imgmodels_tui.generator.sessions.store import SessionStore, UserPaths
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.overview import Entry
from tests.generator.conftest import blank


class FakeEngine:
    """Draws the same dot for everything, remembers the requests, and lets a test act in the middle."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.meanwhile: Callable[[CancelCheck], None] = lambda _: None

        self._released: threading.Event | None = None
        self._held = 0

    def describe(self, entry: Entry) -> str:
        return PlaceholderEngine().describe(entry)

    def look(self) -> object:
        return None

    def generate(self, request: Request, *, progress: Progress, cancelled: CancelCheck) -> Picture:
        self.requests.append(request)
        progress(0.5)
        self.meanwhile(cancelled)
        progress(1.0)
        return blank()

    def hold(self) -> None:
        """From now on draw until it is released or cancelled."""
        self._released = released = threading.Event()

        def wait(cancelled: CancelCheck) -> None:
            self._held += 1
            try:
                while not released.wait(0.001):
                    if cancelled():
                        raise Cancelled
            finally:
                self._held -= 1

        self.meanwhile = wait

    def release(self) -> None:
        """Finish what is held."""
        if self._released is not None:
            self._released.set()

    def count_held(self) -> int:
        """How many images are held."""
        return self._held

    @property
    def models(self) -> list[str]:
        return [request.model.id for request in self.requests]


def user_paths(folder: Path, uid: int) -> UserPaths:
    return UserPaths(
        shared=folder / "workspace" / "sessions",
        own=folder / "home" / "state",
        pictures=folder / "home" / "pictures",
        workspace="w",
        uid=uid,
    )


def generator_in(
    folder: Path, catalog: Catalog, uid: int, clock: Callable[[], datetime]
) -> tuple[FileStore, GeneratorService, FakeEngine]:
    """A workspace in `folder`, one user's generator on it, and the generator's engine."""
    store = FileStore(locate(folder / "workspace" / "workspace.json"), catalog, user="alice", clock=clock)
    engine = FakeEngine()
    return store, GeneratorService(store, SessionStore(user_paths(folder, uid)), engine, clock=clock), engine
