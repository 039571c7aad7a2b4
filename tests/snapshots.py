"""Where the pictures of the screens are kept, and under which names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_textual_snapshot

if TYPE_CHECKING:
    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex

TESTS = Path(__file__).parent
SNAPSHOTS = TESTS.parent / "snapshots"


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


@pytest.fixture(autouse=True)
def _snapshots_beside_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_textual_snapshot, "SVGImageExtension", Picture)
