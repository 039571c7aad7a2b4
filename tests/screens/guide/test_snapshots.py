"""What the guide looks like."""

from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import Snap

FOUR = Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein", "recraft-v3"))


def test_guide(snap: Snap) -> None:
    assert snap(FOUR, keys="3 j")


def test_guide_before_a_set_is_enabled(snap: Snap) -> None:
    assert snap(FOUR, keys="3 e")
