"""One picker for every choice of a model: default, replacement, generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from imgmodels_tui.catalog import prices
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.chooser import ChoiceList, Chooser
from imgmodels_tui.widgets import flags
from imgmodels_tui.workspace.queries import model_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imgmodels_tui.widgets.line import Line
    from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
    from imgmodels_tui.workspace.overview import Entry, Overview


class Candidate(Record):
    """A model that can be picked."""

    entry: Entry

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


class CandidateList(ChoiceList):
    """The candidates, drawn like the model list with the columns that help to choose."""

    def draw(self, row: Candidate, line: Line) -> None:
        """Draw name, maker, region, stars and price."""
        entry, glyphs, style_for = row.entry, self.glyphs, self.style_for
        line.cell(glyphs.plain(entry.model.name), 23, style_for("strong"))
        if self.row_width >= _WITH_MAKER:
            line.cell(glyphs.plain(entry.maker.name), 19 - len(glyphs.currency), style_for("dim"))
        line.pieces(flags.flag(entry.model, glyphs, style_for), flags.WIDTH).space(1)
        line.cell(flags.LETTERS[entry.model.region], 3)
        line.cell(glyphs.star * entry.model.stars, 6, style_for("star"))
        line.cell(glyphs.plain(prices.shown(entry.price)), 6 + len(glyphs.currency), right=True).space(1)
        line.add("default" if entry.is_default else "premium" if entry.model.premium else "", style_for("dim"))


_WITH_MAKER = 66


class Picker(Chooser):
    """Choose one model; the candidates follow the workspace while the dialog is open."""

    def __init__(
        self,
        live: LiveWorkspace,
        heading: str,
        said: str,
        candidates: Callable[[Overview], Iterable[Entry]],
        consequence: Callable[[Entry], str] | None = None,
        begin_at: str | None = None,
    ) -> None:
        super().__init__(heading, said)
        self._live, self._candidates, self._consequence = live, candidates, consequence
        self._begin_at = begin_at
        self._query = model_filter.Query()

    def choices(self) -> CandidateList:
        """The candidates."""
        return CandidateList()

    def on_mount(self) -> None:
        """Show the candidates of the moment, begin where asked to or at the default, follow the workspace."""
        self.follow(self._live, self._show)
        default = self._live.overview.default
        if not (self._begin_at and self.listed.move_to(self._begin_at)) and default is not None:
            self.listed.move_to(default.id)

    def narrow(self, text: str) -> None:
        """Filter by the same language as the model list."""
        try:
            self._query = model_filter.parse(text)
        except model_filter.QueryError as error:
            self.remark(str(error))
        else:
            self._show(self._live.snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        candidates = tuple(self._candidates(snapshot.overview))
        self.show([Candidate(entry) for entry in self._query.select(candidates)], len(candidates))
        self._explain()
        if not candidates:
            self.remark("No model is left to choose")

    @on(CandidateList.CursorMoved)
    def _explain(self) -> None:
        """Say what choosing the candidate under the cursor will do."""
        current = self.listed.current
        if self._consequence is not None and current is not None:
            self.remark(self._consequence(current.entry))
