"""Of what a terminal sends only what is known gets through, however it is cut, and Textual's parser takes all of it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from imgmodels_tui.terminal.driver import _is_key as is_key
from imgmodels_tui.terminal.input import InputReader
from tests.hostile.terminal import ANSWERS, KEYS, NO_UTF8

NOISE = st.lists(
    st.one_of(
        st.sampled_from([*ANSWERS.values(), *NO_UTF8.values(), *KEYS]),
        st.binary(max_size=12),
        st.sampled_from([b"\x1b", b"\x1b[", b"\x1bP", b"\x9b", b"\xc2", b"\x1b[M", b"\x1b[200~", b"\x1b]", b"\x18"]),
    ),
    max_size=8,
).map(b"".join)


def reader() -> InputReader:
    return InputReader(is_key, lambda _: "")


def cut(data: bytes, at: list[int]) -> list[bytes]:
    ends = [0, *sorted(place % (len(data) + 1) for place in at), len(data)]
    return [data[a:b] for a, b in pairwise(ends)]


@pytest.mark.parametrize("data", [*ANSWERS.values(), *NO_UTF8.values()], ids=[*ANSWERS, *NO_UTF8])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100_000])
def test_what_was_not_typed_is_taken_out_whole(data: bytes, size: int) -> None:
    read = reader()
    passed = [read.feed((b"j" + data + b"k")[start : start + size]) for start in range(0, len(data) + 2, size)]
    assert "".join(passed) == "jk"


@given(st.lists(st.sampled_from(KEYS), max_size=8), st.sampled_from([*ANSWERS.values()]), st.lists(st.integers(0)))
def test_keys_arrive_in_order_whatever_comes_between(keys: list[bytes], answer: bytes, cuts: list[int]) -> None:
    read = reader()
    half = len(keys) // 2
    data = b"".join(keys[:half]) + answer + b"".join(keys[half:])
    assert "".join(map(read.feed, cut(data, cuts))) == b"".join(keys).decode()


@given(NOISE, st.lists(st.integers(0), max_size=6))
def test_how_it_is_cut_makes_no_difference(data: bytes, cuts: list[int]) -> None:
    whole, pieces = reader(), reader()
    assert "".join(map(pieces.feed, cut(data, cuts))) == whole.feed(data)


@given(st.lists(NOISE, max_size=4))
def test_the_parser_takes_whatever_gets_through(reads: list[bytes]) -> None:
    read, parser = reader(), XTermParser()
    for data in reads:
        for typed in (read.feed(data), read.paused(), read.stopped()):
            if typed:
                list(parser.feed(typed))
    assert [
        event.key for event in parser.feed(read.feed(b"x")) if isinstance(event, events.Key)
    ][-1:] == ["x"]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (b"\x1b", "escape"),
        (b"\x1ba", "alt+a"),
        (b"\x1bA", "alt+shift+a"),
        (b"\x1bP", "alt+shift+p"),
        (b"\x1b\r", "alt+enter"),
        (b"\x1bx", "alt+x"),
        (b"\x1b/", "alt+slash"),
    ],
)
def test_a_key_that_looks_like_a_beginning_is_one_when_nothing_follows(typed: bytes, key: str) -> None:
    read = reader()
    passed = read.feed(typed) + read.paused()
    assert [event.key for event in XTermParser().feed(passed) if isinstance(event, events.Key)] == [key]


def test_an_old_mouse_report_counts_in_any_column() -> None:
    assert reader().feed(b"\x1b[M\x20\xff\xfe") == "\x1b[<0;223;222M"
    assert reader().feed(b"\x1b[M\x23\xc3\xa9") == "\x1b[<0;163;137m"


def test_a_paste_is_text_to_its_end_and_keys_nowhere() -> None:
    passed = reader().feed(b"\x1b[200~a\x1b[?62;22c\x1b[A\x00\x9b\tb\r\nc\xfc\x1b[201~d")
    assert passed == "\x1b[200~a[?62;22c[A\N{REPLACEMENT CHARACTER}\tb\r\nc\N{REPLACEMENT CHARACTER}\x1b[201~d"


def test_what_never_ends_does_not_keep_the_keyboard() -> None:
    for beginning, end in ((b"\x1b[200~text", "\x1b[201~"), (b"\x1bPtext", ""), (b"\x1b[12", ""), (b"\x1b[M", "")):
        read = reader()
        read.feed(beginning)
        assert read.stopped() == end
        assert read.feed(b"q") == "q"
