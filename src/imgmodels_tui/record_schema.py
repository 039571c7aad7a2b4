"""Judges records that come from elsewhere: pydantic models, built from the very declarations of the records.

Importing this module loads pydantic, which takes longer than all the rest of a command: import it only to validate.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import pydantic

from imgmodels_tui.record import Apply, InvalidRecord, Limits, Record, cached, field_types, json_key

R = TypeVar("R", bound=Record)


def from_json(kind: type[R], content: bytes | str, *, strict: bool = True) -> R:
    """The record of this kind that `content` holds as JSON. Raises `InvalidRecord`."""
    try:
        return cast("R", _adapter(kind, strict).validate_json(content))
    except pydantic.ValidationError as error:
        raise _explained(error, kind, "an object") from error


def from_values(kind: type[R], values: Mapping[str, Any], *, strict: bool = True) -> R:
    """The record of this kind with these values, such as a table of a TOML file. Raises `InvalidRecord`."""
    try:
        return cast("R", _adapter(kind, strict).validate_python(values))
    except pydantic.ValidationError as error:
        raise _explained(error, kind, "a table") from error


def json_schema(kind: type[Record], title: str) -> dict[str, Any]:
    """What a file with a record of this kind may hold, as JSON Schema."""
    return {**_adapter(kind, strict=False).json_schema(), "title": title}


@cached
def _adapter(kind: Any, strict: bool) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(_record(kind, strict))


@cached
def _record(kind: Any, strict: bool) -> Any:
    """The annotation that has pydantic make a record of this kind."""
    made: type[Record] = get_origin(kind) or kind
    types = field_types(kind)
    fields: dict[str, Any] = {
        name: (_annotation(hint, strict), pydantic.Field(made.record_defaults.get(name, ...), alias=json_key(name)))
        for name, hint in types.items()
    }
    model = pydantic.create_model(_name(kind), __config__=_config(made, strict), __doc__=made.__doc__, **fields)

    def to_record(found: pydantic.BaseModel) -> Record:
        values = {name: getattr(found, name) for name in types}
        return made(**values, **({"extra": found.model_extra} if found.model_extra else {}))

    return Annotated[model, pydantic.AfterValidator(to_record)]


def _config(kind: type[Record], strict: bool) -> pydantic.ConfigDict:
    if "extra" in kind.record_fields:
        return pydantic.ConfigDict(strict=strict, extra="allow")
    return pydantic.ConfigDict(strict=strict, extra="ignore" if kind.ignores_unknown else "forbid")


def _name(kind: Any) -> str:
    """A type as a reader of the JSON Schema knows it, such as `Transition[str | None]`."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _name(inner[0])
    if origin in (Union, UnionType):
        return " | ".join(_name(each) for each in inner)
    name = "None" if kind is NoneType else str((origin or kind).__name__)
    return f"{name}[{', '.join(_name(each) for each in inner)}]" if inner else name


def _annotation(hint: Any, strict: bool) -> Any:
    """The type of a field as pydantic knows it."""
    origin, inner = get_origin(hint) or hint, get_args(hint)
    if origin is Annotated:
        return Annotated[_annotation(inner[0], strict), *map(_limit, inner[1:])]
    if origin in (Union, UnionType):
        return Union[tuple(_annotation(each, strict) for each in inner)]  # noqa: UP007 - of types known only here
    if origin in (tuple, frozenset):
        items = (_annotation(inner[0], strict), ...) if origin is tuple else _annotation(inner[0], strict)
        return Annotated[origin[items], pydantic.Strict(False)]  # a file has lists only
    if origin is Mapping:
        return dict[_annotation(inner[0], strict), _annotation(inner[1], strict)]  # type: ignore[misc]
    return _single(hint, origin, strict)


def _single(hint: Any, origin: Any, strict: bool) -> Any:
    """A type that is no list and no object of others."""
    if origin is Decimal:
        return Annotated[Decimal, pydantic.BeforeValidator(_exact)]
    if isinstance(origin, type) and issubclass(origin, Record):
        return _record(hint, strict)
    if isinstance(origin, type) and issubclass(origin, Enum):
        return Annotated[origin, pydantic.Strict(False)]  # a file has its values
    return hint


def _limit(limit: Limits | Apply) -> Any:
    return pydantic.AfterValidator(limit.function) if isinstance(limit, Apply) else pydantic.Field(**limit.given)


def _exact(value: object, info: pydantic.ValidationInfo) -> object:
    """TOML writes a price of one dollar as `1`, which is as exact as `1.00`; JSON has figures as text."""
    if type(value) is int:
        return Decimal(value)
    with suppress(InvalidOperation):
        return Decimal(value) if info.mode == "json" and isinstance(value, str) else value
    return value


_WORDS = {
    "missing": "is missing",
    "bool_type": "should be true or false",
    "string_type": "should be text in quotes",
    "int_type": "should be a whole number",
    "is_instance_of": "should be a number",
    "date_type": "should be a date, such as 2026-05-29 without quotes",
    "tuple_type": "should be a list in brackets",
    "frozen_set_type": "should be a list in brackets",
}


def _explained(error: pydantic.ValidationError, kind: type[Record], braces: str) -> InvalidRecord:
    """The first mistake in the words of the file, which has objects or tables in braces."""
    first = error.errors(include_url=False)[0]
    keys, problem = tuple(map(str, first["loc"])), first["msg"]
    if first["type"] == "extra_forbidden":
        near = get_close_matches(keys[-1], kind.record_fields, n=1)
        problem = "is not a known key" + (f"; did you mean {near[0]}?" if near else "")
    elif first["type"] == "model_type":
        problem = f"should be {braces} in braces"
    elif first["type"] == "json_invalid":
        problem = f"is not valid JSON: {problem.removeprefix('Invalid JSON: ')}"
    for subject in ("Value error, ", "Decimal input ", "Input ", "String ", "Tuple "):
        problem = problem.removeprefix(subject)
    return InvalidRecord(keys, _WORDS.get(first["type"], problem))
