"""Sheets in two columns, as high as they need to be: everything known of a model, and what a change would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from textwrap import wrap

from rich.cells import cell_len
from textual.strip import Strip

from imgmodels_tui.generator.sessions.counts import SessionCounts
from imgmodels_tui.record import Record
from imgmodels_tui.widgets import cells
from imgmodels_tui.widgets.line import Line, LineWidget
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.queries.model_facts import Fact, fact_groups

_LONG = 24
"""Cells of a label from which there is no room for text beside it."""
_TWO_COLUMNS = 100
"""Cells from which facts stand in two columns."""
_BETWEEN = 4
"""Cells between these."""
_MOST = 8
"""How many models of a kind are shown one by one."""


class FactSheet(LineWidget):
    """Labelled facts; long ones are wrapped under their label."""

    def __init__(self, known: Sequence[Fact] = (), title: str = "") -> None:
        super().__init__()
        self._facts: Sequence[Fact] = known
        self._title = title
        self._made_of: tuple[object, ...] = ()
        self._made: Sequence[Strip] = ()

    def show(self, known: Sequence[Fact], title: str = "") -> None:
        """Show these facts."""
        if (known, title) != (self._facts, self._title):
            self._facts, self._title = known, title
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """A title if there is one, then the facts; in two columns where each is as wide as text is read well.

        A page asks several times, for the height and for the lines, before it is drawn once.
        """
        made_of = (width, self._facts, self._title, *(self.style_for(role) for role in (None, "strong", "dim")))
        if made_of != self._made_of:
            self._made_of, self._made = made_of, self._lines(width)
        return self._made

    def _lines(self, width: int) -> Sequence[Strip]:
        if width < _TWO_COLUMNS:
            return [strip for block in self._blocks(width) for strip in block]
        half = (width - _BETWEEN) // 2
        left, right = _halves(list(self._blocks(half)))
        blank, between = self.line(half).strip(), self.line(_BETWEEN).strip()
        pairs = zip_longest(left, right, fillvalue=blank)
        return [Strip.join((one, between, other, self.line(width % 2).strip())) for one, other in pairs]

    def _blocks(self, width: int) -> Iterator[list[Strip]]:
        """The lines of the title, then of each fact; a long label is above its text instead of beside it."""
        if self._title:
            yield [self._heading(self._title, width), self.line(width).strip()]
        longest = max((size for fact in self._facts if (size := cell_len(fact.label)) <= _LONG), default=0)
        for fact in self._facts:
            above = cell_len(fact.label) > _LONG
            yield self._above(fact, width) if above else list(_beside(self, fact, longest + 2, width))

    def _heading(self, text: str, width: int) -> Strip:
        return self.line(width).cell(self.glyphs.plain(text), width, self.style_for("strong")).strip()

    def _above(self, fact: Fact, width: int) -> list[Strip]:
        lines = [self.line(width).add(part).strip() for part in _wrapped(self.glyphs.plain(fact.text), width)]
        return [self.line(width).strip(), self._heading(fact.label, width), *lines]


def _halves(blocks: Sequence[list[Strip]]) -> tuple[list[Strip], list[Strip]]:
    """Blocks of lines in two columns, the first no shorter than the second; no block is cut in two."""
    total, left = sum(map(len, blocks)), 0
    for number, block in enumerate(blocks):
        if left * 2 >= total:
            return [*chain.from_iterable(blocks[:number])], [*chain.from_iterable(blocks[number:])]
        left += len(block)
    return [*chain.from_iterable(blocks)], []


def _beside(sheet: LineWidget, fact: Fact, label_width: int, width: int) -> Iterator[Strip]:
    """The lines of a fact, with its label at the left of the first."""
    label = sheet.glyphs.plain(fact.label)
    for part in _wrapped(sheet.glyphs.plain(fact.text), width - label_width):
        yield sheet.line(width).cell(label, label_width, sheet.style_for("dim")).add(part).strip()
        label = ""


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, max(10, width)) or [""]


def about_model(entry: Entry, overview: Overview, counts: SessionCounts | None) -> Sequence[Fact]:
    """The facts of a model, a blank line between groups; `counts` is None while sessions are being counted."""
    known: list[Fact] = []
    for group in fact_groups(entry, overview.catalog):
        known += [Fact("", ""), *group] if known and group else group
        if group and group[0].label == "State":
            count = None if counts is None else counts.count_for((entry.id,))
            sessions = "being counted" if count is None else count.text if count.sessions else "none"
            known.append(Fact("Sessions", sessions))
    return tuple(known)


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
            drawn += _beside(self, fact, label_width, width)
        return drawn

    def _kind(self, kind: Kind, label_width: int, width: int) -> Iterator[Strip]:
        label = kind.label
        for entry in kind.entries[:_MOST]:
            line = self.line(width).cell(label, label_width, self.style_for("dim"))
            yield self._add_entry(entry, line).strip()
            label = ""
        more = len(kind.entries) - _MOST
        if more > 0:
            yield self.line(width).space(label_width).add(f"and {more} more", self.style_for("dim")).strip()
        yield self.line(width).strip()

    def _add_entry(self, entry: Entry, line: Line) -> Line:
        glyphs, style_for, model = self.glyphs, self.style_for, entry.model
        line.cell(glyphs.plain(model.name), 23, style_for("strong"))
        line.pieces(cells.flag(model, glyphs, style_for), cells.FLAG_WIDTH).space(1)
        line.cell(cells.REGION_LETTERS[model.region], 3)
        line.cell(glyphs.plain(entry.price_shown), 7 + len(glyphs.currency), right=True).space(2)
        return line.pieces(cells.badge_pieces(style_for, cells.badges(entry, line.room)), line.room)
