"""The catalog as a whole: records by id, in the page's order, with every reference resolved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from imgmodels_tui.catalog.prices import euro_price
from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from imgmodels_tui.catalog.records import Exchange, Host, Maker, Model, Note, Platform, UseCase


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
        """Where each model stands in the page's order."""
        return {model: place for place, model in enumerate(self.models)}

    @cached_property
    def words(self) -> Mapping[str, str]:
        """What a bare word of a filter is looked for in, by model: name, id, maker and host, in lower case.

        They stand on lines of their own, so that no word is found across two of them.
        """
        around = {
            (maker, host): f"\n{self.makers[maker].name}\n{self.hosts[host].name}".casefold()
            for maker, host in {(model.maker, model.host) for model in self.models.values()}
        }
        return {
            model.id: f"{model.name}\n{model.id}".casefold() + around[model.maker, model.host]
            for model in self.models.values()
        }

    def notes_on(self, model: Model) -> tuple[Note, ...]:
        """The page's remarks that concern `model`."""
        return tuple(note for note in self.notes.values() if model.id in note.models)

    def use_cases_of(self, model: Model) -> tuple[UseCase, ...]:
        """The guide's use cases that recommend `model`."""
        return tuple(
            case
            for case in self.guide.values()
            if any(recommendation.model == model.id for recommendation in case.recommended)
        )

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
