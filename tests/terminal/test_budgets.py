"""What a key may cost at 120×40, in bytes: of the program on any terminal, of the toy with colors of 24 bits."""

from statistics import median

import pytest

from imgmodels_tui.screens.pages import PAGES
from imgmodels_tui.widgets import details_pane
from tests.terminal.conftest import OpenRecorded
from tests.terminal.recording import RecordingDriver
from tests.terminal.stories import RecordedApp, play, run_recorded
from tests.terminal.toys import DiffToy, PlainToy

pytestmark = pytest.mark.usefixtures("layer")

FIRST_FRAME = 14_600
"""Bytes of ten packets."""

TERMINALS = {
    "24-bit": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "256": {"TERM": "xterm-256color", "COLORTERM": ""},
    "16": {"TERM": "xterm-16color", "COLORTERM": ""},
    "tmux": {"TERM": "tmux-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/tmux-0/default,1,0"},  # noqa: S108
}


async def test_the_first_frame_of_the_toy_fits_ten_packets() -> None:
    start, *_ = await play(DiffToy(driver_class=RecordingDriver), [])
    assert start.cost <= FIRST_FRAME


@pytest.mark.parametrize(
    ("keys", "budget"),
    [
        (["down"], 120),
        (["space"], 120),
        (["pagedown", "pagedown"], 3_500),
        (["pagedown", *["down"] * 3], 800),
        (["d"], 6_100),
        (["d", "a"], 120),
        (["d", "a", "escape"], 6_000),
        (["f3", "down"], 400),
        (["f6"], 600),
    ],
)
async def test_a_key_of_the_toy_stays_within_its_budget(keys: list[str], budget: int) -> None:
    *_, last = await play(DiffToy(driver_class=RecordingDriver), keys)
    assert 0 < last.cost <= budget


@pytest.mark.parametrize(("keys", "command"), [(["pagedown", *["down"] * 3], "M"), (["end", "pageup", "up"], "L")])
async def test_a_list_that_scrolls_by_one_row_is_scrolled_by_the_terminal(keys: list[str], command: str) -> None:
    *_, plain = await play(PlainToy(driver_class=RecordingDriver), keys)
    *_, scrolled = await play(DiffToy(driver_class=RecordingDriver), keys)
    assert scrolled.cells == plain.cells
    assert f"H\x1b[{command}\x1b[r" in "".join(scrolled.writes)
    assert scrolled.cost <= 800 < plain.cost


async def test_a_frame_is_one_write() -> None:
    _, *steps = await play(DiffToy(driver_class=RecordingDriver), ["down", "pagedown"])
    assert [len(step.writes) for step in steps] == [1, 1]


async def test_nothing_is_sent_while_nothing_happens() -> None:
    async with run_recorded(DiffToy(driver_class=RecordingDriver)) as played:
        await played.act("down")
        played.app.screen.refresh()
        assert (await played.act("")).writes == ()


async def bracketed(played: RecordedApp, key: str) -> bool:
    data = "".join((await played.act(key)).writes)
    assert data.count("\x1b[?2026h") == data.count("\x1b[?2026l")
    return data.startswith("\x1b[?2026h")


async def test_only_a_large_frame_is_bracketed_and_only_where_the_terminal_can() -> None:
    async with run_recorded(DiffToy(driver_class=RecordingDriver)) as played:
        await played.act("pagedown")
        assert not await bracketed(played, "pagedown")
        played.app._sync_available = True  # noqa: SLF001 - set by the terminal's answer
        assert await bracketed(played, "pagedown")
        assert not await bracketed(played, "up")


@pytest.fixture
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Details follow when the cursor is at rest, which it never is while this test goes on."""
    monkeypatch.setattr(details_pane, "AT_REST", 3_600.0)


@pytest.fixture(params=TERMINALS)
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in TERMINALS[request.param].items():
        monkeypatch.setenv(name, value)
    return str(request.param)


async def test_the_first_frame_fits_ten_packets(open_recorded: OpenRecorded, terminal: str) -> None:
    async with open_recorded() as play:
        assert play.app.console.color_system == {"256": "256", "16": "standard"}.get(terminal, "truecolor")
        assert 0 < play.settle().cost <= FIRST_FRAME


@pytest.mark.usefixtures("terminal", "at_rest")
@pytest.mark.parametrize(
    ("before", "keys", "budget"),
    [
        ("", "down down down up", 120),
        ("down", "space space space", 400),
        ("3", "down down down up", 160),
        ("4", "down down down up", 400),
        ("5", "down down down up", 120),
        ("", "pagedown pageup", 3_500),
        ("slash", "f l u x backspace", 1_500),
        ("", "d", 6_000),
        ("", "question_mark", 6_000),
        ("", "enter", 6_000),
        ("", "c", 6_000),
        ("", "ctrl+p", 6_000),
        ("d", "escape", 6_000),
        ("question_mark", "escape", 6_500),
        ("d", "down down", 120),
        ("", "y", 600),
    ],
    ids=lambda value: str(value).replace(" ", "-") or "-",
)
async def test_a_key_stays_within_its_budget(open_recorded: OpenRecorded, before: str, keys: str, budget: int) -> None:
    async with open_recorded() as play:
        await play.press(*before.split())
        play.settle()
        steps = await play.press(*keys.split())
        assert median(step.cost for step in steps) <= budget
        assert any(step.cost for step in steps)


@pytest.mark.parametrize("keys", [*(place.key for place in PAGES), "slash", "d", "question_mark", "ctrl+p", "comma"])
async def test_nothing_is_sent_while_nobody_types(open_recorded: OpenRecorded, keys: str) -> None:
    async with open_recorded() as play:
        await play.press(keys)
        play.settle()
        for _ in range(3):
            await play.app.live.catch_up()  # type: ignore[attr-defined]
            await play.rest()
        play.app.screen.refresh()
        await play.rest()
        assert play.settle().cost == 0
