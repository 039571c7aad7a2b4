"""No text from outside may make a terminal do anything but show it."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.text import folded, harmless, harmless_json

# What Unicode calls "default ignorable": drawn as nothing, so that two different names can look the same.
INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u2060\u3164\ufe0f\uffa0\U0001d173\U000e0041"


def _is_harmful(character: str) -> bool:
    """Whether Unicode says that a character is a control, breaks lines, turns the direction, or shows nothing."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or unicodedata.bidirectional(character) in {
        "BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip


def test_every_character_that_a_terminal_could_act_on_is_written_out() -> None:
    harmful = [chr(code) for code in range(sys.maxunicode + 1) if _is_harmful(chr(code))]
    assert len(harmful) > 2048 + 65 + 20  # surrogates, controls, format characters: the test looks at something
    assert [hex(ord(character)) for character in harmful if character in harmless(character)] == []


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda character: f"U+{ord(character):04X}")
def test_what_cannot_be_seen_is_written_out(character: str) -> None:
    assert harmless(f"flux{character}2") == f"flux{character.encode('unicode_escape').decode()}2"


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("FLUX.2 Pro", "FLUX.2 Pro"),
        ("Größe · 模型 · é · [bold]", "Größe · 模型 · é · [bold]"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b]52;c;aGk=\x07", r"\x1b]52;c;aGk=\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("pro\u202egpj", r"pro\u202egpj"),
        ("\udcff", r"\udcff"),
    ],
)
def test_a_person_still_sees_what_was_there(given_text: str, shown: str) -> None:
    assert harmless(given_text) == shown


@given(text=st.text(max_size=300), limit=st.integers(1, 300))
def test_any_text_stays_one_line_and_short(text: str, limit: int) -> None:
    said = harmless(text, limit)
    assert len(said.splitlines()) <= 1
    assert len(said) <= limit * len("\\U000e0041")
    assert harmless(said, len(said) + 1) == said


def test_long_text_is_cut_and_says_so() -> None:
    assert harmless("x" * 501) == "x" * 499 + "…"
    assert harmless("x" * 500) == "x" * 500


@given(data=st.dictionaries(st.text(), st.text()))
def test_a_json_document_means_the_same_and_holds_nothing_harmful(data: dict[str, str]) -> None:
    document = harmless_json(json.dumps(data, ensure_ascii=False, indent=2))
    assert json.loads(document) == data
    assert not [character for character in document if character != "\n" and _is_harmful(character)]


def test_a_json_document_stays_readable_where_it_can() -> None:
    assert harmless_json('{\n  "by": "Jürgen \u202e\x7f"\n}') == '{\n  "by": "Jürgen \\u202e\\u007f"\n}'


@given(st.text())
def test_composed_and_decomposed_letters_are_the_same_when_compared(text: str) -> None:
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("mark", ["\u0301", "\u093f", "\u0e31", "\u20dd"])
def test_a_mark_at_the_beginning_joins_nothing_before_it(mark: str) -> None:
    assert harmless(f"{mark}x") == f"\u25cc{mark}x"
    assert harmless(f"x{mark}") == f"x{mark}"


def test_a_skin_tone_is_written_out_for_terminals_disagree_on_its_width() -> None:
    assert harmless("\U0001f44d\U0001f3fd") == "\U0001f44d\\U0001f3fd"


@given(st.text())
def test_text_that_was_made_harmless_stays_as_it_is(text: str) -> None:
    once = harmless(text)
    assert harmless(once, limit=10_000) == once
