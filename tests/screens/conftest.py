"""The program on the test's workspace: opened and driven, or compared with its snapshot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import pytest

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Rule
from tests.conftest import CountingClock, apply
from tests.driver import Driver, app_on, run_app
from tests.snapshots import SnapApp


class MakeApp(Protocol):
    def __call__(self, *setup: Rule, store: FileStore | None = None) -> ImgModelsApp: ...


class OpenPage(Protocol):
    def __call__(
        self, *setup: Rule, keys: str = "", size: tuple[int, int] = (120, 40), store: FileStore | None = None
    ) -> AbstractAsyncContextManager[Driver]: ...


class Snap(Protocol):
    def __call__(
        self,
        *setup: Rule,
        keys: str = "",
        story: Callable[[Driver], Awaitable[None]] | None = None,
        store: FileStore | None = None,
    ) -> bool: ...


@pytest.fixture
def bob(state_file: Path, catalog: Catalog, clock: CountingClock) -> FileStore:
    """Another admin of the same workspace."""
    return FileStore(locate(state_file), catalog, user="bob", clock=clock)


@pytest.fixture
def make_app(store: FileStore) -> MakeApp:
    """Builds the program on the test's workspace, or on `store`, after `setup` has been applied to it."""
    default = store

    def make(*setup: Rule, store: FileStore | None = None) -> ImgModelsApp:
        store = store or default
        store.create_if_missing()
        apply(store, *setup)
        app = app_on(store)
        app.theme = "imgmodels-dark"
        return app

    return make


@pytest.fixture
def open_page(make_app: MakeApp) -> OpenPage:
    """Opens the program, presses some keys, and hands out its driver in an `async with` that closes it again."""

    def opened(
        *setup: Rule, keys: str = "", size: tuple[int, int] = (120, 40), store: FileStore | None = None
    ) -> AbstractAsyncContextManager[Driver]:
        return run_app(make_app(*setup, store=store), keys=keys, size=size)

    return opened


@pytest.fixture
def snap(snap_app: SnapApp, make_app: MakeApp) -> Snap:
    """Compares what the program looks like after `keys` and `story` with the snapshot."""

    def compare(
        *setup: Rule,
        keys: str = "",
        story: Callable[[Driver], Awaitable[None]] | None = None,
        store: FileStore | None = None,
    ) -> bool:
        return snap_app(make_app(*setup, store=store), keys=keys, story=story)

    return compare
