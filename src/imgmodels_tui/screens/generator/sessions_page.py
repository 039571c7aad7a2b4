"""A page on which a user sits in one of their sessions: which one, which model it holds, and how to change both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work

from imgmodels_tui.generator.sessions.live import LiveSessions
from imgmodels_tui.screens.generator.name_dialog import NameDialog
from imgmodels_tui.screens.generator.panels import NextPanel
from imgmodels_tui.screens.generator.sessions_dialog import SessionsDialog
from imgmodels_tui.screens.shared.chooser import Picker
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import Severity
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError
from imgmodels_tui.workspace.live import INTERVAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgmodels_tui.generator.service import GenerationStarted
    from imgmodels_tui.generator.sessions.records import Sessions
    from imgmodels_tui.screens.shared.page import PageContext


class SittingPage(Page):
    """Follows this user's sessions. Subclasses draw what differs in `_refresh`, and bind the keys."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._session: str | None = None
        self._switched: GenerationStarted | None = None
        self._service = context.generator()
        self._desk = LiveSessions(self._service.sessions)

    def on_mount(self) -> None:
        """Follow this user's sessions."""
        self._stop_following = self._desk.follow(self._refresh)
        self.set_interval(INTERVAL, self._desk.look)

    def on_unmount(self) -> None:
        """Stop following."""
        self._stop_following()

    def _refresh(self) -> None:
        """Draw what differs in the sessions."""
        raise NotImplementedError

    @property
    def _here(self) -> str:
        """The name of the session that the user is in; it may have been renamed or deleted elsewhere."""
        sessions = self._desk.sessions
        known = sessions.find(self._session) if self._session is not None else None
        return known.name if known else sessions.here

    @property
    def _held(self) -> str | None:
        """The id of the model that the session holds; None for a session that is yet to be made."""
        known = self._desk.sessions.find(self._here)
        return known.model if known else None

    @on(NextPanel.KeyAsked)
    def _panel_clicked(self, event: NextPanel.KeyAsked) -> None:
        self.app.simulate_key(event.key)

    @work
    async def action_choose_model(self) -> None:
        """Open the dropdown over exactly the enabled models; it follows changes while it is open."""
        here = self._here
        picked = await self.app.push_screen_wait(
            Picker(
                self.live,
                f"Model of session {here}",
                "The session keeps it until you choose another one, or an admin disables it.",
                lambda overview: overview.enabled,
                begin_at=self._held,
            )
        )
        if picked is not None:
            self._switched = None
            await self._ask(lambda: self._service.select(here, picked))

    @work
    async def action_sessions(self) -> None:
        """Open the dropdown over this user's sessions."""
        dialog = SessionsDialog(self.live, self._desk, self._service, self._here)
        picked = await self.app.push_screen_wait(dialog)
        if picked is not None:
            await self._enter(picked)

    @work
    async def action_new_session(self) -> None:
        """Make a session with the default of the moment (R11) and go there."""
        name = await self.app.push_screen_wait(NameDialog("New session", self._desk.sessions))
        if name is not None and await self._ask(lambda: self._service.start(name)):
            await self._enter(name)

    async def _enter(self, name: str) -> None:
        self._session, self._switched = name, None
        await self._ask(lambda: self._service.sessions.update(lambda sessions: sessions.enter(name)))
        self._refresh()

    async def _ask(self, change: Callable[[], Sessions]) -> bool:
        """Change the sessions and say what kept them from being changed; True if nothing did."""
        try:
            await self._desk.ask(change)
        except (Refusal, NotSaved, StateError) as error:
            self.show_notice(harmless(str(error)), Severity.REFUSED)
            return False
        self._refresh()
        return True
