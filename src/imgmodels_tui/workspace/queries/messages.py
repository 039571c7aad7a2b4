"""A change and its parts in words, the same in history, on the command line and in a notice on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.files import UnusableFile
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import (
    Forbidden,
    Locked,
    NeedsReplacement,
    NotEnabled,
    NotSaved,
    ServerError,
    Unsettled,
)
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.policy import in_words
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Change, Plan, WorkspaceState

_MOST_NAMES = 3


def describe(change: Change, catalog: Catalog) -> str:
    """What `change` did, without a full stop; its texts are made harmless."""
    parts = [*_catalog(change), *_models(change, catalog), *_default(change, catalog), *_configuration(change, catalog)]
    if change.action == "recover":
        parts = ["the last good state brought back"]
    if not parts:
        parts = ["nothing that this version can describe"]
    sentence = "; ".join(parts)
    if change.action in {"undo", "import"}:  # named before what they did
        sentence = f"{change.action}: {sentence}"
    elif change.reverts is not None:
        sentence = f"revert of revision {change.reverts}: {sentence}"
    elif change.catalog is not None:
        return harmless(sentence)
    elif change.enabled or change.disabled:
        return harmless(sentence)  # it begins with a name, or an id, which is written as it is
    return harmless(sentence[0].upper() + sentence[1:])


def workspace_warnings(overview: Overview) -> Iterator[tuple[str, str]]:
    """What dates and policy say of the enabled models, each with a word for what it is about (R17, R18)."""
    for entry in overview.retired:
        what = "the default, is" if entry.is_default else "is"
        since = f"retired since {entry.model.retires_on}"
        todo = "choose another default, then disable it" if entry.is_default else "disable it"
        comma = "," if entry.is_default else ""
        yield "retired", f"{harmless(entry.model.name, 80)}{comma} {what} {since}; {todo}"
    for entry in overview.forbidden:
        yield "forbidden", f"{harmless(entry.model.name, 80)} is enabled, but the policy forbids it: {entry.forbidden}"


def left_alone(change: Change, state: WorkspaceState, catalog: Catalog) -> str | None:
    """What reverting `change` leaves alone because later changes replaced it; None where there is nothing."""
    left = reverting.overtaken(change, state)
    return None if left is None else f"Left alone, because later changes replaced it: {describe(left, catalog)}"


def undone(change: Change, taken_back: Change | None, catalog: Catalog) -> str:
    """Name the change that `change`, an undo, took back, and what that did."""
    if taken_back is None or taken_back.revision != change.before:
        return describe(change, catalog)
    effect = describe(change, catalog).removeprefix("Undo: ")
    return f"Revision {taken_back.revision} by {harmless(taken_back.by, 32)} undone: {effect}"


def _models(change: Change, catalog: Catalog) -> list[str]:
    enabled = [f"{names(change.enabled, catalog)} enabled"] if change.enabled else []
    done = "removed" if change.action == "tidy" else "disabled"
    return [*enabled, f"{names(change.disabled, catalog)} {done}"] if change.disabled else enabled


def _default(change: Change, catalog: Catalog) -> list[str]:
    default = change.default_model
    if default is None:
        return []
    if default.to is None:
        return ["no default any more"]
    was = "" if default.from_ is None else f", was {name(default.from_, catalog)}"
    return [f"default is {name(default.to, catalog)}{was}"]


def _catalog(change: Change) -> list[str]:
    """What a change did to the workspace's own catalog; a model is named by its id alone."""
    done = change.catalog
    if done is None:
        return []
    kinds = ((done.added, "added"), (done.changed, "changed"), (done.removed, "removed"))
    words = [f"{', '.join(map(_record_name, tables))} {word}" for tables, word in kinds if tables]
    return [f"catalog: {', '.join(words) or 'the same records in other files'}"]


def _record_name(table: str) -> str:
    return table.removeprefix("models.")


def _configuration(change: Change, catalog: Catalog) -> list[str]:
    parts = []
    if change.policy is not None:
        parts.append(f"policy is {in_words(change.policy.to, catalog)}")
    if change.image_generation is not None:
        parts.append(f"image generation turned {on_off(change.image_generation.to)}")
    if change.plan is not None:
        parts.append(f"plan is {change.plan.to.label}")
    return parts


def refused(error: Exception, catalog: Catalog) -> str:
    """Why nothing was changed, for a user who sees the models' names and has keys rather than commands."""
    match error:
        case Locked():
            text = "Locked: at least one model must stay enabled; enable another one first"
        case NotEnabled(model=model):
            text = f"{name(model, catalog)} is not enabled, so it cannot be the default; enable it first"
        case Forbidden(model=model, clause=clause):
            text = f"{name(model, catalog)} is forbidden by the policy: {clause}; press c to see or change it"
        case NeedsReplacement(model=model):
            text = f"{name(model, catalog)} is the default; make another model the default first"
        case ServerError(problem=problem):
            text = f"Not saved: the server {harmless(problem)}"
        case UnusableFile():
            text = f"Not saved: {harmless(error.path.name, 40)} cannot be used as it is"
        case Unsettled(problem=problem):
            text = f"Perhaps saved, perhaps not: {harmless(problem)}; the history says which once it is back"
        case NotSaved(problem=problem):
            text = f"Not saved: {harmless(problem)}"
        case _:
            text = str(error)
    return text


def unchanged(rule: Rule, catalog: Catalog) -> str:
    """Why `rule` left everything as it was, as a clause: `FLUX.2 Pro is already enabled`."""
    match rule:
        case rules.AtRevision():
            text = unchanged(rule.rule, catalog)
        case reverting.Revert():
            text = f"later changes have replaced all that revision {rule.change.revision} did"
        case rules.SetPolicy():
            text = f"the policy is already {in_words(rule.policy, catalog)}"
        case rules.Enable() | rules.Disable():
            are, state = ("is" if len(rule.models) == 1 else "are"), f"{rule.action}d"
            text = f"{names(rule.models, catalog)} {are} already {state}"
        case rules.SetDefault():
            text = f"{name(rule.model, catalog)} is already the default"
        case rules.Configure(image_generation=bool() as value):
            text = f"image generation is already {on_off(value)}"
        case rules.Configure(plan=Plan() as value):
            text = f"the plan is already {value.label}"
        case _:
            text = _UNCHANGED.get(rule.action, "the workspace already has these settings")
    return text


_UNCHANGED = {"undo": "the last change left nothing to restore", "tidy": "every enabled model is in the catalog"}


def names(models: Sequence[str], catalog: Catalog) -> str:
    """The names of some models: all of a few, the number of many."""
    if len(models) > _MOST_NAMES:
        return f"{len(models)} models"
    return ", ".join(name(model, catalog) for model in models)


def name(model: str, catalog: Catalog) -> str:
    """A model's name, or its id where the catalog does not know it."""
    known = catalog.models.get(model)
    return harmless(model if known is None else known.name, 80)


def guide_notes(catalog: Catalog) -> list[str]:
    """Why the guide may seem to contradict the list of prices, for each use case that says so."""
    return [
        f"{case.name}: {', '.join(name(each.model, catalog) for each in case.recommended)}. {case.note}"
        for case in catalog.guide.values()
        if case.note
    ]


def on_off(value: bool) -> str:
    """A switch in words."""
    return "on" if value else "off"


def default_name(model: str | None, catalog: Catalog) -> str:
    """A default in words; `none` where there is none."""
    return "none" if model is None else name(model, catalog)


def local(at: datetime, zone: tzinfo | None = None) -> str:
    """`at` in `zone`, or in the zone of this machine, which is always named: `2026-11-22 11:00 CET`."""
    try:
        here = at.astimezone(zone)
    except (OverflowError, OSError, ValueError):  # the first and the last day of the calendar
        here = at
    return f"{here.isoformat(' ', 'minutes')[:16]} {here.tzname() or 'UTC'}"
