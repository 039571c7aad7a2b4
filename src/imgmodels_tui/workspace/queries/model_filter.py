"""The filter language of the model list and of `imgmodels list`: words that must all hold.

A bare word is looked for in name, id, maker and host. `key:value` narrows by a field; figures take `<`, `<=`, `>`
and `>=`: `region:eu price:<0.05 ref:yes`.
"""

from __future__ import annotations

import operator
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

from imgmodels_tui.catalog import Region, prices
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from imgmodels_tui.workspace.overview import Entry

    Test = Callable[[Entry], bool]


class QueryError(ValueError):
    """A filter word cannot be understood; the message says what is possible."""


class Query(Record):
    """A filter that has been understood."""

    tests: tuple[Test, ...] = ()
    bare: tuple[str, ...] = ()
    """The lower-case bare words, for marking where they match."""

    def matches(self, entry: Entry) -> bool:
        """Whether `entry` satisfies every word."""
        return all(test(entry) for test in self.tests)

    def select(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """The entries that satisfy every word, in their order."""
        found = list(entries)
        for test in self.tests:
            found = [entry for entry in found if test(entry)]
        return tuple(found)


def parse(text: str) -> Query:
    """Understand a filter. Raises `QueryError` for the first word that makes no sense."""
    tests: list[Test] = []
    bare: list[str] = []
    for word in text.split():
        key, colon, value = word.partition(":")
        if not colon:
            bare.append(word.casefold())
            tests.append(_contains(word.casefold()))
        elif key.casefold() not in _KEYS:
            raise QueryError(f"{harmless(key, 30)}: is no filter; possible are {' '.join(f'{k}:' for k in _KEYS)}")
        elif value.strip("<>="):  # a comparison whose figure is still to be typed narrows nothing yet
            tests.append(_KEYS[key.casefold()](key.casefold(), value.casefold()))
    return Query(tuple(tests), tuple(bare))


def _contains(word: str) -> Test:
    return lambda entry: word in entry.catalog.words[entry.model.id]


def _region(_key: str, value: str) -> Test:
    known = [region.value for region in Region]
    wanted = [region for region in Region if region.value.casefold().startswith(value)]
    if not wanted:
        raise QueryError(f"region:{harmless(value, 30)} is unknown; possible are {', '.join(known)}")
    return lambda entry: entry.model.region in wanted


def _named(field: Callable[[Entry], tuple[str, ...]]) -> Callable[[str, str], Test]:
    """A test that looks for the value in a name; spaces may be left out or written as hyphens."""

    def build(_key: str, value: str) -> Test:
        wanted = _squeezed(value)
        return lambda entry: any(wanted in _squeezed(name) for name in field(entry))

    return build


@lru_cache(maxsize=1024)  # there are few makers and hosts, and many models
def _squeezed(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text.casefold())


_COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
    "": operator.eq,
}


def _figure(field: Callable[[Entry], Decimal | int | None]) -> Callable[[str, str], Test]:
    """A test that compares a figure; what is not known never matches."""

    def build(key: str, value: str) -> Test:
        found = re.fullmatch(r"(<=|>=|<|>|=|)€?([0-9.]+)", value)
        try:
            if found is None:
                raise InvalidOperation
            compare, wanted = _COMPARISONS[found[1]], Decimal(found[2])
        except InvalidOperation:
            raise QueryError(f"{key}: takes a figure, such as {key}:>=3 or {key}:<0.05") from None

        def test(entry: Entry) -> bool:
            figure = field(entry)
            return figure is not None and compare(Decimal(figure), wanted)

        return test

    return build


def _flag(field: Callable[[Entry], bool]) -> Callable[[str, str], Test]:
    """A test for yes or no."""

    def build(key: str, value: str) -> Test:
        for answer in (True, False):
            words = ("yes", "true", "on", "1") if answer else ("no", "false", "off", "0")
            if any(word.startswith(value) for word in words):
                return lambda entry: field(entry) is answer
        raise QueryError(f"{key}: takes yes or no")

    return build


def _price_shown(entry: Entry) -> Decimal | None:
    """Compared as it is shown, so that `price:0.031` finds what reads €0.031."""
    return None if entry.price is None else prices.thousandths(entry.price)


_KEYS: Mapping[str, Callable[[str, str], Test]] = {
    "region": _region,
    "host": _named(lambda entry: (entry.host.name, entry.host.short, entry.host.id)),
    "maker": _named(lambda entry: (entry.maker.name, entry.maker.id)),
    "stars": _figure(lambda entry: entry.model.stars),
    "price": _figure(_price_shown),
    "ref": _flag(lambda entry: entry.model.reference_editing),
    "premium": _flag(lambda entry: entry.model.premium),
    "preview": _flag(lambda entry: entry.model.preview),
    "deprecated": _flag(lambda entry: entry.model.deprecated),
    "enabled": _flag(lambda entry: entry.enabled),
}
