"""Reads what this program itself writes: the ordinary state and the ordinary change, checked by hand.

It accepts less than `schema` does and never anything else: ids in ASCII, times in UTC to the second, no key of a
newer version. Whatever it does not know it leaves alone, and `schema` has the last word, in its own words.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar, cast

from imgmodels_tui.workspace import checks
from imgmodels_tui.workspace.checks import each, flag, id_, moved, or_none, text, time, whole
from imgmodels_tui.workspace.state import SCHEMA_VERSION, Change, Plan, WorkspaceState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imgmodels_tui.record import Record

R = TypeVar("R", bound="Record")
_LONGEST_NAME, _LONGEST_ACTION = 200, 40


def read(kind: type[R], content: bytes | str) -> R | None:
    """The record of this kind that `content` holds as JSON, or None where that is not ordinary."""
    try:
        document = json.loads(content if isinstance(content, str) else content.decode())
        made = _KINDS[kind](document)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return cast("R | None", made)


def _state(document: Any) -> WorkspaceState:
    fields = checks.fields(document, _STATE)
    version = fields.pop("schema_version", SCHEMA_VERSION)
    state = WorkspaceState.restore(fields)
    if version != SCHEMA_VERSION or not (state.default_model is None or state.default_model in state.enabled_models):
        raise checks.Unknown
    return state


def _change(document: Any) -> Change:
    fields = checks.fields(document, _CHANGE)
    if not {"revision", "at", "by", "action"} <= fields.keys():
        raise checks.Unknown
    return Change.restore(fields)


def _plan(value: Any) -> Plan:
    if type(value) is not str:
        raise checks.Unknown
    return Plan(value)


_CHANGE: Mapping[str, Callable[[Any], Any]] = {
    "revision": whole(1),
    "at": time,
    "by": text(_LONGEST_NAME),
    "action": text(_LONGEST_ACTION),
    "models": each(id_),
    "enabled": each(id_),
    "disabled": each(id_),
    "default_model": or_none(moved(or_none(id_))),
    "image_generation": or_none(moved(flag)),
    "plan": or_none(moved(_plan)),
}
_STATE: Mapping[str, Callable[[Any], Any]] = {
    "schema_version": whole(SCHEMA_VERSION),
    "revision": whole(0),
    "image_generation": flag,
    "plan": _plan,
    "default_model": or_none(id_),
    "enabled_models": lambda value: frozenset(each(id_)(value)),
    "last_change": or_none(_change),
}
_KINDS: Mapping[type[Any], Callable[[Any], Any]] = {WorkspaceState: _state, Change: _change}
