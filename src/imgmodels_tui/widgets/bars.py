"""The bars of a page: its title, its status and its keys."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer

from imgmodels_tui.record import Record
from imgmodels_tui.widgets.line import LineWidget, Piece, between, folded


class NavItem(Record):
    """A page of the program, the key that shows it, and its title where it is the only one."""

    name: str
    key: str
    label: str
    title: str = ""


_ROOMY = 100
"""Columns from which the pages in the title stand apart."""


class TitleBar(LineWidget):
    """The pages of the program, or the title of the only one; on the right who you are and what is shown."""

    def __init__(self, pages: Sequence[NavItem], current: str) -> None:
        super().__init__()
        self._pages, self._current = pages, current
        self._facts: Sequence[str] = ()
        self._space = " "

    def update(self, facts: Sequence[str]) -> None:
        """Show `facts` on the right, the most important last."""
        if facts != self._facts:
            self._facts = facts
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line; where there is no room for all facts, the first are left out, and the pages stand closer."""
        facts = list(self._facts)
        separator = f" {self.glyphs.separator} "
        self._space = " " if width >= _ROOMY else ""
        left = self._left()
        room = width - sum(cell_len(text) for text, _ in left) - 2
        while facts and cell_len(separator.join(facts)) > room:
            facts.pop(0)
        right = self.glyphs.plain(separator.join(facts)) + " "
        return [between(left, [(right, self.style_for("dim"))], width, self.style_for())]

    def _left(self) -> list[Piece]:
        if len(self._pages) == 1:
            return [(f" {self._pages[0].title}", self.style_for("strong"))]
        pieces: list[Piece] = []
        for page in self._pages:
            key_role, label_role = ("key", "strong") if page.name == self._current else ("dim", "dim")
            label = f"{page.label}{self._space}"
            pieces += [(f" {page.key} ", self.style_for(key_role)), (label, self.style_for(label_role))]
        return pieces

    def on_click(self, event: events.Click) -> None:
        """Go to the page under the mouse."""
        end = 0
        for page in self._pages:
            end += cell_len(f" {page.key} {page.label}{self._space}")
            if event.x < end:
                self.press(page.key)
                return


class Severity(Enum):
    """How a notice is meant; each has a sign of its own, so that colour is never needed."""

    DONE = auto()
    REFUSED = auto()
    NEWS = auto()


class Notice(Record):
    """What just happened, in a sentence."""

    text: str
    severity: Severity = Severity.DONE


NOTICE_LASTS = 5.0
"""Seconds for which a notice is shown."""


class StatusBar(LineWidget):
    """The last notice on the left, the figures on the right; a long notice takes more than one line."""

    def __init__(self) -> None:
        super().__init__()
        self.notice: Notice | None = None
        """What is shown at the moment."""
        self._idle_text = self._figures = ""
        self._timer: Timer | None = None

    def show_notice(self, notice: Notice | None) -> None:
        """Show a notice for some seconds, or none any more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if notice is not None:
            self._timer = self.set_timer(NOTICE_LASTS, lambda: self.show_notice(None))
        if notice != self.notice:
            self.notice = notice
            self.redraw()

    def update(self, idle_text: str, figures: str) -> None:
        """Set what is shown while there is no notice, and the figures on the right."""
        if (idle_text, figures) != (self._idle_text, self._figures):
            self._idle_text, self._figures = idle_text, figures
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line, with the figures where the notice leaves room for them."""
        plain, style_for = self.glyphs.plain, self.style_for
        right = [(f" {plain(self._figures)} ", style_for("dim"))]
        if self.notice is None:
            return [between([(f" {plain(self._idle_text)}", style_for("dim"))], right, width, style_for())]
        sign, role = {
            Severity.DONE: (self.glyphs.done, "done"),
            Severity.REFUSED: (self.glyphs.refused, "error"),
            Severity.NEWS: (self.glyphs.news, "accent"),
        }[self.notice.severity]
        text = plain(self.notice.text)
        if cell_len(text) + 4 > width - cell_len(right[0][0]):
            right = []
        first, *more = folded(text, width - 4) if cell_len(text) > width - 3 else [text]
        lines = [between([(f" {sign} ", style_for(role)), (first, style_for())], right, width, style_for())]
        return lines + [between([(f"   {part}", style_for())], [], width, style_for()) for part in more]


_ALWAYS = 2


class KeyBar(LineWidget):
    """The keys that do something here, as many as fit; a click on one presses it."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[tuple[str, Binding], ...] = ()
        self._spans: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        self._follow(self.screen)

    def _follow(self, screen: Screen[object]) -> None:
        shown: dict[str, tuple[str, Binding]] = {}
        field = screen.focused
        typing = field is not None and field.check_consume_key("x", "x")  # where a letter is typed, it is no command
        for binding, _ in bindings_of(screen):
            if is_typed(binding.key) if typing else binding.id in _WHILE_TYPING:
                continue
            if binding.show or binding.id in _WHILE_TYPING:
                shown.setdefault(binding.action, (screen.app.get_key_display(binding), binding))
        keys = tuple(shown.values())
        if keys != self._keys:
            self._keys = keys
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """One line; the last keys (help and quit) are always shown, of the others the first that fit."""
        line = self.line(width)
        line.space(1)
        self._spans = []
        for key, binding in self._fitting(width - 1):
            start = width - line.room
            line.add(self.glyphs.plain(key), self.style_for("key"))
            line.add(f" {binding.description}", self.style_for("dim"))
            self._spans.append((start, width - line.room, binding.key))
            line.space(2)
        return [line.strip()]

    def _fitting(self, width: int) -> list[tuple[str, Binding]]:
        keys = list(self._keys)
        needed = cell_len("  ".join(f"{key} {binding.description}" for key, binding in keys))
        while len(keys) > _ALWAYS and needed > width:
            key, binding = keys.pop(-_ALWAYS - 1)
            needed -= cell_len(f"  {key} {binding.description}")
        return keys

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.press(key)


def is_typed(key: str) -> bool:
    """Whether a key writes a character into a field."""
    return len(key) == 1 or key in _TYPED


_WHILE_TYPING = {"app.help", "app.leave"}
"""Bindings for what a letter does elsewhere."""

_TYPED = {"space", "question_mark", "comma", "slash", "plus", "minus", "left_square_bracket", "right_square_bracket"}


def bindings_of(screen: Screen[object]) -> list[tuple[Binding, str]]:
    """The bindings that do something on a screen, with their tooltips, the page's own first.

    Every binding of this program has an id; those without one are the toolkit's and are left out.
    """
    active = screen.active_bindings.values()
    found = [(binding, tooltip) for _, binding, enabled, tooltip in active if enabled and binding.id]
    return sorted(found, key=lambda pair: _ORDER.get((pair[0].id or "").partition(".")[0], 0))


_ORDER = {"script": -1, "dialog": 1, "page": 1, "list": 2, "app": 3}
"""The order of bindings by the first part of their id: scripts, the page, dialogs and pages, lists, the program."""
