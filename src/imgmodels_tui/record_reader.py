"""Reads records that this program itself wrote, without pydantic, by readers derived from their declarations.

`trusted` accepts less than `record_schema` does, and nothing that it refuses; what `trusted` refuses, that one judges.
`converters` check nothing: they are for content that is known to be as this program wrote it.
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from imgmodels_tui.record import Apply, Limits, Record, cached, field_types, json_key

R = TypeVar("R", bound=Record)
Read = Callable[[Any], Any]
"""Turns a JSON value into what a field holds."""

_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,60})?"


class RepeatedKey(Exception):
    """A key occurs twice in one object; the message is the key."""


def parse_json(content: str) -> Any:
    """Parse strictly: a tolerant parser would accept a key that is there twice, or an infinity.

    Raises `RepeatedKey`, `RecursionError` and `ValueError`, of which `json.JSONDecodeError` is one.
    """
    return json.loads(content, object_pairs_hook=_object, parse_constant=_finite, parse_float=_finite)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise RepeatedKey(next(key for key in keys if keys.count(key) > 1))
    return found


def _finite(figure: str) -> float:
    """Refuse NaN and 1e400: it would read as an infinity, which JSON cannot write again."""
    number = float(figure)
    if not math.isfinite(number):
        raise ValueError(figure)
    return number


def read_json(kind: type[R], content: bytes, *, strict: bool = True) -> R:
    """The record of this kind that `content` holds as JSON. Raises `InvalidRecord`."""
    try:
        document = parse_json(content.decode())
    except (ValueError, RepeatedKey, RecursionError):
        document = None
    return read_document(kind, document, content, strict=strict)


def read_document(kind: type[R], document: Any, content: bytes, *, strict: bool = True) -> R:
    """The same, where `content` was parsed as `document` already."""
    record = trusted(kind, document)
    if record is None:
        from imgmodels_tui import record_schema  # noqa: PLC0415 - only what is out of the ordinary needs it

        record = record_schema.from_json(kind, content, strict=strict)
    return record


def trusted(kind: type[R], document: Any) -> R | None:
    """The record of this kind that a parsed document is, or None where it is not as this program writes it."""
    try:
        return cast("R", _reader(kind)(document))
    except (ValueError, KeyError, TypeError):
        return None


@cached
def converters(kind: Any) -> Mapping[str, Read]:
    """How the fields of a kind of record come out of JSON, but for those that are in JSON what they are in a record."""
    found = {name: _reading(hint, checked=False) for name, hint in field_types(kind).items()}
    return {name: read for name, read in found.items() if read is not None}


def convert(kind: type[R], document: dict[str, Any], how: Mapping[str, Read]) -> R:
    """The record that a part of a file is that is known to be as this program wrote it; `document` is used up.

    `how` are the `converters` of this kind, or others in their place.
    """
    for key, read in how.items():
        if key in document:
            document[key] = read(document[key])
    return kind.restore(document)


@cached
def _reader(kind: Any) -> Read:
    """The checked reader of a kind of record, or of a generic one for certain types."""
    made: type[Record] = get_origin(kind) or kind
    types = field_types(kind)
    readers = {json_key(name): (name, _checked(hint)) for name, hint in types.items()}
    required = {json_key(name) for name in types if name not in made.record_defaults}

    def read(document: Any) -> Record:
        if type(document) is not dict or not required <= document.keys():
            raise ValueError
        values = {}
        for key, value in document.items():
            name, read_value = readers[key]
            values[name] = read_value(value)
        record = made.restore(values)
        record.check()
        return record

    return read


def _checked(hint: Any) -> Read:
    read = _reading(hint, checked=True)
    if read is None:
        raise TypeError(f"no reader for {hint}")
    return read


def _reading(hint: Any, *, checked: bool) -> Read | None:
    """How a JSON value becomes one of this type; None where it is that very value and nothing is to be checked."""
    origin, inner = get_origin(hint) or hint, get_args(hint)
    if origin in _COMPOSED:
        return _COMPOSED[origin](inner, checked)
    if issubclass(origin, Record):
        return _reader(hint) if checked else partial(convert, origin, how=converters(hint))
    if issubclass(origin, Enum):
        return {member.value: member for member in origin}.__getitem__
    return (_CHECKED if checked else _UNCHECKED).get(origin)


def _annotated(inner: tuple[Any, ...], checked: bool) -> Read | None:
    """A type with what its values may be."""
    if not checked:
        return _reading(inner[0], checked=False)
    steps = [_checked(inner[0]), *(step.function if isinstance(step, Apply) else _within(step) for step in inner[1:])]

    def read(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return read


def _within(limits: Limits) -> Read:
    tests = [(_TESTS[name], limit) for name, limit in limits.given.items()]

    def read(value: Any) -> Any:
        if not all(test(value, limit) for test, limit in tests):
            raise ValueError
        return value

    return read


def _optional(inner: tuple[Any, ...], checked: bool) -> Read | None:
    """`X | None`, the one union that fields have."""
    (some,) = (each for each in inner if each is not NoneType)
    read = _reading(some, checked=checked)
    return None if read is None else lambda value: None if value is None else read(value)


def _sequence(made: type, inner: tuple[Any, ...], checked: bool) -> Read:
    """`tuple[X, ...]` or `frozenset[X]`, a list in JSON."""
    read = _reading(inner[0], checked=checked)

    def checked_read(value: Any) -> Any:
        if type(value) is not list:
            raise ValueError
        return made(value if read is None else map(read, value))

    return made if read is None else checked_read


def _mapping(inner: tuple[Any, ...], checked: bool) -> Read | None:
    """`Mapping[K, V]`, an object in JSON."""
    of_key, of_value = (_reading(each, checked=checked) or _same for each in inner)

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise ValueError
        return {of_key(key): of_value(each) for key, each in value.items()}

    return read


def _literal(inner: tuple[Any, ...], checked: bool) -> Read | None:
    """One of some constants; 1 is neither 1.0 nor true."""
    known = {(type(each), each) for each in inner}

    def read(value: Any) -> Any:
        if (type(value), value) not in known:
            raise ValueError
        return value

    return read if checked else None


def _same(value: Any) -> Any:
    return value


def _plain(kind: type) -> Read:
    """A value of exactly this type: true is no number."""

    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError
        return value

    return read


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError
    value.encode()  # raises for half a surrogate pair, which is no text
    return value


def _written(pattern: str, convert_text: Callable[[str], Any]) -> Read:
    """A value that is written as text like `pattern`."""

    def read(value: Any) -> Any:
        if type(value) is not str or not re.fullmatch(pattern, value):
            raise ValueError
        return convert_text(value)

    return read


_COMPOSED: Mapping[Any, Callable[[tuple[Any, ...], bool], Read | None]] = {
    Annotated: _annotated,
    Union: _optional,
    UnionType: _optional,
    tuple: partial(_sequence, tuple),
    frozenset: partial(_sequence, frozenset),
    Mapping: _mapping,
    Literal: _literal,
}
_UNCHECKED: Mapping[type, Read] = {datetime: datetime.fromisoformat, date: date.fromisoformat, Decimal: Decimal}
_CHECKED: Mapping[type, Read] = {
    str: _text,
    int: _plain(int),
    bool: _plain(bool),
    datetime: _written(_TIME, datetime.fromisoformat),
    date: _written(_DAY, date.fromisoformat),
    Decimal: _written(_NUMBER, Decimal),
}
_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "min_length": lambda value, limit: len(value) >= limit,
    "max_length": lambda value, limit: len(value) <= limit,
    "max_digits": lambda value, limit: len(str(value).replace(".", "")) <= limit,
    "decimal_places": lambda value, limit: len(str(value).partition(".")[2]) <= limit,
    "pattern": lambda value, limit: re.fullmatch(limit, value) is not None,
}
