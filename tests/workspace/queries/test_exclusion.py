"""Doing without hosts or regions, by example."""

import pytest

from imgmodels_tui.catalog import Catalog, Region
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import Locked, NeedsReplacement
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries.hosting import Exclusion, HostRegionId, named, of_host, outside
from imgmodels_tui.workspace.state import WorkspaceState
from tests.conftest import TODAY

PRO, KLEIN, GPT2, GPT_MINI = "flux-2-pro", "flux-2-klein", "gpt-image-2", "gpt-image-1-mini"
RECRAFT, GEMINI3 = "recraft-v3", "gemini-3-pro-image"
AZURE_EU = HostRegionId("microsoft-azure", Region.EU)
AZURE_GLOBAL = HostRegionId("microsoft-azure", Region.GLOBAL)
BFL = HostRegionId("black-forest-labs", Region.EU)
REPLICATE = HostRegionId("replicate", Region.US)


def seen(catalog: Catalog, *enabled: str, default: str | None = None) -> Overview:
    """A workspace with these models enabled, as the screens see it."""
    return Overview(WorkspaceState(enabled_models=frozenset(enabled), default_model=default), catalog, TODAY)


def without(*places: HostRegionId, wanted: str | None = None) -> Exclusion:
    return Exclusion(frozenset(places), wanted)


def test_the_effect_names_what_is_hit_and_what_stays(catalog: Catalog) -> None:
    effect = without(AZURE_EU).effect(seen(catalog, PRO, GPT2, KLEIN, GPT_MINI, default=KLEIN))
    assert [entry.id for entry in effect.disabled] == [PRO, GPT2]
    assert [entry.id for entry in effect.remaining] == [KLEIN, GPT_MINI]
    assert effect.possible


def test_a_default_that_is_not_hit_stays(catalog: Catalog) -> None:
    effect = without(AZURE_EU).effect(seen(catalog, PRO, KLEIN, default=KLEIN))
    assert not effect.replaces_default
    assert effect.new_default is not None
    assert effect.new_default.id == KLEIN


def test_the_model_nearest_in_price_follows_a_default_that_is_hit(catalog: Catalog) -> None:
    effect = without(AZURE_EU).effect(seen(catalog, PRO, RECRAFT, KLEIN, default=PRO))
    assert effect.replaces_default
    assert effect.replacement == RECRAFT


def test_a_chosen_default_follows_as_long_as_it_stays_enabled(catalog: Catalog) -> None:
    asked = without(AZURE_EU, wanted=RECRAFT)
    chosen = asked.effect(seen(catalog, PRO, KLEIN, RECRAFT, default=PRO)).new_default
    gone = asked.effect(seen(catalog, PRO, KLEIN, default=PRO)).new_default
    assert chosen is not None
    assert gone is not None
    assert (chosen.id, gone.id) == (RECRAFT, KLEIN)


def test_a_workspace_without_a_default_gets_none(catalog: Catalog) -> None:
    effect = without(AZURE_EU).effect(seen(catalog, PRO, KLEIN))
    assert (effect.default, effect.new_default) == (None, None)


def test_excluding_everything_that_is_enabled_is_not_possible(catalog: Catalog) -> None:
    overview = seen(catalog, PRO, KLEIN, default=PRO)
    exclusion = without(AZURE_EU, BFL)
    assert not exclusion.effect(overview).possible
    assert exclusion.effect(overview).new_default is None
    with pytest.raises(Locked):
        exclusion.rule(overview)(overview.state, catalog)


def test_a_fresh_workspace_can_do_without_anything(catalog: Catalog) -> None:
    effect = without(AZURE_EU, BFL).effect(seen(catalog))
    assert (effect.disabled, effect.possible) == ((), True)


def test_a_model_that_was_enabled_a_moment_before_goes_off_too(catalog: Catalog) -> None:
    overview = seen(catalog, PRO, KLEIN, default=PRO)
    rule = without(AZURE_EU).rule(overview)
    meanwhile = rules.Enable((GPT2,))(overview.state, catalog)
    assert rule(meanwhile, catalog).enabled_models == {KLEIN}


def test_a_default_that_moved_into_an_excluded_place_meanwhile_needs_a_replacement(catalog: Catalog) -> None:
    overview = seen(catalog, PRO, GPT2, KLEIN, RECRAFT, default=KLEIN)
    rule = without(AZURE_EU).rule(overview)
    meanwhile = rules.SetDefault(GPT2)(overview.state, catalog)
    with pytest.raises(NeedsReplacement):
        rule(meanwhile, catalog)


def test_eu_only_excludes_every_place_outside_the_eu(catalog: Catalog) -> None:
    assert set(outside(seen(catalog), Region.EU)) == {
        AZURE_GLOBAL,
        HostRegionId("google-vertex", Region.GLOBAL),
        REPLICATE,
    }


def test_a_host_is_all_of_its_regions(catalog: Catalog) -> None:
    assert of_host(seen(catalog), "microsoft-azure") == (AZURE_EU, AZURE_GLOBAL)


def test_excluding_twice_allows_again_and_a_part_is_completed_first(catalog: Catalog) -> None:
    azure = of_host(seen(catalog), "microsoft-azure")
    part = Exclusion().toggle([AZURE_EU])
    assert part.toggle(azure).excluded == {AZURE_EU, AZURE_GLOBAL}
    assert not part.toggle(azure).toggle(azure)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ((AZURE_EU,), ("Microsoft Azure (EU)",)),
        ((AZURE_GLOBAL, AZURE_EU), ("Microsoft Azure",)),
        ((REPLICATE, AZURE_GLOBAL), ("Microsoft Azure (Global)", "Replicate")),
        ((), ()),
    ],
)
def test_places_are_said_by_host(catalog: Catalog, places: tuple[HostRegionId, ...], said: tuple[str, ...]) -> None:
    assert named(seen(catalog), places) == said
