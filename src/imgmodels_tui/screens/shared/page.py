"""What every page shares: its bars, the newest picture of the workspace, the way to ask for changes."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from imgmodels_tui.generator.sessions.counts import count_sessions
from imgmodels_tui.generator.sessions.impact import impact
from imgmodels_tui.screens.shared.recent_counts import RecentCounts
from imgmodels_tui.screens.shared.too_small import TooSmall
from imgmodels_tui.terminal.app import LazyScreen
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import KeyBar, Notice, Severity, StatusBar, TitleBar
from imgmodels_tui.widgets.panels import ReadErrorPanel
from imgmodels_tui.widgets.themed import glyphs_of
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NeedsReplacement, NotPermitted, NotSaved, Refusal, StateError
from imgmodels_tui.workspace.queries import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size

    from imgmodels_tui.generator.sessions.counts import SessionCounts
    from imgmodels_tui.screens.shared.picker import Picker
    from imgmodels_tui.settings import Settings
    from imgmodels_tui.widgets.bars import NavItem
    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
    from imgmodels_tui.workspace.overview import Overview
    from imgmodels_tui.workspace.rules import Rule
    from imgmodels_tui.workspace.state import Change

TALL = 30
"""Rows from which panels get air around them."""


class Page(LazyScreen[None]):
    """A place of the program. Shows the newest picture and asks for changes; it holds no state of its own.

    Subclasses give `body` and `show`; `request` makes changes, asking for a replacement where R4 wants one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "Undo", tooltip="Take back the last change, whoever made it", id="page.undo"),
    ]
    NAME: ClassVar[str] = ""
    """The mode's name, which is also how `places` mark the current one."""

    class ModelWanted(Message):
        """Somebody wants to go to a model on the settings page."""

        def __init__(self, model: str) -> None:
            self.model = model
            super().__init__()

    def __init__(self, live: LiveWorkspace, places: Sequence[NavItem]) -> None:
        super().__init__()
        self.live, self.places = live, places
        self._read_error: ReadErrorPanel | None = None
        self.recent_counts = RecentCounts(
            self.counts, partial(self.call_after_refresh, self.run_worker), live.republish
        )

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return glyphs_of(self)

    def compose(self) -> ComposeResult:
        """Title, body, status, keys."""
        self.fit(self.app.size)  # before there is anything inside whose style would have to follow
        yield TitleBar(self.places, self.NAME)
        yield from self.body()
        yield StatusBar()
        yield KeyBar()
        yield TooSmall()

    def body(self) -> ComposeResult:
        """What stands between the bars."""
        raise NotImplementedError

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest picture."""
        raise NotImplementedError

    def prefer(self, settings: Settings) -> None:
        """Take on the user's preferences; called before the page is mounted and whenever they change."""

    def on_mount(self) -> None:
        """Follow the workspace."""
        self.query_one(TooSmall).judge(self, self.app.size)
        self._stop = self.live.follow(self._show)

    def on_unmount(self) -> None:
        """Stop following."""
        self._stop()

    def on_resize(self, event: events.Resize) -> None:
        """Follow the terminal's size."""
        self.query_one(TooSmall).judge(self, event.size)
        self.fit(event.size)

    def fit(self, size: Size) -> None:
        """Give tall terminals some air; called before anything is inside, and whenever the size changes."""
        self.set_class(size.height >= TALL, "-tall")

    def _show(self, snapshot: Snapshot) -> None:
        if not self.is_attached:  # the program is ending, the page's parts are gone
            return
        self.query_one(TitleBar).update(self._standing(snapshot))
        if self.live.is_admin:
            self._tell(snapshot)
        if (snapshot.news is not None or snapshot.rolled_back) and self.live.is_admin:
            self.show_notice(news(snapshot), Severity.NEWS)
        self.show(snapshot)
        self.refresh_bindings()

    def _tell(self, snapshot: Snapshot) -> None:
        """Stand a warning under the title while the file cannot be used, and say when it can be again."""
        if self._read_error is None:
            if snapshot.read_error is None:
                return
            self._read_error = ReadErrorPanel()
            self.mount(self._read_error, after=self.query_one(TitleBar))
        if snapshot.read_error is None and not self._read_error.is_quiet:
            self.show_notice(f"{harmless(self.live.store.path.name, 40)} is good again")
        self._read_error.tell(snapshot.read_error)

    def _standing(self, snapshot: Snapshot) -> list[str]:
        """Who this is, and what is shown; how the settings are kept is no matter of users."""
        store = self.live.store
        if not self.live.is_admin:
            return [harmless(store.user, 32), "user"]
        role = "reads only" if snapshot.read_only_reason else "admin"
        revision = snapshot.overview.state.revision
        return [harmless(store.user, 32), role, harmless(store.path.name, 40), f"rev {revision}"]

    def show_notice(self, text: str, severity: Severity = Severity.DONE) -> None:
        """Put a notice into the status bar; it stays until the next one."""
        self.query_one(StatusBar).show_notice(Notice(text, severity))

    def clear_notice(self) -> None:
        """Let the status bar show the standing facts again."""
        self.query_one(StatusBar).show_notice(None)

    @on(TitleBar.NavItemClicked)
    def _place_clicked(self, event: TitleBar.NavItemClicked) -> None:
        self.press(event.key)

    def press(self, key: str) -> None:
        """Press a key for somebody who clicked; by way of the app, because a screen hears no key that it sends."""
        self.app.call_later(self.app.simulate_key, key)

    def action_undo(self) -> None:
        """Take back the last change, whoever made it."""
        last = self.live.overview.state.last_change
        self.request(
            lambda overview: rules.AtRevision(rules.Undo(), overview.state.revision),
            lambda change: messages.undone(change, last, self.live.overview.catalog),
        )

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
        said: Callable[[Change], str] | None = None,
    ) -> None:
        """Ask for the change that `decide` derives from the newest state, and say what came of it.

        `said` words the change where its plain description would not do.
        """
        counting: list[asyncio.Task[SessionCounts]] = []

        def deciding(overview: Overview) -> Rule | None:
            rule = decide(overview)
            if isinstance(rule, rules.Disable):  # counted while the change is written, so that one frame shows both
                counting.append(asyncio.create_task(asyncio.to_thread(self.counts)))
            return rule

        try:
            outcome = await self.live.change(deciding)
        except NeedsReplacement as refusal:
            await self._replace(refusal, decide)
        except (Refusal, NotSaved, NotPermitted, StateError) as error:
            await self.live.catch_up()  # what stood in the way is news: said now, it does not cover what follows
            self.show_notice(messages.refused(error, self.live.overview.catalog), Severity.REFUSED)
        else:
            if outcome is None:
                return
            if outcome.change is None:
                self.show_notice("Nothing to change: it is so already", Severity.NEWS)
            else:
                self.show_notice(await self._describe(outcome.change, said, counting))

    async def _describe(
        self, change: Change, said: Callable[[Change], str] | None, counting: Sequence[asyncio.Task[SessionCounts]]
    ) -> str:
        """What was done and, where sessions lose their model, what becomes of them."""
        overview = self.live.overview
        described = said(change) if said else messages.describe(change, overview.catalog)
        switching = None
        if change.disabled and overview.default is not None:
            counts = await (counting[0] if counting else asyncio.to_thread(self.counts))
            switching = impact(counts, change.disabled, overview.default.model.name)
        if switching is None:
            return described
        # The default's name is in the second half, so that all of it fits.
        disabled = f"{messages.names(change.disabled, overview.catalog)} disabled"
        return f"{disabled if change.action == 'disable' else described}; {switching}"

    async def _replace(self, refusal: NeedsReplacement, decide: Callable[[Overview], Rule | None]) -> None:
        """Let the user pick the new default, then ask again for both in one step (R4)."""
        wanted = decide(self.live.overview)
        if not isinstance(wanted, rules.Disable):
            self.show_notice(messages.refused(refusal, self.live.overview.catalog), Severity.REFUSED)
            return
        counts = await asyncio.to_thread(self.counts)
        picked = await self.app.push_screen_wait(self.replacement_picker(refusal.model, wanted, counts))
        if picked is not None:
            self.request(lambda _: rules.Disable(wanted.models, replacement=picked))

    def counts(self) -> SessionCounts:
        """Everybody's sessions, to say what a change will do to them. Blocking."""
        return count_sessions(self.live.store.locations.sessions)

    def replacement_picker(self, model: str, wanted: rules.Disable, counts: SessionCounts) -> Picker:
        """The dialog that asks for a new default out of the models that stay enabled, and says what it will do."""
        from imgmodels_tui.screens.shared.picker import Picker  # noqa: PLC0415 - not at start

        leaving = frozenset(wanted.models)
        nobody = f"No session uses {'them' if len(leaving) > 1 else self.live.overview.name(model)}"
        return Picker(
            self.live,
            f"Disable {self.live.overview.name(model)}?",
            "It is the default. Choose the model that becomes the default instead; both change in one step.",
            lambda overview: [entry for entry in overview.enabled if entry.id not in leaving],
            lambda entry: impact(counts, leaving, entry.model.name) or nobody,
        )


def news(snapshot: Snapshot) -> str:
    """Who else changed what."""
    if snapshot.rolled_back:
        return f"Somebody put an earlier state back: revision {snapshot.overview.state.revision}"
    change = snapshot.news
    if change is None:
        return ""
    said = f"{harmless(change.by, 32)}: {messages.describe(change, snapshot.overview.catalog)}"
    return f"{said} (and {snapshot.skipped} changes before)" if snapshot.skipped else said
