"""Reads what this program itself writes: the ordinary state and the ordinary change, checked by hand.

It accepts less than `schema` does and never anything else: ids in ASCII, times in UTC to the second, no key of a
newer version. Whatever it does not know it leaves alone, and `schema` has the last word, in its own words.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from imgmodels_tui.workspace.state import MAX_REVISION, SCHEMA_VERSION, Change, Moved, Plan, WorkspaceState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imgmodels_tui.record import Record

R = TypeVar("R", bound="Record")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_LONGEST_ID, _LONGEST_NAME, _LONGEST_ACTION = 200, 200, 40


class _Unknown(ValueError):
    """Something is not as this program writes it."""


def read(kind: type[R], content: bytes | str) -> R | None:
    """The record of this kind that `content` holds as JSON, or None where that is not ordinary."""
    try:
        document = json.loads(content if isinstance(content, str) else content.decode())
        made = _KINDS[kind](document)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return cast("R | None", made)


def _state(document: Any) -> WorkspaceState:
    fields = _checked(document, _STATE)
    version = fields.pop("schema_version", SCHEMA_VERSION)
    state = WorkspaceState.restore(fields)
    if version != SCHEMA_VERSION or not (state.default_model is None or state.default_model in state.enabled_models):
        raise _Unknown
    return state


def _change(document: Any) -> Change:
    fields = _checked(document, _CHANGE)
    if not {"revision", "at", "by", "action"} <= fields.keys():
        raise _Unknown
    return Change.restore(fields)


def _checked(document: Any, checks: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Each value by its check; a key without one is unknown."""
    if type(document) is not dict:
        raise _Unknown
    return {key: checks[key](value) for key, value in document.items()}


def _whole(least: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= MAX_REVISION:
            raise _Unknown
        return value

    return check


def _text(longest: int, least: int = 0) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if type(value) is not str or not value.isascii() or not least <= len(value) <= longest:
            raise _Unknown
        return value

    return check


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise _Unknown
    return value


def _time(value: Any) -> datetime:
    if type(value) is not str or not _TIME.fullmatch(value):
        raise _Unknown
    return datetime.fromisoformat(value)


def _ids(value: Any) -> tuple[str, ...]:
    if type(value) is not list:
        raise _Unknown
    return tuple(_id(each) for each in value)


def _or_none(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else check(value)


def _moved(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(value: Any) -> Moved[Any]:
        if type(value) is not dict or value.keys() != {"from", "to"}:
            raise _Unknown
        return Moved(from_=check(value["from"]), to=check(value["to"]))

    return _or_none(checked)


def _plan(value: Any) -> Plan:
    if type(value) is not str:
        raise _Unknown
    return Plan(value)


_id = _text(_LONGEST_ID, 1)
_CHANGE: Mapping[str, Callable[[Any], Any]] = {
    "revision": _whole(1),
    "at": _time,
    "by": _text(_LONGEST_NAME),
    "action": _text(_LONGEST_ACTION),
    "models": _ids,
    "enabled": _ids,
    "disabled": _ids,
    "default_model": _moved(_or_none(_id)),
    "image_generation": _moved(_flag),
    "plan": _moved(_plan),
}
_STATE: Mapping[str, Callable[[Any], Any]] = {
    "schema_version": _whole(SCHEMA_VERSION),
    "revision": _whole(0),
    "image_generation": _flag,
    "plan": _plan,
    "default_model": _or_none(_id),
    "enabled_models": lambda value: frozenset(_ids(value)),
    "last_change": _or_none(_change),
}
_KINDS: Mapping[type[Any], Callable[[Any], Any]] = {WorkspaceState: _state, Change: _change}
