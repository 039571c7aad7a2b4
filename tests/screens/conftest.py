"""The program on the test's workspace: opened and driven, or compared with its snapshot."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Plan
from tests.conftest import CountingClock, apply
from tests.driver import Driver, app_on, run_app
from tests.snapshots import SnapApp, Story

FOUR_CHANGES = (
    rules.Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein", "gemini-2.5-flash-image")),
    rules.Disable(("flux-2-pro",), "gpt-image-2"),
    rules.Configure(plan=Plan.ENTERPRISE),
    reverting.Undo(),
)
"""A past with a switch of the default, another plan, and an undo."""


class MakeApp:
    """Builds the program on the test's workspace, or on `store`, after `setup` has been applied to it."""

    def __init__(self, store: FileStore) -> None:
        self._store = store

    def __call__(self, *setup: Rule, store: FileStore | None = None) -> ImgModelsApp:
        store = store or self._store
        store.create_if_missing()
        apply(store, *setup)
        app = app_on(store)
        app.theme = "imgmodels-dark"
        return app


class OpenPage:
    """Opens the program, presses some keys, and hands out its driver in an `async with` that closes it again."""

    def __init__(self, make_app: MakeApp) -> None:
        self._make_app = make_app

    def __call__(
        self, *setup: Rule, keys: str = "", size: tuple[int, int] = (120, 40), store: FileStore | None = None
    ) -> AbstractAsyncContextManager[Driver]:
        return run_app(self._make_app(*setup, store=store), keys=keys, size=size)


class Snap:
    """Compares what the program looks like after `keys` and `story` with the snapshot."""

    def __init__(self, make_app: MakeApp, snap_app: SnapApp) -> None:
        self._make_app, self._snap_app = make_app, snap_app

    def __call__(
        self, *setup: Rule, keys: str = "", story: Story | None = None, store: FileStore | None = None
    ) -> bool:
        return self._snap_app(self._make_app(*setup, store=store), keys=keys, story=story)


@pytest.fixture
def bob(state_file: Path, catalog: Catalog, clock: CountingClock) -> FileStore:
    """Another admin of the same workspace."""
    return FileStore(locate(state_file), catalog, user="bob", clock=clock)


@pytest.fixture
def open_page(store: FileStore) -> OpenPage:
    return OpenPage(MakeApp(store))


@pytest.fixture
def snap(store: FileStore, snap_app: SnapApp) -> Snap:
    return Snap(MakeApp(store), snap_app)
