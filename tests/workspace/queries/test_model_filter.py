"""The filter language: words that must all hold."""

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import Catalog, load_catalog, prices
from imgmodels_tui.catalog.records import ListPrice
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.queries import model_filter
from imgmodels_tui.workspace.queries.model_filter import QueryError
from imgmodels_tui.workspace.state import WorkspaceState
from tests.conftest import TODAY

CATALOG = load_catalog()
STATE = WorkspaceState(enabled_models=frozenset({"flux-2-pro", "gpt-image-2"}), default_model="flux-2-pro")
OVERVIEW = Overview(STATE, CATALOG, TODAY)
ENTRIES = tuple(OVERVIEW.entries.values())


def found(text: str) -> list[str]:
    """The ids of the models that `text` leaves."""
    return [entry.id for entry in model_filter.parse(text).select(ENTRIES)]


def priced(listed: ListPrice | None) -> Entry:
    """A model with this list price."""
    model = CATALOG.models["flux-2-pro"].replace(list_price=listed)
    return Overview(STATE, CATALOG.replace(models={model.id: model}), TODAY).entries[model.id]


FLUX_2 = ["flux-2-pro", "flux-2-max", "flux-2-flex", "flux-2-klein"]
GPT = ["gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini", "gpt-image-2"]
GEMINI = ["gemini-2.5-flash-image", "gemini-3-pro-image"]
RECRAFT = ["recraft-v3", "recraft-v3-svg"]
ALL = [*FLUX_2, "flux-1-kontext-max", "flux-1.1-pro", *GPT, *GEMINI, *RECRAFT]

EXAMPLES = [
    ("", ALL),
    ("  \t ", ALL),
    ("gpt", GPT),
    ("GPT mini", ["gpt-image-1-mini"]),
    ("FLUX.2", FLUX_2),
    ("flux-2", FLUX_2),
    ("openai", GPT),
    ("eu openai", ["gpt-image-2"]),
    ("Global google", ["gemini-3-pro-image"]),
    ("azure", ["flux-2-pro", "flux-2-flex", *GPT]),
    ("replicate svg", ["recraft-v3-svg"]),
    ("nothing-is-called-so", []),
    ("region:us", RECRAFT),
    ("region:g", ["gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini", "gemini-3-pro-image"]),
    ("Region:EU openai", ["gpt-image-2"]),
    ("host:azure maker:bfl", []),
    ("host:azure maker:black-forest-labs", ["flux-2-pro", "flux-2-flex"]),
    ("host:MicrosoftAzure maker:blackforestlabs", ["flux-2-pro", "flux-2-flex"]),
    ("host:bfl", ["flux-2-max", "flux-2-klein", "flux-1-kontext-max", "flux-1.1-pro"]),
    ("maker:google", GEMINI),
    ("stars:5", ["gpt-image-2"]),
    ("stars:=5", ["gpt-image-2"]),
    ("stars:>=4", ["gpt-image-1.5", "gpt-image-2", "gemini-3-pro-image"]),
    ("stars:>4", ["gpt-image-2"]),
    ("stars:<=2", ["flux-2-klein", "flux-1-kontext-max", "flux-1.1-pro", *RECRAFT]),
    ("price:<0.017", ["flux-2-klein", "gpt-image-1-mini"]),
    ("price:>€0.08", ["flux-1-kontext-max", "gemini-3-pro-image", "recraft-v3-svg"]),
    ("price:0.032", ["flux-2-pro"]),
    ("price:<=0.009", ["gpt-image-1-mini"]),
    ("ref:no", ["flux-1.1-pro", *RECRAFT]),
    ("ref:y stars:2", ["flux-2-klein", "flux-1-kontext-max"]),
    ("premium:yes", ["flux-2-max", "gpt-image-1", "gpt-image-1.5", "gpt-image-2"]),
    ("preview:true", []),
    ("deprecated:1", ["gpt-image-1.5", "gpt-image-1-mini", "gemini-2.5-flash-image"]),
    ("retired:yes", ["gpt-image-1"]),
    ("allowed:yes svg", ["recraft-v3-svg"]),
    ("own:yes", []),
    ("enabled:yes", ["flux-2-pro", "gpt-image-2"]),
    ("enabled:off flux-2", ["flux-2-max", "flux-2-flex", "flux-2-klein"]),
    ("region:eu price:<0.05 ref:yes", ["flux-2-pro", "flux-2-klein", "gemini-2.5-flash-image"]),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text or "empty" for text, _ in EXAMPLES])
def test_a_filter_leaves_the_models_for_which_every_word_holds(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("key", ["region", "host", "maker", "stars", "price", "ref", "premium", "enabled"])
def test_a_key_whose_value_is_still_to_be_typed_narrows_nothing(key: str) -> None:
    assert found(f"{key}:") == ALL


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour:red", "colour: is no filter; possible are region: host: maker: stars: price: ref: premium:"),
        (":", ": is no filter"),
        ("region:mars", "region:mars is unknown; possible are EU, US, Global"),
        ("stars:many", "stars: takes a figure, such as stars:>=3"),
        ("stars:><3", "stars: takes a figure"),
        ("price:1.2.3", "price: takes a figure"),
        ("price:-1", "price: takes a figure"),
        ("price:1e9", "price: takes a figure"),
        ("price:٣", "price: takes a figure"),
        ("ref:perhaps", "ref: takes yes or no"),
        ("gpt stars:x region:mars", "stars: takes a figure"),
    ],
)
def test_a_word_that_makes_no_sense_is_answered_with_what_would(text: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        model_filter.parse(text)
    assert str(caught.value).startswith(says)


def test_the_bare_words_are_known_for_marking_where_they_match() -> None:
    assert model_filter.parse("GPT region:eu Mini").bare == ("gpt", "mini")


def test_what_reads_as_a_price_is_found_by_it() -> None:
    """A tie is rounded up for the eye, so also for the filter."""
    tie = priced(ListPrice(amount=Decimal("0.02875"), currency="EUR", source="nobody"))  # 0.0345 with the margin
    assert prices.shown(tie.price) == "€0.035"
    assert model_filter.parse("price:0.035").matches(tie)
    assert not model_filter.parse("price:0.034").matches(tie)


def test_a_price_that_nobody_knows_is_neither_low_nor_high() -> None:
    unpriced = priced(None)
    assert not model_filter.parse("price:<1000").matches(unpriced)
    assert not model_filter.parse("price:>=0").matches(unpriced)


KEYS = ["region", "host", "maker", "stars", "price", "ref", "premium", "preview", "deprecated", "enabled"]
VALUES = ["eu", "us", "azure", "openai", ">=3", "<0.05", "=2", "yes", "no", "o", "", "x", "\x1b[31m", "9" * 400]
words = st.one_of(
    st.text(max_size=12),
    st.text(string.ascii_letters + ":<>=.0123456789€", max_size=12),
    st.builds("{}:{}".format, st.sampled_from(KEYS), st.sampled_from(VALUES)),
    st.sampled_from(["gpt", "flux", "pro", "image", "1"]),
)
filters = st.lists(words, max_size=4).map(" ".join)


@given(text=filters)
def test_any_text_is_a_filter_or_one_harmless_line(text: str) -> None:
    said = ""
    try:
        selected = model_filter.parse(text).select(ENTRIES)
    except QueryError as error:
        said = str(error)
    if said:
        assert harmless(said) == said
        assert len(said) < 300
    else:
        assert list(selected) == [entry for entry in ENTRIES if entry in selected]


valid = st.lists(st.sampled_from([text for text, _ in EXAMPLES]), min_size=1, max_size=3)


@given(texts=valid)
def test_words_together_leave_what_each_of_them_leaves(texts: list[str]) -> None:
    together = set(found(" ".join(texts)))
    assert together == set.intersection(*(set(found(text)) for text in texts))


@given(texts=valid)
def test_the_order_and_the_case_of_words_do_not_matter(texts: list[str]) -> None:
    assert found(" ".join(texts)) == found(" ".join(reversed(texts)).upper())


def test_a_filter_that_is_understood_once_can_be_used_on_another_state(catalog: Catalog) -> None:
    asked = model_filter.parse("enabled:yes")
    other = Overview(WorkspaceState(enabled_models=frozenset({"recraft-v3"})), catalog, TODAY)
    assert [entry.id for entry in asked.select(other.entries.values())] == ["recraft-v3"]


@pytest.mark.parametrize("text", ["price:", "price:<", "stars:>=", "region:"])
def test_a_word_that_is_still_being_typed_narrows_nothing(text: str) -> None:
    assert model_filter.parse(text).select(ENTRIES) == ENTRIES
