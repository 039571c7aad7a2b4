"""The catalog and its typed records: what is known of makers, hosts, models, prices and use cases.

Every record is frozen: a field that is unknown is absent (`None` or empty), never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from imgmodels_tui.catalog.prices import euro_price
from imgmodels_tui.record import Apply, Limits, Record
from imgmodels_tui.text import folded, harmless

OLD_AFTER = timedelta(days=90)
"""A price or a rate that was read longer ago says so where it is shown."""
DEPRECATED_BEFORE = timedelta(days=180)
"""How long before its announced end a model counts as deprecated (R17)."""

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


Address = Annotated[str, Limits(max_length=400, pattern=r"https?://[!-~]+")]


class Source(Record):
    """Who says so, where, and on which day; what is not known is left out."""

    id: Id
    name: Line
    address: Address | None = None
    as_of: date | None = None

    def is_old(self, today: date) -> bool:
        """Whether what it said was read more than 90 days before `today`; no where the day is not known."""
        return self.as_of is not None and today - self.as_of > OLD_AFTER

    @property
    def in_words(self) -> str:
        """Name, address and day in one line."""
        day = None if self.as_of is None else self.as_of.isoformat()
        return ", ".join(part for part in (self.name, self.address, day) if part)


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
    source: Id


class Rating(Record):
    """A score from a public arena of pairwise votes."""

    score: Annotated[int, Limits(gt=0, le=1_000_000)]
    source: Id


class Remark(Record):
    """One sentence on a model that its figures do not say, such as where a provider and the page differ."""

    text: Line
    source: Id


class Deployment(Record):
    """How a workspace reaches a model at its host, where that is for the workspace to decide."""

    name: Line | None = None
    """What its host calls it there, such as a deployment on Azure."""
    base_url: Address | None = None
    """The address of the workspace's own resource at the host."""
    location: Annotated[str, Limits(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    """The host's region that it is deployed in, such as `swedencentral`."""


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
    deployment: Deployment | None = None
    reference_editing: bool
    max_reference_images: Annotated[int, Limits(gt=0, le=10_000)] | None = None
    premium: bool
    preview: bool = False
    preview_until: date | None = None
    deprecated: bool = False
    """Whether its provider has flagged it as on its way out."""
    retires_on: date | None = None
    """The last day that its provider has announced."""
    vector_only: bool = False
    stars: Annotated[int, Limits(ge=1, le=5)]
    rating: Rating | None = None
    outputs: tuple[Line, ...] = ()
    released: date | None = None
    dates_source: Id | None = None
    """Who says when it was released and when it ends."""
    list_price: ListPrice | None = None
    notes: tuple[Remark, ...] = ()

    def is_preview(self, today: date) -> bool:
        """Whether it is not yet officially released; a preview ends on its day (R17)."""
        return self.preview and (self.preview_until is None or today < self.preview_until)

    def is_retired(self, today: date) -> bool:
        """Whether its last day has passed (R17)."""
        return self.retires_on is not None and today > self.retires_on

    def is_deprecated(self, today: date) -> bool:
        """Whether it is on its way out: flagged, or with an announced end within 180 days; not retired yet (R17)."""
        ends_soon = self.retires_on is not None and self.retires_on - today <= DEPRECATED_BEFORE
        return (self.deprecated or ends_soon) and not self.is_retired(today)

    @property
    def sources(self) -> Mapping[str, str]:
        """The ids of the sources that it names, by the key that names them."""
        found = {"dates_source": self.dates_source}
        if self.list_price is not None:
            found["list_price.source"] = self.list_price.source
        if self.rating is not None:
            found["rating.source"] = self.rating.source
        found |= {f"notes.{number}.source": remark.source for number, remark in enumerate(self.notes)}
        return {key: source for key, source in found.items() if source is not None}


class Recommendation(Record):
    """One model that the guide names for a use case, with the reason the guide states, where it states one."""

    model: Id
    reason: Line | None = None


class UseCase(Record):
    """One row of the "which model when" guide."""

    id: Id
    name: Line
    recommended: Annotated[tuple[Recommendation, ...], Limits(min_length=1)]
    note: Line | None = None
    """Why it may seem to contradict the figures, where it does."""
    starting_set: bool = False
    """Offered on a fresh workspace: the row's models can be enabled together as a first setup."""


class Exchange(Record):
    """How many units of a foreign currency one euro buys; the day of the rate is that of its source."""

    id: Currency
    per_euro: Annotated[Decimal, Limits(gt=0, max_digits=18, decimal_places=9)]
    source: Id


class Note(Record):
    """A remark of the page that answers a question an admin will ask, and the models it concerns."""

    id: Id
    title: Line
    text: Line
    source: Id
    models: tuple[Id, ...] = ()


class Platform(Record):
    """What the catalog says of itself and of the platform that resells the models."""

    status: Line
    """The month of the page that the catalog mirrors."""
    edition: date
    """The day on which the bundled catalog was put together; of two, the later one is the newer."""
    margin: Annotated[Decimal, Limits(ge=0, le=10, max_digits=8, decimal_places=6)]
    """What the platform adds to a provider's price, as a fraction: 0.20 is 20 %."""


SECTIONS: Mapping[str, type[Record]] = {
    "sources": Source,
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
    sources: Mapping[str, Source]
    exchange: Mapping[str, Exchange]
    makers: Mapping[str, Maker]
    hosts: Mapping[str, Host]
    models: Mapping[str, Model]
    guide: Mapping[str, UseCase]
    notes: Mapping[str, Note]
    own: frozenset[str] = frozenset()
    """The tables that the workspace's own files add or correct, such as `models.flux-2-pro`; the others are bundled."""
    digest: str = ""
    """Tells this catalog from any other one."""

    def is_own(self, model: Model) -> bool:
        """Whether the workspace's own files have a say on `model`."""
        return f"models.{model.id}" in self.own

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
        """What a bare word of a filter is looked for in, by model: name, id, maker, host and region, in lower case.

        Each is on a line of its own, so that no word is found across two of them.
        """
        around = {
            (maker, host, region): folded(f"\n{self.makers[maker].name}\n{self.hosts[host].name}\n{region}")
            for maker, host, region in {(model.maker, model.host, model.region) for model in self.models.values()}
        }
        return {
            model.id: folded(f"{model.name}\n{model.id}") + around[model.maker, model.host, model.region]
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
            exchange = catalog.exchange.get(listed.currency)
            price = euro_price(listed.amount, exchange.per_euro if exchange else None, catalog.platform.margin)
            self._known[model] = price
        return price

    def __iter__(self) -> Iterator[str]:
        return (model.id for model in self._catalog.models.values() if model.list_price is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
