"""The typed records of the catalog: what is known of makers, hosts, models, prices and use cases.

Every record is frozen: a field that is unknown is absent (`None` or empty), never guessed. What each field may hold
is said in `schema`, which is loaded only where something has to be validated.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal


class Region(StrEnum):
    """Where a host processes the data of a request, as the page words it."""

    EU = "EU"
    US = "US"
    GLOBAL = "Global"


class Maker(Record):
    """Who trained the model; the page groups by it. Not necessarily who runs it."""

    id: str
    name: str


class Host(Record):
    """Who runs the model and so processes prompts and images: the processor in the sense of the GDPR."""

    id: str
    name: str
    short: str
    regions: tuple[Region, ...]
    note: str | None = None


class ListPrice(Record):
    """What the provider charges for one 1024x1024 image, before exchange and margin, and who says so."""

    amount: Decimal
    currency: str
    tier: str | None = None
    source: str
    as_of: date | None = None


class Rating(Record):
    """A score from a public arena of pairwise votes, with the day it was read."""

    score: int
    as_of: date


class Model(Record):
    """One image generation model as this platform routes to it."""

    id: str
    name: str
    maker: str
    host: str
    region: Region
    country: str | None = None
    provider_id: str
    provider_version: str | None = None
    reference_editing: bool
    max_reference_images: int | None = None
    premium: bool
    preview: bool = False
    preview_until: date | None = None
    deprecated: bool = False
    retires_on: date | None = None
    lifecycle_note: str | None = None
    vector_only: bool = False
    stars: int
    rating: Rating | None = None
    outputs: tuple[str, ...] = ()
    released: date | None = None
    list_price: ListPrice | None = None
    notes: tuple[str, ...] = ()


class Recommendation(Record):
    """One model that the guide names for a use case, with the reason the guide states, where it states one."""

    model: str
    reason: str | None = None


class UseCase(Record):
    """One row of the "which model when" guide."""

    id: str
    name: str
    recommended: tuple[Recommendation, ...]
    starting_set: bool = False
    """Offered on a fresh workspace: the row's models can be enabled together as a first setup."""


class Exchange(Record):
    """How many units of a foreign currency one euro buys, with the source and the day of the rate."""

    id: str
    per_euro: Decimal
    source: str
    as_of: date


class Note(Record):
    """A remark of the page that answers a question an admin will ask, and the models it concerns."""

    id: str
    title: str
    text: str
    models: tuple[str, ...] = ()


class Platform(Record):
    """What the catalog says of itself and of the platform that resells the models."""

    status: str
    """The month in which the figures were checked."""
    margin: Decimal
    """What the platform adds to a provider's price, as a fraction: 0.20 is 20 %."""


SECTIONS: Mapping[str, type[Record]] = {
    "exchange": Exchange,
    "makers": Maker,
    "hosts": Host,
    "models": Model,
    "guide": UseCase,
    "notes": Note,
}
"""The tables of the catalog that hold records by id, in the order in which they are checked."""
