"""The filter language of the model list and of `imgmodels list`: words that must all hold.

A bare word is looked for in name, id, maker and host. `key:value` narrows by a field; figures take `<`, `<=`, `>`
and `>=`: `region:eu price:<0.05 ref:yes`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, TypeVar

from imgmodels_tui.catalog import Catalog, Region, prices
from imgmodels_tui.record import Record
from imgmodels_tui.text import folded, harmless
from imgmodels_tui.workspace.overview import Entry

Test = Callable[[Entry], bool]

T = TypeVar("T")


class QueryError(ValueError):
    """A filter word cannot be understood; the message has what is possible."""


class Query(Record):
    """A filter that has been understood."""

    tests: tuple[Callable[[Any], bool], ...] = ()
    bare: tuple[str, ...] = ()
    """The lower-case bare words, for marking where they match."""

    def matches(self, item: object) -> bool:
        """Whether `item` satisfies every word."""
        return all(test(item) for test in self.tests)

    def select(self, items: Iterable[T]) -> tuple[T, ...]:
        """The items that satisfy every word, in their order."""
        found = list(items)
        for test in self.tests:
            found = [item for item in found if test(item)]
        return tuple(found)


def parse(text: str) -> Query:
    """Understand a filter of models. Raises `QueryError` for the first word that makes no sense."""
    return parse_words(text, _KEYS, _contains)


def parse_words(
    text: str,
    keys: Mapping[str, Callable[[str, str], Callable[[Any], bool]]],
    contains: Callable[[str], Callable[[Any], bool]],
) -> Query:
    """Understand a filter of which `keys` makes a test of a key with its value, and `contains` of a bare word."""
    tests: list[Callable[[Any], bool]] = []
    bare: list[str] = []
    for word in text.split():
        key, colon, value = word.partition(":")
        if not colon or key.isdigit():  # 10:30 is a time
            bare.append(folded(word))
            tests.append(contains(folded(word)))
        elif key.casefold() not in keys:
            raise QueryError(f"{harmless(key, 30)}: is no filter; possible are {' '.join(f'{k}:' for k in keys)}")
        elif value.strip("<>="):  # a comparison whose figure is still to be typed narrows nothing yet
            tests.append(keys[key.casefold()](key.casefold(), folded(value)))
    return Query(tuple(tests), tuple(bare))


def _contains(word: str) -> Test:
    return lambda entry: word in entry.catalog.words[entry.model.id]


def _region(_key: str, value: str) -> Test:
    wanted = [region for region in Region if region.value.casefold().startswith(value)]
    if not wanted:
        raise QueryError(f"region:{harmless(value, 30)} is unknown; possible are {', '.join(Region)}")
    return lambda entry: entry.model.region in wanted


def named(field: Callable[[T], tuple[str, ...]]) -> Callable[[str, str], Callable[[T], bool]]:
    """A test that looks for the value in a name; spaces may be left out or written as hyphens."""

    def build(_key: str, value: str) -> Callable[[T], bool]:
        wanted = _squeezed(value)
        return lambda item: any(wanted in _squeezed(name) for name in field(item))

    return build


@lru_cache(maxsize=1024)  # there are few makers and hosts, and many models
def _squeezed(text: str) -> str:
    return re.sub(r"[\s_-]+", "", folded(text))


def possible(catalog: Catalog) -> tuple[str, ...]:
    """Words that a filter can have, for a shell that completes them."""
    values: Mapping[str, Iterable[str]] = {
        "region": [region.value.lower() for region in Region],
        "host": catalog.hosts,
        "maker": catalog.makers,
        "stars": ["5", ">=4", ">=3"],
        "price": ["<0.05"],
    }
    return tuple(f"{key}:{value}" for key in _KEYS for value in values.get(key, ("yes", "no")))


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


_ANSWERS = {**dict.fromkeys(("yes", "true", "on", "1"), True), **dict.fromkeys(("no", "false", "off", "0"), False)}


def _flag(field: Callable[[Entry], bool]) -> Callable[[str, str], Test]:
    def build(key: str, value: str) -> Test:
        answer = next((answer for word, answer in _ANSWERS.items() if word.startswith(value)), None)
        if answer is None:
            raise QueryError(f"{key}: takes yes or no")
        return lambda entry: field(entry) is answer

    return build


def _price_shown(entry: Entry) -> Decimal | None:
    """Compared as it is shown, so that `price:0.031` finds what reads €0.031."""
    return None if entry.price is None else prices.thousandths(entry.price)


_KEYS: Mapping[str, Callable[[str, str], Test]] = {
    "region": _region,
    "host": named(lambda entry: (entry.host.name, entry.host.short, entry.host.id)),
    "maker": named(lambda entry: (entry.maker.name, entry.maker.id)),
    "stars": _figure(lambda entry: entry.model.stars),
    "price": _figure(_price_shown),
    "ref": _flag(lambda entry: entry.model.reference_editing),
    "premium": _flag(lambda entry: entry.model.premium),
    "preview": _flag(lambda entry: entry.is_preview),
    "deprecated": _flag(lambda entry: entry.is_deprecated),
    "retired": _flag(lambda entry: entry.is_retired),
    "enabled": _flag(lambda entry: entry.enabled),
    "allowed": _flag(lambda entry: entry.forbidden is None),
    "own": _flag(lambda entry: entry.is_own),
}
