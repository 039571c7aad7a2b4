"""The program on a terminal that can be read, with the layer and without it, whatever terminal the tests run in."""

import gc
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from rich.style import Style
from textual.app import App
from textual.pilot import Pilot

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator import service
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.generator.sessions.store import SessionStore, user_paths
from imgmodels_tui.screens.generator import gallery
from imgmodels_tui.terminal import app as terminal_app
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.conftest import CountingClock
from tests.driver import Idle, app_on
from tests.terminal.programs import ANOTHER_VERSION
from tests.terminal.recording import RecordingDriver
from tests.terminal.stories import RecordedApp, Step

ENABLED = ("flux-2-pro", "flux-2-klein", "gpt-image-2", "gemini-2.5-flash-image")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _true_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    for name in ("NO_COLOR", "TMUX", "IMGMODELS_CELL_DIFF", "TOY_CELL_DIFF", "TEXTUAL_CELL_DIFF"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def own_codes() -> None:
    """Each frame is drawn with the codes of its own terminal; Rich keeps those that a style was first drawn with."""
    for style in [each for each in gc.get_objects() if type(each) is Style]:
        style._ansi = None  # noqa: SLF001 - no public name


@pytest.fixture
def another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual is of a version that the layer does not know: the layer steps aside."""
    monkeypatch.setattr(terminal_app, "textual_version", lambda: ANOTHER_VERSION)


@pytest.fixture(params=["layer", "another_version"])
def either_version(request: pytest.FixtureRequest) -> None:
    """For tests of what holds with the layer and where it steps aside."""
    request.getfixturevalue(request.param)


class RecordedProgram(RecordedApp):
    """A stage on which a step ends when the program is at rest, its workers included."""

    def __init__(self, app: App[Any], pilot: Pilot[Any], size: tuple[int, int]) -> None:
        super().__init__(app, pilot, size)
        self._idle = Idle(app, pilot)

    async def press(self, *keys: str) -> list[Step]:
        """Press keys, or do what `RecordedApp.act` knows; a step for each."""
        steps = []
        for key in keys:
            first = await self.act(key)
            await self.rest()
            later = self.settle(key)
            steps.append(later._replace(writes=first.writes + later.writes))
        return steps

    async def rest(self) -> None:
        """Wait until nothing is under way but what waits for an answer."""
        await self._idle()
        for _ in range(2):  # what is drawn may ask for one more frame
            await self.pilot.pause()


class OpenRecorded(Protocol):
    def __call__(
        self, *, layer: bool = True, size: tuple[int, int] = (120, 40), name: str = "workspace"
    ) -> AbstractAsyncContextManager[RecordedProgram]: ...


@pytest.fixture
def open_recorded(
    tmp_path: Path, catalog: Catalog, clock: CountingClock, monkeypatch: pytest.MonkeyPatch
) -> OpenRecorded:
    """Opens the program on a workspace with a few models enabled; whatever is drawn there is drawn alike each time.

    Without the `layer`, Textual is of a version that the layer does not know.
    """
    monkeypatch.setattr(service, "fresh_seed", lambda: 7)
    monkeypatch.setattr(
        gallery, "_DELAY", 0.001
    )  # a picture under the cursor is drawn at once, not when all is at rest

    @asynccontextmanager
    async def opened(
        *, layer: bool = True, size: tuple[int, int] = (120, 40), name: str = "workspace"
    ) -> AsyncIterator[RecordedProgram]:
        store = FileStore(locate(tmp_path / name / "workspace.json"), catalog, user="alice", clock=clock)
        store.update(rules.Enable(ENABLED))
        sessions = SessionStore(
            user_paths(store.locations).replace(own=tmp_path / name / "own", pictures=tmp_path / name / "pictures")
        )
        generator = service.GeneratorService(store, sessions, PlaceholderEngine(), clock=lambda: NOON)
        with monkeypatch.context() as version:
            if not layer:
                version.setattr(terminal_app, "textual_version", lambda: ANOTHER_VERSION)
            app = app_on(store, service=generator)
            app.driver_class = RecordingDriver
            async with app.run_test(headless=False, size=size, notifications=True) as pilot:
                play = RecordedProgram(app, pilot, size)
                await play.rest()
                yield play

    return opened
