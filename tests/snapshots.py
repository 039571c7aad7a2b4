"""Compares what a program looks like with the pictures in `snapshots/`, at three sizes of the terminal."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import pytest_textual_snapshot
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex
from textual.pilot import Pilot

from imgmodels_tui.app import ImgModelsApp
from tests.driver import Driver

Story = Callable[[Driver], Awaitable[None]]
TESTS = Path(__file__).parent
SNAPSHOTS = TESTS.parent / "snapshots"
SIZES = [(80, 24), (120, 40), (200, 50)]


class Picture(pytest_textual_snapshot.SVGImageExtension):  # type: ignore[misc]
    """Keeps the pictures in the folder of `snapshots/` that mirrors the test's own, under names without brackets."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Where the pictures of a test are."""
        return str(SNAPSHOTS / Path(test_location.filepath).parent.relative_to(TESTS))

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        """`test_fresh_page[80x24]` is kept in `test_fresh_page-80x24.svg`."""
        name: str = super().get_snapshot_name(test_location=test_location, index=index)
        return name.replace("[", "-").replace("]", "")


class SnapApp:
    """Compares what a program looks like after `keys` and `story` with its snapshot."""

    def __init__(self, snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
        self._snap_compare, self._size = snap_compare, size

    def __call__(
        self, app: ImgModelsApp, *, keys: str = "", story: Story | None = None, held: Callable[[], int] = lambda: 0
    ) -> bool:
        async def act(pilot: Pilot[None]) -> None:
            page = Driver(app, pilot, held)
            await page.settle()
            await page.press(*keys.split())
            if story is not None:
                await story(page)

        return self._snap_compare(app, terminal_size=self._size, run_before=act)


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Each size of the terminal that there are snapshots of."""
    columns, lines = request.param
    return columns, lines


@pytest.fixture
def snap_app(request: pytest.FixtureRequest, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> SnapApp:
    monkeypatch.setattr(pytest_textual_snapshot, "SVGImageExtension", Picture)
    return SnapApp(request.getfixturevalue("snap_compare"), size)  # which takes the extension when it is set up
