"""R14: premium models are billed against credits on the self-service plan, and included on the enterprise plan."""

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator.billing import Billing, Cost, cost


@pytest.mark.parametrize(
    ("premium", "plan", "billing"),
    [
        (True, "self_service", Billing.CREDITS),
        (True, "enterprise", Billing.INCLUDED),
        (False, "self_service", Billing.INCLUDED),
        (False, "enterprise", Billing.INCLUDED),
    ],
)
def test_premium_and_plan_decide_the_billing(catalog: Catalog, premium: bool, plan: str, billing: Billing) -> None:
    models = [model for model in catalog.models.values() if model.premium is premium]
    assert models
    assert {cost(catalog, model, plan).billing for model in models} == {billing}


def test_the_price_is_the_catalogs_on_every_plan(catalog: Catalog) -> None:
    for model in catalog.models.values():
        for plan in ("self_service", "enterprise"):
            assert cost(catalog, model, plan).euros == catalog.prices.get(model.id)


def test_an_unknown_price_is_absent_not_zero(catalog: Catalog) -> None:
    unpriced = catalog.models["gpt-image-2"].replace(id="gpt-image-99", list_price=None)
    assert cost(catalog, unpriced, "self_service") == Cost(None, Billing.CREDITS)
