"""What the hosting page looks like, at three sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace.rules import Enable

if TYPE_CHECKING:
    from tests.screens.conftest import Snap

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
FOUR = Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein", "recraft-v3"))


@SIZES
def test_hosting(snap: Snap, size: tuple[int, int]) -> None:
    assert snap(size, FOUR, keys="4 j")


@SIZES
def test_hosting_with_a_host_excluded(snap: Snap, size: tuple[int, int]) -> None:
    assert snap(size, FOUR, keys="4 X j")


@SIZES
def test_hosting_before_an_exclusion_is_applied(snap: Snap, size: tuple[int, int]) -> None:
    assert snap(size, FOUR, keys="4 X a")


@SIZES
def test_hosting_where_nothing_would_remain(snap: Snap, size: tuple[int, int]) -> None:
    assert snap(size, Enable(("flux-2-pro", "gpt-image-2")), keys="4 X")
