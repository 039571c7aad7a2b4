"""One example for each rule of a workspace; `test_rules_properties` tries them at random."""

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.record_schema import from_values
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import Locked, NeedsReplacement, NotEnabled, NothingToUndo, Refusal, UnknownModel
from imgmodels_tui.workspace.file_store.codec import encode
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Plan, WorkspaceState
from tests.conftest import with_catalog

PRO, MAX, FLEX, KLEIN = "flux-2-pro", "flux-2-max", "flux-2-flex", "flux-2-klein"


def workspace(*enabled: str, default: str | None = None) -> WorkspaceState:
    """A workspace with these models enabled."""
    return WorkspaceState(enabled_models=frozenset(enabled), default_model=default)


def content(state: WorkspaceState) -> tuple[set[str], str | None]:
    """What users can pick, and what is preselected."""
    return set(state.enabled_models), state.default_model


def without(catalog: Catalog, *models: str) -> Catalog:
    """The catalog after some models left it."""
    kept = {model.id: model for model in catalog.models.values() if model.id not in models}
    return catalog.replace(models=kept)


def test_r1_a_fresh_workspace_has_nothing_enabled_and_image_generation_on() -> None:
    fresh = WorkspaceState()
    assert (fresh.enabled_models, fresh.default_model) == (frozenset(), None)
    assert (fresh.image_generation, fresh.plan, fresh.revision) == (True, Plan.SELF_SERVICE, 0)


def test_r2_the_first_model_enabled_becomes_the_default(catalog: Catalog) -> None:
    assert rules.Enable((PRO,))(WorkspaceState(), catalog) == workspace(PRO, default=PRO)


def test_r2_a_default_that_is_set_stays_when_another_model_is_enabled(catalog: Catalog) -> None:
    after = rules.Enable((MAX,))(workspace(PRO, default=PRO), catalog)
    assert after == workspace(PRO, MAX, default=PRO)


def test_r2_enabling_gives_a_default_to_a_workspace_that_lost_its_own(catalog: Catalog) -> None:
    assert rules.Enable((MAX,))(workspace(PRO), catalog).default_model == MAX


def test_r3_the_last_enabled_model_cannot_be_disabled(catalog: Catalog) -> None:
    with pytest.raises(Locked, match="At least one model must stay enabled"):
        rules.Disable((PRO,))(workspace(PRO, default=PRO), catalog)


def test_r3_the_last_enabled_model_is_the_one_whose_toggle_is_locked(catalog: Catalog) -> None:
    assert rules.locked(workspace(PRO, default=PRO), catalog) == PRO
    assert rules.locked(workspace(PRO, MAX, default=PRO), catalog) is None
    assert rules.locked(WorkspaceState(), catalog) is None


def test_r3_comes_before_r4_even_with_a_replacement_at_hand(catalog: Catalog) -> None:
    with pytest.raises(Locked):
        rules.Disable((PRO,), replacement=MAX)(workspace(PRO, default=PRO), catalog)


def test_r4_disabling_the_default_asks_for_one_of_the_models_that_stay(catalog: Catalog) -> None:
    with pytest.raises(NeedsReplacement) as caught:
        rules.Disable((PRO, KLEIN))(workspace(FLEX, PRO, MAX, KLEIN, default=PRO), catalog)
    assert caught.value.model == PRO
    assert caught.value.candidates == (MAX, FLEX)  # in the page's order


def test_r4_the_default_moves_and_the_model_goes_off_in_one_step(catalog: Catalog) -> None:
    after = rules.Disable((PRO,), replacement=MAX)(workspace(PRO, MAX, default=PRO), catalog)
    assert after == workspace(MAX, default=MAX)


@pytest.mark.parametrize("replacement", [PRO, KLEIN], ids=["the model that leaves", "a model that is off"])
def test_r4_the_replacement_must_be_one_that_stays(replacement: str, catalog: Catalog) -> None:
    with pytest.raises(NotEnabled) as caught:
        rules.Disable((PRO,), replacement=replacement)(workspace(PRO, MAX, default=PRO), catalog)
    assert caught.value.candidates == (MAX,)


def test_r4_a_replacement_that_is_no_longer_needed_does_not_move_the_default(catalog: Catalog) -> None:
    after = rules.Disable((PRO,), replacement=FLEX)(workspace(PRO, MAX, FLEX, default=MAX), catalog)
    assert after == workspace(MAX, FLEX, default=MAX)


def test_r5_only_an_enabled_model_can_be_the_default(catalog: Catalog) -> None:
    with pytest.raises(NotEnabled, match=r"flux-2-max cannot be the default .* enabled are: flux-2-pro"):
        rules.SetDefault(MAX)(workspace(PRO, default=PRO), catalog)
    with pytest.raises(NotEnabled, match="no model is enabled yet"):
        rules.SetDefault(MAX)(WorkspaceState(), catalog)


def test_r5_any_enabled_model_can_be_the_default(catalog: Catalog) -> None:
    after = rules.SetDefault(MAX)(workspace(PRO, MAX, default=PRO), catalog)
    assert after == workspace(PRO, MAX, default=MAX)


@pytest.mark.parametrize(
    "rule",
    [
        rules.Enable((PRO,)),
        rules.Enable((PRO, MAX, PRO)),
        rules.Disable((KLEIN,)),
        rules.Disable((KLEIN, FLEX), replacement=MAX),
        rules.SetDefault(PRO),
        rules.Configure(),
        rules.Configure(image_generation=True, plan=Plan.SELF_SERVICE),
        rules.Tidy(),
    ],
    ids=repr,
)
def test_r6_a_change_to_what_is_so_already_is_no_change(rule: Rule, store: FileStore, catalog: Catalog) -> None:
    before = workspace(PRO, MAX, default=PRO)
    assert rule(before, catalog) is before

    store.update(rules.Enable((PRO, MAX)))
    on_disk, known = store.path.read_bytes(), store.locations.history.read_bytes()
    outcome = store.update(rule)
    assert outcome.change is None
    assert outcome.state.revision == 1
    assert (store.path.read_bytes(), store.locations.history.read_bytes()) == (on_disk, known)


def test_r7_many_models_are_enabled_as_one_change_and_the_first_becomes_the_default(store: FileStore) -> None:
    outcome = store.update(rules.Enable((MAX, PRO, FLEX)))
    assert outcome.state.revision == 1
    assert outcome.state.enabled_models == {MAX, PRO, FLEX}
    assert outcome.state.default_model == MAX


def test_r7_many_models_are_disabled_as_one_change(store: FileStore) -> None:
    store.update(rules.Enable((PRO, MAX, FLEX)))
    outcome = store.update(rules.Disable((PRO, FLEX), replacement=MAX))
    assert outcome.state.revision == 2
    assert content(outcome.state) == ({MAX}, MAX)


def test_r7_the_outcome_as_a_whole_is_judged(catalog: Catalog) -> None:
    with pytest.raises(Locked):
        rules.Disable((PRO, MAX), replacement=MAX)(workspace(PRO, MAX, default=PRO), catalog)


@pytest.mark.parametrize(
    "rule",
    [
        rules.Enable((PRO, "flux-2-por")),
        rules.Disable((PRO, "flux-2-por"), replacement=MAX),
        rules.Disable((PRO,), replacement="flux-2-por"),
        rules.SetDefault("flux-2-por"),
    ],
    ids=repr,
)
def test_r8_an_unknown_id_is_refused_with_the_nearest_known_ones(rule: Rule, catalog: Catalog) -> None:
    with pytest.raises(UnknownModel, match=r"Unknown model 'flux-2-por'; did you mean flux-2-pro") as caught:
        rule(workspace(PRO, MAX, default=PRO), catalog)
    assert caught.value.nearest[0] == PRO


def test_r8_where_nothing_is_near_the_list_is_named(catalog: Catalog) -> None:
    with pytest.raises(UnknownModel, match="`imgmodels list` shows the known ids"):
        rules.SetDefault("qqqqqqqq")(workspace(PRO, default=PRO), catalog)


def test_r9_a_model_that_left_the_catalog_counts_nowhere(catalog: Catalog) -> None:
    state, catalog = workspace(PRO, MAX, default=PRO), without(catalog, PRO)
    assert rules.enabled(state, catalog) == (MAX,)
    assert rules.default(state, catalog) is None
    assert rules.departed(state, catalog) == (PRO,)
    assert rules.locked(state, catalog) == MAX


def test_r9_a_model_that_left_the_catalog_is_not_still_enabled(catalog: Catalog) -> None:
    with pytest.raises(Locked):
        rules.Disable((MAX,))(workspace(PRO, MAX, default=PRO), without(catalog, PRO))


def test_r9_a_model_that_left_the_catalog_is_no_replacement(catalog: Catalog) -> None:
    state = workspace(PRO, MAX, FLEX, default=MAX)
    with pytest.raises(NeedsReplacement) as caught:
        rules.Disable((MAX,))(state, without(catalog, PRO))
    assert caught.value.candidates == (FLEX,)


def test_r9_enabling_replaces_a_default_that_left_the_catalog(catalog: Catalog) -> None:
    after = rules.Enable((MAX,))(workspace(PRO, default=PRO), without(catalog, PRO))
    assert after == workspace(PRO, MAX, default=MAX)


def test_r9_a_model_that_left_the_catalog_stays_in_the_file_until_it_is_tidied_up(catalog: Catalog) -> None:
    state, smaller = workspace(PRO, MAX, default=PRO), without(catalog, PRO)
    assert rules.Enable((FLEX,))(state, smaller).enabled_models == {PRO, MAX, FLEX}
    assert rules.Tidy()(state, smaller) == workspace(MAX)


def test_r10_the_settings_can_be_changed_while_image_generation_is_off(catalog: Catalog) -> None:
    off = rules.Configure(image_generation=False)(WorkspaceState(), catalog)
    assert off == WorkspaceState(image_generation=False)
    assert rules.Enable((PRO,))(off, catalog).enabled_models == {PRO}


@pytest.mark.parametrize(
    ("premium", "plan", "included"),
    [
        (False, Plan.SELF_SERVICE, True),
        (False, Plan.ENTERPRISE, True),
        (True, Plan.SELF_SERVICE, False),
        (True, Plan.ENTERPRISE, True),
    ],
)
def test_r14_only_premium_models_on_the_self_service_plan_cost_credits(
    premium: bool, plan: Plan, included: bool
) -> None:
    assert rules.included(premium=premium, plan=plan) is included


def test_configuring_one_thing_leaves_the_other(catalog: Catalog) -> None:
    state = rules.Configure(plan=Plan.ENTERPRISE)(WorkspaceState(image_generation=False), catalog)
    assert state == WorkspaceState(image_generation=False, plan=Plan.ENTERPRISE)


def test_undo_restores_what_the_last_change_replaced_and_undoing_that_repeats_it(store: FileStore) -> None:
    store.update(rules.Enable((PRO, MAX)))
    store.update(rules.Disable((PRO,), replacement=MAX))
    undone = store.update(reverting.Undo()).state
    assert (content(undone), undone.revision) == (({PRO, MAX}, PRO), 3)
    republish = store.update(reverting.Undo()).state
    assert (content(republish), republish.revision) == (({MAX}, MAX), 4)


def test_undo_never_goes_back_to_a_workspace_without_a_model(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)))
    with pytest.raises(Locked):
        store.update(reverting.Undo())
    assert store.read().revision == 1


def test_there_is_nothing_to_undo_in_a_fresh_workspace(store: FileStore) -> None:
    with pytest.raises(NothingToUndo):
        store.update(reverting.Undo())


def test_undo_does_not_make_a_model_the_default_that_left_the_catalog(store: FileStore, catalog: Catalog) -> None:
    store.update(rules.Enable((PRO, MAX)))
    state = store.update(rules.SetDefault(MAX)).state
    with pytest.raises(NotEnabled, match=r"flux-2-pro cannot be the default"):
        reverting.Undo()(state, without(catalog, PRO))


def test_undo_brings_back_what_was_tidied_away(store: FileStore, catalog: Catalog) -> None:
    before = store.update(rules.Enable((PRO, MAX))).state
    store = with_catalog(store, without(catalog, PRO))
    assert store.update(rules.Tidy()).state.default_model is None
    undone = store.update(reverting.Undo()).state
    assert content(undone) == content(before)


@pytest.mark.parametrize(
    ("default", "last_change"),
    [(PRO, {"default_model": {"from": KLEIN, "to": PRO}}), (PRO, {"enabled": [PRO]})],
    ids=["a default that was never enabled", "a default that goes with the change"],
)
def test_undo_of_a_change_that_somebody_made_up_never_writes_a_file_that_cannot_be_read(
    default: str, last_change: dict[str, object], store: FileStore
) -> None:
    made_up = {"revision": 7, "at": "2026-11-22T10:00:00Z", "by": "mallory", "action": "enable", **last_change}
    state = {"revision": 7, "default_model": default, "enabled_models": [PRO, MAX], "last_change": made_up}
    store.path.parent.mkdir()
    content = encode(from_values(WorkspaceState, state, strict=False))
    store.path.write_bytes(content)
    with pytest.raises((NotEnabled, NeedsReplacement)):
        store.update(reverting.Undo())
    assert store.path.read_bytes() == content


def test_every_refusal_is_one_harmless_line(catalog: Catalog) -> None:
    hostile = "x\x1b[31m\n\u202e"
    refusals: list[Refusal] = [
        Locked((hostile,)),
        NeedsReplacement(hostile, (hostile,)),
        NotEnabled(hostile, (hostile,)),
        UnknownModel(hostile, catalog.nearest(hostile)),
        NothingToUndo(),
    ]
    for refusal in refusals:
        assert str(refusal).isprintable()
