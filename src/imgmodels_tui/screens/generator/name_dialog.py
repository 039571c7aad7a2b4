"""Two small dialogs: one asks for a name, one asks whether it is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from imgmodels_tui.generator.sessions.records import LONGEST_NAME, SessionRefusal, checked_name
from imgmodels_tui.screens.shared.dialog import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from imgmodels_tui.generator.sessions.records import Sessions


class NameDialog(Dialog[str]):
    """Asks for a session's name; the answer is one that is free, or None for `esc`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "Done", id="naming.done", priority=True),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(self, heading: str, sessions: Sessions, name: str = "") -> None:
        super().__init__()
        self._heading, self._sessions, self._name_before = heading, sessions, name

    def heading(self) -> str:
        """What is named."""
        return self._heading

    def content(self) -> ComposeResult:
        """The field, and who can read the name."""
        yield Input(self._name_before, max_length=LONGEST_NAME, compact=True, placeholder="a name")
        yield Static(
            "Admins of this workspace can read the names of sessions, never prompts or images.",
            classes="text dim",
            markup=False,
        )
        yield Static("", classes="text", id="problem", markup=False)

    def on_mount(self) -> None:
        """Begin typing."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()
        self.query_one("#problem").display = False

    @on(Input.Changed)
    def _judge(self) -> None:
        self.query_one("#problem").display = False

    def action_done(self) -> None:
        """Answer with the name, or say what is wrong with it."""
        try:
            name = checked_name(self.query_one(Input).value)
            taken = self._sessions.find(name)
            if taken is not None and taken.name != self._name_before:
                raise SessionRefusal(f"There is a session called {taken.name} already; choose another name")
        except SessionRefusal as refusal:
            problem = self.query_one("#problem", Static)
            problem.update(self.glyphs.plain(f"{self.glyphs.refused} {refusal}"))
            problem.display = True
        else:
            self.dismiss(name)


class ConfirmDialog(Dialog[bool]):
    """Asks before something is lost; the answer is True only for `enter`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", "Delete", id="confirm.yes"),
        Binding("escape", "close", "Keep", id="dialog.close"),
    ]

    def __init__(self, heading: str, said: str) -> None:
        super().__init__()
        self._heading, self._said = heading, said

    def heading(self) -> str:
        """The question."""
        return self._heading

    def content(self) -> ComposeResult:
        """What is lost and what stays."""
        yield Static(self.glyphs.plain(self._said), classes="text", markup=False)

    def action_confirm(self) -> None:
        """Yes."""
        self.dismiss(True)
