"""Answers are taken out of what is typed, however they arrive; keys never are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.terminal.answers import ATTRIBUTES, CELL_SIZE, KITTY, Answers, questions
from imgmodels_tui.terminal.capabilities import Capabilities

ANSWERS = "\x1b_Gi=31;OK\x1b\\\x1b[6;20;10t\x1b[?62;4;22c"
ALL = Capabilities(answered=True, kitty=True, sixel=True, cell=(10, 20))
KEYS = ["a", "\x1b", "\x1b[A", "\x1b[6~", "\x1bOP", "\x1b[27;5;105~", "\x1b[97;;97u", "漢", "\x1b[I", "\x1b[?2026;2$y"]


@given(st.lists(st.integers(1, len(ANSWERS) - 1), unique=True).map(sorted))
def test_answers_are_understood_wherever_they_are_cut(cuts: list[int]) -> None:
    answers = Answers()
    ends = [0, *cuts, len(ANSWERS)]
    assert "".join(answers.heard(ANSWERS[a:b]) for a, b in pairwise(ends)) == ""
    assert answers.given_up() == ""
    assert answers.ability == ALL


@given(st.lists(st.sampled_from(KEYS), max_size=8), st.lists(st.sampled_from(KEYS), max_size=8), st.data())
def test_keys_typed_before_between_and_after_arrive_in_order(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    typed, answers = "".join(before) + ANSWERS + "".join(after), Answers()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(typed)))))
    ends = [0, *cuts, len(typed)]
    heard = "".join(answers.heard(typed[a:b]) for a, b in pairwise(ends)) + answers.given_up()
    assert heard == "".join(before + after)
    assert answers.ability == ALL


def test_a_lone_escape_is_a_key_when_nothing_follows() -> None:
    answers = Answers()
    assert answers.heard("\x1b") == ""
    assert answers.given_up() == "\x1b"


def test_nothing_is_held_back_once_everything_is_known() -> None:
    answers = Answers()
    answers.heard(ANSWERS)
    assert answers.heard("\x1b") == "\x1b"


def test_an_answer_that_comes_late_or_twice_is_no_key_either() -> None:
    answers = Answers()
    answers.heard("\x1b[?6c")
    assert answers.heard("a" + ANSWERS + "b") == "ab"


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("\x1b[?6c", Capabilities(answered=True)),
        ("\x1b[?14;62c", Capabilities(answered=True)),
        ("\x1b[?4c", Capabilities(answered=True, sixel=True)),
        ("\x1b_Gi=31;EINVAL:no\x1b\\\x1b[?62c", Capabilities(answered=True)),
        ("\x1b_Gi=31;OK\x1b\\", Capabilities(kitty=True)),
        ("\x1b[6;0;0t\x1b[?62c", Capabilities(answered=True)),
    ],
)
def test_what_was_said_is_known(said: str, known: Capabilities) -> None:
    answers = Answers()
    answers.heard(said)
    assert answers.ability == known


@pytest.mark.parametrize(
    ("environ", "asks"),
    [
        ({"TERM": "xterm-256color"}, KITTY + CELL_SIZE + ATTRIBUTES),
        ({"TERM": "tmux-256color"}, CELL_SIZE + ATTRIBUTES),
        ({"TERM": "xterm-kitty", "TMUX": "x"}, CELL_SIZE + ATTRIBUTES),
        ({"TERM": "linux"}, ""),
        ({"TERM": "dumb"}, ""),
        ({}, ""),
    ],
    ids=str,
)
def test_nobody_is_asked_what_they_would_show_or_take_for_a_title(environ: dict[str, str], asks: str) -> None:
    assert questions(environ) == asks
