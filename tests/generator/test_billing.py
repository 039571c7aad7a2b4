"""R14: premium models are billed against credits on the self-service plan, and included on the enterprise plan."""

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator.billing import Billing, Cost, cost
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.state import Plan, WorkspaceState
from tests.conftest import TODAY


@pytest.mark.parametrize(
    ("premium", "plan", "billing"),
    [
        (True, Plan.SELF_SERVICE, Billing.CREDITS),
        (True, Plan.ENTERPRISE, Billing.INCLUDED),
        (False, Plan.SELF_SERVICE, Billing.INCLUDED),
        (False, Plan.ENTERPRISE, Billing.INCLUDED),
    ],
)
def test_premium_and_plan_decide_the_billing(catalog: Catalog, premium: bool, plan: Plan, billing: Billing) -> None:
    entries = [entry for entry in _entries(catalog, plan) if entry.model.premium is premium]
    assert entries
    assert {cost(entry).billing for entry in entries} == {billing}


@pytest.mark.parametrize("plan", Plan)
def test_the_price_is_the_catalogs_on_every_plan(catalog: Catalog, plan: Plan) -> None:
    for entry in _entries(catalog, plan):
        assert cost(entry).euros == catalog.prices.get(entry.id)


def test_an_unknown_price_is_absent_not_zero(catalog: Catalog) -> None:
    unpriced = catalog.models["gpt-image-2"].replace(list_price=None)
    changed = catalog.replace(models={**catalog.models, "gpt-image-2": unpriced})
    (entry,) = (entry for entry in _entries(changed, Plan.SELF_SERVICE) if entry.id == "gpt-image-2")
    assert cost(entry) == Cost(None, Billing.CREDITS)
    assert cost(entry).text == "–, billed against credits"


def test_an_old_price_is_marked(catalog: Catalog) -> None:
    costs = {entry.id: cost(entry).text for entry in _entries(catalog, Plan.ENTERPRISE)}
    assert costs["flux-2-max"] == "~€0.075, included in the plan"
    assert costs["flux-2-pro"] == "€0.032, included in the plan"


def _entries(catalog: Catalog, plan: Plan) -> list[Entry]:
    return [*Overview(WorkspaceState(plan=plan), catalog, TODAY).entries.values()]
