"""The panels above the list of models: the default model, and first steps on a fresh workspace."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip

from imgmodels_tui.catalog import UseCase, prices
from imgmodels_tui.widgets.line import LineWidget, Piece, between, clip
from imgmodels_tui.workspace.overview import Entry, Overview


class DefaultPanel(LineWidget):
    """Which model is preselected for users, and that it can be changed."""

    class ChangeAsked(Message):
        """The dropdown was clicked on."""

    _default: Entry | None = None
    _any_enabled = False

    def update(self, overview: Overview) -> None:
        """Show the default of this state."""
        default, any_enabled = overview.default, bool(overview.enabled)
        if (default, any_enabled) != (self._default, self._any_enabled):
            self._default, self._any_enabled = default, any_enabled
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """Two lines: the model, and what it means."""
        glyphs, style_for = self.glyphs, self.style_for
        bar = (f" {glyphs.accent} ", style_for("accent"))
        label: Piece = ("Default model  ", style_for("dim"))
        change: list[Piece] = [("d", style_for("key")), (f" change {glyphs.dropdown} ", style_for("dim"))]
        if self._default is None:
            change = change if self._any_enabled else []
            model: list[Piece] = [("none yet", style_for("warning"))]
            meaning = "Users cannot generate images until a model is the default"
        else:
            entry = self._default
            dot = f" {glyphs.separator} "
            facts = [entry.maker.name, entry.model.region.value, entry.price_shown]
            if entry.model.premium:
                facts.append("premium, included" if entry.included else "premium, billed against credits")
            name = glyphs.plain(entry.model.name)
            room = width - sum(cell_len(text) for text, _ in (bar, label, *change)) - cell_len(name) - 1
            while facts and cell_len(glyphs.plain(dot + dot.join(facts))) > room:
                facts.pop()  # whole facts leave, the last first
            model = [(name, style_for("strong"))]
            model += [(glyphs.plain(dot + dot.join(facts)), style_for("dim"))] if facts else []
            meaning = "Preselected when a user opens the image generator"
        return [
            between([bar, label, *model], change, width, style_for()),
            between([bar, (meaning, style_for("dim"))], [], width, style_for()),
        ]

    def on_click(self) -> None:
        """Open the dropdown."""
        self.post_message(self.ChangeAsked())


FIRST_KEYS = ("A", "B", "C")
"""The keys that enable the guide's starting sets."""


_WITH_WORDS = 100
"""Columns from which badges of a set are spelled out."""


class FirstSteps(LineWidget):
    """On a fresh workspace: what to do, and starting sets that one key enables."""

    class SetAsked(Message):
        """A set was clicked on."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    _overview: Overview | None = None

    def update(self, overview: Overview) -> None:
        """Appear as long as nothing is enabled."""
        self._overview = overview
        fresh = not overview.enabled
        self.set_class(not fresh, "-away")
        if fresh:
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """How to begin, then one line for each set."""
        if self._overview is None:
            return []
        overview, style_for = self._overview, self.style_for
        text = "Nothing is enabled yet. Press space on a model, or begin with a whole set:"
        drawn = [between([(f" {self.glyphs.plain(text)}", style_for("strong"))], [], width, style_for())]
        for key, case in zip(FIRST_KEYS, starting_sets(overview), strict=False):
            entries = [overview.entries[recommended.model] for recommended in case.recommended]
            right = self.glyphs.plain(_summary(entries, short=width < _WITH_WORDS))
            name = clip(self.glyphs.plain(case.name), min(46, width - cell_len(right) - len("  A   ")))
            left = [(f"  {key} ", style_for("key")), (f" {name}", style_for())]
            drawn.append(between(left, [(f"{right} ", style_for("dim"))], width, style_for()))
        return drawn

    def on_click(self, event: events.Click) -> None:
        """Enable the set under the mouse."""
        if self._overview is None or (place := event.get_content_offset(self)) is None:
            return
        if 0 < place.y <= len(starting_sets(self._overview)):
            self.post_message(self.SetAsked(place.y - 1))


def starting_sets(overview: Overview) -> tuple[UseCase, ...]:
    """The guide's use cases that suit a first setup."""
    return tuple(case for case in overview.catalog.guide.values() if case.starting_set)[: len(FIRST_KEYS)]


def _summary(entries: Sequence[Entry], *, short: bool) -> str:
    premium = sum(entry.model.premium for entry in entries)
    known = sorted(entry.price for entry in entries if entry.price is not None)
    parts = [f"{len(entries)} models"]
    if premium:
        parts.append(f"{premium} {'prem.' if short else 'premium'}")
    ending = sum(entry.is_deprecated or entry.is_retired for entry in entries)
    if ending:
        parts.append(f"{ending} {'depr.' if short else 'deprecated'}")
    if known:
        parts.append(f"{prices.shown(known[0])}–{prices.shown(known[-1]).removeprefix('€')}")
    return ", ".join(parts)
