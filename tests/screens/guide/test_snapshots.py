"""What the guide looks like, at three sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace.rules import Enable

if TYPE_CHECKING:
    from tests.screens.conftest import Snap

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
FOUR = Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein", "recraft-v3"))


@SIZES
def test_guide(snap: Snap, size: tuple[int, int]) -> None:
    assert snap(size, FOUR, keys="3 j")


@SIZES
def test_guide_before_a_set_is_enabled(snap: Snap, size: tuple[int, int]) -> None:
    assert snap(size, FOUR, keys="3 e")
