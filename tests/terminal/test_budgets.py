"""What a key may cost at 120×40 with colors of 24 bits, in bytes."""

from __future__ import annotations

import pytest

from .recording import RecordingDriver
from .stories import Stage, play, stage
from .toys import DiffToy, PlainToy


async def test_the_first_frame_fits_ten_packets() -> None:
    start, *_ = await play(DiffToy(driver_class=RecordingDriver), [])
    assert start.cost <= 14_600


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
async def test_a_key_stays_within_its_budget(keys: list[str], budget: int) -> None:
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
    async with stage(DiffToy(driver_class=RecordingDriver)) as played:
        await played.act("down")
        played.app.screen.refresh()
        assert (await played.act("")).writes == ()


async def bracketed(played: Stage, key: str) -> bool:
    data = "".join((await played.act(key)).writes)
    assert data.count("\x1b[?2026h") == data.count("\x1b[?2026l")
    return data.startswith("\x1b[?2026h")


async def test_only_a_large_frame_is_bracketed_and_only_where_the_terminal_can() -> None:
    async with stage(DiffToy(driver_class=RecordingDriver)) as played:
        await played.act("pagedown")
        assert not await bracketed(played, "pagedown")
        played.app._sync_available = True  # noqa: SLF001 - set by the terminal's answer
        assert await bracketed(played, "pagedown")
        assert not await bracketed(played, "up")
