"""What screens and commands are drawn from: entries, details, the hosting list, a change in one sentence."""

from datetime import UTC, datetime

import pytest

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.record_schema import from_values
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.queries.hosting import host_regions, in_full
from imgmodels_tui.workspace.queries.model_facts import facts
from imgmodels_tui.workspace.state import Change, Plan, WorkspaceState
from tests.conftest import TODAY

CATALOG = load_catalog()
PRO, MAX, FLEX, KLEIN = "flux-2-pro", "flux-2-max", "flux-2-flex", "flux-2-klein"


def workspace(*enabled: str, default: str | None = None, plan: Plan = Plan.SELF_SERVICE) -> Overview:
    """A workspace seen through the bundled catalog."""
    state = WorkspaceState(enabled_models=frozenset(enabled), default_model=default, plan=plan)
    return Overview(state, CATALOG, TODAY)


def test_an_entry_says_how_its_model_stands() -> None:
    overview = workspace(MAX, PRO, default=PRO)
    assert [entry.id for entry in overview.enabled] == [PRO, MAX]
    assert overview.default is overview.entries[PRO]
    assert not any(entry.locked for entry in overview.entries.values())
    assert [entry.id for entry in workspace(MAX).entries.values() if entry.locked] == [MAX]


def test_a_model_that_left_the_catalog_is_named_but_has_no_entry() -> None:
    overview = workspace(PRO, "flux-0", default="flux-0")
    assert overview.departed == ("flux-0",)
    assert overview.default is None
    assert overview.name("flux-0") == "flux-0"
    assert overview.name(PRO) == "FLUX.2 Pro"
    assert overview.entries[PRO].locked


def test_r14_the_details_say_how_a_premium_model_is_billed() -> None:
    def billing(model: str, plan: Plan) -> list[str]:
        overview = workspace(plan=plan)
        return [fact.text for fact in facts(overview.entries[model], CATALOG) if fact.label == "Billing"]

    assert billing(PRO, Plan.SELF_SERVICE) == ["included in every plan"]
    assert billing(MAX, Plan.SELF_SERVICE) == ["premium: billed against credits on the self-service plan; see 5 Prices"]
    assert billing(MAX, Plan.ENTERPRISE) == [
        "premium: included on the enterprise plan, which this workspace has; see 5 Prices"
    ]


@pytest.mark.parametrize(
    ("overview", "state"),
    [
        (workspace(), "off"),
        (workspace(PRO, MAX, default=MAX), "on"),
        (workspace(PRO, MAX, default=PRO), "on, the default"),
        (workspace(PRO), "on, locked: the last one enabled"),
        (workspace(PRO, default=PRO), "on, the default, locked: the last one enabled"),
    ],
)
def test_the_details_begin_with_the_state(overview: Overview, state: str) -> None:
    first = facts(overview.entries[PRO], CATALOG)[0]
    assert (first.label, first.text) == ("State", state)


def test_the_details_say_how_a_price_comes_about() -> None:
    said = {fact.label: fact.text for fact in facts(workspace().entries["gpt-image-1-mini"], CATALOG)}
    assert said["Price"] == "€0.009 per image at 1024×1024"
    assert said["List price"] == "0.0084 USD (quality medium: 1056 tokens at 8 USD per 1M; low 0.0022, high 0.0333)"
    assert said["Source"] == "Azure retail price list, https://prices.azure.com/api/retail/prices, 2026-09-25"
    assert said["Worked out"] == "÷ 1.1172 USD per euro + 20 % margin"
    assert said["Rate"] == (
        "ECB euro foreign exchange reference rate, https://www.ecb.europa.eu/stats/eurofxref, 2026-10-30"
    )
    assert said["Last day"] == "2027-04-07"


def test_the_details_leave_out_what_is_not_known() -> None:
    model = CATALOG.models["recraft-v3-svg"].replace(list_price=None, released=None)
    catalog = CATALOG.replace(models={**CATALOG.models, model.id: model})
    said = {
        fact.label: fact.text for fact in facts(Overview(WorkspaceState(), catalog, TODAY).entries[model.id], catalog)
    }
    assert said["Price"] == "not known"
    assert said["Output"] == "SVG only"
    assert {"List price", "Source", "Released", "Preview", "Deprecated"}.isdisjoint(said)


def test_the_hosting_list_has_each_host_and_region_with_its_models() -> None:
    places = host_regions(workspace())
    assert [(place.host.name, place.region.value, len(place.entries)) for place in places] == [
        ("Microsoft Azure", "EU", 3),
        ("Microsoft Azure", "Global", 3),
        ("Black Forest Labs", "EU", 4),
        ("Google Vertex", "EU", 1),
        ("Google Vertex", "Global", 1),
        ("Replicate", "US", 2),
    ]
    assert sum(len(place.entries) for place in places) == 14


def test_a_country_is_named_only_where_every_model_has_it() -> None:
    azure, *_, replicate = host_regions(workspace())
    both = {fact.label: fact.text for fact in in_full(azure, azure.entries, CATALOG)}
    pro = {fact.label: fact.text for fact in in_full(azure, azure.entries[:1], CATALOG)}
    recraft = {fact.label: fact.text for fact in in_full(replicate, replicate.entries, CATALOG)}
    said = [facts["Data processing"] for facts in (both, pro, recraft)]
    assert said == ["EU", "EU · France", "US · United States"]
    assert "2026-04-02" in " ".join(fact.text for fact in in_full(azure, azure.entries[:1], CATALOG))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"action": "enable", "enabled": [PRO], "default_model": {"from": None, "to": PRO}},
            "FLUX.2 Pro enabled; default is FLUX.2 Pro",
        ),
        (
            {"action": "disable", "disabled": [PRO], "default_model": {"from": PRO, "to": MAX}},
            "FLUX.2 Pro disabled; default is FLUX.2 Max, was FLUX.2 Pro",
        ),
        ({"action": "enable", "enabled": [PRO, MAX, FLEX, KLEIN]}, "4 models enabled"),
        ({"action": "tidy", "disabled": ["flux-0"], "default_model": {"from": "flux-0", "to": None}},
         "flux-0 removed; no default any more"),
        ({"action": "undo", "enabled": [MAX]}, "Undo: FLUX.2 Max enabled"),
        ({"action": "config", "image_generation": {"from": True, "to": False}}, "Image generation turned off"),
        ({"action": "config", "plan": {"from": "enterprise", "to": "self_service"}}, "Plan is self-service"),
        ({"action": "quota", "quota": {"from": 1, "to": 2}}, "Nothing that this version can describe"),
        ({"action": "enable", "enabled": ["\x1b[2J"]}, r"\x1b[2J enabled"),
    ],
)  # fmt: skip
def test_a_change_is_one_sentence(changed: dict[str, object], sentence: str) -> None:
    change = from_values(Change, {"revision": 1, "at": datetime(2026, 11, 22, tzinfo=UTC), "by": "alice", **changed})
    assert messages.describe(change, CATALOG) == sentence


def test_what_a_rule_changed_can_be_said(catalog: Catalog) -> None:
    assert messages.names((PRO, MAX, FLEX), catalog) == "FLUX.2 Pro, FLUX.2 Max, FLUX.2 Flex"
    assert messages.names(rules.Enable(tuple(catalog.models)).models, catalog) == "14 models"
