"""What a month costs: exact sums, the premium part apart, nothing invented."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.prices import cents, estimate, in_words
from imgmodels_tui.workspace.state import WorkspaceState
from tests.conftest import TODAY

CATALOG = load_catalog()
mixes = st.dictionaries(st.sampled_from(sorted(CATALOG.models)), st.integers(1, 10**6))


@given(mix=mixes)
def test_the_sum_is_the_sum_of_its_models(mix: dict[str, int]) -> None:
    overview = Overview(WorkspaceState(), CATALOG, TODAY)
    found = estimate(overview, mix)
    alone = [estimate(overview, {model: count}) for model, count in mix.items()]
    assert found.images == sum(mix.values())
    assert found.total == sum((part.total for part in alone), Decimal(0))
    assert found.premium == sum(
        (part.total for model, part in zip(mix, alone, strict=True) if CATALOG.models[model].premium), Decimal(0)
    )
    assert found.unpriced == 0


def test_the_plan_decides_how_the_premium_part_is_paid_for(catalog: Catalog) -> None:
    found = estimate(Overview(WorkspaceState(), catalog, TODAY), {"flux-2-pro": 1000, "gpt-image-2": 100})
    assert in_words(found, enterprise=False) == "1,100 images · €38.44 · premium €6.22 billed against credits"
    assert in_words(found, enterprise=True) == "1,100 images · €38.44 · premium €6.22 included (enterprise)"


def test_a_model_without_a_price_is_counted_and_not_priced(catalog: Catalog) -> None:
    model = catalog.models["flux-2-pro"].replace(list_price=None)
    unpriced = catalog.replace(models={**catalog.models, "flux-2-pro": model})
    found = estimate(Overview(WorkspaceState(), unpriced, TODAY), {"flux-2-pro": 10, "gone": 5})
    assert (found.images, found.total, found.unpriced) == (10, Decimal(0), 10)
    assert "10 without a known price" in in_words(found, enterprise=False)


def test_cents_are_rounded_half_up() -> None:
    assert [cents(Decimal(text)) for text in ("0.005", "1234.5", "0")] == ["€0.01", "€1,234.50", "€0.00"]
