"""Sheets in two columns, as high as they need to be: everything known of a model, and what a change would do."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len

from imgmodels_tui.catalog import prices
from imgmodels_tui.record import Record
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.line import LineWidget
from imgmodels_tui.workspace.queries.model_facts import Fact, fact_groups

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.strip import Strip

    from imgmodels_tui.generator.sessions.counts import SessionCounts
    from imgmodels_tui.widgets.line import Line
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
        """A title if there is one, then the facts; long labels are above their text instead of beside it."""
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
    """The facts of a model, a blank line between groups; `counts` is None while sessions are being counted."""
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
    return count.text if count.sessions else "none"


MOST = 8
"""How many models of a kind are shown one by one."""


class Kind(Record):
    """Models to which the same happens."""

    label: str
    entries: tuple[Entry, ...]


class Proposal(Record):
    """The models by what happens to them, and what else is to be known."""

    kinds: tuple[Kind, ...]
    remarks: tuple[Fact, ...]
    ready: bool
    """Whether there is something to do that the rules allow."""


class ProposalSheet(LineWidget):
    """A proposal in two columns: what happens on the left, to which models on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._proposal = Proposal((), (), ready=False)

    def show(self, proposal: Proposal) -> None:
        """Show this proposal."""
        if proposal != self._proposal:
            self._proposal = proposal
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The models, a blank line, the remarks."""
        kinds = [kind for kind in self._proposal.kinds if kind.entries]
        labels = [*(kind.label for kind in kinds), *(fact.label for fact in self._proposal.remarks)]
        label_width = min(max((cell_len(label) for label in labels), default=0) + 2, width // 2)
        drawn = [strip for kind in kinds for strip in self._kind(kind, label_width, width)]
        for fact in self._proposal.remarks:
            drawn += self._fact(fact, label_width, width)
        return drawn

    def _kind(self, kind: Kind, label_width: int, width: int) -> Iterator[Strip]:
        """The models of a kind, and a blank line."""
        label = kind.label
        for entry in kind.entries[:MOST]:
            line = self.line(width).cell(label, label_width, self.style_for("dim"))
            yield self._entry(entry, line).strip()
            label = ""
        more = len(kind.entries) - MOST
        if more > 0:
            yield self.line(width).space(label_width).add(f"and {more} more", self.style_for("dim")).strip()
        yield self.line(width).strip()

    def _entry(self, entry: Entry, line: Line) -> Line:
        glyphs, style_for, model = self.glyphs, self.style_for, entry.model
        line.cell(glyphs.plain(model.name), 23, style_for("strong"))
        line.pieces(flags.flag(model, glyphs, style_for), flags.WIDTH).space(1)
        line.cell(flags.LETTERS[model.region], 3)
        line.cell(glyphs.plain(prices.shown(entry.price)), 6 + len(glyphs.currency), right=True).space(2)
        if entry.is_default:
            line.add("default ", style_for("default"))
        return line.add("premium" if model.premium else "", style_for("premium"))

    def _fact(self, fact: Fact, label_width: int, width: int) -> Iterator[Strip]:
        label = self.glyphs.plain(fact.label)
        for part in wrap(self.glyphs.plain(fact.text), max(10, width - label_width)) or [""]:
            yield self.line(width).cell(label, label_width, self.style_for("dim")).add(part).strip()
            label = ""
