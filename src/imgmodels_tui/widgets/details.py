"""Everything known of a model, in two columns, as high as it needs to be."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len

from imgmodels_tui.generator.sessions.impact import counted
from imgmodels_tui.widgets.line import LineWidget
from imgmodels_tui.workspace.queries.model_facts import Fact, fact_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from imgmodels_tui.generator.sessions.counts import SessionCounts
    from imgmodels_tui.workspace.overview import Entry, Overview


_LONG = 24
"""Cells of a label from which there is no room for text beside it."""


class FactSheet(LineWidget):
    """Labelled facts; long ones are wrapped under their label."""

    def __init__(self, known: Sequence[Fact] = (), title: str = "") -> None:
        super().__init__()
        self._facts: Sequence[Fact] = known
        self._title = title

    def show(self, known: Sequence[Fact], title: str = "") -> None:
        """Show these facts."""
        if (known, title) != (self._facts, self._title):
            self._facts, self._title = known, title
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """A title if there is one, then the facts; long labels stand above their text instead of beside it."""
        drawn = []
        if self._title:
            drawn = [self._label(self._title, width, "strong"), self.line(width).strip()]
        longest = max((cell_len(fact.label) for fact in self._facts), default=0)
        for fact in self._facts:
            drawn += self._above(fact, width) if longest > _LONG else self._beside(fact, longest + 2, width)
        return drawn

    def _label(self, text: str, width: int, role: str) -> Strip:
        return self.line(width).cell(self.glyphs.plain(text), width, self.style_for(role)).strip()

    def _above(self, fact: Fact, width: int) -> list[Strip]:
        lines = [self.line(width).add(part).strip() for part in self._wrapped(fact, width)]
        return [self._label(fact.label, width, "strong"), *lines, self.line(width).strip()]

    def _beside(self, fact: Fact, label_width: int, width: int) -> list[Strip]:
        label, lines = self.glyphs.plain(fact.label), []
        for part in self._wrapped(fact, width - label_width):
            lines.append(self.line(width).cell(label, label_width, self.style_for("dim")).add(part).strip())
            label = ""
        return lines

    def _wrapped(self, fact: Fact, width: int) -> list[str]:
        return wrap(self.glyphs.plain(fact.text), max(10, width)) or [""]


def about_model(entry: Entry, overview: Overview, counts: SessionCounts | None) -> Sequence[Fact]:
    """The facts of a model with a blank line between groups of them; None stands for a census to come."""
    known: list[Fact] = []
    for group in fact_groups(entry, overview.catalog):
        known += [Fact("", ""), *group] if known and group else group
        if group and group[0].label == "State":
            known.append(Fact("Sessions", _sessions(entry, counts)))
    return tuple(known)


def _sessions(entry: Entry, counts: SessionCounts | None) -> str:
    if counts is None:
        return "being counted"
    count = counts.count_for((entry.id,))
    return counted(count) if count.sessions else "none"
