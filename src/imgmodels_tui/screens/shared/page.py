"""What every page shares: its bars, the newest snapshot of the workspace, the way to ask for changes."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from imgmodels_tui.generator.sessions.counts import SessionCounts
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.change_request import ChangeRequest
from imgmodels_tui.settings import Settings
from imgmodels_tui.terminal.app import LazyScreen
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import KeyBar, NavItem, Notice, Severity, StatusBar, TitleBar
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.widgets.panels import ReadErrorPanel, TooSmall
from imgmodels_tui.widgets.themed import glyphs_of
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.queries.model_order import Order
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Change

if TYPE_CHECKING:
    from imgmodels_tui.api.programs import Programs
    from imgmodels_tui.generator.service import GeneratorService

TALL = 30
"""Rows from which panels have spacer rows around them."""


_COPIED = 40
"""Characters of what was copied that a notice shows."""


class PageContext(Record):
    """What every page is given."""

    live: LiveWorkspace
    nav_items: Sequence[NavItem]
    count_sessions: Callable[[], SessionCounts]
    """Counts everybody's sessions, to say what a change will do to them. Blocking."""
    generator: Callable[[], GeneratorService]
    """Makes this user's image generator."""
    read_programs: Callable[[], Programs] | None = None
    """Reads, for an admin, what programs drew through the HTTP API. Blocking."""


class RecentCounts:
    """Everybody's sessions for pages that ask at every key: at once as last counted, counted anew after a few seconds.

    `count` may block, `start` runs a coroutine function beside the page, soon, and `changed` is called when the counts
    are other ones.
    """

    def __init__(
        self,
        count: Callable[[], SessionCounts],
        start: Callable[[Callable[[], Coroutine[None, None, None]]], object],
        changed: Callable[[], None],
        lasts: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._count, self._start, self._changed = count, start, changed
        self._lasts, self._clock = lasts, clock
        self._known: SessionCounts | None = None
        self._counting = False
        self._old_at = clock()

    def __call__(self) -> SessionCounts | None:
        """The last counts; None before the first ones."""
        if not self._counting and self._clock() >= self._old_at:
            self._counting = True
            self._start(self._count_again)
        return self._known

    def on_each(self, models: Collection[str]) -> Mapping[str, int] | None:
        """How many sessions hold each of some models; None before the first counts."""
        counts = self()
        return None if counts is None else {model: counts.count_for((model,)).sessions for model in models}

    async def _count_again(self) -> None:
        try:
            found = await asyncio.to_thread(self._count)
        finally:
            self._counting, self._old_at = False, self._clock() + self._lasts
        if found != self._known:
            self._known = found
            self._changed()


class Page(LazyScreen[None]):
    """A page of the program. Shows the newest snapshot and asks for changes; it holds no state of its own.

    Subclasses give `body` and `show`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "Undo", tooltip="Take back the last change; another's after asking", id="page.undo")
    ]
    NAME: ClassVar[str] = ""
    """The mode's name, by which the title bar marks the current page."""

    class ModelWanted(Message):
        """The user wants to go to a model on the page of models."""

        def __init__(self, model: str) -> None:
            self.model = model
            super().__init__()

    class OrderChosen(Message):
        """The user wants the models in another order."""

        def __init__(self, order: Order) -> None:
            self.order = order
            super().__init__()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.live, self.nav_items, self.count_sessions = context.live, context.nav_items, context.count_sessions
        self._read_error: ReadErrorPanel | None = None
        self.recent_counts = RecentCounts(
            self.count_sessions, partial(self.call_after_refresh, self.run_worker), self.live.republish
        )

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return glyphs_of(self)

    def compose(self) -> ComposeResult:
        """Title, body, status, keys."""
        self.fit(self.app.size)  # before there is anything inside whose style would have to follow
        yield TitleBar(self.nav_items, self.NAME)
        yield from self.body()
        yield StatusBar()
        yield KeyBar()
        yield TooSmall()

    def body(self) -> ComposeResult:
        """What is between the bars."""
        raise NotImplementedError

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest snapshot."""
        raise NotImplementedError

    def apply_settings(self, settings: Settings) -> None:
        """Apply the user's preferences; called before the page is mounted and whenever they change."""

    def on_mount(self) -> None:
        """Follow the workspace."""
        self.query_one(TooSmall).update_for(self.app.size)
        self._stop = self.live.follow(self._show)

    def on_unmount(self) -> None:
        """Stop following."""
        self._stop()

    def on_resize(self, event: events.Resize) -> None:
        """Follow the terminal's size."""
        self.query_one(TooSmall).update_for(event.size)
        self.fit(event.size)

    def fit(self, size: Size) -> None:
        """Give tall terminals spacer rows; called before anything is inside, and whenever the size changes."""
        self.set_class(size.height >= TALL, "-tall")

    def _show(self, snapshot: Snapshot) -> None:
        if not self.is_attached:  # the program is ending, the page's parts are gone
            return
        self.query_one(TitleBar).update(self._title_facts(snapshot))
        if self.live.is_admin:
            self._show_read_error(snapshot)
            if snapshot.external_change is not None or snapshot.rolled_back:
                self.show_notice(external_change(snapshot), Severity.NEWS)
        self.show(snapshot)
        self.refresh_bindings()

    def _show_read_error(self, snapshot: Snapshot) -> None:
        """Keep a warning under the title while the workspace cannot be read, and say when it can be again."""
        if self._read_error is None:
            if snapshot.read_error is None:
                return
            self._read_error = ReadErrorPanel()
            self.mount(self._read_error, after=self.query_one(TitleBar))
        if snapshot.read_error is None and not self._read_error.is_empty:
            self.show_notice(f"{harmless(self.live.store.place.brief, 40)} is good again")
        self._read_error.show(snapshot.read_error, snapshot.read_only_reason)

    def _title_facts(self, snapshot: Snapshot) -> list[str]:
        """Who this is and, for admins, which workspace it is."""
        store = self.live.store
        if not self.live.is_admin:
            return [harmless(store.user, 32), "user"]
        role = "read-only" if snapshot.read_only_reason else "admin"
        revision = snapshot.overview.state.revision
        return [harmless(store.place.brief, 40), f"rev {revision}", harmless(store.user, 32), role]

    def show_notice(self, text: str, severity: Severity = Severity.DONE) -> None:
        """Put a notice into the status bar; the standing facts come back after some seconds."""
        self.query_one(StatusBar).show_notice(Notice(text, severity))

    def clear_notice(self) -> None:
        """Let the status bar show its usual facts again."""
        self.query_one(StatusBar).show_notice(None)

    def action_undo(self) -> None:
        """Take back the last change; where somebody else made it, show first what that would do."""
        last = self.live.overview.state.last_change
        if last is not None and last.by != self.live.store.user:
            self._undo_of_another(last)
            return
        self.request(
            lambda overview: rules.AtRevision(reverting.Undo(), overview.state.revision),
            lambda change: messages.undone(change, last, self.live.overview.catalog),
        )

    @work
    async def _undo_of_another(self, last: Change) -> None:
        what = messages.describe(last, self.live.overview.catalog)
        heading = f"Undo what {harmless(last.by, 32)} did: {what}?"
        await self.make_after_showing(heading, lambda _: reverting.Undo())

    async def make_after_showing(
        self,
        heading: str,
        rule_for: Callable[[Overview], Rule],
        remark: Callable[[Overview], str | None] = lambda _: None,
    ) -> None:
        """Show what a change would do, and make it if it is agreed to, as it was seen."""
        from imgmodels_tui.screens.shared.judged_dialog import JudgedDialog  # noqa: PLC0415 - not at start

        counts = await asyncio.to_thread(self.count_sessions)
        agreed = await self.app.push_screen_wait(JudgedDialog(self.live, heading, rule_for, counts, remark))
        if agreed is not None:
            revision = agreed.revision
            self.request(lambda overview: rules.AtRevision(rule_for(overview), revision), reason=agreed.reason)

    def toggle(self, model: str) -> None:
        """Enable the model if it is off by then, else disable it."""

        def decide(overview: Overview) -> Rule:
            enabled = overview.entries[model].enabled
            return rules.Disable((model,)) if enabled else rules.Enable((model,))

        self.request(decide)

    @work
    async def request(
        self,
        decide: Callable[[Overview], Rule | None],
        describe: Callable[[Change], str] | None = None,
        reason: str | None = None,
    ) -> None:
        """Ask for a change without waiting for it; see `ChangeRequest`."""
        await ChangeRequest(self, decide, describe, reason).make()


def external_change(snapshot: Snapshot) -> str:
    """Who else changed what."""
    if snapshot.rolled_back:
        return f"Somebody put an earlier state back: revision {snapshot.overview.state.revision}"
    change = snapshot.external_change
    if change is None:
        return ""
    text = f"{harmless(change.by, 32)}: {messages.describe(change, snapshot.overview.catalog)}"
    return f"{text} (and {snapshot.skipped} changes before)" if snapshot.skipped else text


def copied(app: App[Any], text: str) -> str:
    """Send one harmless line of text to the terminal's clipboard (OSC 52); return what to say of it.

    Whether it arrives, only the terminal knows: a multiplexer drops it unless it is told to let it through.
    """
    line = harmless(text, 4096)
    app.copy_to_clipboard(line)
    hint = "; tmux needs: set -g set-clipboard on" if os.environ.get("TMUX") else ""
    shown = line if len(line) <= _COPIED else f"…{line[1 - _COPIED :]}"
    return f"{shown} sent to the clipboard{hint}"
