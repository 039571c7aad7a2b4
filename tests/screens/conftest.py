"""The program on a workspace of its own, driven by `Driver`, and its looks against the pictures of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import pytest

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import Store
from tests.screens.driver import Driver
from tests.screens.walk import open_at  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from textual.pilot import Pilot

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.rules import Rule
    from tests.conftest import CountingClock


class MakeApp(Protocol):
    def __call__(self, setup: list[Rule] | None = None, user: str = "alice") -> ImgModelsApp: ...


class OpenPage(Protocol):
    def __call__(
        self, *setup: Rule, size: tuple[int, int] = (120, 40), user: str = "alice"
    ) -> AbstractAsyncContextManager[Driver]: ...


class Snap(Protocol):
    def __call__(
        self,
        size: tuple[int, int],
        *setup: Rule,
        keys: str = "",
        story: Callable[[Driver], Awaitable[None]] | None = None,
    ) -> bool: ...


@pytest.fixture
def store_of(state_file: Path, catalog: Catalog, clock: CountingClock) -> Callable[[str], Store]:
    """The test's workspace as somebody of that name sees it."""
    return lambda user: Store(locate(state_file), catalog, user=user, clock=clock)


@pytest.fixture
def bob(store_of: Callable[[str], Store]) -> Store:
    """Another admin of the same workspace."""
    return store_of("bob")


@pytest.fixture
def make_app(store_of: Callable[[str], Store]) -> MakeApp:
    """Builds the program on the test's workspace after `setup` has been applied to it."""

    def make(setup: list[Rule] | None = None, user: str = "alice") -> ImgModelsApp:
        store = store_of(user)
        store.create_if_missing()
        for rule in setup or []:
            store.update(rule)
        app = ImgModelsApp(store, glyphs=Glyphs())
        app.theme = "imgmodels-dark"
        return app

    return make


@pytest.fixture
def open_page(make_app: MakeApp) -> OpenPage:
    """Opens the program and hands out its driver, in an `async with` that closes it again."""

    @asynccontextmanager
    async def opened(*setup: Rule, size: tuple[int, int] = (120, 40), user: str = "alice") -> AsyncIterator[Driver]:
        app = make_app(list(setup), user)
        async with app.run_test(size=size) as pilot:
            page = Driver(app, pilot)
            await page.settle()
            yield page

    return opened


@pytest.fixture
def snap(snap_compare: Callable[..., bool], make_app: MakeApp) -> Snap:
    """Compares what the program looks like after `keys` and `story` with the picture in `snapshots/`."""

    def compare(
        size: tuple[int, int],
        *setup: Rule,
        keys: str = "",
        story: Callable[[Driver], Awaitable[None]] | None = None,
    ) -> bool:
        app = make_app(list(setup))

        async def act(pilot: Pilot[None]) -> None:
            page = Driver(app, pilot)
            await page.settle()
            await page.press(*keys.split())
            if story is not None:
                await story(page)

        return snap_compare(app, terminal_size=size, run_before=act)

    return compare
