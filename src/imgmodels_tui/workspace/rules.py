"""The rules of a workspace, as pure functions from a state to a new state or a typed refusal.

Each change is a small frozen record that is called with the newest state and the catalog. It answers with a new
state, with the very same object where nothing is to be done (R6), or raises a `Refusal`; it never does a part.
Revisions, times and names of people are none of its business: the store adds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import (
    ChangedMeanwhile,
    Forbidden,
    Locked,
    NeedsReplacement,
    NotEnabled,
    UnknownHost,
    UnknownModel,
)
from imgmodels_tui.workspace.policy import Policy
from imgmodels_tui.workspace.state import Plan, WorkspaceState


class Rule(Protocol):
    """A change that can be judged and applied: what `Store.update` takes."""

    @property
    def action(self) -> str:
        """The word that history keeps for it."""

    @property
    def models(self) -> tuple[str, ...]:
        """The model ids that the request names."""

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Return the state after the change; raise `Refusal` where a rule forbids it."""


def enabled(state: WorkspaceState, catalog: Catalog) -> tuple[str, ...]:
    """The ids of the enabled models that the catalog knows, in the page's order (R9)."""
    known = [model for model in state.enabled_models if model in catalog.models]
    return tuple(sorted(known, key=catalog.places.__getitem__))


def default(state: WorkspaceState, catalog: Catalog) -> str | None:
    """The id of the default model, or None if none is set or the catalog does not know it any more (R9)."""
    return state.default_model if state.default_model in catalog.models else None


def locked(state: WorkspaceState, catalog: Catalog) -> str | None:
    """The id of the one model that cannot be disabled because it is the last (R3), or None."""
    remaining = enabled(state, catalog)
    return remaining[0] if len(remaining) == 1 else None


def departed(state: WorkspaceState, catalog: Catalog) -> tuple[str, ...]:
    """The enabled ids that left the catalog: kept in the file, counted nowhere (R9)."""
    return tuple(sorted(model for model in state.enabled_models if model not in catalog.models))


def included(*, premium: bool, plan: Plan) -> bool:
    """Whether a model's pictures are included in `plan`, rather than billed against credits (R14)."""
    return not premium or plan == "enterprise"


class Enable(Record):
    """Enable models that the policy allows as one change; the first becomes the default where there is none.

    R2, R7, R18.
    """

    models: tuple[str, ...]
    action: ClassVar[str] = "enable"

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Apply R2, R6, R7, R8, R18."""
        require_known(self.models, catalog)
        added = tuple(model for model in self.models if model not in state.enabled_models)
        if not added:
            return state
        require_allowed(added, state.policy, catalog)
        default_model = default(state, catalog) or added[0]
        return state.replace(enabled_models=state.enabled_models | frozenset(added), default_model=default_model)


class Disable(Record):
    """Disable models as one change, moving the default to `replacement` if it is among them (R3, R4, R7).

    A replacement that is not needed, because the default was changed meanwhile, changes nothing.
    """

    models: tuple[str, ...]
    replacement: str | None = None
    action: ClassVar[str] = "disable"

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Apply R3, R4, R6, R7, R8."""
        require_known((*self.models, *filter(None, [self.replacement])), catalog)
        return without(state, self.models, self.replacement, catalog)


class SetPolicy(Record):
    """Set the policy, or none, and disable what it forbids in the same change (R18)."""

    policy: Policy | None
    replacement: str | None = None
    """The new default, where the policy forbids the present one (R4)."""
    action: ClassVar[str] = "policy"
    models: ClassVar[tuple[str, ...]] = ()

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Apply R3, R4, R6, R8, R18."""
        require_known(filter(None, [self.replacement]), catalog)
        for host in sorted(self.policy.without_hosts if self.policy else ()):
            if host not in catalog.hosts:
                raise UnknownHost(host, tuple(catalog.hosts))
        after = state.replace(policy=self.policy or None)
        return without(after, forbidden(after, catalog), self.replacement, catalog)


class SetDefault(Record):
    """Make an enabled model the default (R5)."""

    model: str
    action: ClassVar[str] = "default"

    @property
    def models(self) -> tuple[str, ...]:
        """The one model asked for."""
        return (self.model,)

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Apply R5, R6, R8."""
        require_known(self.models, catalog)
        if self.model not in state.enabled_models:
            raise NotEnabled(self.model, enabled(state, catalog))
        return state.replace(default_model=self.model)


class Configure(Record):
    """Change the product configuration: image generation on or off (R10), the plan (R14)."""

    image_generation: bool | None = None
    plan: Plan | None = None
    action: ClassVar[str] = "config"
    models: ClassVar[tuple[str, ...]] = ()

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:  # noqa: ARG002 - Rule's shape
        """Replace what was given and keep the rest."""
        return state.replace(
            image_generation=state.image_generation if self.image_generation is None else self.image_generation,
            plan=self.plan or state.plan,
        )


class Tidy(Record):
    """Forget the enabled ids that left the catalog (R9)."""

    action: ClassVar[str] = "tidy"
    models: ClassVar[tuple[str, ...]] = ()

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Keep every enabled model that the catalog knows; a departed default leaves no default."""
        return state.replace(enabled_models=frozenset(enabled(state, catalog)), default_model=default(state, catalog))


class Replace(Record):
    """Replace all settings by others, such as those of an imported file, as one change.

    Ids that left the catalog stay where they are (R9). Without a wanted default the present one stays, or the
    first added model becomes it (R2).
    """

    models: tuple[str, ...]
    """The ids of all models to be enabled."""
    default_model: str | None
    image_generation: bool
    plan: Plan
    policy: Policy | None = None
    action: ClassVar[str] = "import"

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Apply R2 to R6, R8 and R18 to the outcome as a whole."""
        require_known((*self.models, *filter(None, [self.default_model])), catalog)
        wanted = tuple(model for model in catalog.models if model in self.models)
        if enabled(state, catalog) and not wanted:
            raise Locked(enabled(state, catalog))
        added = wanted if self.policy != state.policy else tuple(m for m in wanted if m not in state.enabled_models)
        require_allowed(added, self.policy, catalog)
        return state.replace(
            enabled_models=frozenset(wanted) | frozenset(departed(state, catalog)),
            default_model=self._default(state, catalog, wanted),
            image_generation=self.image_generation,
            plan=self.plan,
            policy=self.policy or None,
        )

    def _default(self, state: WorkspaceState, catalog: Catalog, wanted: tuple[str, ...]) -> str | None:
        """The default of the outcome; the file's where it names one (R5), never less than there was (R4)."""
        if self.default_model is not None:
            if self.default_model not in wanted:
                raise NotEnabled(self.default_model, wanted)
            return self.default_model
        present = default(state, catalog)
        if present is not None and present not in wanted:
            raise NeedsReplacement(present, wanted)
        added = next((model for model in wanted if model not in state.enabled_models), None)
        return added if present is None and added is not None else state.default_model


class AtRevision(Record):
    """A change for one revision only, refused at another: undo and import show beforehand what they will do."""

    rule: Rule
    revision: int

    @property
    def action(self) -> str:
        """The word of the change itself."""
        return self.rule.action

    @property
    def models(self) -> tuple[str, ...]:
        """The models of the change itself."""
        return self.rule.models

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Apply the change to the revision that was seen; refuse where there is another one by now."""
        if state.revision != self.revision:
            raise ChangedMeanwhile(state.revision, state.last_change.by if state.last_change else "somebody")
        return self.rule(state, catalog)


def forbidden(state: WorkspaceState, catalog: Catalog) -> tuple[str, ...]:
    """The enabled models that the policy forbids (R18), in the page's order: a change of the catalog can bring some."""
    policy = state.policy
    if not policy:
        return ()
    return tuple(model for model in enabled(state, catalog) if policy.forbids(catalog.models[model], catalog))


def without(state: WorkspaceState, models: Iterable[str], replacement: str | None, catalog: Catalog) -> WorkspaceState:
    """Disable models, moving the default to `replacement` if it is among them (R3, R4)."""
    leaving = frozenset(models) & state.enabled_models
    if not leaving:
        return state
    remaining = tuple(model for model in enabled(state, catalog) if model not in leaving)
    if not remaining:
        raise Locked(tuple(sorted(leaving)))
    new_default = state.default_model
    if new_default is not None and new_default in leaving:
        if replacement is None:
            raise NeedsReplacement(new_default, remaining)
        if replacement not in remaining:
            raise NotEnabled(replacement, remaining)
        new_default = replacement
    return state.replace(enabled_models=state.enabled_models - leaving, default_model=new_default)


def require_allowed(models: Iterable[str], policy: Policy | None, catalog: Catalog) -> None:
    """Apply R18 to models that would be enabled."""
    for model in models if policy else ():
        clause = policy.forbids(catalog.models[model], catalog) if policy and model in catalog.models else None
        if clause is not None:
            raise Forbidden(model, clause)


def require_known(models: Iterable[str], catalog: Catalog) -> None:
    """Apply R8."""
    for model in models:
        if model not in catalog.models:
            raise UnknownModel(model, catalog.nearest(model))
