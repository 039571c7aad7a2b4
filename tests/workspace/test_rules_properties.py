"""The rules at random: whatever is asked, a workspace stays usable and every refusal is whole."""

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from imgmodels_tui.catalog import Region, load_catalog
from imgmodels_tui.record_schema import from_values
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import Refusal, UnknownModel
from imgmodels_tui.workspace.file_store.codec import decode, encode
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.policy import Policy
from imgmodels_tui.workspace.queries.export import exported, parse_settings
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Plan, WorkspaceState
from tests.conftest import with_catalog

CATALOG = load_catalog()
NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)

# A handful of models: random requests then meet each other often.
MODELS = ("flux-2-pro", "flux-2-max", "gpt-image-1", "gpt-image-2", "recraft-v3")
SMALL = CATALOG.replace(models={model: CATALOG.models[model] for model in MODELS})
one = st.sampled_from(MODELS)
several = st.lists(one, min_size=1, max_size=4).map(tuple)
policies = st.none() | st.builds(
    Policy,
    regions=st.none() | st.frozensets(st.sampled_from(Region), min_size=1),
    without_hosts=st.frozensets(st.sampled_from(sorted(SMALL.hosts)), max_size=2),
    max_price_eur=st.none() | st.sampled_from([Decimal("0.0400"), Decimal("0.0600")]),
    premium=st.none() | st.just(False),
)
known_rules: st.SearchStrategy[Rule] = st.one_of(
    st.builds(rules.Enable, several),
    st.builds(rules.Disable, several, st.none() | one),
    st.builds(rules.SetDefault, one),
    st.builds(rules.Configure, st.none() | st.booleans(), st.none() | st.sampled_from(Plan)),
    st.builds(reverting.Undo),
    st.builds(rules.Tidy),
    st.builds(rules.Replace, several, st.none() | one, st.booleans(), st.sampled_from(Plan), policies),
    st.builds(rules.SetPolicy, policies, st.none() | one),
)


class Workspace(RuleBasedStateMachine):
    """Two admins and a catalog that loses and regains models, on a real file."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        locations = locate(Path(self.folder.name) / "workspace.json")
        self.store = FileStore(locations, SMALL, user="alice", clock=lambda: NOW)
        self.revision = 0

    def teardown(self) -> None:
        self.folder.cleanup()

    def _files(self) -> tuple[bytes, bytes]:
        files = self.store.path, self.store.locations.history
        both = [file.read_bytes() if file.exists() else b"" for file in files]
        return both[0], both[1]

    @rule(asked=known_rules)
    def somebody_asks_for_a_change(self, asked: Rule) -> None:
        before, files = self.store.read(), self._files()
        try:
            outcome = self.store.update(asked)
        except Refusal:
            assert self._files() == files
            return
        if outcome.change is None:
            assert self._files() == files
            assert outcome.state == before
        else:
            self.revision += 1
            state = self.store.read()
            assert outcome.state == state
            assert state.last_change == outcome.change
            assert _settings(state) != _settings(before)
            added = state.enabled_models - before.enabled_models
            assert not added & set(rules.forbidden(state, self.store.catalog))
            if state.policy != before.policy:
                assert not rules.forbidden(state, self.store.catalog)
            assert self._files()[1].startswith(files[1])
        if rules.enabled(before, self.store.catalog):
            assert rules.enabled(self.store.read(), self.store.catalog)
        if rules.default(before, self.store.catalog) and not self._goes_back_to_no_default(asked, before):
            assert rules.default(self.store.read(), self.store.catalog)

    @staticmethod
    def _goes_back_to_no_default(asked: Rule, before: WorkspaceState) -> bool:
        """Whether what is taken back is that the first default was set."""
        back = before.last_change if isinstance(asked, reverting.Undo) else None
        back = asked.change if isinstance(asked, reverting.Revert) else back
        moved = back.default_model if back else None
        return moved is not None and moved.from_ is None

    @rule(data=st.data(), replacement=st.none() | one)
    def somebody_reverts_a_revision(self, data: st.DataObject, replacement: str | None) -> None:
        changes = [*self.store.history()]
        if not changes:
            return
        change = data.draw(st.sampled_from(changes))
        before, revision = self.store.read(), self.revision
        left = reverting.overtaken(change, before)
        self.somebody_asks_for_a_change(reverting.Revert(change, replacement))
        state = self.store.read()
        if self.revision == revision:
            return
        assert state.last_change is not None
        assert state.last_change.reverts == change.revision
        for name in ("image_generation", "plan", "policy"):
            moved, kept = getattr(change, name), left is not None and getattr(left, name) is not None
            assert getattr(state, name) == (moved.from_ if moved and not kept else getattr(before, name))
        if state.policy == before.policy:
            touched = set(change.enabled) | set(change.disabled)
            assert {*state.enabled_models} - touched == {*before.enabled_models} - touched

    @rule(models=several, position=st.integers(0, 4))
    def somebody_mistypes_an_id(self, models: tuple[str, ...], position: int) -> None:
        files = self._files()
        mistyped = (*models[:position], "flux-9", *models[position:])
        for asked in (rules.Enable(mistyped), rules.Disable(mistyped), rules.SetDefault("flux-9")):
            with pytest.raises(UnknownModel):
                self.store.update(asked)
        assert self._files() == files

    @rule(replacement=st.none() | one)
    def somebody_disables_all_that_is_left(self, replacement: str | None) -> None:
        enabled = rules.enabled(self.store.read(), self.store.catalog)
        self.somebody_asks_for_a_change(rules.Disable(enabled, replacement))

    @rule()
    def the_default_leaves_the_catalog(self) -> None:
        default = self.store.read().default_model
        self.the_catalog_loses_and_regains_models({default} if default else set())

    @rule(gone=st.sets(one, max_size=3))
    def the_catalog_loses_and_regains_models(self, gone: set[str]) -> None:
        kept = {model.id: model for model in SMALL.models.values() if model.id not in gone}
        self.store = with_catalog(self.store, SMALL.replace(models=kept))

    @invariant()
    def what_is_stored_can_be_exported_and_imported_anywhere(self) -> None:
        state, catalog = self.store.read(), self.store.catalog
        if rules.enabled(state, catalog) and not rules.forbidden(state, catalog):
            imported = parse_settings(Path("settings.json"), exported(state, catalog))(WorkspaceState(), catalog)
            assert imported.policy == state.policy
            assert rules.enabled(imported, catalog) == rules.enabled(state, catalog)

    @invariant()
    def the_default_is_enabled_or_there_is_none(self) -> None:
        state, catalog = self.store.read(), self.store.catalog
        assert rules.default(state, catalog) in {None, *rules.enabled(state, catalog)}

    @invariant()
    def the_lock_is_on_the_last_enabled_model_only(self) -> None:
        state, catalog = self.store.read(), self.store.catalog
        enabled = rules.enabled(state, catalog)
        assert rules.locked(state, catalog) == (enabled[0] if len(enabled) == 1 else None)

    @invariant()
    def revisions_have_no_gaps_and_history_knows_each(self) -> None:
        assert self.store.read().revision == self.revision
        assert [change.revision for change in [*self.store.history()][::-1]] == list(range(1, self.revision + 1))


TestWorkspace = Workspace.TestCase
TestWorkspace.settings = settings(max_examples=60, stateful_step_count=30)


def _settings(state: WorkspaceState) -> tuple[object, ...]:
    return state.enabled_models, state.default_model, state.image_generation, state.plan, state.policy


def _after(requests: list[Rule]) -> WorkspaceState:
    """The state that a fresh workspace reaches, leaving out the requests that are refused."""
    state = WorkspaceState()
    for asked in requests:
        try:
            state = asked(state, SMALL)
        except Refusal:
            continue
    return state


@given(requests=st.lists(known_rules, max_size=8), last=known_rules)
def test_a_rule_is_a_function_of_the_state_and_never_touches_it(requests: list[Rule], last: Rule) -> None:
    state = _after(requests)
    before = encode(state)
    answers = []
    for _ in range(2):
        try:
            answers.append(str(last(state, SMALL)))
        except Refusal as refusal:
            answers.append(str(refusal))
    assert answers[0] == answers[1]
    assert encode(state) == before


@given(requests=st.lists(known_rules, max_size=6), last=known_rules)
def test_undo_restores_and_a_second_undo_repeats(
    requests: list[Rule], last: Rule, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("workspace") / "workspace.json"
    file.write_bytes(encode(_after(requests)))
    store = FileStore(locate(file), SMALL, user="alice", clock=lambda: NOW)

    def content() -> tuple[object, ...]:
        return _settings(store.read())

    before = content()
    try:
        outcome = store.update(last)
    except Refusal:
        return
    if outcome.change is None:
        return
    after = content()
    try:
        store.update(reverting.Undo())
    except Refusal:
        # Only the very first models cannot be taken back: there would be none left.
        assert not before[0]
        assert content() == after
        return
    assert content() == before
    store.update(reverting.Undo())
    assert content() == after


ids = st.text(min_size=1, max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(enabled=st.sets(ids, max_size=5), has_default=st.booleans(), unknown=st.dictionaries(ids, json_values))
def test_every_state_reads_back_as_it_was_written(
    enabled: set[str], has_default: bool, unknown: dict[str, object]
) -> None:
    fields = {"enabled_models": frozenset(enabled), "default_model": min(enabled, default=None)}
    later = {f"later_{key}": value for key, value in unknown.items()}
    state = from_values(WorkspaceState, {**later, **fields} if has_default else later)
    content = encode(state)
    assert decode(Path("workspace.json"), content) == state
    assert encode(decode(Path("workspace.json"), content)) == content
