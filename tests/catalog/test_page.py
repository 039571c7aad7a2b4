"""The bundled catalog against the page it mirrors; every figure here is copied from there by hand."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest

from imgmodels_tui.catalog import Catalog, prices
from imgmodels_tui.record import Record


class Row(NamedTuple):
    """One line of the page's overview."""

    id: str
    name: str
    maker: str
    host: str
    region: str
    reference_editing: bool
    premium: bool
    stars: int


BFL, AZURE, VERTEX = "Black Forest Labs", "Microsoft Azure", "Google Vertex"

PAGE = (
    Row("flux-2-pro", "FLUX.2 Pro", BFL, AZURE, "EU", True, False, 3),
    Row("flux-2-max", "FLUX.2 Max", BFL, BFL, "EU", True, True, 3),
    Row("flux-2-flex", "FLUX.2 Flex", BFL, AZURE, "EU", True, False, 3),
    Row("flux-2-klein", "FLUX.2 Klein", BFL, BFL, "EU", True, False, 2),
    Row("flux-1-kontext-max", "FLUX.1 Kontext Max", BFL, BFL, "EU", True, False, 2),
    Row("flux-1.1-pro", "FLUX 1.1 Pro", BFL, BFL, "EU", False, False, 2),
    Row("gpt-image-1", "GPT Image 1", "OpenAI", AZURE, "Global", True, True, 3),
    Row("gpt-image-1.5", "GPT Image 1.5", "OpenAI", AZURE, "Global", True, True, 4),
    Row("gpt-image-1-mini", "GPT Image 1 Mini", "OpenAI", AZURE, "Global", True, False, 3),
    Row("gpt-image-2", "GPT Image 2", "OpenAI", AZURE, "EU", True, True, 5),
    Row("gemini-2.5-flash-image", "Gemini 2.5 Flash Image", VERTEX, VERTEX, "EU", True, False, 3),
    Row("gemini-3-pro-image", "Gemini 3 Pro Image", VERTEX, VERTEX, "Global", True, False, 4),
    Row("recraft-v3", "Recraft V3", "Recraft", "Replicate", "US", False, False, 2),
    Row("recraft-v3-svg", "Recraft V3 SVG", "Recraft", "Replicate", "US", False, False, 2),
)


@pytest.mark.parametrize("row", PAGE, ids=lambda row: row.id)
def test_each_model_stands_in_the_catalog_as_the_page_has_it(row: Row, catalog: Catalog) -> None:
    model = catalog.models[row.id]
    found = Row(
        model.id,
        model.name,
        catalog.makers[model.maker].name,
        catalog.hosts[model.host].name,
        model.region.value,
        model.reference_editing,
        model.premium,
        model.stars,
    )
    assert found == row


def test_there_are_exactly_the_models_of_the_page_in_its_order_of_makers(catalog: Catalog) -> None:
    assert list(catalog.models) == [row.id for row in PAGE]


def test_makers_follow_the_page_and_each_lists_its_own_models(catalog: Catalog) -> None:
    groups = [(maker.name, [model.id for model in models]) for maker, models in catalog.groups]
    assert [name for name, _ in groups] == [BFL, "OpenAI", VERTEX, "Recraft"]
    for name, models in groups:
        assert models == [row.id for row in PAGE if row.maker == name]


# List price in USD; that divided by 1.1172 and times 1.20, on paper, to four and to three decimals.
PRICES = [
    ("flux-2-pro", "0.03", "0.0322", "€0.032"),
    ("flux-2-max", "0.07", "0.0752", "€0.075"),
    ("flux-2-flex", "0.05", "0.0537", "€0.054"),
    ("flux-2-klein", "0.015", "0.0161", "€0.016"),
    ("flux-1-kontext-max", "0.08", "0.0859", "€0.086"),
    ("flux-1.1-pro", "0.04", "0.0430", "€0.043"),
    ("gpt-image-1", "0.0422", "0.0453", "€0.045"),
    ("gpt-image-1.5", "0.0338", "0.0363", "€0.036"),
    ("gpt-image-1-mini", "0.0084", "0.0090", "€0.009"),
    ("gpt-image-2", "0.0579", "0.0622", "€0.062"),
    ("gemini-2.5-flash-image", "0.039", "0.0419", "€0.042"),
    ("gemini-3-pro-image", "0.134", "0.1439", "€0.144"),
    ("recraft-v3", "0.04", "0.0430", "€0.043"),
    ("recraft-v3-svg", "0.08", "0.0859", "€0.086"),
]


@pytest.mark.parametrize(("model", "listed", "exact", "shown"), PRICES, ids=[row[0] for row in PRICES])
def test_a_price_is_the_list_price_in_euro_with_the_margin(
    model: str, listed: str, exact: str, shown: str, catalog: Catalog
) -> None:
    price = catalog.models[model].list_price
    assert price is not None
    assert (price.amount, price.currency) == (Decimal(listed), "USD")
    assert prices.exact(catalog.prices[model]) == exact
    assert prices.shown(catalog.prices[model]) == shown


def test_every_price_says_where_it_is_from(catalog: Catalog) -> None:
    assert all(model.list_price and model.list_price.source for model in catalog.models.values())
    assert {row[0] for row in PRICES} == set(catalog.models)


def test_a_price_that_nobody_knows_is_shown_as_a_dash() -> None:
    assert prices.shown(None) == "–"


def test_exactly_half_a_thousandth_is_rounded_up() -> None:
    assert prices.shown(Decimal("0.0345")) == "€0.035"
    assert prices.shown(Decimal("0.0004")) == "€<0.001"
    assert prices.shown(Decimal(0)) == "€0.000"
    assert prices.exact(Decimal("0.03445")) == "0.0345"


def test_the_rate_and_the_margin_are_data_with_a_date(catalog: Catalog) -> None:
    rate = catalog.exchange["USD"]
    assert (rate.per_euro, catalog.sources[rate.source].as_of) == (Decimal("1.1172"), date(2026, 10, 30))
    assert prices.percent(catalog.platform.margin) == "20 %"
    assert (catalog.platform.status, catalog.platform.edition) == ("May 2026", date(2026, 11, 25))


# id, provider's id, most reference images, output, released, arena rating
FACTS = [
    ("flux-2-pro", "FLUX.2-pro", 8, ("PNG", "JPEG"), date(2025, 11, 25), 1155),
    ("flux-2-max", "flux-2-max", 8, ("PNG", "JPEG"), date(2025, 12, 16), 1162),
    ("flux-2-flex", "FLUX.2-flex", 10, ("PNG", "JPEG"), date(2025, 11, 25), 1157),
    ("flux-2-klein", "flux-2-klein-9b", 4, ("PNG", "JPEG"), date(2026, 1, 15), 1070),
    ("flux-1-kontext-max", "flux-kontext-max", None, ("raster",), date(2025, 5, 29), 1074),
    ("flux-1.1-pro", "flux-pro-1.1", None, ("raster",), date(2024, 10, 2), 1016),
    ("gpt-image-1", "gpt-image-1", 16, ("PNG", "JPEG"), date(2025, 4, 24), 1115),
    ("gpt-image-1.5", "gpt-image-1.5", 16, ("PNG", "JPEG"), date(2025, 12, 16), 1239),
    ("gpt-image-1-mini", "gpt-image-1-mini", 16, ("PNG", "JPEG"), date(2025, 10, 6), 1109),
    ("gpt-image-2", "gpt-image-2", 16, ("raster",), date(2026, 4, 21), 1381),
    ("gemini-2.5-flash-image", "gemini-2.5-flash-image", 3, ("raster",), date(2025, 10, 2), 1150),
    ("gemini-3-pro-image", "gemini-3-pro-image", 14, ("raster",), date(2026, 5, 28), 1232),
    ("recraft-v3", "recraft-ai/recraft-v3", None, ("raster",), date(2024, 10, 30), 1021),
    ("recraft-v3-svg", "recraft-ai/recraft-v3-svg", None, ("SVG",), date(2024, 10, 30), None),
]


@pytest.mark.parametrize(
    ("model", "provider_id", "references", "outputs", "released", "rating"), FACTS, ids=[row[0] for row in FACTS]
)
def test_what_the_page_leaves_out_is_known_of_each_model(
    model: str,
    provider_id: str,
    references: int | None,
    outputs: tuple[str, ...],
    released: date,
    rating: int | None,
    catalog: Catalog,
) -> None:
    known = catalog.models[model]
    assert known.provider_id == provider_id
    assert known.max_reference_images == references
    assert known.outputs == outputs
    assert known.released == released
    assert (known.rating and known.rating.score) == rating


LAST_DAYS = {
    "gpt-image-1": date(2026, 10, 23),
    "gpt-image-1.5": date(2026, 12, 16),
    "gpt-image-1-mini": date(2027, 4, 7),
    "gpt-image-2": date(2027, 10, 21),
    "gemini-2.5-flash-image": date(2027, 3, 15),
}


def test_last_days_are_those_that_the_hosts_announced(catalog: Catalog) -> None:
    assert {model.id: model.retires_on for model in catalog.models.values() if model.retires_on} == LAST_DAYS
    assert [model.id for model in catalog.models.values() if model.vector_only] == ["recraft-v3-svg"]


# A day, and which models are then a preview, deprecated, retired.
DAYS = [
    (date(2026, 5, 27), ["gemini-3-pro-image"], ["gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini"], []),
    (date(2026, 5, 28), [], ["gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini"], []),
    (date(2026, 10, 23), [], ["gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini", "gemini-2.5-flash-image"], []),
    (date(2026, 10, 24), [], ["gpt-image-1.5", "gpt-image-1-mini", "gemini-2.5-flash-image"], ["gpt-image-1"]),
    (date(2026, 12, 17), [], ["gpt-image-1-mini", "gemini-2.5-flash-image"], ["gpt-image-1", "gpt-image-1.5"]),
    (date(2027, 4, 23), [], [], ["gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini", "gemini-2.5-flash-image"]),
    (
        date(2027, 4, 24),
        [],
        ["gpt-image-2"],
        ["gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini", "gemini-2.5-flash-image"],
    ),
]


@pytest.mark.parametrize(("day", "preview", "deprecated", "retired"), DAYS, ids=[str(row[0]) for row in DAYS])
def test_badges_follow_from_the_day(
    day: date, preview: list[str], deprecated: list[str], retired: list[str], catalog: Catalog
) -> None:
    models = catalog.models.values()
    assert [model.id for model in models if model.is_preview(day)] == preview
    assert [model.id for model in models if model.is_deprecated(day)] == deprecated
    assert [model.id for model in models if model.is_retired(day)] == retired


def test_every_figure_has_a_source_with_its_day_and_address_where_they_are_known(catalog: Catalog) -> None:
    for model in catalog.models.values():
        known = {"list_price.source"} | ({"rating.source"} if model.rating else set())
        assert known <= model.sources.keys()
    assert catalog.sources["bfl-prices"].in_words == (
        "Black Forest Labs' price page, https://docs.bfl.ai/quick_start/pricing, 2026-02-03"
    )
    without_day = {name for name, source in catalog.sources.items() if source.as_of is None}
    assert "recraft-prices" in without_day
    assert not {"ecb", "arena", "azure-retirements"} & without_day


@pytest.mark.parametrize(("day", "is_old"), [(date(2026, 5, 4), False), (date(2026, 5, 5), True)])
def test_what_was_read_more_than_ninety_days_ago_is_old(day: date, is_old: bool, catalog: Catalog) -> None:
    assert catalog.sources["bfl-prices"].is_old(day) is is_old
    assert not catalog.sources["page"].is_old(day)


def test_the_stars_follow_the_arena_ratings_as_far_as_they_are_known(catalog: Catalog) -> None:
    for model in catalog.models.values():
        if model.rating is not None:
            assert model.stars == 1 + sum(model.rating.score >= cut for cut in (1000, 1100, 1200, 1300))


def test_hosts_process_data_in_the_regions_and_countries_that_the_page_names(catalog: Catalog) -> None:
    assert {host.name: tuple(region.value for region in host.regions) for host in catalog.hosts.values()} == {
        AZURE: ("EU", "Global"),
        BFL: ("EU",),
        VERTEX: ("EU", "Global"),
        "Replicate": ("US",),
    }
    assert {model.id: model.country for model in catalog.models.values() if model.country} == {
        "flux-2-pro": "France",
        "flux-2-flex": "France",
        "recraft-v3": "United States",
        "recraft-v3-svg": "United States",
    }


GUIDE = [
    (
        "top image quality",
        ["gpt-image-2", "gpt-image-1.5", "gemini-3-pro-image", "flux-2-max"],
        ["5 stars, EU", "4 stars, Global", "4 stars, Global", "3 stars, EU, premium"],
    ),
    (
        "fast and cheap",
        ["flux-2-pro", "flux-2-flex", "gemini-2.5-flash-image", "gpt-image-1-mini"],
        ["Azure, EU", "Azure, EU", None, None],
    ),
    ("cheapest option for bulk", ["flux-2-klein"], ["EU"]),
    (
        "reference editing",
        ["flux-1-kontext-max", "gpt-image-2", "flux-2-pro", "flux-2-max", "flux-2-flex", "flux-2-klein"],
        [None] * 6,
    ),
    ("logos and vector", ["recraft-v3-svg", "recraft-v3"], ["vector output only", "raster"]),
    (
        "strict eu",
        [
            "flux-2-pro",
            "flux-2-max",
            "flux-2-flex",
            "flux-2-klein",
            "flux-1-kontext-max",
            "flux-1.1-pro",
            "gemini-2.5-flash-image",
            "gpt-image-2",
        ],
        [None] * 8,
    ),
]


def test_the_guide_has_the_rows_of_the_page_with_their_reasons(catalog: Catalog) -> None:
    cases = list(catalog.guide.values())
    assert len(cases) == len(GUIDE)
    for case, (begins, models, reasons) in zip(cases, GUIDE, strict=True):
        assert case.name.lower().startswith(begins)
        assert [recommendation.model for recommendation in case.recommended] == models
        assert [recommendation.reason for recommendation in case.recommended] == reasons


def test_the_guide_never_sends_strict_eu_users_out_of_the_eu(catalog: Catalog) -> None:
    strict = {recommendation.model for recommendation in catalog.guide["strict-eu"].recommended}
    assert strict == {row.id for row in PAGE if row.region == "EU"}


def test_the_remarks_reach_the_models_that_they_are_about(catalog: Catalog) -> None:
    openai = {model.id for model in catalog.models.values() if model.maker == "openai"}
    concerned = {m.id for m in catalog.models.values() if catalog.notes["openai-in-the-eu"] in catalog.notes_on(m)}
    assert concerned == openai
    assert "GPT Image 2" in catalog.notes["openai-in-the-eu"].text


def test_a_model_knows_the_use_cases_that_recommend_it(catalog: Catalog) -> None:
    found = catalog.use_cases_of(catalog.models["flux-2-klein"])
    assert [case.id for case in found] == ["bulk", "reference-editing", "strict-eu"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("flux-2-por", "flux-2-pro"),
        ("FLUX.2 Max", "flux-2-max"),
        ("gpt image 2", "gpt-image-2"),
        ("klein", "flux-2-klein"),
    ],
)
def test_the_nearest_known_model_is_found_for_a_slip_of_the_fingers(
    typed: str, expected: str, catalog: Catalog
) -> None:
    nearest = catalog.nearest(typed)
    assert nearest[0] == expected
    assert len(nearest) <= 3


def test_nothing_is_near_to_nonsense(catalog: Catalog) -> None:
    assert catalog.nearest("qqqqqqqq") == ()
    assert catalog.nearest("") == ()


def _everything(value: object) -> Iterator[object]:
    """The value and every value inside it."""
    yield value
    inner: list[object] = []
    if isinstance(value, Record):
        inner = [getattr(value, name) for name in value.record_fields]
    elif isinstance(value, dict):
        inner = list(value.values())
    elif isinstance(value, tuple):
        inner = list(value)
    for part in inner:
        yield from _everything(part)


def test_no_figure_of_the_catalog_is_a_binary_float(catalog: Catalog) -> None:
    everything = [*_everything(catalog), *catalog.prices.values()]
    assert not [value for value in everything if isinstance(value, float)]
    assert sum(isinstance(value, Decimal) for value in everything) == 14 + 2 + 14  # list prices, rate, margin, euro
