"""The catalog and its typed records: what is known of makers, hosts, models, prices and use cases.

Every record is frozen: a field that is unknown is absent (`None` or empty), never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from imgmodels_tui.catalog.prices import euro_price
from imgmodels_tui.record import Apply, Limits, Record
from imgmodels_tui.text import folded, harmless

Id = Annotated[str, Limits(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""An identifier: safe in a shell, in a file name and on a screen."""

Line = Annotated[str, Limits(min_length=1, max_length=400), Apply(harmless)]
"""One line of text for people; control characters are written out as escapes."""

Currency = Annotated[str, Limits(pattern=r"^[A-Z]{3}$")]


class Region(StrEnum):
    """Where a host processes the data of a request, as the page words it."""

    EU = "EU"
    US = "US"
    GLOBAL = "Global"


class Maker(Record):
    """Who trained the model; the page groups by it. Not necessarily who runs it."""

    id: Id
    name: Line


class Host(Record):
    """Who runs the model and so processes prompts and images: the processor in the sense of the GDPR."""

    id: Id
    name: Line
    short: Line
    regions: Annotated[tuple[Region, ...], Limits(min_length=1)]
    note: Line | None = None


def _without_sign(amount: Decimal) -> Decimal:
    if amount.is_signed():
        raise ValueError("should have no sign")
    return amount


class ListPrice(Record, kw_only=True):
    """What the provider charges for one 1024x1024 image, before exchange and margin, and who says so."""

    amount: Annotated[Decimal, Limits(ge=0, max_digits=12, decimal_places=8), Apply(_without_sign)]
    currency: Currency
    tier: Line | None = None
    source: Line
    as_of: date | None = None


class Rating(Record):
    """A score from a public arena of pairwise votes, with the day it was read."""

    score: Annotated[int, Limits(gt=0, le=1_000_000)]
    as_of: date


class Model(Record, kw_only=True):
    """One image generation model as this platform routes to it."""

    id: Id
    name: Line
    maker: Id
    host: Id
    region: Region
    country: Line | None = None
    provider_id: Line
    provider_version: Line | None = None
    reference_editing: bool
    max_reference_images: Annotated[int, Limits(gt=0, le=10_000)] | None = None
    premium: bool
    preview: bool = False
    preview_until: date | None = None
    deprecated: bool = False
    retires_on: date | None = None
    lifecycle_note: Line | None = None
    vector_only: bool = False
    stars: Annotated[int, Limits(ge=1, le=5)]
    rating: Rating | None = None
    outputs: tuple[Line, ...] = ()
    released: date | None = None
    list_price: ListPrice | None = None
    notes: tuple[Line, ...] = ()


class Recommendation(Record):
    """One model that the guide names for a use case, with the reason the guide states, where it states one."""

    model: Id
    reason: Line | None = None


class UseCase(Record):
    """One row of the "which model when" guide."""

    id: Id
    name: Line
    recommended: Annotated[tuple[Recommendation, ...], Limits(min_length=1)]
    starting_set: bool = False
    """Offered on a fresh workspace: the row's models can be enabled together as a first setup."""


class Exchange(Record):
    """How many units of a foreign currency one euro buys, with the source and the day of the rate."""

    id: Currency
    per_euro: Annotated[Decimal, Limits(gt=0, max_digits=18, decimal_places=9)]
    source: Line
    as_of: date


class Note(Record):
    """A remark of the page that answers a question an admin will ask, and the models it concerns."""

    id: Id
    title: Line
    text: Line
    models: tuple[Id, ...] = ()


class Platform(Record):
    """What the catalog says of itself and of the platform that resells the models."""

    status: Line
    """The month in which the figures were checked."""
    margin: Annotated[Decimal, Limits(ge=0, le=10, max_digits=8, decimal_places=6)]
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


class Catalog(Record):
    """Everything known of the models this platform can route to.

    The mappings keep the page's order. `load_catalog` has checked that each id they mention exists.
    """

    platform: Platform
    exchange: Mapping[str, Exchange]
    makers: Mapping[str, Maker]
    hosts: Mapping[str, Host]
    models: Mapping[str, Model]
    guide: Mapping[str, UseCase]
    notes: Mapping[str, Note]

    @cached_property
    def groups(self) -> tuple[tuple[Maker, tuple[Model, ...]], ...]:
        """The makers that have models, each with its models, in the page's order."""
        by_maker: dict[str, list[Model]] = {maker: [] for maker in self.makers}
        for model in self.models.values():
            by_maker[model.maker].append(model)
        return tuple((self.makers[maker], tuple(models)) for maker, models in by_maker.items() if models)

    @cached_property
    def prices(self) -> Mapping[str, Decimal]:
        """Euro per image with margin, unrounded, of each model whose list price is known."""
        return _Prices(self)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The position of each model in the page's order."""
        return {model: place for place, model in enumerate(self.models)}

    @cached_property
    def words(self) -> Mapping[str, str]:
        """What a bare word of a filter is looked for in, by model: name, id, maker and host, in lower case.

        Each is on a line of its own, so that no word is found across two of them.
        """
        around = {
            (maker, host): folded(f"\n{self.makers[maker].name}\n{self.hosts[host].name}")
            for maker, host in {(model.maker, model.host) for model in self.models.values()}
        }
        return {
            model.id: folded(f"{model.name}\n{model.id}") + around[model.maker, model.host]
            for model in self.models.values()
        }

    def notes_on(self, model: Model) -> tuple[Note, ...]:
        """The page's remarks that concern `model`."""
        return tuple(note for note in self.notes.values() if model.id in note.models)

    def use_cases_of(self, model: Model) -> tuple[UseCase, ...]:
        """The guide's use cases that recommend `model`."""
        return tuple(case for case in self.guide.values() if model.id in {found.model for found in case.recommended})

    def nearest(self, unknown: str) -> tuple[str, ...]:
        """The up to three known model ids most like `unknown`, best first."""
        from difflib import get_close_matches  # noqa: PLC0415 - only a mistyped id needs it

        by_name = {model.name.lower(): model.id for model in self.models.values()}
        wanted = unknown.lower()
        found = get_close_matches(wanted, [*self.models, *by_name], n=3, cutoff=0.5)
        containing = [known for known in self.models if wanted and wanted in known]
        return tuple(dict.fromkeys([*(by_name.get(name, name) for name in found), *containing]))[:3]


class _Prices(Mapping[str, "Decimal"]):
    """Works a price out when it is first asked for: of ten thousand, a screen shows forty."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, Decimal] = {}

    def __getitem__(self, model: str) -> Decimal:
        price = self._known.get(model)
        if price is None:
            catalog = self._catalog
            listed = catalog.models[model].list_price
            if listed is None:
                raise KeyError(model)
            price = euro_price(listed, catalog.exchange.get(listed.currency), catalog.platform.margin)
            self._known[model] = price
        return price

    def __iter__(self) -> Iterator[str]:
        return (model.id for model in self._catalog.models.values() if model.list_price is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
