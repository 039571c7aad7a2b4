"""Pixels only where they are sure to arrive; half blocks everywhere else."""

import pytest

from imgmodels_tui.terminal.capabilities import (
    ATTRIBUTES_QUERY,
    CELL_SIZE_QUERY,
    KITTY_QUERY,
    Capabilities,
    CapabilityQuery,
    GraphicsProtocol,
    choose_protocol,
    plausible_cell_size,
)

XTERM = {"TERM": "xterm-256color"}
SILENT = Capabilities()
NEITHER = Capabilities(answered=True)
KITTY = Capabilities(answered=True, kitty=True)
SIXEL = Capabilities(answered=True, sixel=True, cell_size=(9, 18))
BOTH = Capabilities(answered=True, kitty=True, sixel=True, cell_size=(9, 18))
INSIDE = [{"TMUX": "/tmp/tmux,1,0"}, {"STY": "1.pts"}, {"TERM": "tmux-256color"}, {"TERM": "screen"}]  # noqa: S108


@pytest.mark.parametrize(
    ("known", "protocol"),
    [(SILENT, "blocks"), (NEITHER, "blocks"), (KITTY, "kitty"), (SIXEL, "sixel"), (BOTH, "kitty")],
)
def test_a_terminal_is_believed(known: Capabilities, protocol: str) -> None:
    assert choose_protocol(None, known, XTERM) == protocol


def test_sixel_is_not_chosen_where_its_size_in_cells_is_not_known() -> None:
    unknown = Capabilities(answered=True, sixel=True)
    assert choose_protocol(None, unknown, XTERM) is GraphicsProtocol.BLOCKS
    assert choose_protocol(GraphicsProtocol.SIXEL, unknown, XTERM) is GraphicsProtocol.SIXEL


@pytest.mark.parametrize(
    "variables", [{"TERM": "xterm-kitty"}, {"TERM": "xterm-ghostty"}, {"TERM": "wezterm"}, {"TERM_PROGRAM": "WezTerm"}]
)
def test_the_environment_counts_as_long_as_the_terminal_is_silent(variables: dict[str, str]) -> None:
    assert choose_protocol(None, SILENT, XTERM | variables) is GraphicsProtocol.KITTY
    assert choose_protocol(None, NEITHER, XTERM | variables) is GraphicsProtocol.BLOCKS
    assert choose_protocol(None, SIXEL, XTERM | variables) is GraphicsProtocol.SIXEL


@pytest.mark.parametrize("inside", INSIDE, ids=str)
@pytest.mark.parametrize("variables", [{}, {"TERM_PROGRAM": "kitty"}], ids=["", "kitty"])
def test_in_a_multiplexer_only_sixel_that_it_claims_itself_arrives(
    inside: dict[str, str], variables: dict[str, str]
) -> None:
    environ = XTERM | variables | inside
    assert [choose_protocol(None, known, environ) for known in (SILENT, NEITHER, KITTY)] == [
        GraphicsProtocol.BLOCKS
    ] * 3
    assert [choose_protocol(None, known, environ) for known in (SIXEL, BOTH)] == [GraphicsProtocol.SIXEL] * 2
    assert choose_protocol(GraphicsProtocol.KITTY, KITTY, environ) is GraphicsProtocol.BLOCKS
    assert choose_protocol(GraphicsProtocol.SIXEL, NEITHER, environ) is GraphicsProtocol.SIXEL


@pytest.mark.parametrize("known", [SILENT, NEITHER, KITTY, SIXEL, BOTH], ids=str)
@pytest.mark.parametrize("preferred", GraphicsProtocol)
def test_what_the_user_prefers_is_done(preferred: GraphicsProtocol, known: Capabilities) -> None:
    assert choose_protocol(preferred, known, XTERM) is preferred


@pytest.mark.parametrize(("size", "known"), [((10, 20), True), ((0, 0), False), ((1, 1), False), ((10, 999), False)])
def test_a_cell_of_an_impossible_size_is_not_known(size: tuple[int, int], known: bool) -> None:
    assert plausible_cell_size(*size) == (size if known else None)


HARMLESS = CELL_SIZE_QUERY + ATTRIBUTES_QUERY
ATTRIBUTES = "\x1b[?62;4;22c"


def test_what_could_be_shown_is_asked_only_where_a_harmless_question_was_answered() -> None:
    query = CapabilityQuery(XTERM)
    assert query.next_step() == HARMLESS
    assert query.answer("\x1b[6;20;10t") == ""
    assert query.answer(ATTRIBUTES) == KITTY_QUERY + ATTRIBUTES_QUERY
    assert not query.capabilities.answered
    assert query.answer("\x1b_Gi=31;OK\x1b\\") == ""
    assert query.answer(ATTRIBUTES) == ""
    assert query.capabilities == Capabilities(answered=True, kitty=True, sixel=True, cell_size=(10, 20))


@pytest.mark.parametrize(
    ("answers", "known"),
    [
        (["\x1b[?6c"], Capabilities(answered=True)),
        (["\x1b[?14;62c"], Capabilities(answered=True)),
        (["\x1b[?4c"], Capabilities(answered=True, sixel=True)),
        (["\x1b[6;0;0t", "\x1b[?62c"], Capabilities(answered=True)),
        (["\x1b_Gi=31;EINVAL:no\x1b\\", "\x1b[?62c"], Capabilities(answered=True)),
        (["\x1bP>|tmux 3.3a\x1b\\", "\x1b[>41;379;0c"], Capabilities()),
    ],
)
def test_what_was_answered_is_known(answers: list[str], known: Capabilities) -> None:
    query = CapabilityQuery(XTERM | {"STY": "1"})
    query.next_step()
    for answer in answers:
        query.answer(answer)
    assert query.capabilities == known


@pytest.mark.parametrize(
    ("environ", "first"),
    [
        ({"TERM": "xterm-256color"}, HARMLESS),
        ({"TERM": "tmux-256color"}, HARMLESS),
        ({"TERM": "linux"}, ""),
        ({"TERM": "dumb"}, ""),
        ({}, ""),
    ],
    ids=str,
)
def test_no_terminal_is_asked_what_it_would_show_or_take_for_a_title(environ: dict[str, str], first: str) -> None:
    query = CapabilityQuery(environ)
    assert query.next_step() == first
    assert query.capabilities.answered == (first == "")
