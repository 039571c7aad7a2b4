"""Whatever is pressed, the terminal shows the same with the layer as without it."""

from __future__ import annotations

import random

import pytest

from .recording import RecordingDriver
from .stories import differences, play
from .toys import DiffToy, PlainToy

MOVES = ("down", "up", "pagedown", "pageup", "home", "end", "space")
KEYS = (
    *MOVES * 3, *("d", "escape", "escape", "n", "f2", "f3", "f4", "f5", "tab", "left", "right", "backspace"),
    *("a", "漢", "suspend", "blur", "focus", "f6", "80x24", "120x40", "67x13", "161x50"),
)  # fmt: skip


async def compare(keys: list[str], size: tuple[int, int] = (120, 40)) -> None:
    plain = await play(PlainToy(driver_class=RecordingDriver), keys, size, repainting=True)
    app = DiffToy(driver_class=RecordingDriver)
    compared = await play(app, keys, size)
    assert app.cell_diff_active
    for one, other in zip(plain, compared, strict=True):
        assert not differences(one, other), [step.key for step in compared[: compared.index(other) + 1]]
    assert sum(step.cost for step in compared) < sum(step.cost for step in plain) / 3


@pytest.mark.parametrize("seed", range(2))
async def test_random_keys_show_the_same_screen(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    size = dice.choice([(120, 40), (80, 24), (200, 50), (41, 11)])
    await compare(dice.choices(KEYS, k=25), size)


async def test_a_terminal_that_erases_to_the_default_background_shows_the_same_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "screen-256color")
    await compare(["down", "pagedown", "d", "a", "escape", "n", "f3", "down", "f4", "x", "f5"])


async def test_the_hardware_cursor_follows_a_focused_input() -> None:
    await compare(["f4", "漢", "a", "left", "left", "backspace", "f2", "d", "b", "escape"])


async def test_wide_characters_are_halved_and_healed_by_a_dialog() -> None:
    await compare(["d", "escape", "down", "d", "escape", "n", "d", "escape"], (77, 24))
