"""Records: frozen values, each declared once, with its fields, their types and what they may hold.

Defining a record costs next to nothing, because its annotations stay text until a file is read into it. Two modules
read a declaration: `record_reader` accepts at once what this program itself wrote, and `record_schema` has pydantic
judge everything else and word the errors. A field is added to the declaration only, and both know it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypedDict, TypeVar, Unpack, cast, dataclass_transform, get_args, get_origin

UnknownKeys = Mapping[str, Any]
"""The type of a field `extra`: keys of a file that this version does not know. A record with that field keeps them."""

NO_KEYS: UnknownKeys = MappingProxyType({})
"""The default of a field `extra`."""

F = TypeVar("F", bound=Callable[..., Any])
_SET = object.__setattr__


class _Limits(TypedDict, total=False):
    ge: int
    gt: int
    le: int
    min_length: int
    max_length: int
    max_digits: int
    decimal_places: int
    pattern: str


class Limits:
    """What a field may hold beside its type, for `Annotated`; named as in pydantic's `Field`."""

    def __init__(self, **given: Unpack[_Limits]) -> None:
        self.given = given


class Apply:
    """What is done with a value of the right type, for `Annotated`: `function` returns it as the record holds it.

    It raises `ValueError` with a clause for a value that it refuses.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function


class InvalidRecord(ValueError):
    """Something is not what its record's declaration says; `problem` is a clause such as "should be true or false"."""

    def __init__(self, keys: tuple[str, ...], problem: str) -> None:
        self.keys, self.problem = keys, problem
        super().__init__(": ".join(part for part in (self.key, problem) if part))

    @property
    def key(self) -> str | None:
        """Its key in the file, such as `last_change.plan.to`; None for the whole."""
        return ".".join(self.keys) or None


@dataclass_transform(frozen_default=True)
class Record:
    """Base of all records: the fields are the annotations of the class, with the defaults that it gives them.

    A record holds what it was given; what was left out is an attribute of the class. Two of one kind are equal if all
    their fields are. `kw_only` lets required fields follow others; `ignores_unknown` drops unknown keys of a file,
    which are refused otherwise, or kept in a field `extra` (see `UnknownKeys`).
    """

    record_fields: ClassVar[tuple[str, ...]] = ()
    """The names of the fields, in their order."""
    record_defaults: ClassVar[Mapping[str, Any]] = {}
    """The fields that may be left out, with what holds for them then."""
    ignores_unknown: ClassVar[bool] = False

    def __init_subclass__(cls, *, kw_only: bool = False, ignores_unknown: bool = False) -> None:
        """Note the fields of a new kind of record."""
        super().__init_subclass__()
        fields = tuple(name for name, kind in cls.__annotations__.items() if "ClassVar" not in kind)
        cls.record_fields = tuple(dict.fromkeys((*cls.record_fields, *fields)))
        cls.record_defaults = {**cls.record_defaults, **{name: vars(cls)[name] for name in fields if name in vars(cls)}}
        cls.ignores_unknown = ignores_unknown

    def __init__(self, *given: Any, **values: Any) -> None:
        if given:
            if len(given) > len(self.record_fields):
                raise TypeError(f"{type(self).__name__}: {len(given)} values for {len(self.record_fields)} fields")
            named = dict(zip(self.record_fields, given, strict=False))
            if twice := sorted(named.keys() & values.keys()):
                raise TypeError(f"{type(self).__name__}: given twice: {', '.join(twice)}")
            values = named | values
        held = self.record_defaults.keys() | values.keys()
        if len(held) != len(self.record_fields) or not held <= set(self.record_fields):
            wrong = sorted(held ^ set(self.record_fields))
            raise TypeError(f"{type(self).__name__}: missing or unknown: {', '.join(wrong)}")
        self.__dict__.update(values)
        self.check()

    @classmethod
    def restore(cls, values: dict[str, Any]) -> Self:
        """Make one of values that are known to fit, faster than by keywords; `values` becomes part of it."""
        made = cls.__new__(cls)
        _SET(made, "__dict__", values)
        return made

    def check(self) -> None:
        """Raise `ValueError` where the fields contradict each other."""

    def replace(self, **changed: Any) -> Self:
        """The same with some fields replaced."""
        held = self.__dict__
        return type(self)(**{name: held[name] for name in self.record_fields if name in held} | changed)

    def to_json(self, *, defaults: bool = True, nones: bool = True) -> dict[str, Any]:
        """The record as JSON knows it, kept unknown keys last; with or without what is its default or None."""
        document: dict[str, Any] = {}
        for name in self.record_fields:
            value = getattr(self, name)
            left_out = not defaults and name in self.record_defaults and value == self.record_defaults[name]
            if name != "extra" and not left_out and (nones or value is not None):
                document[json_key(name)] = _as_json(value, defaults=defaults, nones=nones)
        return {**document, **getattr(self, "extra", NO_KEYS)}

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: it is frozen."""
        raise AttributeError(f"{type(self).__name__} is frozen; {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        """Refuse: it is frozen."""
        raise AttributeError(f"{type(self).__name__} is frozen; {name} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self is other or all(getattr(self, name) == getattr(other, name) for name in self.record_fields)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self.record_fields if name != "extra")))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.record_fields)
        return f"{type(self).__name__}({fields})"


def _as_json(value: Any, **options: bool) -> Any:
    """A value of a field as JSON knows it: figures as exact text, times and days in ISO 8601."""
    if isinstance(value, Record):
        return value.to_json(**options)
    if isinstance(value, tuple):
        return [_as_json(each, **options) for each in value]
    if isinstance(value, dict):
        return {key: _as_json(each, **options) for key, each in value.items()}
    if isinstance(value, date):  # a time of a day too
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, frozenset):
        return sorted(value)
    return f"{value:f}" if isinstance(value, Decimal) else value.value if isinstance(value, Enum) else value


def json_key(field: str) -> str:
    """The key of a field in a file; `from_` has the key `from`, which Python does not take for a name."""
    return field.rstrip("_")


def cached(function: F) -> F:
    """`functools.cache` for a function of a kind of record, which type checkers take for unhashable."""
    return cast("F", cache(function))


@cached
def field_types(kind: Any) -> Mapping[str, Any]:
    """The type of each field with what it may hold, but for `extra`; made of the annotations when first asked for.

    `kind` is a kind of record, or a generic one for certain types, such as `Transition[bool]`.
    """
    record = get_origin(kind) or kind
    given = dict(zip(getattr(record, "__parameters__", ()), get_args(kind), strict=True)) if record is not kind else {}
    types: dict[str, Any] = {}
    for base in reversed(record.__mro__):
        annotations = vars(base).get("__annotations__", {})
        texts = {name: text for name, text in annotations.items() if name in record.record_fields}
        # What `typing.get_type_hints` does too, but in one go: ten times as fast, and a start waits for it.
        source = "".join(f"{text}," for text in texts.values())
        found = eval(f"({source})", vars(sys.modules[base.__module__]))  # noqa: S307  # nosec B307
        types.update(zip(texts, found, strict=True))
    return {name: given.get(types[name], types[name]) for name in record.record_fields if name != "extra"}
