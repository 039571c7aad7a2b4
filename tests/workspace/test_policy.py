"""R18: a policy forbids enabling, disables what it forbids when it is set, and is one line where it is wrong."""

from decimal import Decimal

import pytest

from imgmodels_tui.catalog import Catalog, Region
from imgmodels_tui.record import InvalidRecord
from imgmodels_tui.record_schema import from_values
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import Forbidden, Locked, NeedsReplacement, UnknownHost
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.policy import Policy, in_words
from tests.conftest import apply, with_catalog

PRO, MAX, KLEIN, GPT2, SVG = "flux-2-pro", "flux-2-max", "flux-2-klein", "gpt-image-2", "recraft-v3-svg"
EU = Policy(regions=frozenset({Region.EU}))

CLAUSES = [
    (EU, SVG, "EU only"),
    (EU, PRO, None),
    (Policy(regions=frozenset({Region.EU, Region.US})), "gpt-image-1", "EU or US only"),
    (Policy(without_hosts=frozenset({"replicate"})), SVG, "without Replicate"),
    (Policy(max_price_eur=Decimal("0.0600")), MAX, "at most €0.0600"),
    (Policy(max_price_eur=Decimal("0.0322")), PRO, None),
    (Policy(max_price_eur=Decimal("0.0321")), PRO, "at most €0.0321"),
    (Policy(premium=False), GPT2, "no premium"),
    (Policy(premium=False), PRO, None),
    (Policy(premium=True), GPT2, None),
]


@pytest.mark.parametrize(("policy", "model", "clause"), CLAUSES, ids=lambda value: str(value)[:24])
def test_a_clause_forbids_a_model_by_name(policy: Policy, model: str, clause: str | None, catalog: Catalog) -> None:
    assert policy.forbids(catalog.models[model], catalog) == clause


@pytest.mark.parametrize(("policy", "model", "clause"), CLAUSES, ids=lambda value: str(value)[:24])
def test_the_short_form_fits_a_narrow_column(policy: Policy, model: str, clause: str | None, catalog: Catalog) -> None:
    short = policy.forbids_in_short(catalog.models[model], catalog)
    assert (short is None) is (clause is None)
    assert short is None or len(short) <= 13


def test_a_model_whose_price_nobody_knows_is_over_every_ceiling(catalog: Catalog) -> None:
    unpriced = catalog.models[PRO].replace(list_price=None)
    changed = catalog.replace(models={**catalog.models, PRO: unpriced})
    assert Policy(max_price_eur=Decimal(10)).forbids(unpriced, changed) == "at most €10.0000"


def test_enabling_what_is_forbidden_is_refused_with_the_clause(store: FileStore) -> None:
    apply(store, rules.Enable((PRO,)), rules.SetPolicy(EU))
    with pytest.raises(Forbidden, match=r"recraft-v3-svg is forbidden by the policy \(EU only\); `imgmodels policy`"):
        store.update(rules.Enable((KLEIN, SVG)))
    assert store.read().enabled_models == {PRO}


def test_setting_it_disables_what_it_forbids_in_the_same_change(store: FileStore) -> None:
    apply(store, rules.Enable((SVG, PRO, KLEIN)))
    with pytest.raises(NeedsReplacement):
        store.update(rules.SetPolicy(EU))
    change = store.update(rules.SetPolicy(EU, replacement=KLEIN)).change
    assert change is not None
    assert (change.disabled, change.default_model and change.default_model.to) == ((SVG,), KLEIN)
    assert change.policy is not None
    assert (change.policy.from_, change.policy.to) == (None, EU)


def test_it_cannot_take_the_last_model(store: FileStore) -> None:
    apply(store, rules.Enable((SVG,)))
    with pytest.raises(Locked):
        store.update(rules.SetPolicy(EU))


def test_no_clause_is_no_policy(store: FileStore) -> None:
    apply(store, rules.Enable((PRO,)), rules.SetPolicy(EU))
    assert '"policy": {\n    "regions": [' in store.path.read_text()
    apply(store, rules.SetPolicy(Policy(premium=True)))
    assert store.read().policy is None
    assert '"policy": {' not in store.path.read_text().partition('"last_change"')[0]
    assert store.update(rules.SetPolicy(None)).change is None


def test_a_host_that_nobody_knows_is_refused(store: FileStore) -> None:
    with pytest.raises(UnknownHost, match="Unknown host 'amazon'; the hosts are microsoft-azure"):
        store.update(rules.SetPolicy(Policy(without_hosts=frozenset({"amazon"}))))


def test_a_change_of_the_catalog_warns_and_disables_nothing(store: FileStore, catalog: Catalog) -> None:
    apply(store, rules.Enable((PRO, KLEIN)), rules.SetPolicy(EU))
    moved = catalog.models[KLEIN].replace(host="replicate", region=Region.US)
    later = with_catalog(store, catalog.replace(models={**catalog.models, KLEIN: moved}))
    state = later.read()
    assert KLEIN in state.enabled_models
    assert rules.forbidden(state, later.catalog) == (KLEIN,)
    assert later.update(rules.SetDefault(KLEIN)).change is not None


def test_undo_of_a_policy_brings_back_what_it_took(store: FileStore) -> None:
    apply(store, rules.Enable((PRO, SVG)))
    before = store.read()
    apply(store, rules.SetPolicy(EU), reverting.Undo())
    after = store.read()
    assert (after.policy, after.enabled_models) == (None, before.enabled_models)
    apply(store, reverting.Undo())
    assert store.read().enabled_models == {PRO}


WRONG = [
    ({"regions": []}, "regions"),
    ({"regions": ["Mars"]}, "regions"),
    ({"max_price_eur": "-0.01"}, "max_price_eur"),
    ({"max_price_eur": "nan"}, "max_price_eur"),
    ({"max_price_eur": "1e9"}, "max_price_eur"),
    ({"max_price_eur": 0.06}, "max_price_eur"),
    ({"premium": "no"}, "premium"),
    ({"without_hosts": "replicate"}, "without_hosts"),
]


@pytest.mark.parametrize(("values", "key"), WRONG, ids=str)
def test_a_wrong_clause_is_named(values: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        from_values(Policy, values)
    assert caught.value.keys[0] == key


def test_a_policy_in_words(catalog: Catalog) -> None:
    policy = Policy(EU.regions, frozenset({"replicate", "gone"}), Decimal("0.06"), premium=False)
    assert in_words(policy, catalog) == "EU only, without gone, without Replicate, at most €0.0600, no premium"
    assert in_words(None, catalog) == "none"
