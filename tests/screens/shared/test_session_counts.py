"""Before it hurts: pages say how many sessions a change concerns."""

import json
import os
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from imgmodels_tui.generator.sessions.counts import count_sessions
from imgmodels_tui.screens.shared.page import RecentCounts
from imgmodels_tui.workspace.rules import Enable
from tests.screens.conftest import OpenPage

TWO = Enable(("flux-2-pro", "gemini-2.5-flash-image"))


@pytest.fixture
def two_sessions(state_file: Path) -> Path:
    """A user's file beside the state: two sessions on FLUX.2 Pro."""
    folder = state_file.parent / "sessions"
    folder.mkdir(parents=True)
    sessions = [{"name": name, "model": "flux-2-pro"} for name in ("main", "posters")]
    file = folder / f"{os.getuid()}.json"
    file.write_text(json.dumps({"schema_version": 1, "sessions": sessions}))
    file.chmod(0o644)
    return folder


@pytest.mark.usefixtures("two_sessions")
async def test_details_say_how_many_sessions_are_on_a_model(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(120, 60)) as page:
        await page.go_to("FLUX.2 Pro")
        await page.press("enter")
        assert "Sessions 2 sessions of 1 user" in page.dialog_text()
        await page.press("escape", "down", "enter")
        assert "Sessions none" in page.dialog_text()


@pytest.mark.usefixtures("two_sessions")
async def test_hosting_says_how_many_sessions_an_exclusion_hits(open_page: OpenPage) -> None:
    async with open_page(TWO, size=(120, 60), keys="4 X") as page:
        assert "1 of 2, 2 sessions: FLUX.2 Pro" in page.text()
        await page.press("a")
        assert "Sessions 2 use them and switch to the default" in page.dialog_text()


def _clear(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


async def test_a_census_is_taken_beside_the_screen_and_again_once_it_is_old(two_sessions: Path) -> None:
    now, changes = [0.0], list[float]()
    running: list[Callable[[], Coroutine[None, None, None]]] = []
    counts = RecentCounts(
        lambda: count_sessions(two_sessions),
        running.append,
        lambda: changes.append(now[0]),
        lasts=3,
        clock=lambda: now[0],
    )
    models = ["flux-2-pro", "gpt-image-2"]
    assert counts.on_each(models) is None
    assert counts.on_each(models) is None
    await running.pop()()
    assert not running
    assert counts.on_each(models) == {"flux-2-pro": 2, "gpt-image-2": 0}
    _clear(two_sessions)
    now[0] = 2.0
    assert counts.on_each(models) == {"flux-2-pro": 2, "gpt-image-2": 0}
    assert not running
    now[0] = 4.0
    assert counts.on_each(["flux-2-pro"]) == {"flux-2-pro": 2}
    await running.pop()()
    assert counts.on_each(["flux-2-pro"]) == {"flux-2-pro": 0}
    assert changes == [0.0, 4.0]
