"""The program on a workspace of its own, driven by `Driver`, and its looks against the pictures of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
import pytest_textual_snapshot

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.workspace.locations import locate
from imgmodels_tui.workspace.store import Store
from tests.screens.driver import Driver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex
    from textual.pilot import Pilot

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.rules import Rule
    from tests.conftest import CountingClock

SNAPSHOTS = Path(__file__).parents[2] / "snapshots"


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


class Picture(pytest_textual_snapshot.SVGImageExtension):  # type: ignore[misc]
    """Keeps the pictures in `snapshots/`, a folder per test module, under names without brackets."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Where the pictures of a module are."""
        return str(SNAPSHOTS / test_location.basename)

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        """`test_fresh_page[80x24]` is kept in `test_fresh_page-80x24.svg`."""
        name: str = super().get_snapshot_name(test_location=test_location, index=index)
        return name.replace("[", "-").replace("]", "")


@pytest.fixture(autouse=True)
def _pictures_beside_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_textual_snapshot, "SVGImageExtension", Picture)


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
