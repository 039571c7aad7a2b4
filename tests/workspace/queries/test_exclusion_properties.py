"""Doing without places, and enabling sets, at random: what is promised is what the rules then do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.workspace.errors import Locked, Refusal
from imgmodels_tui.workspace.overview import Overview, preview_enabling
from imgmodels_tui.workspace.queries.hosting import Exclusion, host_region_of, host_regions
from imgmodels_tui.workspace.state import WorkspaceState
from tests.conftest import TODAY

CATALOG = load_catalog()
MODELS = tuple(CATALOG.models)
NAV_ITEMS = tuple(each.id for each in host_regions(Overview(WorkspaceState(), CATALOG, TODAY)))
GONE = ("model-that-left",)


@st.composite
def states(draw: st.DrawFn) -> WorkspaceState:
    """Any workspace: fresh, without a default, with a model or a default that left the catalog."""
    enabled = draw(st.frozensets(st.sampled_from(MODELS + GONE)))
    default = draw(st.none() | st.sampled_from(sorted(enabled))) if enabled else None
    return WorkspaceState(enabled_models=enabled, default_model=default)


exclusions = st.builds(Exclusion, st.frozensets(st.sampled_from(NAV_ITEMS)), st.none() | st.sampled_from(MODELS))
sets = st.lists(st.sampled_from(MODELS), min_size=1, max_size=6)


def excluded(exclusion: Exclusion) -> frozenset[str]:
    return frozenset(model.id for model in CATALOG.models.values() if host_region_of(model) in exclusion.excluded)


@given(states(), exclusions)
def test_it_does_what_the_effect_promised_and_nothing_else(state: WorkspaceState, exclusion: Exclusion) -> None:
    overview = Overview(state, CATALOG, TODAY)
    effect = exclusion.effect(overview)
    rule = exclusion.rule(overview)
    if not effect.possible:
        with pytest.raises(Locked):
            rule(state, CATALOG)
        return
    after = Overview(rule(state, CATALOG), CATALOG, TODAY)
    assert not after.state.enabled_models & excluded(exclusion)
    assert after.state.enabled_models == state.enabled_models - excluded(exclusion)
    assert [entry.id for entry in after.enabled] == [entry.id for entry in effect.remaining]
    assert (after.default and after.default.id) == (effect.new_default and effect.new_default.id)


@given(states(), exclusions)
def test_it_is_refused_exactly_where_no_model_would_remain(state: WorkspaceState, exclusion: Exclusion) -> None:
    known = state.enabled_models & set(MODELS)
    remains = known - excluded(exclusion)
    assert exclusion.effect(Overview(state, CATALOG, TODAY)).possible == (bool(remains) or not known)


@given(states(), exclusions)
def test_where_nothing_is_hit_nothing_changes(state: WorkspaceState, exclusion: Exclusion) -> None:
    overview = Overview(state, CATALOG, TODAY)
    if not exclusion.effect(overview).disabled:
        assert exclusion.rule(overview)(state, CATALOG) is state


@given(states(), states(), exclusions)
def test_judged_on_a_newer_state_no_model_in_an_excluded_place_stays_on(
    seen: WorkspaceState, newer: WorkspaceState, exclusion: Exclusion
) -> None:
    rule = exclusion.rule(Overview(seen, CATALOG, TODAY))
    try:
        after = rule(newer, CATALOG)
    except Refusal:
        return
    assert not after.enabled_models & excluded(exclusion)


@given(states(), sets)
def test_enabling_a_set_does_what_was_said(state: WorkspaceState, models: list[str]) -> None:
    overview = Overview(state, CATALOG, TODAY)
    preview = preview_enabling(overview, models)
    after = Overview(preview.rule(state, CATALOG), CATALOG, TODAY)
    added = after.state.enabled_models - state.enabled_models
    assert added == {entry.id for entry in preview.added}
    assert set(models) - added == {entry.id for entry in preview.already_enabled}
    if preview.new_default is not None:
        assert after.default is not None
        assert after.default.id == preview.new_default.id
    elif overview.default is not None:
        assert after.state.default_model == state.default_model
    assert {entry.id for entry in preview.premium} == {model for model in added if CATALOG.models[model].premium}
