"""What the demonstration looks like."""

from collections.abc import Callable
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.demo.app import DemoApp
from imgmodels_tui.demo.workspace import DemoWorkspace
from imgmodels_tui.widgets.glyphs import Glyphs
from tests.conftest import CountingClock
from tests.snapshots import SnapApp

Snap = Callable[[str], bool]


@pytest.fixture
def snap(tmp_path: Path, catalog: Catalog, clock: CountingClock, snap_app: SnapApp) -> Snap:
    """Compares the demonstration after some keys with its snapshot."""
    app = DemoApp(DemoWorkspace(tmp_path / "demo", catalog, clock=clock), glyphs=Glyphs())
    return lambda keys: snap_app(app, keys=keys)


def test_the_beginning(snap: Snap) -> None:
    assert snap("")


def test_a_disabled_default(snap: Snap) -> None:
    assert snap("n n n n n")


def test_a_session_that_switched(snap: Snap) -> None:
    assert snap("n n n n n n")


def test_image_generation_off(snap: Snap) -> None:
    assert snap("n n n n n n n n tab")
