"""What the hosting page looks like."""

from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import Snap

FOUR = Enable(("flux-2-pro", "gpt-image-2", "flux-2-klein", "recraft-v3"))


def test_hosting(snap: Snap) -> None:
    assert snap(FOUR, keys="4 j")


def test_hosting_with_a_host_excluded(snap: Snap) -> None:
    assert snap(FOUR, keys="4 X j")


def test_hosting_before_an_exclusion_is_applied(snap: Snap) -> None:
    assert snap(FOUR, keys="4 X a")


def test_hosting_before_an_exclusion_is_kept(snap: Snap) -> None:
    assert snap(FOUR, keys="4 E a k")


def test_hosting_where_nothing_would_remain(snap: Snap) -> None:
    assert snap(Enable(("flux-2-pro", "gpt-image-2")), keys="4 X")
