"""Checks by hand of what this program itself writes into files; each answers with the value that it stands for.

They accept less than a schema does and never anything else. Whatever they do not know, they refuse with `Unknown`,
and the schema has the last word, in its own words.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from imgmodels_tui.workspace.state import MAX_REVISION, Transition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[Any], Any]

LONGEST_ID = 200

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,60})?", re.ASCII)


class Unknown(ValueError):
    """Something is not as this program writes it."""


def fields(document: Any, checks: Mapping[str, Check]) -> dict[str, Any]:
    """Each value of an object by the check of its key; a key without one is unknown."""
    if type(document) is not dict:
        raise Unknown
    return {key: checks[key](value) for key, value in document.items()}


def whole(least: int) -> Check:
    """A whole number from `least` up."""

    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= MAX_REVISION:
            raise Unknown
        return value

    return check


def text(longest: int, least: int = 0) -> Check:
    """So many characters of ASCII."""

    def check(value: Any) -> str:
        if type(value) is not str or not value.isascii() or not least <= len(value) <= longest:
            raise Unknown
        return value

    return check


id_ = text(LONGEST_ID, 1)
"""A model's id."""


def flag(value: Any) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise Unknown
    return value


def time(value: Any) -> datetime:
    """A time in UTC, to the second."""
    if type(value) is not str or not _TIME.fullmatch(value):
        raise Unknown
    return datetime.fromisoformat(value)


def amount(value: Any) -> Decimal:
    """Money as exact text."""
    if type(value) is not str or not _AMOUNT.fullmatch(value):
        raise Unknown
    return Decimal(value)


def each(check: Check) -> Check:
    """A list whose items all pass."""

    def checked(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise Unknown
        return tuple(check(item) for item in value)

    return checked


def or_none(check: Check) -> Check:
    """What passes, or nothing."""
    return lambda value: None if value is None else check(value)


def moved(check: Check) -> Check:
    """What was before and what came instead."""

    def checked(value: Any) -> Transition[Any]:
        if type(value) is not dict or value.keys() != {"from", "to"}:
            raise Unknown
        return Transition(from_=check(value["from"]), to=check(value["to"]))

    return checked
