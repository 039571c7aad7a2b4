"""Everything known of a model, in two columns, as high as it needs to be."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len

from imgmodels_tui.widgets.drawn import Drawn
from imgmodels_tui.workspace.facts import Fact, facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.workspace.overview import Entry, Overview


class FactSheet(Drawn):
    """Labelled facts; long ones are wrapped under their label."""

    def __init__(self, glyphs: Glyphs, known: Sequence[Fact] = (), title: str = "") -> None:
        super().__init__()
        self._glyphs = glyphs
        self._facts: Sequence[Fact] = known
        self._title = title

    def show(self, known: Sequence[Fact], title: str = "") -> None:
        """Show these facts."""
        if (known, title) != (self._facts, self._title):
            self._facts, self._title = known, title
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """A title if there is one, then the facts."""
        plain = self._glyphs.plain
        drawn = []
        if self._title:
            drawn += [self.line(width).cell(plain(self._title), width, self.ink("strong")).strip()]
            drawn += [self.line(width).strip()]
        label_width = min(max((cell_len(fact.label) for fact in self._facts), default=0) + 2, width // 2)
        for fact in self._facts:
            label = fact.label
            for part in wrap(plain(fact.text), max(10, width - label_width)) or [""]:
                line = self.line(width).cell(plain(label), label_width, self.ink("dim"))
                drawn.append(line.add(part).strip())
                label = ""
        return drawn


def about_model(entry: Entry, overview: Overview) -> Sequence[Fact]:
    """The facts of a model, with a blank line before each group of them."""
    return facts(entry, overview.catalog)
