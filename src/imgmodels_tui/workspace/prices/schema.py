"""What the fields of `prices.json` may hold. Import this module only to validate: it takes longer than all the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from imgmodels_tui.workspace.prices import book
from imgmodels_tui.workspace.prices.book import BOOK_VERSION
from imgmodels_tui.workspace.schema import ModelId, Transition, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgmodels_tui.record import Record

Amount = Annotated[Decimal, Field(ge=0, le=10**9)]


class Price(BaseModel):
    """What one image cost when the workspace looked."""

    model_config = ConfigDict(frozen=True, extra="allow")

    eur: Amount
    listed: Amount
    currency: str = Field(max_length=10)


class PriceChange(BaseModel):
    """One model's price became another one."""

    model_config = ConfigDict(frozen=True, extra="allow")

    number: int = Field(ge=1)
    at: datetime
    model: ModelId
    price: Transition[Price]

    @field_validator("at")
    @classmethod
    def _in_utc(cls, at: datetime) -> datetime:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


class PriceBook(BaseModel):
    """The content of `prices.json`. Keys this version does not know are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")

    schema_version: Literal[1] = BOOK_VERSION
    acknowledged: int = Field(default=0, ge=0)
    seen: dict[ModelId, Price] = Field(default_factory=dict)
    changes: tuple[PriceChange, ...] = ()


def validated_json(content: bytes) -> book.PriceBook:
    """The price book that `content` holds as JSON. Raises `pydantic.ValidationError`."""
    return record(book.PriceBook, PriceBook.model_validate_json(content), _RECORDS)


_RECORDS: Mapping[type[BaseModel], type[Record]] = {Price: book.Price, PriceChange: book.PriceChange}
