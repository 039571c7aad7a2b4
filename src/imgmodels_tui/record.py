"""Frozen values and records without a price at start: what this program's facts and states are made of.

A dataclass compiles its methods whenever its module is imported, and a pydantic model its validator; both would be
most of the time that a command takes. A `Value` costs nothing until it is made. Modules that are loaded before the
first frame use it where others use a frozen dataclass.

A `Record` is a value that files hold. It trusts what it is given: whatever comes from a file has been validated before
(`catalog.schema`, `workspace.schema`). The names of its methods are pydantic's, so that records and validated models
are handled alike.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Self

    from pydantic import ValidationError


_SET = object.__setattr__


@dataclass_transform(frozen_default=True)
class Value:
    """Base of frozen values: fields are the annotations of the class, with the defaults that it gives them.

    A value holds what it was given; what was left out is found at the class. Values of one kind are equal if all their
    fields are.
    """

    record_fields: ClassVar[tuple[str, ...]] = ()
    """The names of the fields, in their order."""
    record_defaults: ClassVar[Mapping[str, Any]] = {}
    """The fields that may be left out, with what holds for them then."""

    def __init_subclass__(cls) -> None:
        """Take down the fields of a new kind of value."""
        super().__init_subclass__()
        fields = tuple(name for name, kind in cls.__annotations__.items() if "ClassVar" not in kind)
        cls.record_fields = tuple(dict.fromkeys((*cls.record_fields, *fields)))
        cls.record_defaults = {**cls.record_defaults, **{name: vars(cls)[name] for name in fields if name in vars(cls)}}

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

    @classmethod
    def restore(cls, values: dict[str, Any]) -> Self:
        """Make one of values that are known to fit, faster than by keywords; `values` becomes part of it."""
        made = cls.__new__(cls)
        _SET(made, "__dict__", values)
        return made

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
        return hash((type(self), *(getattr(self, name) for name in self.record_fields)))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.record_fields)
        return f"{type(self).__name__}({fields})"

    def but(self, **changed: Any) -> Self:
        """The same with some fields replaced."""
        held = self.__dict__
        return type(self)(**{name: held[name] for name in self.record_fields if name in held} | changed)


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Record(Value):
    """Base of records: values that are made by keywords, and that can be written into a file."""

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """The same record with some fields replaced."""
        return self.but(**update)

    def model_dump(
        self,
        *,
        mode: str = "python",
        exclude: Collection[str] = (),
        exclude_none: bool = False,
        exclude_defaults: bool = False,
        by_alias: bool = False,
    ) -> dict[str, Any]:
        """The fields by name; with `mode="json"` as JSON knows them: figures as exact text, dates in ISO 8601."""
        dumped: dict[str, Any] = {}
        options: dict[str, Any] = {"exclude_none": exclude_none, "exclude_defaults": exclude_defaults}
        options["by_alias"] = by_alias
        for name in self.record_fields:
            value = getattr(self, name)
            default = exclude_defaults and name in self.record_defaults and value == self.record_defaults[name]
            if name not in exclude and not default and not (exclude_none and value is None):
                dumped[name.rstrip("_") if by_alias else name] = _dumped(value, mode, options)
        return dumped


def _dumped(value: Any, mode: str, options: Mapping[str, Any]) -> Any:
    if isinstance(value, Record):
        return value.model_dump(mode=mode, **options)
    if isinstance(value, tuple):
        inner = [_dumped(each, mode, options) for each in value]
        return inner if mode == "json" else tuple(inner)
    if isinstance(value, dict):
        return {key: _dumped(each, mode, options) for key, each in value.items()}
    return as_json(value) if mode == "json" else value


def as_json(value: Any) -> Any:
    """A single value as JSON knows it."""
    match value:
        case datetime():
            return f"{value.replace(microsecond=0, tzinfo=None).isoformat()}Z"
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Enum():
            return value.value
        case frozenset():
            return sorted(value)
        case _:
            return value


def invalid() -> type[ValidationError]:
    """What a validation raises, for an `except` clause: such a clause is worked out only once something is raised."""
    from pydantic import ValidationError  # noqa: PLC0415 - see above

    return ValidationError
