"""Replies are taken out of what is typed, however they arrive; keys never are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.terminal.capabilities import (
    ATTRIBUTES_QUERY,
    CELL_SIZE_QUERY,
    KITTY_QUERY,
    Capabilities,
    ReplyParser,
    queries,
)  # fmt: skip

REPLIES = "\x1b_Gi=31;OK\x1b\\\x1b[6;20;10t\x1b[?62;4;22c"
ALL = Capabilities(answered=True, kitty=True, sixel=True, cell_size=(10, 20))
KEYS = ["a", "\x1b", "\x1b[A", "\x1b[6~", "\x1bOP", "\x1b[27;5;105~", "\x1b[97;;97u", "漢", "\x1b[I", "\x1b[?2026;2$y"]


@given(st.lists(st.integers(1, len(REPLIES) - 1), unique=True).map(sorted))
def test_replies_are_understood_wherever_they_are_cut(cuts: list[int]) -> None:
    parser = ReplyParser()
    ends = [0, *cuts, len(REPLIES)]
    assert "".join(parser.feed(REPLIES[a:b]) for a, b in pairwise(ends)) == ""
    assert parser.flush() == ""
    assert parser.capabilities == ALL


@given(st.lists(st.sampled_from(KEYS), max_size=8), st.lists(st.sampled_from(KEYS), max_size=8), st.data())
def test_keys_typed_before_between_and_after_arrive_in_order(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    typed, parser = "".join(before) + REPLIES + "".join(after), ReplyParser()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(typed)))))
    ends = [0, *cuts, len(typed)]
    passed = "".join(parser.feed(typed[a:b]) for a, b in pairwise(ends)) + parser.flush()
    assert passed == "".join(before + after)
    assert parser.capabilities == ALL


def test_a_lone_escape_is_a_key_when_nothing_follows() -> None:
    parser = ReplyParser()
    assert parser.feed("\x1b") == ""
    assert parser.flush() == "\x1b"


def test_nothing_is_held_back_once_everything_is_known() -> None:
    parser = ReplyParser()
    parser.feed(REPLIES)
    assert parser.feed("\x1b") == "\x1b"


def test_a_reply_that_comes_late_or_twice_is_no_key_either() -> None:
    parser = ReplyParser()
    parser.feed("\x1b[?6c")
    assert parser.feed("a" + REPLIES + "b") == "ab"


@pytest.mark.parametrize(
    ("reply", "known"),
    [
        ("\x1b[?6c", Capabilities(answered=True)),
        ("\x1b[?14;62c", Capabilities(answered=True)),
        ("\x1b[?4c", Capabilities(answered=True, sixel=True)),
        ("\x1b_Gi=31;EINVAL:no\x1b\\\x1b[?62c", Capabilities(answered=True)),
        ("\x1b_Gi=31;OK\x1b\\", Capabilities(kitty=True)),
        ("\x1b[6;0;0t\x1b[?62c", Capabilities(answered=True)),
    ],
)
def test_what_was_replied_is_known(reply: str, known: Capabilities) -> None:
    parser = ReplyParser()
    parser.feed(reply)
    assert parser.capabilities == known


@pytest.mark.parametrize(
    ("environ", "query"),
    [
        ({"TERM": "xterm-256color"}, KITTY_QUERY + CELL_SIZE_QUERY + ATTRIBUTES_QUERY),
        ({"TERM": "tmux-256color"}, CELL_SIZE_QUERY + ATTRIBUTES_QUERY),
        ({"TERM": "xterm-kitty", "TMUX": "x"}, CELL_SIZE_QUERY + ATTRIBUTES_QUERY),
        ({"TERM": "linux"}, ""),
        ({"TERM": "dumb"}, ""),
        ({}, ""),
    ],
    ids=str,
)
def test_no_terminal_is_asked_what_it_would_show_or_take_for_a_title(environ: dict[str, str], query: str) -> None:
    assert queries(environ) == query
