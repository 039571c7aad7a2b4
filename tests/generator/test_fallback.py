"""Rules R10 to R13 and R20 at random: whatever admins change, a disabled model is never used and no session drifts."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.generator import Cancelled
from imgmodels_tui.generator.engines.interface import CancelCheck
from imgmodels_tui.generator.fallback import Unavailable
from imgmodels_tui.generator.service import GenerationRequest
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import Refusal
from imgmodels_tui.workspace.rules import Rule
from tests.conftest import with_catalog
from tests.generator.fakes import generator_in

CATALOG = load_catalog()
NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
MODELS = ("flux-2-pro", "flux-2-max", "gpt-image-2", "recraft-v3")
SMALL = CATALOG.replace(models={model: CATALOG.models[model] for model in MODELS})
one = st.sampled_from(MODELS)
several = st.lists(one, min_size=1, max_size=3).map(tuple)
admin_changes: st.SearchStrategy[Rule] = st.one_of(
    st.builds(rules.Enable, several),
    st.builds(rules.Disable, several, one),
    st.builds(rules.SetDefault, one),
    st.builds(rules.Configure, st.booleans()),
    st.builds(reverting.Undo),
    st.builds(rules.Tidy),
)
names = st.sampled_from(["main", "posters", "logos"])


class Generator(RuleBasedStateMachine):
    """An admin and a user with three sessions, while the catalog loses and regains models."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store, self.service, self.engine = generator_in(Path(self.folder.name), SMALL, os.geteuid(), lambda: NOW)
        self.expected: dict[str, str] = {}
        self.left: dict[str, set[str]] = {}
        """The models that each session was switched away from."""
        self.store.update(rules.Enable(MODELS[:3]))

    def teardown(self) -> None:
        self.folder.cleanup()

    def usable(self) -> tuple[str, ...]:
        return rules.enabled(self.store.read(), self.store.catalog)

    def default(self) -> str | None:
        return rules.default(self.store.read(), self.store.catalog)

    def is_open(self) -> bool:
        return self.store.read().image_generation and self.default() is not None

    @rule(change=admin_changes)
    def an_admin_changes_something(self, change: Rule) -> None:
        try:
            self.store.update(change)
        except Refusal:
            return

    @rule(gone=st.none() | one)
    def the_catalog_loses_a_model_or_regains_it(self, gone: str | None) -> None:
        kept = {model: SMALL.models[model] for model in MODELS if model != gone}
        self.store = self.service.store = with_catalog(self.store, SMALL.replace(models=kept))

    @precondition(lambda self: not self.is_open())
    @rule(model=one)
    def an_admin_opens_the_generator_again(self, model: str) -> None:
        self.an_admin_changes_something(rules.Configure(image_generation=True))
        self.an_admin_changes_something(rules.Tidy())
        self.an_admin_changes_something(rules.Enable((model,)))

    @rule(name=names, meanwhile=st.none() | admin_changes, stopped=st.booleans())
    def the_user_generates(self, name: str, meanwhile: Rule | None, stopped: bool) -> None:
        held, default, usable, is_open = self.expected.get(name), self.default(), self.usable(), self.is_open()
        begun_with: list[str] = []

        def during(_: CancelCheck) -> None:
            begun_with.append(self.engine.models[-1])
            if meanwhile is not None:
                self.an_admin_changes_something(meanwhile)
            if stopped:
                raise Cancelled

        self.engine.meanwhile = during
        try:
            result = self.service.generate(GenerationRequest("a dot", session=name))
        except Unavailable:
            assert not is_open
            assert not begun_with
            return
        except Cancelled:
            assert stopped
        else:
            assert result.facts.model_used == begun_with[0]
            assert result.started.switched_from == (held if held is not None and held not in usable else None)
        assert is_open
        assert begun_with[0] in usable
        self.expect_next(name, held, usable, default)
        assert begun_with[0] == self.expected[name]

    def expect_next(self, name: str, held: str | None, usable: tuple[str, ...], default: str | None) -> None:
        """Note what a session holds once it has drawn with what it had (R12)."""
        self.expected[name] = held if held in usable else default or ""
        if held is not None and held not in usable:
            self.left.setdefault(name, set()).add(held)
        self.left.get(name, set()).discard(self.expected[name])

    @rule(name=names, model=one)
    def a_client_names_its_model(self, name: str, model: str) -> None:
        held, usable, default, is_open = self.expected.get(name), self.usable(), self.default(), self.is_open()
        self.engine.meanwhile = lambda _: None
        try:
            drawn = self.service.draw(GenerationRequest("a dot", session=name, model=model, named_each_time=True))
        except Refusal:
            assert not is_open or (model not in usable and model not in {held, *self.left.get(name, ())})
            return
        assert is_open
        if model in usable:
            self.expected[name] = model
            self.left.get(name, set()).discard(model)
        else:
            assert model in {held, *self.left.get(name, ())}
            self.expect_next(name, held, usable, default)
        assert drawn.started.entry.id == self.expected[name]

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def a_model_in_use_is_disabled_before_the_next_picture(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.expected)))
        held = self.expected[name]
        other = next((model for model in self.usable() if model != held), None)
        self.an_admin_changes_something(rules.Disable((held,), other))
        self.the_user_generates(name, None, stopped=False)

    @rule(name=names, model=one)
    def the_user_selects_a_model(self, name: str, model: str) -> None:
        selectable = self.is_open() and model in self.usable()
        try:
            self.service.select(name, model)
        except Refusal:
            assert not selectable
        else:
            assert selectable
            self.expected[name] = model
            self.left.get(name, set()).discard(model)

    @rule(name=names)
    def the_user_starts_a_session(self, name: str) -> None:
        default, startable = self.default(), self.is_open() and name not in self.expected
        try:
            self.service.start(name)
        except Refusal:
            assert not startable
        else:
            assert startable
            self.expected[name] = default or ""

    @rule(name=names)
    def the_user_deletes_a_session(self, name: str) -> None:
        if name in self.expected:
            self.service.sessions.update(lambda sessions: sessions.delete(name))
            del self.expected[name]
            self.left.pop(name, None)

    @invariant()
    def every_session_holds_what_its_user_selected_or_what_r12_gave_it(self) -> None:
        stored = {session.name: session.model for session in self.service.sessions.read().sessions}
        assert stored == self.expected


TestGenerator = Generator.TestCase
TestGenerator.settings = settings(max_examples=40, stateful_step_count=25)
