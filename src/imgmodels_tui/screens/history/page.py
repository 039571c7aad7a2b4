"""The history page: who changed what and when, and the way back."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.screens.history.list import HistoryList
from imgmodels_tui.screens.history.transfer_dialogs import ExportDialog, ImportDialog
from imgmodels_tui.screens.shared.facts_dialog import FactsDialog
from imgmodels_tui.screens.shared.filter_page import FilterLine, FilterPage
from imgmodels_tui.screens.shared.judged_dialog import rule_to_revert
from imgmodels_tui.screens.shared.page import PageContext
from imgmodels_tui.text import counted
from imgmodels_tui.widgets.bars import Severity, StatusBar
from imgmodels_tui.widgets.details_pane import ListWithDetails
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace import reverting
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.queries.history import HistoryEntry, HistoryLog, Search, details, parse
from imgmodels_tui.workspace.queries.model_filter import Query


class HistoryPage(FilterPage):
    """The last changes, newest first. They are read once; then new ones are put on top.

    A filter looks through all that there are: through the earlier ones in a thread, as long as nobody gives it up.
    """

    NAME = "history"
    HINT = "user:alice model:flux action:disable reason: since:2026-11-01 until:"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "details", "Details", tooltip="Before and after of this change", id="history.details"),
        Binding(
            "slash",
            "find",
            "Filter",
            tooltip="user: model: action: reason: since: until: or any word",
            id="history.filter",
        ),
        Binding("escape", "show_all", "Show all", tooltip="Clear the filter", id="history.show-all"),
        Binding("u", "undo", "Revert", tooltip="See what turning back this change would do", id="history.revert"),
        Binding("e", "export", "Export", tooltip="Write the settings to a file", id="history.export"),
        Binding("i", "import", "Import", tooltip="Take over the settings of a file", id="history.import"),
    ]

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._log: HistoryLog | None = None
        self._query = Query()
        self._search: Search | None = None

    def body(self) -> ComposeResult:
        """The titles, the list, the line for a filter."""
        yield ListWithDetails(Static("", id="empty", classes="-away", markup=False), HistoryList(id="history"))
        yield FilterLine()

    def on_mount(self) -> None:
        """Read the file off the event loop."""
        self._list.focus()
        self._read()

    @property
    def _list(self) -> HistoryList:
        return self.query_one(HistoryList)

    @work(exclusive=True, group="history")
    async def _read(self) -> None:
        """Read the last changes; once, and what is new where changes were missed."""
        state, known = self.live.overview.state, self._log.entries if self._log else ()
        try:
            log = await asyncio.to_thread(
                lambda: HistoryLog(self.live.store.history(state), self.live.store.catalog, known)
            )
        except UnusableFile as error:
            self._show_unreadable(error)
            return
        self._log = log
        if not log.keep_up(self.live.overview.state) and self.live.overview.state is not state:
            self._read()  # more than one change came meanwhile
        self.show_found()

    def _show_unreadable(self, error: UnusableFile) -> None:
        """Say why there is nothing to show; it is tried again with the next change, or when the page is opened anew."""
        self.show_notice(error.brief, Severity.REFUSED)
        if self._log is None:
            empty = self.query_one("#empty", Static)
            empty.remove_class("-away")
            empty.update(f"{error.brief}; {error.remedy}")

    def show(self, snapshot: Snapshot) -> None:
        """Put the newest change on top."""
        if self._log is None:
            if snapshot.external_change is not None:
                self._read()
            return
        newest = self._log.revision
        if not self._log.keep_up(snapshot.overview.state):
            self._read()
        elif self._log.revision != newest:
            self.show_found()

    def show_found(self) -> None:
        """Show the changes that the filter selects."""
        if self._log is None:
            return
        entries, search = self._log.entries, self._search
        found = [*self._query.select(entries), *(search.found if search else ())]
        self._list.show(found)
        total = len(entries) + (search.searched if search else 0)
        shown = f"{len(found):,} of {counted(total, 'change')}"
        people = counted(len({entry.change.by for entry in entries}), "person", "people")
        if search is not None:
            figures = shown if search.is_done else f"{shown}, searching…"
        elif not self._log.is_complete:
            figures = f"the last {total:,} changes · / searches all"
        else:
            figures = f"{shown if len(found) != total else counted(total, 'change')} · {people}"
        self.query_one(StatusBar).update(f"/ {self.found_by}" if self.found_by else "Newest first", figures)
        self.query_one(FilterLine).update(shown if search is None or search.is_done else f"{shown}…")
        empty = self.query_one("#empty", Static)
        empty.set_class(bool(found), "-away")
        is_searching = search is not None and not search.is_done
        none = "No change matches the filter so far" if is_searching else "No change matches the filter"
        empty.update(none if entries else "Nothing was changed yet")
        self._show_details()
        self.refresh_bindings()

    def understand(self, text: str) -> None:
        """Use another filter. Raises `QueryError`."""
        self._query = parse(text)
        self._search = None
        self.workers.cancel_group(self, "search")
        if text.strip() and self._log is not None and not self._log.is_complete:
            changes = self.live.store.history(self.live.overview.state)
            oldest = self._log.entries[-1].change.revision
            self._search = Search(changes, oldest, self._query, self.live.store.catalog)
            self._go_on_searching(self._search)

    @work(exclusive=True, group="search")
    async def _go_on_searching(self, search: Search) -> None:
        """Look through the changes before the last ones, and show what is found as it is found."""
        while not search.is_done and self.is_attached:
            try:
                await asyncio.to_thread(search.go_on)
            except UnusableFile as error:
                self.show_notice(error.brief, Severity.REFUSED)
                return
            if self.is_attached and self._search is search:
                self.show_found()

    def action_show_all(self) -> None:
        """Clear the filter."""
        self.find("")

    @on(LineList.CursorMoved, "#history")
    def _moved(self) -> None:
        self.query_one(ListWithDetails).show_at_rest(self._show_details)

    def _show_details(self) -> None:
        """Show beside or below the list what the change under the cursor changed."""
        row, pane = self._list.current, self.query_one(ListWithDetails)
        known = () if row is None else details(row.change, self.live.overview.catalog)
        pane.show(known, "" if row is None else row.what)
        pane.fit()

    @on(HistoryList.DetailsAsked)
    def action_details(self) -> None:
        """Show one change, before and after."""
        row = self._list.current
        if row is not None:
            change = row.change
            self.app.push_screen(FactsDialog(self.live, row.what, lambda overview: details(change, overview.catalog)))

    @work
    async def action_export(self) -> None:
        """Ask for a file name and write the settings there."""
        written = await self.app.push_screen_wait(ExportDialog(self.live))
        if written is not None:
            self.show_notice(f"Settings written to {written}")

    @work
    async def action_import(self) -> None:
        """Ask for a file, show what would differ, and apply it as one change."""
        rule = await self.app.push_screen_wait(ImportDialog(self.live))
        if rule is None:
            return
        state, catalog = self.live.overview.state, self.live.overview.catalog
        if rule(state, catalog) is state:
            self.show_notice("Nothing to import: the workspace has these settings already")
            return
        await self.make_after_showing("Import these changes?", lambda _: rule)

    def action_undo(self) -> None:
        """Show what turning back the change under the cursor would do now, then do it."""
        if self._list.current is not None:
            self._revert(self._list.current)

    @work
    async def _revert(self, row: HistoryEntry) -> None:
        change = row.change

        def left_alone(overview: Overview) -> str | None:
            left = reverting.overtaken(change, overview.state)
            return None if left is None else f"{messages.describe(left, overview.catalog)}: replaced by later changes"

        heading = f"Revert revision {change.revision}: {row.what}?"
        await self.make_after_showing(heading, rule_to_revert(change), left_alone)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer only what does something now."""
        if action == "find":
            return not self.is_finding
        if action == "show_all":
            return bool(self.found_by)
        if action in {"details", "undo"}:
            return self.is_mounted and self._list.current is not None
        return True
