"""Over every page of the program, a terminal shows the same with the layer as without it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.app import NAV_ITEMS
from tests.terminal.stories import differences

if TYPE_CHECKING:
    from tests.traffic.conftest import OpenStage

MOVES = ("down", "up", "pagedown", "pageup", "home", "end", "space", "left_square_bracket", "right_square_bracket")
KEYS = (
    *MOVES * 2,
    *[place.key for place in NAV_ITEMS] * 2,
    *("d", "enter", "escape", "escape", "slash", "g", "p", "backspace", "s", "x", "c", "question_mark", "i", "u"),
    *("suspend", "blur", "focus", "80x24", "120x40", "50x12", "180x50"),
)


@pytest.mark.parametrize("seed", range(4))
async def test_random_keys_show_the_same_screen(open_stage: OpenStage, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - any keys will do
    size = dice.choice([(120, 40), (80, 24), (180, 50)])
    keys = dice.choices(KEYS, k=16)
    async with open_stage(layer=False, size=size, name="one") as plain:
        expected = [await plain.repainted((await plain.press(key))[0]) for key in ("", *keys)]
    async with open_stage(size=size, name="other") as played:
        assert played.app.cell_diff_active  # type: ignore[attr-defined]
        shown = await played.press("", *keys)
    for one, other in zip(expected, shown, strict=True):
        assert not differences(one, other), keys
    assert sum(step.cost for step in shown) < sum(step.cost for step in expected)
