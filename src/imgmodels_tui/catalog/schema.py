"""What each field of the catalog's records may hold, and the way from a table of a file to a record.

The models mirror `records` field by field and are strict: no key that nobody defined, no text where a figure should
be. Building them takes longer than everything else at start; import this module only to validate.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from imgmodels_tui.catalog import records
from imgmodels_tui.text import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgmodels_tui.record import Record

R = TypeVar("R", bound="Record")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""An identifier: safe in a shell, in a file name and on a screen."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(harmless)]
"""One line of text for people; control characters are written out as escapes."""


def _whole_number_as_decimal(value: object) -> object:
    """TOML writes a price of one dollar as `1`; that is as exact as `1.00`."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[Decimal, BeforeValidator(_whole_number_as_decimal)]
"""An exact decimal number; floats never occur, because the loader reads TOML floats as decimals."""

Money = Annotated[Number, Field(ge=0, max_digits=12, decimal_places=8)]
Stars = Annotated[int, Field(ge=1, le=5)]


RegionName = Annotated[records.Region, Field(strict=False)]
"""A region as a file writes it: by its name."""


class Strict(BaseModel):
    """Base of all: immutable, and no key that nobody defined."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Maker(Strict):
    """What `records.Maker` may hold."""

    id: Id
    name: Line


class Host(Strict):
    """What `records.Host` may hold."""

    id: Id
    name: Line
    short: Line
    regions: tuple[RegionName, ...] = Field(strict=False, min_length=1)
    note: Line | None = None


class ListPrice(Strict):
    """What `records.ListPrice` may hold."""

    amount: Money
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    tier: Line | None = None
    source: Line
    as_of: date | None = None


class Rating(Strict):
    """What `records.Rating` may hold."""

    score: Annotated[int, Field(gt=0, le=1_000_000)]
    as_of: date


class Model(Strict):
    """What `records.Model` may hold."""

    id: Id
    name: Line
    maker: Id
    host: Id
    region: RegionName
    country: Line | None = None
    provider_id: Line
    provider_version: Line | None = None
    reference_editing: bool
    max_reference_images: Annotated[int, Field(gt=0, le=10_000)] | None = None
    premium: bool
    preview: bool = False
    preview_until: date | None = None
    deprecated: bool = False
    retires_on: date | None = None
    lifecycle_note: Line | None = None
    vector_only: bool = False
    stars: Stars
    rating: Rating | None = None
    outputs: tuple[Line, ...] = Field(default=(), strict=False)
    released: date | None = None
    list_price: ListPrice | None = None
    notes: tuple[Line, ...] = Field(default=(), strict=False)


class Recommendation(Strict):
    """What `records.Recommendation` may hold."""

    model: Id
    reason: Line | None = None


class UseCase(Strict):
    """What `records.UseCase` may hold."""

    id: Id
    name: Line
    recommended: tuple[Recommendation, ...] = Field(strict=False, min_length=1)
    starting_set: bool = False


class Exchange(Strict):
    """What `records.Exchange` may hold."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    per_euro: Annotated[Number, Field(gt=0, max_digits=18, decimal_places=9)]
    source: Line
    as_of: date


class Note(Strict):
    """What `records.Note` may hold."""

    id: Id
    title: Line
    text: Line
    models: tuple[Id, ...] = Field(default=(), strict=False)


class Platform(Strict):
    """What `records.Platform` may hold."""

    status: Line
    margin: Annotated[Number, Field(ge=0, le=10, max_digits=8, decimal_places=6)]


_SCHEMAS: Mapping[type[Record], type[Strict]] = {
    records.Maker: Maker,
    records.Host: Host,
    records.ListPrice: ListPrice,
    records.Rating: Rating,
    records.Model: Model,
    records.Recommendation: Recommendation,
    records.UseCase: UseCase,
    records.Exchange: Exchange,
    records.Note: Note,
    records.Platform: Platform,
}
_RECORDS = {schema: record for record, schema in _SCHEMAS.items()}


def validated(kind: type[R], values: Mapping[str, Any]) -> R:
    """Turn a table of a file into a record of this kind. Raises `pydantic.ValidationError`."""
    return cast("R", _plain(_SCHEMAS[kind].model_validate(values)))


def _plain(value: object) -> object:
    """The record that a validated model stands for; records within it too."""
    if isinstance(value, Strict):
        return _RECORDS[type(value)](**{name: _plain(inner) for name, inner in value})
    return tuple(_plain(inner) for inner in value) if isinstance(value, tuple) else value
