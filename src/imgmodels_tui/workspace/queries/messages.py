"""A change and its parts in words, the same in history, on the command line and in a notice on the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import Locked, NeedsReplacement, NotEnabled, NotSaved, StateError
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Change, Plan

_MOST_NAMES = 3


def describe(change: Change, catalog: Catalog) -> str:
    """What `change` did, without a full stop; its texts are made harmless."""
    parts = [*_models(change, catalog), *_default(change, catalog), *_configuration(change)]
    if change.action == "recover":
        parts = ["the last good state brought back"]
    if not parts:
        parts = ["nothing that this version can describe"]
    sentence = "; ".join(parts)
    if change.action in {"undo", "import"}:  # named before what they did
        sentence = f"{change.action}: {sentence}"
    elif change.enabled or change.disabled:
        return harmless(sentence)  # it begins with a name, or an id, which is written as it is
    return harmless(sentence[0].upper() + sentence[1:])


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


def _configuration(change: Change) -> list[str]:
    parts = []
    if change.image_generation is not None:
        parts.append(f"image generation turned {on_off(change.image_generation.to)}")
    if change.plan is not None:
        parts.append(f"plan is {change.plan.to.label}")
    return parts


def refused(error: Exception, catalog: Catalog) -> str:
    """Why nothing was changed, for a user who sees the models' names and has keys rather than commands."""
    match error:
        case Locked():
            return "Locked: at least one model must stay enabled; enable another one first"
        case NotEnabled(model=model):
            return f"{name(model, catalog)} is not enabled, so it cannot be the default; enable it first"
        case NeedsReplacement(model=model):
            return f"{name(model, catalog)} is the default; make another model the default first"
        case StateError():
            return f"Not saved: {harmless(error.path.name, 40)} cannot be used as it is"
        case NotSaved(problem=problem):
            return f"Not saved: {harmless(problem)}"
        case _:
            return str(error)


def unchanged(rule: Rule, catalog: Catalog) -> str:
    """Why `rule` left everything as it was, as a clause: `FLUX.2 Pro is already enabled`."""
    match rule:
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
