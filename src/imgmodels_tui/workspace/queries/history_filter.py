"""The filter language of the history page and of `imgmodels history`: words that must all hold.

A bare word is looked for in everything that is said of a change. `key:value` narrows by a field:
`user:alice action:disable model:flux`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.queries.model_filter import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.state import Change

    Test = Callable[["HistoryEntry"], bool]


class HistoryEntry(Record):
    """A change and what is said of it."""

    change: Change
    when: str
    """The time as it is shown."""
    what: str
    """The sentence that describes it."""
    names: tuple[str, ...]
    """Ids and names of the models that it concerns."""


def history_entry(change: Change, when: str, catalog: Catalog) -> HistoryEntry:
    """Word a change once, for showing it and for finding it."""
    moved = change.default_model
    defaults = (moved.from_, moved.to) if moved else ()
    ids = dict.fromkeys([*change.models, *change.enabled, *change.disabled, *filter(None, defaults)])
    return HistoryEntry(
        change, when, messages.describe(change, catalog), (*ids, *(messages.name(i, catalog) for i in ids))
    )


class HistoryQuery(Record):
    """A filter that has been understood."""

    tests: tuple[Test, ...] = ()

    def matches(self, entry: HistoryEntry) -> bool:
        """Whether `entry` satisfies every word."""
        return all(test(entry) for test in self.tests)

    def select(self, entries: Iterable[HistoryEntry]) -> tuple[HistoryEntry, ...]:
        """The entries that satisfy every word, in their order."""
        return tuple(entry for entry in entries if self.matches(entry))


def parse(text: str) -> HistoryQuery:
    """Understand a filter. Raises `QueryError` for the first word that makes no sense."""
    tests: list[Test] = []
    for word in text.split():
        key, colon, value = word.partition(":")
        if not colon or key.isdigit():  # 10:30 is a time
            tests.append(_anywhere(word.casefold()))
        elif key.casefold() not in _KEYS:
            raise QueryError(f"{harmless(key, 30)}: is no filter; possible are {' '.join(f'{k}:' for k in _KEYS)}")
        elif value:
            tests.append(_KEYS[key.casefold()](value.casefold()))
    return HistoryQuery(tuple(tests))


def _anywhere(word: str) -> Test:
    return lambda entry: any(
        word in text.casefold() for text in (entry.what, entry.when, entry.change.by, entry.change.action, *entry.names)
    )


def _named(field: Callable[[HistoryEntry], tuple[str, ...]]) -> Callable[[str], Test]:
    """A test that looks for the value in some texts; spaces may be left out or written as hyphens."""

    def build(value: str) -> Test:
        wanted = _squeezed(value)
        return lambda entry: any(wanted in _squeezed(text) for text in field(entry))

    return build


def _squeezed(text: str) -> str:
    return "".join(text.casefold().replace("-", "").replace("_", "").split())


_KEYS: Mapping[str, Callable[[str], Test]] = {
    "user": _named(lambda entry: (entry.change.by,)),
    "model": _named(lambda entry: entry.names),
    "action": _named(lambda entry: (entry.change.action,)),
}
