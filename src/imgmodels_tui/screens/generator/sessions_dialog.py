"""The dropdown over a user's sessions: go to one, make, rename and delete; and the dialog that asks for a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.generator import fallback
from imgmodels_tui.generator.sessions.records import LONGEST_NAME, Sessions
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.chooser import MOST_ROWS, ChoiceList
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.screens.shared.facts_dialog import ConfirmDialog
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.details import Proposal
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.workspace.errors import NotSaved, Refusal
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries.model_facts import Fact

if TYPE_CHECKING:
    from imgmodels_tui.generator.service import GeneratorService
    from imgmodels_tui.generator.sessions.live import LiveSessions


class _ChangingDialog(Dialog[str]):
    """A dialog that changes sessions, with the reason of a refusal in its last line. It answers with a session."""

    def __init__(self, live_sessions: LiveSessions, heading: str = "") -> None:
        super().__init__(heading)
        self._live_sessions = live_sessions
        self._is_changing = False

    def problem(self) -> Static:
        """The last line, to be composed."""
        return Static("", classes="text", id="problem", markup=False)

    def complain(self, text: str = "") -> None:
        """Show `text` in the last line, or no such line."""
        problem = self.query_one("#problem", Static)
        problem.update(self.glyphs.plain(text))
        problem.display = bool(text)

    async def change(self, change: Callable[[], Sessions]) -> bool:
        """Make a change, unless one is under way; True if it was made."""
        if self._is_changing:
            return False
        self._is_changing = True
        try:
            await self._live_sessions.change(change)
        except (Refusal, NotSaved, UnusableFile) as error:
            self.complain(f"{self.glyphs.refused} {harmless(str(error))}")
            return False
        finally:
            self._is_changing = False
        return True


class NameDialog(_ChangingDialog):
    """Asks for a session's name and makes the change that needs it; the answer is the name, or None for `esc`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "Done", id="naming.done", priority=True),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(
        self, heading: str, live_sessions: LiveSessions, change: Callable[[str], Sessions], name: str = ""
    ) -> None:
        super().__init__(live_sessions, heading)
        self._change, self._old_name = change, name

    def content(self) -> ComposeResult:
        """The field, and who can read the name."""
        yield Input(self._old_name, max_length=LONGEST_NAME, compact=True, placeholder="a name")
        note = "Admins of this workspace can read the names of sessions, never prompts or images."
        yield Static(note, classes="text dim", markup=False)
        yield self.problem()

    def on_mount(self) -> None:
        """Begin in the field."""
        self.query_one(Input).cursor_blink = False
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.complain()

    @work
    async def action_done(self) -> None:
        """Make the change and answer with the name, or say what is wrong with it."""
        name = self.query_one(Input).value.strip()
        if await self.change(lambda: self._change(name)):
            self.dismiss(name)


class SessionRow(Record):
    """A session, the name of its model, and the model that it will switch to, if any."""

    key: str
    model: str
    instead: str
    is_current: bool


class SessionList(ChoiceList):
    """The sessions of this user."""

    def draw(self, row: SessionRow, line: Line) -> None:
        """Draw the name, the model, and the model of the next image if it is another one."""
        plain = self.glyphs.plain
        line.cell(plain(row.key), 30, self.style_for("strong" if row.is_current else None)).space(1)
        line.cell(plain(row.model), 18, self.style_for("dim")).space(1)
        if row.instead:
            line.add(f"{self.glyphs.warning} ", self.style_for("warning"))
            line.cell(plain(f"next: {row.instead}"), line.room)
        elif row.is_current:
            line.add("here", self.style_for("accent"))


class SessionsDialog(_ChangingDialog):
    """The answer is the name of the session to go to, or None for `esc`."""

    HEADING = "Sessions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Go", tooltip="Go to this session", id="sessions.go"),
        Binding("n", "new", "New", tooltip="A new session with the default model", id="sessions.new"),
        Binding("r", "rename", "Rename", tooltip="Call this session something else", id="sessions.rename"),
        Binding("d", "delete", "Delete", tooltip="Forget this session; its images stay", id="sessions.delete"),
    ]

    def __init__(
        self, live: LiveWorkspace, live_sessions: LiveSessions, service: GeneratorService, current: str
    ) -> None:
        super().__init__(live_sessions)
        self._live, self._service, self._current = live, service, current

    def content(self) -> ComposeResult:
        """The sessions, and why a change was refused."""
        yield SessionList()
        yield self.problem()

    def on_mount(self) -> None:
        """Follow sessions and workspace, beginning at the present session."""
        self._following.callback(self._live_sessions.follow(self._show))
        self.follow(self._live, lambda _: self._show())
        self.query_one(SessionList).move_to(self._current)

    def _show(self) -> None:
        rows = session_rows(self._live_sessions.sessions, self._live.overview, self._current)
        listed = self.query_one(SessionList)
        listed.styles.height = min(max(len(rows), 1), MOST_ROWS)
        listed.update(rows)
        self.complain("" if rows else "None yet: the first image makes one. n makes one now.")
        self.refresh_bindings()

    @property
    def _selected(self) -> str:
        """The name of the session under the cursor; empty if there is none."""
        row = self.query_one(SessionList).current
        return "" if row is None else row.key

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a session that exists can be gone to, renamed or deleted."""
        if action in {"choose", "rename", "delete"}:
            return self.is_mounted and bool(self._selected)
        return super().check_action(action, parameters)

    @on(ChoiceList.Chosen)
    def action_choose(self) -> None:
        """Answer with the session under the cursor."""
        self.dismiss(self._selected)

    @work
    async def action_new(self) -> None:
        """Make a session with the default of the moment (R11) and go there."""
        name = await self.app.push_screen_wait(NameDialog("New session", self._live_sessions, self._service.start))
        if name is not None:
            self.dismiss(name)

    @work
    async def action_rename(self) -> None:
        """Call the session under the cursor something else."""
        old, store = self._selected, self._service.sessions

        def rename(new: str) -> Sessions:
            return store.update(lambda sessions: sessions.rename(old, new))

        new = await self.app.push_screen_wait(NameDialog(f"Rename {old}", self._live_sessions, rename, old))
        if new is not None:
            self._current = new if self._current == old else self._current
            self._show()
            self.query_one(SessionList).move_to(new)

    @work
    async def action_delete(self) -> None:
        """Delete the session under the cursor, after asking."""
        name, store = self._selected, self._service.sessions
        facts = (Fact("Session", "forgotten with the model it holds"), Fact("Images", "stay"))
        proposal = Proposal((), facts, ready=True)
        if await self.app.push_screen_wait(DeleteDialog(self._live, f"Delete session {name}?", lambda _: proposal)):
            await self.change(lambda: store.update(lambda sessions: sessions.delete(name)))


class DeleteDialog(ConfirmDialog):
    """Asks before a session is deleted."""

    ASKS_WHY = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "Delete", tooltip="Forget the session; its images stay", id="confirm.apply"),
        Binding("escape", "close", "Keep", id="dialog.close"),
    ]


def session_rows(sessions: Sessions, overview: Overview, current: str) -> list[SessionRow]:
    """A row for each session, with what it will switch to (R12)."""
    rows = []
    for session in sessions.sessions:
        instead = ""
        if fallback.closed(overview) is None:
            next_model = fallback.resolve(session.model, overview)
            instead = next_model.entry.model.name if next_model.instead_of else ""
        model = harmless(overview.name(session.model), 60)
        rows.append(SessionRow(session.name, model, instead, session.name == current))
    return rows
