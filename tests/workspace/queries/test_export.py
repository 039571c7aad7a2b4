"""Export and import: a file that says all, a change that is judged as a whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import (
    ChangedMeanwhile,
    Locked,
    NeedsReplacement,
    NotEnabled,
    Refusal,
    StateError,
    UnknownModel,
)
from imgmodels_tui.workspace.file_store.codec import encode
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.queries import export, messages
from imgmodels_tui.workspace.state import Plan, WorkspaceState

CATALOG = load_catalog()
MODELS = ("flux-2-pro", "flux-2-max", "gpt-image-1", "recraft-v3")
SMALL = CATALOG.replace(models={model: CATALOG.models[model] for model in MODELS})
FILE = Path("settings.json")


@st.composite
def states(draw: st.DrawFn) -> WorkspaceState:
    """Any state that a file can hold, models that left the catalog included."""
    enabled = draw(st.frozensets(st.sampled_from((*MODELS, "gone-1", "gone-2"))))
    default = draw(st.none() | st.sampled_from(sorted(enabled))) if enabled else None
    return WorkspaceState(
        enabled_models=enabled,
        default_model=default,
        image_generation=draw(st.booleans()),
        plan=draw(st.sampled_from(Plan)),
    )


def settings(state: WorkspaceState, catalog: Catalog = SMALL) -> tuple[object, ...]:
    """What an export says."""
    return (rules.enabled(state, catalog), rules.default(state, catalog), state.image_generation, state.plan)


def imported(state: WorkspaceState) -> rules.Replace:
    """The change that importing an export of `state` asks for."""
    return export.parse_settings(FILE, export.exported(state, SMALL))


@given(state=states())
def test_importing_what_was_exported_changes_nothing(state: WorkspaceState) -> None:
    assert imported(state)(state, SMALL) is state
    assert export.difference(state, state, SMALL) == ()


@given(mine=states(), theirs=states())
def test_an_import_brings_the_other_settings_or_is_refused_as_a_whole(
    mine: WorkspaceState, theirs: WorkspaceState
) -> None:
    try:
        after = imported(theirs)(mine, SMALL)
    except Locked:
        assert rules.enabled(mine, SMALL)
        assert not rules.enabled(theirs, SMALL)
        return
    except NeedsReplacement:
        assert rules.default(theirs, SMALL) is None
        return
    enabled, default, generation, plan = settings(theirs)
    assert settings(after)[0] == enabled
    assert settings(after)[2:] == (generation, plan)
    assert default is None or rules.default(after, SMALL) == default
    assert rules.departed(after, SMALL) == rules.departed(mine, SMALL)
    if rules.default(mine, SMALL):
        assert rules.default(after, SMALL)
    assert (export.difference(mine, after, SMALL) == ()) == (after is mine)
    assert imported(theirs)(after, SMALL) is after


@given(mine=states(), theirs=states())
def test_undo_takes_an_import_back_and_a_second_undo_repeats_it(
    mine: WorkspaceState, theirs: WorkspaceState, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("workspace") / "workspace.json"
    file.write_bytes(encode(mine))
    store = FileStore(locate(file), SMALL, user="alice")
    try:
        change = store.update(imported(theirs)).change
    except Refusal:
        return
    if change is None:
        return
    assert change.action == "import"
    assert messages.describe(change, SMALL).startswith("Import: ")
    after = store.read()
    try:
        store.update(reverting.Undo())
    except (Locked, NotEnabled):
        # Neither the first models nor a default that left the catalog can be put back in the place of what works.
        assert not rules.enabled(mine, SMALL) or mine.default_model not in {None, *MODELS}
        return
    assert settings(store.read()) == settings(mine)
    store.update(reverting.Undo())
    assert settings(store.read()) == settings(after)


def replacing(*models: str, default: str | None = None) -> rules.Replace:
    return rules.Replace(models, default, image_generation=True, plan=Plan.SELF_SERVICE)


USED = rules.Enable(("flux-2-pro", "gpt-image-1"))(WorkspaceState(), CATALOG)


def test_an_import_that_leaves_nothing_enabled_is_locked() -> None:
    with pytest.raises(Locked):
        replacing()(USED, CATALOG)


def test_an_unknown_model_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownModel) as refused:
        replacing("flux-2-prro", default="flux-2-prro")(USED, CATALOG)
    assert "flux-2-pro" in refused.value.nearest


def test_a_default_that_the_import_does_not_enable_is_refused() -> None:
    with pytest.raises(NotEnabled):
        replacing("flux-2-pro", default="recraft-v3")(USED, CATALOG)


def test_a_default_that_leaves_without_a_new_one_is_refused() -> None:
    with pytest.raises(NeedsReplacement):
        replacing("gpt-image-1")(USED, CATALOG)


def test_models_without_a_default_arriving_in_a_fresh_workspace_make_the_first_the_default() -> None:
    assert replacing("gpt-image-1", "flux-2-pro")(WorkspaceState(), CATALOG).default_model == "flux-2-pro"


def test_what_was_decided_on_an_older_revision_does_not_hold_any_more(store: FileStore) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    seen = rules.AtRevision(reverting.Undo(), store.read().revision)
    store.update(rules.Enable(("flux-2-max",)))
    with pytest.raises(ChangedMeanwhile, match="alice changed something meanwhile"):
        store.update(seen)
    assert store.read().revision == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"{", "is not valid JSON"),
        (b'{"name": "left-pad", "version": "1.3.0"}', "schema_version: is missing"),
        (b'{"schema_version": 3}', "update imgmodels"),
        (
            b'{"schema_version": 2, "image_generation": true, "plan": "self_service", "default_model": null}',
            "enabled_models: is missing",
        ),
        (b'{"schema_version": 2, "enabled_models": []}', "image_generation: is missing"),
    ],
)
def test_a_file_that_does_not_say_all_is_refused_by_name(content: bytes, said: str) -> None:
    with pytest.raises(StateError, match=f"settings.json.*{said}"):
        export.parse_settings(FILE, content)


def test_a_state_file_of_another_workspace_can_be_imported(store: FileStore, tmp_path: Path) -> None:
    other = FileStore(locate(tmp_path / "other.json"), CATALOG, user="bob")
    other.update(rules.Enable(("flux-2-pro", "gpt-image-2")))
    store.update(export.read_settings(other.path))
    assert settings(store.read(), CATALOG) == settings(other.read(), CATALOG)
