"""The parts of the demonstration: the script's place, the two sides' titles, the users' sessions."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from imgmodels_tui.demo.script import STEPS
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.entry_list import BlankRow
from imgmodels_tui.widgets.line import LineWidget, Piece, between
from imgmodels_tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from textual import events
    from textual.strip import Strip

    from imgmodels_tui.demo.rehearsal import Seat, Situation
    from imgmodels_tui.widgets.line import Line
    from imgmodels_tui.workspace.overview import Overview

_SENTENCE = 100
"""Most cells of a line of the sentence on what to look at."""


class ScriptPanel(LineWidget):
    """The step that was done last, and what to look at."""

    def __init__(self) -> None:
        super().__init__()
        self._place = 0

    def update(self, place: int) -> None:
        """Show the step at `place` of the script."""
        if place != self._place:
            self._place = place
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """Title and place, then the sentence in as many lines as any takes, so that nothing below moves."""
        style_for, glyphs, last = self.style_for, self.glyphs, len(STEPS) - 1
        sentences = [wrap(glyphs.plain(step.watch), max(20, min(width - 4, _SENTENCE))) for step in STEPS]
        said = sentences[self._place]
        said += [""] * (max(len(lines) for lines in sentences) - len(said))
        bar: Piece = (f" {glyphs.accent} ", style_for("accent"))
        number = f"Step {self._place} of {last}  " if self._place else ""
        dots: list[Piece] = [
            (glyphs.dot_on * self._place, style_for("accent")),
            (glyphs.dot_off * (last - self._place) + " ", style_for("dim")),
        ]
        title = [bar, (number, style_for("dim")), (glyphs.plain(STEPS[self._place].title), style_for("strong"))]
        return [
            between(title, dots, width, style_for()),
            *(between([bar, (text, style_for())], [], width, style_for()) for text in said),
        ]


class Sides(LineWidget):
    """The titles of settings and sessions, side by side; as tabs where only one of them has room."""

    class SideAsked(Message):
        """Somebody clicked on a title."""

        def __init__(self, *, sessions: bool) -> None:
            self.sessions = sessions
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._split: int | None = None
        self._on_sessions = False
        self._changed = 0

    def update(self, *, split: int | None, on_sessions: bool, changed: int) -> None:
        """Show where the presenter is. `split` is the column at which the sessions begin, None for tabs."""
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
        self.post_message(self.SideAsked(sessions=event.x >= self._cells()[0]))


_OTHER = "other side"


class UserRow(Record):
    """A user's heading."""

    user: str
    sessions: int
    key: None = None


class SessionRow(Record):
    """A session and the model that it holds."""

    seat: Seat
    model: str
    begun: bool
    changed: bool

    @property
    def key(self) -> str:
        """The session's user and name."""
        return f"{self.seat.user}/{self.seat.session}"


class RemarkRow(Record):
    """A line below a session: a sign's meaning as a role, and the words."""

    role: str
    text: str
    key: None = None


Row = UserRow | SessionRow | RemarkRow | BlankRow


class SessionList(LineList[Row]):
    """Everybody's sessions, with what a change of the settings means to each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,g", "generate", "Generate", tooltip="Let the user generate an image", id="demo.generate"),
        Binding("m", "choose_model", "Model", tooltip="Let the user choose a model", id="demo.model"),
    ]

    class GenerateAsked(Message):
        """The user of the session under the cursor should generate."""

    class ModelAsked(Message):
        """The user of the session under the cursor should choose a model."""

    @property
    def seat(self) -> Seat | None:
        """The session under the cursor."""
        return self.current.seat if isinstance(self.current, SessionRow) else None

    def draw(self, row: Row, line: Line) -> None:
        """Draw a heading, a session, or what is to be said of it."""
        style_for, glyphs = self.style_for, self.glyphs
        if isinstance(row, UserRow):
            count = f" {row.sessions or 'no'} session{'' if row.sessions == 1 else 's'}"
            line.space(1).add(row.user, style_for("strong")).space(1)
            line.fill_to(len(count) + 1, glyphs.rule, style_for("faint")).add(count, style_for("dim"))
        elif isinstance(row, SessionRow):
            if row.changed:
                line.replace_last(glyphs.mark, style_for("accent"))
            line.cell(row.seat.session, 14).add(glyphs.plain(row.model), style_for("strong" if row.begun else "dim"))
        elif isinstance(row, RemarkRow):
            sign = {"warning": glyphs.warning, "done": glyphs.done, "error": glyphs.refused, "dim": glyphs.arrow}
            line.space(4).add(f"{sign[row.role]} ", style_for(row.role))
            line.cell(glyphs.plain(row.text), line.room, style_for("dim" if row.role == "dim" else None))

    def action_generate(self) -> None:
        """Let the user generate."""
        self.post_message(self.GenerateAsked())

    def action_choose_model(self) -> None:
        """Let the user choose a model."""
        self.post_message(self.ModelAsked())


def rows_of(
    situations: Sequence[Situation], overview: Overview, changed: Collection[Seat], *, spaced: bool
) -> tuple[Row, ...]:
    """A heading for each user, two or three lines for each session."""
    rows: list[Row] = []
    user = None
    for situation in situations:
        seat = situation.seat
        if seat.user != user:
            user = seat.user
            if spaced and rows:
                rows.append(BlankRow())
            begun = sum(each.seat.user == user and each.held is not None for each in situations)
            rows.append(UserRow(user, begun))
        held = "not begun yet" if situation.held is None else harmless(overview.name(situation.held), 60)
        rows.append(SessionRow(seat, held, situation.held is not None, seat in changed))
        rows.extend(_remarks(situation, overview))
    return tuple(rows)


def _remarks(situation: Situation, overview: Overview) -> list[RemarkRow]:
    """What was made last, and what comes next."""
    found = []
    if situation.made is not None:
        used = harmless(situation.made.entry.model.name, 40)
        switched = situation.made.switched_from
        instead = f" instead of {harmless(overview.name(switched), 40)}" if switched else ""
        found.append(RemarkRow("done", f"made with {used}{instead}"))
    if situation.coming is None:
        found.append(RemarkRow("error", f"closed: {_lower(situation.closed.heading if situation.closed else '')}"))
        return found
    name = harmless(situation.coming.entry.model.name, 40)
    if situation.coming.instead_of is None:
        found.append(RemarkRow("dim", f"next: {name}"))
    else:
        gone = harmless(overview.name(situation.coming.instead_of), 40)
        found.append(RemarkRow("warning", f"next: {name}, {gone} was disabled"))
    return found


def _lower(heading: str) -> str:
    return heading[:1].lower() + heading[1:]
