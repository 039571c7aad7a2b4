"""Whatever was shown before, the output of a frame makes the terminal show the frame."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from imgmodels_tui.terminal.cells import UndrawableError, cropped
from imgmodels_tui.terminal.screen import TerminalScreen
from tests.terminal.recording import Cell, Terminal

WIDTH, HEIGHT = 36, 9
STYLES = [
    Style.parse(definition)
    for definition in (
        "none", "#e6e1cf on #0f1419", "bold #e6e1cf on #0f1419", "italic red", "reverse #95a1ad on blue",
        "underline", "bold italic strike on #1f2430", "default on #1f2430", "blink #ffb454",
    )
]  # fmt: skip
TEXTS = ["a", "model ", "漢字", "🎨", "e\u0301", "●", " " * 5, " " * 14, "─" * 3, "한", "$0.04", "x" * 9]

segments = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.sampled_from([None, *STYLES])).map(lambda parts: Segment(*parts)),
    min_size=1,
    max_size=9,
)
rows = segments.map(lambda row: Strip(row).adjust_cell_length(WIDTH, STYLES[1]))
changes = st.one_of(
    st.tuples(st.just("replace"), st.integers(0, HEIGHT - 1), st.lists(rows, min_size=1, max_size=HEIGHT)),
    st.tuples(st.just("scroll"), st.integers(-5, 5), st.lists(rows, min_size=1, max_size=6)),
    st.tuples(st.just("overlay"), st.integers(0, WIDTH - 1), st.lists(rows, min_size=1, max_size=3)),
)


def changed(page: list[Strip], kind: str, number: int, new: list[Strip]) -> list[Strip]:
    """Return `page` after its middle rows scrolled, or some rows were replaced in whole or from a column."""
    if kind == "replace":
        return [*page[:number], *new, *page[number + len(new) :]][:HEIGHT]
    if kind == "overlay":
        return [
            Strip.join([old.crop(0, number), over.crop(number, WIDTH)])
            for old, over in zip(page, [*new * HEIGHT], strict=False)
        ]
    top, middle, bottom = page[:1], page[1:-1], page[-1:]
    filling = (new * HEIGHT)[: abs(number)]
    middle = [*middle, *filling][number:] if number > 0 else [*filling, *middle][: len(middle)]
    return [*top, *middle[: HEIGHT - 2], *bottom]


def shown(page: list[Strip]) -> list[list[Cell]]:
    """Return what a terminal shows to which every row was written in full."""
    terminal = Terminal(WIDTH, HEIGHT)
    terminal.feed("\x1b[?7l")
    for y, strip in enumerate(page):
        terminal.feed(f"\x1b[{y + 1}H")
        for text, style, _ in strip:
            terminal.feed(Strip.render_style(style or Style.null(), text, ColorSystem.TRUECOLOR))
    return terminal.cells()


@settings(max_examples=100, deadline=None)
@given(first=st.lists(rows, min_size=HEIGHT, max_size=HEIGHT), later=st.lists(changes, max_size=5), bce=st.booleans())
def test_the_output_of_every_frame_shows_the_frame(
    first: list[Strip], later: list[tuple[str, int, list[Strip]]], *, bce: bool
) -> None:
    screen = TerminalScreen((WIDTH, HEIGHT), ColorSystem.TRUECOLOR, erases_with_background=bce)
    terminal = Terminal(WIDTH, HEIGHT)
    terminal.feed("\x1b[?7l" + "?" * WIDTH)
    page = first
    for change in [None, *later]:
        page = page if change is None else changed(page, *change)
        terminal.feed(screen.update([(y, 0, screen.row(strip)) for y, strip in enumerate(page)], (3, 2)))
        assert terminal.cells() == shown(page)
        assert terminal.cursor == (3, 2)


def screen_of(*texts: str) -> TerminalScreen:
    """Return a screen of 12 columns that shows `texts`."""
    screen = TerminalScreen((12, len(texts)), ColorSystem.TRUECOLOR, erases_with_background=True)
    draw(screen, *texts)
    return screen


def draw(screen: TerminalScreen, *texts: str) -> str:
    return screen.update([(y, 0, screen.row([Segment(f"{text:<12}")])) for y, text in enumerate(texts)], (0, 0))


def test_a_frame_that_changes_nothing_sends_nothing() -> None:
    assert draw(screen_of("one", "two"), "one", "two") == ""


def test_only_the_changed_cells_are_sent() -> None:
    assert draw(screen_of("one", "two"), "one", "tao") == "\x1b[2;2Ha\x1b[H"


def test_a_shorter_text_is_erased_to_the_end_of_its_row() -> None:
    assert draw(screen_of("a long text", "two"), "a", "two") == "\x1b[1;3H\x1b[K\r"


def test_only_a_moved_cursor_is_sent_when_nothing_else_changed() -> None:
    assert screen_of("one").update([], (2, 0)) == "\x1b[1;3H"


def test_rows_that_moved_are_moved_by_the_terminal() -> None:
    names = ["head", "alpha 🎨", "beta", "gamma", "delta", "epsilon", "zeta", "foot"]
    moved = ["head", *names[2:7], "eta", "foot"]
    assert draw(screen_of(*names), *moved) == "\x1b[2;7r\x1b[2H\x1b[M\x1b[r\x1b[7Heta\x1b[H"


def test_what_is_not_known_is_neither_scrolled_nor_written_again() -> None:
    screen = TerminalScreen((12, 8), ColorSystem.TRUECOLOR, erases_with_background=True)
    names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
    screen.update([(y, 0, screen.row([Segment(name)])) for y, name in enumerate(names)], (0, 0))
    output = screen.update([(y, 0, screen.row([Segment(f"{name:<9}")])) for y, name in enumerate(names[1:])], (0, 0))
    assert "r" not in output.replace("beta", "")
    assert "\x1b[K" not in output


def test_the_place_of_the_cursor_is_not_trusted_after_a_glyph_of_several_code_points() -> None:
    assert draw(screen_of("", ""), "👩\u200d🚀 x", "") == "\x1b[H👩\u200d🚀\x1b[3G x\r"


@pytest.mark.parametrize("text", ["a\x1b[2J", "a\nb", "\u0301a", "tab\t", "\x9b"])
def test_text_that_cells_cannot_represent_is_refused(text: str) -> None:
    with pytest.raises(UndrawableError):
        screen_of("").row([Segment(text)])


def test_control_codes_are_refused() -> None:
    with pytest.raises(UndrawableError):
        screen_of("").row([Segment.line(), Segment("\x1b[2J", None, [])])
    with pytest.raises(UndrawableError):
        screen_of("").row([Segment("", None, [(1,)])])  # type: ignore[list-item]


def test_a_region_cut_through_a_wide_character_keeps_the_character() -> None:
    row = screen_of("").row([Segment("ab漢字")])
    assert cropped(row, 3).text == row.text[:4]
    assert cropped(row, 4).text == row.text[:4]
