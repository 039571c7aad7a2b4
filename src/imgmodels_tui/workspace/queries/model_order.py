"""The model list as it is shown: filtered, and in one of a few orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

from imgmodels_tui.record import Record
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.queries.model_filter import Query


class Order(StrEnum):
    """The orders of the list; the page's own groups models by maker."""

    PAGE = "page"
    PRICE = "price"
    STARS = "stars"
    NAME = "name"
    HOST = "host"

    @property
    def in_words(self) -> str:
        """The order in words."""
        return _IN_WORDS[self]


_IN_WORDS = {
    Order.PAGE: "by maker",
    Order.PRICE: "cheapest first",
    Order.STARS: "most stars first",
    Order.NAME: "by name",
    Order.HOST: "by host",
}


class Group(Record):
    """Models under one heading, with how many of them are enabled; the count is of those that are shown."""

    title: str
    entries: tuple[Entry, ...]
    enabled: int


def arrange(overview: Overview, query: Query, order: Order = Order.PAGE) -> tuple[Group, ...]:
    """The models that `query` selects, under headings, in `order`; groups without a model vanish.

    Models that compare equal keep the page's order, so that no change of a figure moves them.
    """
    if order is Order.PAGE and not query.tests:
        return _by_maker(overview)
    ordered = in_order(query.select(overview.entries.values()), order, overview)
    if order is Order.PAGE:
        return _grouped(ordered, lambda entry: entry.maker.name)
    if order is Order.HOST:
        return _grouped(ordered, lambda entry: entry.host.name)
    return (_group(f"All makers, {order.in_words}", ordered),) if ordered else ()


def in_order(entries: Iterable[Entry], order: Order, overview: Overview) -> tuple[Entry, ...]:
    """Models in `order` as one sequence; `entries` are in the page's order."""
    if order is Order.PAGE:
        return tuple(entries)
    if order is Order.HOST:
        places = {host: number for number, host in enumerate(overview.catalog.hosts)}
        return tuple(sorted(entries, key=lambda entry: places[entry.host.id]))
    return tuple(sorted(entries, key=_KEYS[order]))


_UNKNOWN = Decimal("Infinity")
_KEYS: Mapping[Order, Callable[[Entry], tuple[object, ...]]] = {
    Order.PRICE: lambda entry: (_UNKNOWN if entry.price is None else entry.price,),
    Order.STARS: lambda entry: (-entry.model.stars, -(entry.model.rating.score if entry.model.rating else 0)),
    Order.NAME: lambda entry: (entry.model.name.casefold(),),
}


def _by_maker(overview: Overview) -> tuple[Group, ...]:
    """All models in the page's order: few of many are enabled, and those are counted rather than looked for."""
    entries, groups, start = tuple(overview.entries.values()), [], 0
    enabled = Counter(entry.model.maker for entry in overview.enabled)
    for maker, models in overview.catalog.groups:
        groups.append(Group(maker.name, entries[start : start + len(models)], enabled[maker.id]))
        start += len(models)
    return tuple(groups)


def _group(title: str, entries: tuple[Entry, ...]) -> Group:
    return Group(title, entries, sum(entry.enabled for entry in entries))


def _grouped(entries: Iterable[Entry], title: Callable[[Entry], str]) -> tuple[Group, ...]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(title(entry), []).append(entry)
    return tuple(_group(name, tuple(members)) for name, members in groups.items())
