"""The history as it is shown: each change in words and in detail, kept up with, and filtered.

In a filter all words must hold. A bare word is looked for in all words on a change; `key:value` narrows by a field:
`user:alice action:disable model:flux reason:budget since:2026-11-01 until:2026-11-30`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from itertools import islice
from typing import Any

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.record import Record
from imgmodels_tui.text import folded, harmless
from imgmodels_tui.workspace.errors import UnknownRevision
from imgmodels_tui.workspace.policy import in_words
from imgmodels_tui.workspace.queries import messages, model_filter
from imgmodels_tui.workspace.queries.model_facts import Fact
from imgmodels_tui.workspace.state import Change, WorkspaceState

Test = Callable[["HistoryEntry"], bool]

MOST_ENTRIES = 1000
"""Changes that are kept for showing; a filter looks through those before, too."""

SEARCH_STEP = 1000
"""Changes that are looked through before a search is shown again."""


class HistoryEntry(Record):
    """A change in words."""

    change: Change
    when: str
    """The time as it is shown."""
    what: str
    """The sentence that describes it."""
    names: tuple[str, ...]
    """Ids and names of the models that it concerns."""

    @property
    def key(self) -> str:
        """The revision that the change made."""
        return str(self.change.revision)


def history_entry(change: Change, when: str, catalog: Catalog) -> HistoryEntry:
    """Put a change into words once, for showing it and for finding it."""
    default = change.default_model
    defaults = (default.from_, default.to) if default else ()
    ids = dict.fromkeys([*change.models, *change.enabled, *change.disabled, *filter(None, defaults)])
    names = (messages.name(model, catalog) for model in ids)
    return HistoryEntry(change, when, messages.describe(change, catalog), (*ids, *names))


class HistoryLog:
    """What is known of the past, newest first: the last changes, and whether there are earlier ones."""

    def __init__(self, changes: Iterable[Change], catalog: Catalog, known: Sequence[HistoryEntry] = ()) -> None:
        """Read `changes`, newest first, until as many as are kept are there or the first of `known` is met."""
        self._catalog = catalog
        self.entries: list[HistoryEntry] = []
        self.is_complete = True
        for change in changes:
            if known and change == known[0].change:
                self.entries += known
                break
            if len(self.entries) == MOST_ENTRIES:
                self.is_complete = False
                break
            self.entries.append(self._entry(change))
        self._forget()

    @property
    def revision(self) -> int:
        """The revision that the newest known change made; 0 if nothing is known."""
        return self.entries[0].change.revision if self.entries else 0

    def keep_up(self, state: WorkspaceState) -> bool:
        """Take in the change that made `state`; False if others lie between, and the file has to be read again."""
        last = state.last_change
        if last is None or last.revision != state.revision:
            return state.revision == self.revision
        if last.revision == self.revision:
            return last == self.entries[0].change
        if last.revision != self.revision + 1:
            return False
        self.entries.insert(0, self._entry(last))
        self._forget()
        return True

    def _forget(self) -> None:
        """Keep what can be shown, however long this is kept up."""
        if len(self.entries) > MOST_ENTRIES:
            del self.entries[MOST_ENTRIES:]
            self.is_complete = False

    def _entry(self, change: Change) -> HistoryEntry:
        return history_entry(change, messages.local(change.at), self._catalog)


class Search:
    """Looks through all changes before a revision, some at a time, so that it can be shown, and given up."""

    def __init__(self, changes: Iterator[Change], before: int, query: model_filter.Query, catalog: Catalog) -> None:
        self._changes = (change for change in changes if change.revision < before)
        self._query, self._catalog = query, catalog
        self.found: list[HistoryEntry] = []
        self.searched = 0
        self.is_done = False

    def go_on(self) -> None:
        """Look through the next changes. Blocking."""
        entries = [
            history_entry(change, messages.local(change.at), self._catalog)
            for change in islice(self._changes, SEARCH_STEP)
        ]
        self.searched += len(entries)
        self.found += self._query.select(entries)
        self.is_done = len(entries) < SEARCH_STEP or len(self.found) >= MOST_ENTRIES
        del self.found[MOST_ENTRIES:]


def change_of(revision: int, changes: Iterable[Change], newest: int) -> Change:
    """The change that made a revision, of some that are given newest first. Raises `UnknownRevision`."""
    for change in changes:
        if change.revision <= revision:
            if change.revision == revision:
                return change
            break
    raise UnknownRevision(revision, newest)


def parse(text: str) -> model_filter.Query:
    """Understand a filter of the history. Raises `QueryError` for the first word that makes no sense."""
    return model_filter.parse_words(text, _KEYS, _contains)


def _contains(word: str) -> Test:
    return lambda entry: any(
        word in folded(text)
        for text in (
            entry.what,
            entry.when,
            entry.change.by,
            entry.change.action,
            entry.change.reason or "",
            *entry.names,
        )
    )


def _day(first: bool) -> Callable[[str, str], Test]:
    """A test of the day as it is shown; a part of a day, such as `2026-11`, means all days that begin so."""

    def build(key: str, value: str) -> Test:
        if not re.fullmatch(r"[0-9]{1,4}(-([0-9]{0,2}(-[0-9]{0,2})?)?)?", value):
            raise model_filter.QueryError(f"{key}: takes a day, such as {key}:2026-11-22")
        day = value.rstrip("-")
        if first:
            return lambda entry: entry.when[:10] >= day
        return lambda entry: entry.when[: len(day)] <= day

    return build


_KEYS: Mapping[str, Callable[[str, str], Test]] = {
    "user": model_filter.named(lambda entry: (entry.change.by,)),
    "model": model_filter.named(lambda entry: entry.names),
    "action": model_filter.named(lambda entry: (entry.change.action,)),
    "reason": model_filter.named(lambda entry: (entry.change.reason or "",)),
    "since": _day(first=True),
    "until": _day(first=False),
}


def details(change: Change, catalog: Catalog) -> tuple[Fact, ...]:
    """One change in detail: who, when, from which revision to which, and each value before and after."""
    return tuple(_details(change, catalog))


def _details(change: Change, catalog: Catalog) -> Iterator[Fact]:
    yield Fact("Revision", f"{change.before} → {change.revision}")
    yield Fact("Who", harmless(change.by, 80))
    here, utc = messages.local(change.at), messages.local(change.at, UTC)
    yield Fact("When", here if here == utc else f"{here} · {utc}")
    asked = harmless(", ".join(change.models))
    if change.reason:
        yield Fact("Reason", harmless(change.reason))
    if change.reverts is not None:
        yield Fact("Reverts", f"revision {change.reverts}")
    yield Fact("Asked for", f"{harmless(change.action, 40)}{f': {asked}' if asked else ''}")
    yield from (Fact(messages.name(model, catalog), "off → on") for model in change.enabled)
    yield from (Fact(messages.name(model, catalog), "on → off") for model in change.disabled)
    yield from _moves(change, catalog)
    if change.catalog is not None:
        done = change.catalog
        kinds = (("Added", done.added), ("Replaced", done.changed), ("Removed", done.removed))
        yield from (Fact(label, harmless(", ".join(tables))) for label, tables in kinds if tables)


def _moves(change: Change, catalog: Catalog) -> Iterator[Fact]:
    """Each setting that moved, before and after."""
    words: Mapping[str, tuple[str, Callable[[Any], str]]] = {
        "default_model": ("Default", lambda model: messages.default_name(model, catalog)),
        "image_generation": ("Image generation", messages.on_off),
        "plan": ("Plan", lambda plan: plan.label),
        "policy": ("Policy", lambda policy: in_words(policy, catalog)),
    }
    for name, (label, say) in words.items():
        moved = getattr(change, name)
        if moved is not None:
            yield Fact(label, f"{say(moved.from_)} → {say(moved.to)}")
