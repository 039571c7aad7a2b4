"""Rules that turn back what an earlier change did: `Undo` for the last one, `Revert` for any (R19)."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import Locked, NeedsReplacement, NotEnabled, NothingToUndo, NotReverted
from imgmodels_tui.workspace.rules import (
    AtRevision,
    Rule,
    default,
    enabled,
    forbidden,
    require_allowed,
    require_known,
    without,
)
from imgmodels_tui.workspace.state import MOVED, Change, Transition, WorkspaceState

T = TypeVar("T")


class Undo(Record):
    """Take back the last change, as a new change judged by the same rules; undoing an undo repeats it."""

    action: ClassVar[str] = "undo"
    models: ClassVar[tuple[str, ...]] = ()

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Restore what the last change replaced; refuse where nothing is known of it, or a rule forbids it."""
        last = state.last_change
        if last is None or last.revision != state.revision:
            raise NothingToUndo
        return Revert(last)(state, catalog)


class Revert(Record):
    """Turn back what one change did, and only that, on top of the newest state (R19).

    What later changes overtook is left alone (`overtaken`).
    """

    change: Change
    replacement: str | None = None
    """The new default, where turning back takes the present one away (R4)."""
    action: ClassVar[str] = "revert"
    models: ClassVar[tuple[str, ...]] = ()

    def __call__(self, state: WorkspaceState, catalog: Catalog) -> WorkspaceState:
        """Apply R2 to R6, R8, R18."""
        back = self.change
        if back.catalog is not None:
            tables = (*back.catalog.added, *back.catalog.changed, *back.catalog.removed)
            raise NotReverted(back.revision, tables)
        require_known(filter(None, [self.replacement]), catalog)
        leaving = frozenset(back.enabled) & state.enabled_models
        returning = frozenset(back.disabled) - state.enabled_models
        enabled_after = (state.enabled_models - leaving) | returning
        if enabled(state, catalog) and not enabled_after & catalog.models.keys():
            raise Locked(back.enabled)
        remaining = tuple(model for model in catalog.models if model in enabled_after)
        new_default = _before(back.default_model, state.default_model)
        if self.replacement is not None and new_default not in enabled_after:
            new_default = self.replacement
        if new_default is not None and not _may_be_restored(new_default, enabled_after, state, catalog):
            if new_default == state.default_model:
                raise NeedsReplacement(new_default, remaining)
            raise NotEnabled(new_default, remaining)
        after = state.replace(
            enabled_models=enabled_after,
            default_model=new_default,
            image_generation=_before(back.image_generation, state.image_generation),
            plan=_before(back.plan, state.plan),
            policy=_before(back.policy, state.policy),
        )
        require_allowed(sorted(returning), after.policy, catalog)
        if after.policy == state.policy:
            return after
        return without(after, forbidden(after, catalog), self.replacement, catalog)


def overtaken(change: Change, state: WorkspaceState) -> Change | None:
    """The part of `change` that later changes have replaced, which `Revert` leaves alone; None if there is none."""
    held = state.enabled_models
    moves = {name: getattr(change, name) for name in MOVED}
    left = {name: None if moved is None or moved.to == getattr(state, name) else moved for name, moved in moves.items()}
    enabled_ = tuple(model for model in change.enabled if model not in held)
    disabled = tuple(model for model in change.disabled if model in held)
    if not (enabled_ or disabled or any(left.values())):
        return None
    return change.replace(enabled=enabled_, disabled=disabled, reason=None, reverts=None, **left)


def reverted(rule: Rule) -> int | None:
    """The revision whose change `rule` turns back, where it names one."""
    if isinstance(rule, AtRevision):
        return reverted(rule.rule)
    return rule.change.revision if isinstance(rule, Revert) else None


def _before(done: Transition[T] | None, now: T) -> T:
    """What a setting was before a change, if it still is what the change made of it; else what it is now."""
    return done.from_ if done is not None and done.to == now else now


def _may_be_restored(model: str, enabled_before: frozenset[str], state: WorkspaceState, catalog: Catalog) -> bool:
    """Whether `model` may be the default again (R5): a departed one only where no default counts now (R9)."""
    return model in enabled_before and (model in catalog.models or default(state, catalog) is None)
