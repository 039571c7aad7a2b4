"""Pixels only where they are sure to arrive; half blocks everywhere else."""

from __future__ import annotations

import pytest

from imgmodels_tui.terminal.capabilities import Capabilities, GraphicsProtocol, choose, likely_cell

XTERM = {"TERM": "xterm-256color"}
SILENT = Capabilities()
NEITHER = Capabilities(answered=True)
KITTY = Capabilities(answered=True, kitty=True)
SIXEL = Capabilities(answered=True, sixel=True, cell=(9, 18))
BOTH = Capabilities(answered=True, kitty=True, sixel=True, cell=(9, 18))
INSIDE = [{"TMUX": "/tmp/tmux,1,0"}, {"STY": "1.pts"}, {"TERM": "tmux-256color"}, {"TERM": "screen"}]  # noqa: S108


@pytest.mark.parametrize(
    ("ability", "means"),
    [(SILENT, "blocks"), (NEITHER, "blocks"), (KITTY, "kitty"), (SIXEL, "sixel"), (BOTH, "kitty")],
)
def test_a_terminal_is_believed(ability: Capabilities, means: str) -> None:
    assert choose(None, ability, XTERM) == means


def test_sixel_is_not_chosen_where_nobody_knows_how_large_it_would_be() -> None:
    unknown = Capabilities(answered=True, sixel=True)
    assert choose(None, unknown, XTERM) is GraphicsProtocol.BLOCKS
    assert choose(GraphicsProtocol.SIXEL, unknown, XTERM) is GraphicsProtocol.SIXEL


@pytest.mark.parametrize(
    "named", [{"TERM": "xterm-kitty"}, {"TERM": "xterm-ghostty"}, {"TERM": "wezterm"}, {"TERM_PROGRAM": "WezTerm"}]
)
def test_the_environment_counts_as_long_as_the_terminal_is_silent(named: dict[str, str]) -> None:
    assert choose(None, SILENT, XTERM | named) is GraphicsProtocol.KITTY
    assert choose(None, NEITHER, XTERM | named) is GraphicsProtocol.BLOCKS
    assert choose(None, SIXEL, XTERM | named) is GraphicsProtocol.SIXEL


@pytest.mark.parametrize("inside", INSIDE, ids=str)
@pytest.mark.parametrize("named", [{}, {"TERM_PROGRAM": "kitty"}], ids=["", "kitty"])
def test_in_a_multiplexer_only_sixel_that_it_claims_itself_arrives(
    inside: dict[str, str], named: dict[str, str]
) -> None:
    environ = XTERM | named | inside
    assert [choose(None, ability, environ) for ability in (SILENT, NEITHER, KITTY)] == [GraphicsProtocol.BLOCKS] * 3
    assert [choose(None, ability, environ) for ability in (SIXEL, BOTH)] == [GraphicsProtocol.SIXEL] * 2
    assert choose(GraphicsProtocol.KITTY, KITTY, environ) is GraphicsProtocol.BLOCKS
    assert choose(GraphicsProtocol.SIXEL, NEITHER, environ) is GraphicsProtocol.SIXEL


@pytest.mark.parametrize("ability", [SILENT, NEITHER, KITTY, SIXEL, BOTH], ids=str)
@pytest.mark.parametrize("wanted", GraphicsProtocol)
def test_what_the_user_insists_on_is_done(wanted: GraphicsProtocol, ability: Capabilities) -> None:
    assert choose(wanted, ability, XTERM) is wanted


@pytest.mark.parametrize(("size", "known"), [((10, 20), True), ((0, 0), False), ((1, 1), False), ((10, 999), False)])
def test_a_cell_of_an_impossible_size_is_not_known(size: tuple[int, int], known: bool) -> None:
    assert likely_cell(*size) == (size if known else None)
