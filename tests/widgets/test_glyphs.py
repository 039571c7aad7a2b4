"""Where the locale ends at ASCII, an amount keeps its currency: in words, or in the heading of its column."""

import pytest

from imgmodels_tui.widgets.glyphs import ASCII_GLYPHS, Glyphs

PLAIN, ASCII = Glyphs(), ASCII_GLYPHS


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("€0.031", "EUR 0.031"),
        ("FLUX.2 Pro, €0.031, included", "FLUX.2 Pro, EUR 0.031, included"),
        ("€0.012–0.072", "EUR 0.012-0.072"),
        ("€1 → €2", "EUR 1 -> EUR 2"),
        ("1 € = 1.08 USD", "1 EUR = 1.08 USD"),
        ("prices in €", "prices in EUR"),
        ("3 × €0.0310 = €0.09 a month", "3 x EUR 0.0310 = EUR 0.09 a month"),
        ("–", "-"),
        ("déjà vu", "deja vu"),
    ],
)
def test_running_text_names_the_currency(text: str, spelled: str) -> None:
    assert ASCII.plain(text) == spelled
    assert PLAIN.plain(text) == text


def test_a_column_leaves_it_to_its_heading() -> None:
    assert (ASCII.heading("Price"), ASCII.figure("€0.031"), ASCII.figure("–")) == ("EUR", "0.031", "-")
    assert (PLAIN.heading("Price"), PLAIN.figure("€0.031"), PLAIN.figure("–")) == ("Price", "€0.031", "–")
