"""Whatever is pressed, the terminal shows the same with the layer as without it."""

import random

import pytest

from imgmodels_tui.screens.pages import PAGES
from imgmodels_tui.terminal.app import is_supported
from tests.terminal.conftest import OpenRecorded
from tests.terminal.recording import RecordingDriver
from tests.terminal.stories import differences, play
from tests.terminal.toys import DiffToy, PlainToy

MOVES = ("down", "up", "pagedown", "pageup", "home", "end", "space")
TOY_KEYS = (
    *MOVES * 3, *("d", "escape", "escape", "n", "f2", "f3", "f4", "f5", "tab", "left", "right", "backspace"),
    *("a", "漢", "suspend", "blur", "focus", "f6", "80x24", "120x40", "67x13", "161x50"),
)  # fmt: skip


PROGRAM_KEYS = (
    *(*MOVES, "left_square_bracket", "right_square_bracket") * 2,
    *[place.key for place in PAGES] * 2,
    *("d", "enter", "escape", "escape", "slash", "g", "p", "backspace", "s", "x", "c", "question_mark", "i", "u"),
    *("suspend", "blur", "focus", "80x24", "120x40", "50x12", "180x50"),
)


async def compare(keys: list[str], size: tuple[int, int] = (120, 40)) -> None:
    # What Textual loses until a repaint, it loses in both where the layer steps aside.
    plain = await play(PlainToy(driver_class=RecordingDriver), keys, size, repainting=is_supported())
    app = DiffToy(driver_class=RecordingDriver)
    compared = await play(app, keys, size)
    assert app.cell_diff_active == is_supported()
    for one, other in zip(plain, compared, strict=True):
        assert not differences(one, other), [step.key for step in compared[: compared.index(other) + 1]]
    if app.cell_diff_active:
        assert sum(step.cost for step in compared) < sum(step.cost for step in plain) / 3


@pytest.mark.usefixtures("either_version")
@pytest.mark.parametrize("seed", range(2))
async def test_random_keys_show_the_same_screen_of_the_toy(seed: int) -> None:
    dice = random.Random(seed)
    size = dice.choice([(120, 40), (80, 24), (200, 50), (41, 11)])
    await compare(dice.choices(TOY_KEYS, k=25), size)


@pytest.mark.usefixtures("either_version")
async def test_a_terminal_that_erases_to_the_default_background_shows_the_same_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "screen-256color")
    await compare(["down", "pagedown", "d", "a", "escape", "n", "f3", "down", "f4", "x", "f5"])


@pytest.mark.usefixtures("either_version")
async def test_the_hardware_cursor_follows_a_focused_input() -> None:
    await compare(["f4", "漢", "a", "left", "left", "backspace", "f2", "d", "b", "escape"])


@pytest.mark.usefixtures("either_version")
async def test_wide_characters_are_halved_and_healed_by_a_dialog() -> None:
    await compare(["d", "escape", "down", "d", "escape", "n", "d", "escape"], (77, 24))


@pytest.mark.usefixtures("layer", "own_codes")
@pytest.mark.parametrize("seed", range(4))
async def test_random_keys_show_the_same_screen_of_every_page(open_recorded: OpenRecorded, seed: int) -> None:
    dice = random.Random(seed)
    size = dice.choice([(120, 40), (80, 24), (180, 50)])
    keys = dice.choices(PROGRAM_KEYS, k=16)
    async with open_recorded(layer=False, size=size, name="one") as plain:
        expected = [await plain.repainted((await plain.press(key))[0]) for key in ("", *keys)]
    async with open_recorded(size=size, name="other") as played:
        assert played.app.cell_diff_active  # type: ignore[attr-defined]
        shown = await played.press("", *keys)
    for one, other in zip(expected, shown, strict=True):
        assert not differences(one, other), keys
    assert sum(step.cost for step in shown) < sum(step.cost for step in expected)
