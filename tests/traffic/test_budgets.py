"""What a key may cost at 120×40, in bytes, on whatever terminal. Bytes do not depend on the machine."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.app import NAV_ITEMS

if TYPE_CHECKING:
    from tests.traffic.conftest import OpenStage

TERMINALS = {
    "24-bit": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "256": {"TERM": "xterm-256color", "COLORTERM": ""},
    "16": {"TERM": "xterm-16color", "COLORTERM": ""},
    "tmux": {"TERM": "tmux-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/tmux-0/default,1,0"},  # noqa: S108
}


@pytest.fixture(params=TERMINALS)
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in TERMINALS[request.param].items():
        monkeypatch.setenv(name, value)
    return str(request.param)


async def test_the_first_frame_fits_ten_packets(open_stage: OpenStage, terminal: str) -> None:
    async with open_stage() as play:
        assert play.app.console.color_system == {"256": "256", "16": "standard"}.get(terminal, "truecolor")
        assert 0 < play.settle().cost <= 14_600


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("before", "keys", "budget"),
    [
        ("", "down down down up", 120),
        ("down", "space space space", 250),
        ("", "pagedown pageup", 3_500),
        ("slash", "f l u x backspace", 1_500),
        ("", "d", 6_000),
        ("", "question_mark", 6_000),
        ("", "enter", 6_000),
        ("", "c", 6_000),
        ("", "ctrl+p", 6_000),
        ("d", "escape", 6_000),
        ("question_mark", "escape", 6_000),
        ("d", "down down", 120),
        ("", "y", 600),
    ],
    ids=lambda value: str(value).replace(" ", "-") or "-",
)
async def test_a_key_stays_within_its_budget(open_stage: OpenStage, before: str, keys: str, budget: int) -> None:
    async with open_stage() as play:
        await play.press(*before.split())
        play.settle()
        steps = await play.press(*keys.split())
        assert median(step.cost for step in steps) <= budget
        assert any(step.cost for step in steps)


@pytest.mark.parametrize(
    "keys", [*(place.key for place in NAV_ITEMS), "slash", "d", "question_mark", "ctrl+p", "comma"]
)
async def test_nothing_is_sent_while_nobody_types(open_stage: OpenStage, keys: str) -> None:
    async with open_stage() as play:
        await play.press(keys)
        play.settle()
        for _ in range(3):
            play.app.live.look()  # type: ignore[attr-defined]
            await play.rest()
        play.app.screen.refresh()
        await play.rest()
        assert play.settle().cost == 0
