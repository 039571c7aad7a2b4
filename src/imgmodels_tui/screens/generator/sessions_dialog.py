"""The dropdown over a user's sessions: go to one, make, rename, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widgets import Static

from imgmodels_tui.generator import fallback
from imgmodels_tui.generator.sessions.records import SessionRefusal
from imgmodels_tui.record import Record
from imgmodels_tui.screens.generator.name_dialog import ConfirmDialog, NameDialog
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from imgmodels_tui.generator.service import GeneratorService
    from imgmodels_tui.generator.sessions.live import LiveSessions
    from imgmodels_tui.generator.sessions.records import Sessions
    from imgmodels_tui.widgets.line import Line
    from imgmodels_tui.workspace.live import LiveWorkspace
    from imgmodels_tui.workspace.overview import Overview

_MOST_ROWS = 12


class SessionRow(Record):
    """A session, the name of its model, and the model that it will switch to, if any."""

    key: str
    model: str
    instead: str
    here: bool


class SessionList(LineList[SessionRow]):
    """The sessions of this user."""

    class Chosen(LineList.CursorMoved):
        """Somebody clicked on a session."""

    def draw(self, row: SessionRow, line: Line) -> None:
        """Draw the name, the model, and what will become of it."""
        plain = self.glyphs.plain
        line.cell(plain(row.key), 30, self.style_for("strong" if row.here else None)).space(1)
        line.cell(plain(row.model), 18, self.style_for("dim")).space(1)
        if row.instead:
            line.add(f"{self.glyphs.warning} ", self.style_for("warning")).cell(
                plain(f"next: {row.instead}"), line.room
            )
        elif row.here:
            line.add("here", self.style_for("accent"))

    def on_click(self, event: events.Click) -> None:
        """Go to the session."""
        super().on_click(event)
        index = self.index_at(event)
        if index is not None:
            self.post_message(self.Chosen(self, self.rows[index].key))


class SessionsDialog(Dialog[str]):
    """The answer is the name of the session to go to, or None for `esc`."""

    HEADING = "Sessions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Go", tooltip="Go to this session", id="sessions.go"),
        Binding("n", "new", "New", tooltip="A new session with the default model", id="sessions.new"),
        Binding("r", "rename", "Rename", tooltip="Call this session something else", id="sessions.rename"),
        Binding("d", "delete", "Delete", tooltip="Forget this session; its images stay", id="sessions.delete"),
    ]

    def __init__(self, live: LiveWorkspace, desk: LiveSessions, service: GeneratorService, here: str) -> None:
        super().__init__()
        self._live, self._desk, self._service, self._here = live, desk, service, here

    def content(self) -> ComposeResult:
        """The sessions, and what a refusal says."""
        yield SessionList()
        yield Static("", classes="text", id="problem", markup=False)

    def on_mount(self) -> None:
        """Follow sessions and workspace, beginning at the present session."""
        self._following.callback(self._desk.follow(self._show))
        self.follow(self._live, lambda _: self._show())
        self.query_one(SessionList).move_to(self._here)

    def _show(self) -> None:
        rows = session_rows(self._desk.sessions, self._live.overview, self._here)
        listed = self.query_one(SessionList)
        listed.styles.height = min(max(len(rows), 1), _MOST_ROWS)
        listed.update(rows)
        self._complain("" if rows else "None yet: the first image makes one. n makes one now.")
        self.refresh_bindings()

    def _complain(self, text: str) -> None:
        problem = self.query_one("#problem", Static)
        problem.update(self.glyphs.plain(text))
        problem.display = bool(text)

    @property
    def _current(self) -> str | None:
        row = self.query_one(SessionList).current
        return None if row is None else row.key

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a session that is there can be gone to, renamed or deleted."""
        if action in {"choose", "rename", "delete"}:
            return self.is_mounted and self._current is not None
        return super().check_action(action, parameters)

    def action_choose(self) -> None:
        """Answer with the session under the cursor."""
        if self._current is not None:
            self.dismiss(self._current)

    def on_session_list_chosen(self, event: SessionList.Chosen) -> None:
        """Answer with the session that was clicked on."""
        self.dismiss(event.key)

    @work
    async def action_new(self) -> None:
        """Make a session with the default of the moment (R11) and go there."""
        name = await self.app.push_screen_wait(NameDialog("New session", self._desk.sessions))
        if name is not None and await self._ask(lambda: self._service.start(name)):
            self.dismiss(name)

    @work
    async def action_rename(self) -> None:
        """Call the session under the cursor something else."""
        old = self._current
        if old is None:
            return
        new = await self.app.push_screen_wait(NameDialog(f"Rename {old}", self._desk.sessions, old))
        if new is None:
            return
        store = self._service.sessions
        if await self._ask(lambda: store.update(lambda sessions: sessions.rename(old, new))):
            self._here = new if self._here == old else self._here
            self._show()
            self.query_one(SessionList).move_to(new)

    @work
    async def action_delete(self) -> None:
        """Forget the session under the cursor, after asking."""
        name = self._current
        if name is None:
            return
        said = "The session is forgotten with the model it holds. Its images stay in the gallery."
        if await self.app.push_screen_wait(ConfirmDialog(f"Delete session {name}?", said)):
            store = self._service.sessions
            await self._ask(lambda: store.update(lambda sessions: sessions.delete(name)))

    async def _ask(self, change: Callable[[], Sessions]) -> bool:
        """Make a change and say what kept it from being made; True if nothing did."""
        try:
            await self._desk.ask(change)
        except (Refusal, SessionRefusal, NotSaved, StateError) as error:
            self._complain(f"{self.glyphs.refused} {error}")
            return False
        return True


def session_rows(sessions: Sessions, overview: Overview, here: str) -> list[SessionRow]:
    """A row for each session, with what it will switch to (R12)."""
    rows = []
    for session in sessions.sessions:
        instead = ""
        if fallback.closed(overview) is None:
            coming = fallback.resolve(session.model, overview)
            instead = coming.entry.model.name if coming.instead_of else ""
        model = harmless(overview.name(session.model), 60)
        rows.append(SessionRow(session.name, model, instead, session.name == here))
    return rows
