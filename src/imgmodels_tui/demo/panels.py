"""The parts of the demonstration: the position in the script, the titles of both sides, the users' sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from imgmodels_tui.demo.workspace import STEPS, SessionStatus, UserSession
from imgmodels_tui.record import Record
from imgmodels_tui.text import counted, harmless
from imgmodels_tui.widgets.entry_list import BlankRow
from imgmodels_tui.widgets.line import Line, LineWidget, Piece, between
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.overview import Overview

_SENTENCE = 100
"""Most cells of a line of the sentence on what to look at."""


class ScriptPanel(LineWidget):
    """The step that was done last, and what to look at."""

    _position = 0

    def update(self, position: int) -> None:
        """Show the step at this position of the script."""
        if position != self._position:
            self._position = position
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """Title and position, then the sentence in as many lines as any takes, so that nothing below moves."""
        style_for, glyphs, last = self.style_for, self.glyphs, len(STEPS) - 1
        sentences = [wrap(glyphs.plain(step.watch), max(20, min(width - 4, _SENTENCE))) for step in STEPS]
        shown = sentences[self._position]
        shown += [""] * (max(len(lines) for lines in sentences) - len(shown))
        bar: Piece = (f" {glyphs.accent} ", style_for("accent"))
        number = f"Step {self._position} of {last}  " if self._position else ""
        dots: list[Piece] = [
            (glyphs.dot_on * self._position, style_for("accent")),
            (glyphs.dot_off * (last - self._position) + " ", style_for("dim")),
        ]
        title = [bar, (number, style_for("dim")), (glyphs.plain(STEPS[self._position].title), style_for("strong"))]
        return [
            between(title, dots, width, style_for()),
            *(between([bar, (text, style_for())], [], width, style_for()) for text in shown),
        ]


class Sides(LineWidget):
    """The titles of settings and sessions, side by side; as tabs where only one of them has room."""

    class SideClicked(Message):
        """A click on a title."""

        def __init__(self, *, sessions: bool) -> None:
            self.sessions = sessions
            super().__init__()

    _split: int | None = None
    _on_sessions = False
    _changed = 0

    def update(self, *, split: int | None, on_sessions: bool, changed: int) -> None:
        """Show which side is the current one. `split` is the column at which the sessions begin, None for tabs."""
        if (split, on_sessions, changed) != (self._split, self._on_sessions, self._changed):
            self._split, self._on_sessions, self._changed = split, on_sessions, changed
            self.redraw()

    def _titles(self) -> tuple[str, str]:
        changed = f" {self.glyphs.mark} {self._changed} changed" if self._changed else ""
        return " Settings", f" Users' sessions{changed}"

    def lines(self, width: int) -> Sequence[Strip]:
        """One line."""
        line = self.line(width)
        for title, current, cells in zip(
            self._titles(), (not self._on_sessions, self._on_sessions), self._cells(), strict=True
        ):
            sign = self.glyphs.cursor if current else " "
            line.cell(f"{sign}{title}", cells, self.style_for("strong" if current else "dim"))
        if self._split is None:
            line.fill_to(len(_OTHER) + 5).add("tab", self.style_for("key")).add(f" {_OTHER} ", self.style_for("dim"))
        return [line.strip()]

    def _cells(self) -> tuple[int, int]:
        settings, sessions = self._titles()
        if self._split is not None:
            return self._split, cell_len(sessions) + 3
        return cell_len(settings) + 4, cell_len(sessions) + 3

    def on_click(self, event: events.Click) -> None:
        """Go to the side under the mouse."""
        self.post_message(self.SideClicked(sessions=event.x >= self._cells()[0]))


_OTHER = "other side"


class UserRow(Record):
    """A user's heading."""

    user: str
    sessions: int
    key: None = None


class UserSessionRow(Record):
    """A session and the model that it holds."""

    session: UserSession
    model: str
    exists: bool
    is_changed: bool
    has_pictures: bool

    @property
    def key(self) -> str:
        """The session's user and name."""
        return self.session.key


class RemarkRow(Record):
    """A line below a session: the role of its sign and text, and the text."""

    role: str
    text: str
    key: None = None


Row = UserRow | UserSessionRow | RemarkRow | BlankRow


class UserSessionList(LineList[Row]):
    """The sessions of all users, with what a change of the settings means to each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,g", "generate", "Generate", tooltip="Let the user generate an image", id="demo.generate"),
        Binding("m", "choose_model", "Model", tooltip="Let the user choose a model", id="demo.model"),
        Binding("v", "view", "Picture", tooltip="The session's last image, large", id="demo.view"),
    ]

    class GenerateRequested(Message):
        """The user of the session under the cursor is to generate an image."""

    class ModelRequested(Message):
        """The user of the session under the cursor is to choose a model."""

    class PictureRequested(Message):
        """The last image of the session under the cursor is to be shown large."""

    @property
    def session(self) -> UserSession | None:
        """The session under the cursor."""
        return self.current.session if isinstance(self.current, UserSessionRow) else None

    def draw(self, row: Row, line: Line) -> None:
        """Draw a heading, a session, or a remark below it."""
        style_for, glyphs = self.style_for, self.glyphs
        if isinstance(row, UserRow):
            count = f" {counted(row.sessions, 'session') if row.sessions else 'no sessions'}"
            line.space(1).add(row.user, style_for("strong")).space(1)
            line.fill_to(len(count) + 1, glyphs.rule, style_for("faint")).add(count, style_for("dim"))
        elif isinstance(row, UserSessionRow):
            if row.is_changed:
                line.replace_last(glyphs.mark, style_for("accent"))
            line.cell(row.session.name, 14).add(glyphs.plain(row.model), style_for("strong" if row.exists else "dim"))
        elif isinstance(row, RemarkRow):
            sign = {"warning": glyphs.warning, "done": glyphs.done, "error": glyphs.refused, "dim": glyphs.arrow}
            line.space(4).add(f"{sign[row.role]} ", style_for(row.role))
            line.cell(glyphs.plain(row.text), line.room, style_for("dim" if row.role == "dim" else None))

    def action_generate(self) -> None:
        """Let the user generate."""
        self.post_message(self.GenerateRequested())

    def action_choose_model(self) -> None:
        """Let the user choose a model."""
        self.post_message(self.ModelRequested())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer a picture where there is one, and a choice to people: a program names its model itself."""
        here = self.current if isinstance(self.current, UserSessionRow) else None
        if action == "view":
            return here is not None and here.has_pictures
        return action != "choose_model" or here is None or here.session.asks_for is None

    def action_view(self) -> None:
        """Show the last image."""
        self.post_message(self.PictureRequested())


def rows_of(
    statuses: Sequence[SessionStatus], overview: Overview, changed: Collection[UserSession], *, spaced: bool
) -> tuple[Row, ...]:
    """A heading for each user, two or three lines for each session."""
    rows: list[Row] = []
    for user, group in groupby(statuses, key=lambda status: status.session.user):
        sessions = list(group)
        rows += [BlankRow()] if spaced and rows else []
        rows.append(UserRow(user, sum(status.held is not None for status in sessions)))
        for status in sessions:
            begun = status.session.asks_for is None
            nothing = "not begun yet" if begun else f"asks for {_name(status.session.asks_for or '', overview)}"
            held = nothing if status.held is None else harmless(overview.name(status.held), 60)
            exists, is_changed = status.held is not None, status.session in changed
            rows.append(UserSessionRow(status.session, held, exists, is_changed, bool(status.pictures)))
            rows += _remarks(status, overview)
    return tuple(rows)


def _remarks(status: SessionStatus, overview: Overview) -> list[RemarkRow]:
    """What the last image used, and what the next one uses."""
    remarks = []
    if status.last_image is not None:
        started = status.last_image.started
        used, switched = started.entry.id, started.switched_from
        instead = f" instead of {_name(switched, overview)}" if switched else ""
        remarks.append(RemarkRow("done", f"made with {_name(used, overview)}{instead}"))
    if status.closed is not None:
        remarks.append(RemarkRow("error", f"closed: {status.closed.heading[:1].lower()}{status.closed.heading[1:]}"))
    elif status.next_model is None and status.session.asks_for is not None:
        remarks.append(RemarkRow("error", f"refused: {_name(status.session.asks_for, overview)} is not enabled"))
    elif status.next_model is not None:
        name, gone = _name(status.next_model.entry.id, overview), status.next_model.instead_of
        disabled = f", {_name(gone, overview)} was disabled" if gone else ""
        remarks.append(RemarkRow("warning" if gone else "dim", f"next: {name}{disabled}"))
    return remarks


def _name(model: str, overview: Overview) -> str:
    return harmless(overview.name(model), 40)
