"""The panels of the image generator: the session and what it draws with next, the progress, the closed door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.message import Message

from imgmodels_tui.generator import messages
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.line import LineWidget, between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.strip import Strip
    from textual.timer import Timer

    from imgmodels_tui.generator.billing import Cost
    from imgmodels_tui.generator.fallback import Closed, Next
    from imgmodels_tui.widgets.line import Piece

_LABEL = 12


class NextPanel(LineWidget):
    """Which session this is, and what its next image is drawn with, for how much."""

    class KeyAsked(Message):
        """Somebody clicked on one of the two dropdowns."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    KEYS = ("ctrl+s", "ctrl+o")

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str, int, Next, Cost] | None = None

    def update(self, session: str, sessions: int, coming: Next, cost: Cost) -> None:
        """Show a session, of how many, and what it draws with next."""
        if (session, sessions, coming, cost) != self._shown:
            self._shown = session, sessions, coming, cost
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The session, the model."""
        if self._shown is None:
            return []
        session, sessions, coming, cost = self._shown
        entry, plain, style_for = coming.entry, self.glyphs.plain, self.style_for
        dot = f" {self.glyphs.separator} "
        count = f"{dot}{sessions} sessions" if sessions > 1 else ""
        facts = [entry.maker.name, flags.LETTERS[entry.model.region], messages.price(cost)]
        fits = width - len("ctrl+o sessions v ") - _LABEL - 4 - cell_len(entry.model.name)
        while len(facts) > 1 and cell_len(plain(dot + dot.join(facts))) > fits:
            facts.pop(0)
        return [
            self._line("Session", session, count, "ctrl+s", "sessions", width),
            between(
                [
                    *self._label("Next image"),
                    (plain(entry.model.name), style_for("strong")),
                    (plain(dot + dot.join(facts)), style_for("dim")),
                ],
                self._hint("ctrl+o", "model"),
                width,
                style_for(),
            ),
        ]

    def _line(self, label: str, text: str, remark: str, key: str, word: str, width: int) -> Strip:
        plain, style_for = self.glyphs.plain, self.style_for
        left = [*self._label(label), (plain(text), style_for("strong")), (plain(remark), style_for("dim"))]
        return between(left, self._hint(key, word), width, style_for())

    def _label(self, label: str) -> list[Piece]:
        return [(f" {self.glyphs.accent} ", self.style_for("accent")), (label.ljust(_LABEL), self.style_for("dim"))]

    def _hint(self, key: str, word: str) -> list[Piece]:
        return [(key, self.style_for("key")), (f" {word:<8} {self.glyphs.dropdown} ", self.style_for("dim"))]

    def on_click(self, event: events.Click) -> None:
        """Open the dropdown of the line under the mouse."""
        y = event.get_content_offset(self)
        if y is not None and y.y < len(self.KEYS):
            self.post_message(self.KeyAsked(self.KEYS[y.y]))


class ProgressLine(LineWidget):
    """How far a picture is drawn; no line while none is, nor for a picture that is drawn in no time."""

    DELAY = 0.15
    """Seconds after which drawing takes long enough to be watched; a line that came and went would only flash."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._percent = 0
        self._soon: Timer | None = None
        self.display = False

    def start(self, text: str) -> None:
        """Appear soon, saying what is drawn."""
        self.stop()
        self._text, self._percent = text, 0
        self._soon = self.set_timer(self.DELAY, self._appear)

    def _appear(self) -> None:
        self.display = True
        self.redraw()

    def show(self, done: float) -> None:
        """Show how much is done, 0 to 1."""
        percent = round(done * 100)
        if percent != self._percent:
            self._percent = percent
            self.refresh()

    def stop(self) -> None:
        """Disappear, or do not appear."""
        if self._soon is not None:
            self._soon.stop()
        self.display = False

    def lines(self, width: int) -> Sequence[Strip]:
        """What, a bar, a figure, and how to stop it."""
        line = self.line(width).space(1)
        line.cell(self.glyphs.plain(self._text), min(cell_len(self._text), width // 2)).space(2)
        hint = f"{self._percent:3} %  "
        room = max(0, line.room - len(hint) - len("  esc cancels "))
        done = room * self._percent // 100
        line.add(self.glyphs.bar * done, self.style_for("accent")).add(
            self.glyphs.rule * (room - done), self.style_for("faint")
        )
        line.space(2).add(hint).add("esc", self.style_for("key")).add(" cancels", self.style_for("dim"))
        return [line.strip()]


class SectionHead(LineWidget):
    """A heading with a rule and a count, like the makers' in the model list."""

    def __init__(self) -> None:
        super().__init__()
        self._head = ("", "")

    def update(self, name: str, count: str) -> None:
        """Show a name and how many there are."""
        if (name, count) != self._head:
            self._head = (name, count)
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line."""
        name, count = self._head
        line = self.line(width).space(1).add(name, self.style_for("strong")).space(1)
        line.fill_to(len(count) + 2, self.glyphs.rule, self.style_for("faint"))
        return [line.space(1).add(count, self.style_for("dim")).strip()]


class ClosedPanel(LineWidget):
    """In the place of the whole generator: why it is closed and who can open it (R10, R13)."""

    def __init__(self) -> None:
        super().__init__()
        self._shut: Closed | None = None
        self._hint = ""

    def update(self, closed: Closed, hint: str) -> None:
        """Show the reason; `hint` says what this person can do about it."""
        if (closed, hint) != (self._shut, self._hint):
            self._shut, self._hint = closed, hint
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The reason, the advice, and that nothing is lost."""
        if self._shut is None:
            return []
        plain, style_for = self.glyphs.plain, self.style_for
        texts = [
            (f"{self.glyphs.warning} {plain(self._shut.heading)}", "warning"),
            ("", "dim"),
            (plain(f"Nothing can be generated. {self._shut.advice}."), "strong"),
            ("Your sessions and images are kept; this page opens by itself.", "dim"),
            ("", "dim"),
            (plain(self._hint), "dim"),
        ]
        drawn = []
        for text, role in texts:
            line = self.line(width)
            drawn.append(line.space(max(0, (width - cell_len(text)) // 2)).add(text, style_for(role)).strip())
        return drawn
