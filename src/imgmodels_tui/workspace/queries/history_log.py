"""The history as an open program holds it: read once, then one change longer with each revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.workspace.queries.history_filter import HistoryEntry, history_entry
from imgmodels_tui.workspace.queries.times import local

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.state import Change, WorkspaceState


class HistoryLog:
    """What is known of the past, newest first."""

    def __init__(self, changes: Iterable[Change], catalog: Catalog) -> None:
        self._catalog = catalog
        self.entries: list[HistoryEntry] = [self._told(change) for change in changes][::-1]

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
        self.entries.insert(0, self._told(last))
        return True

    def _told(self, change: Change) -> HistoryEntry:
        return history_entry(change, local(change.at), self._catalog)
