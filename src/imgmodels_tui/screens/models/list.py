"""The model list: makers as headings, a model per line, the toggle at the right edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from imgmodels_tui.catalog import prices
from imgmodels_tui.screens.models.columns import fit
from imgmodels_tui.screens.models.rows import HeadRow, ListRow, ModelRow, Rows, WordRow
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.entry_list import EntryList
from imgmodels_tui.widgets.model_rows import ROLES, badges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgmodels_tui.screens.models.columns import Columns
    from imgmodels_tui.widgets.line import Line, Piece
    from imgmodels_tui.workspace.overview import Entry
    from imgmodels_tui.workspace.queries.model_order import Group


class ModelList(EntryList[ListRow]):
    """Models in groups. Asks for changes by message and shows what it is given."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.hidden: frozenset[str] = frozenset()
        """Columns that the user does not want to see."""
        self._shown: tuple[Sequence[Group], frozenset[str], tuple[str, ...]] = ((), frozenset(), ())

    def show(self, groups: Sequence[Group], marked: frozenset[str] = frozenset(), words: tuple[str, ...] = ()) -> None:
        """Show these groups, with air between them where all of it fits, and `words` marked where they match."""
        if words != self._shown[2]:
            self.refresh()
        self._shown = (groups, marked, words)
        rows = Rows(groups, marked, spaced=True)
        self.update(rows if len(rows) <= self.size.height else Rows(groups, marked, spaced=False))

    @property
    def columns(self) -> Columns:
        """The columns that fit the present width."""
        return fit(self.row_width, self.hidden)

    def hide(self, columns: frozenset[str]) -> None:
        """Do without these columns."""
        self.hidden = columns
        self.recolumn()

    def recolumn(self) -> None:
        """Choose the columns anew, after a new width or another choice of columns."""
        self.show(*self._shown)
        self.refresh()
        self.post_message(self.Fitted())

    def on_resize(self) -> None:
        """Choose columns and air anew."""
        self.show(*self._shown)
        self.refresh()
        super().on_resize()

    def watch_show_vertical_scrollbar(self) -> None:
        """Give the scrollbar its cell."""
        self.post_message(self.Fitted())
        self.refresh()

    def draw(self, row: ListRow, line: Line) -> None:
        """Draw a heading or a model."""
        if isinstance(row, HeadRow):
            self._draw_head(row, line)
        elif isinstance(row, WordRow):
            line.space(2).add(row.text, self.style_for("dim"))
        elif isinstance(row, ModelRow):
            if row.marked:
                line.replace_last(self.glyphs.mark, self.style_for("accent"))
            self._draw_model(row.entry, line)

    def _draw_head(self, row: HeadRow, line: Line) -> None:
        count = f" {row.enabled} of {row.count} on"
        line.space(1).pieces(
            self._matched(self.glyphs.plain(row.name), "strong"), line.room - len(count) - 3, pad=False
        )
        line.space(1).fill_to(len(count) + 1, self.glyphs.rule, self.style_for("faint"))
        line.add(count, self.style_for("on" if row.enabled else "dim")).space(1)

    def _draw_model(self, entry: Entry, line: Line) -> None:
        columns, model, style_for, glyphs = self.columns, entry.model, self.style_for, self.glyphs
        gap = columns.gap
        name = self._matched(glyphs.plain(model.name), "strong" if entry.enabled else None)
        line.pieces(name, columns.name)
        if columns.badges:
            line.space(gap).pieces(self._badges(entry, columns.badges), columns.badges)
        if columns.reference:
            mark = glyphs.reference + (" ref" if columns.reference > 1 else "")
            line.space(gap).cell(mark if model.reference_editing else "", columns.reference, style_for("dim"))
        letters = columns.region - flags.WIDTH - 1
        region = model.region.value if letters > len("EU") else flags.LETTERS[model.region]
        line.space(gap).pieces(flags.flag(model, glyphs, style_for), flags.WIDTH).space(1).cell(region, letters)
        if columns.host:
            host = entry.host.name if cell_len(entry.host.name) <= columns.host else entry.host.short
            line.space(gap).pieces(self._matched(glyphs.plain(host), "dim"), columns.host)
        if columns.stars:
            line.space(gap).cell(glyphs.star * model.stars, columns.stars, style_for("star"))
        if columns.price:
            line.space(gap).cell(glyphs.figure(prices.shown(entry.price)), columns.price, right=True)
        self.draw_toggle(entry, line.space(gap))

    def _badges(self, entry: Entry, width: int) -> list[Piece]:
        pieces: list[Piece] = []
        for word in badges(entry, width):
            if pieces:
                pieces.append((" ", self.style_for()))
            pieces.append((word, self.style_for(ROLES[word])))
        return pieces

    def _matched(self, text: str, role: str | None) -> list[Piece]:
        """The text with the first place where each word of the filter matches set off."""
        plain, match = self.style_for(role), self.style_for(role) + self.style_for("match")
        folded = text.casefold()
        found = sorted((at, at + len(word)) for word in self._shown[2] if (at := folded.find(word)) >= 0)
        if not found or len(folded) != len(text):
            return [(text, plain)]
        pieces: list[Piece] = []
        end = 0
        for start, stop in found:
            if start >= end:
                pieces += [(text[end:start], plain), (text[start:stop], match)]
                end = stop
        return [*pieces, (text[end:], plain)]

    @property
    def heads(self) -> Sequence[int]:
        """The first model of each group; no row has to be made for it."""
        return [start + 1 for start in self.rows.heads] if isinstance(self.rows, Rows) else ()

    def group_of(self, model: str) -> tuple[str, ...]:
        """The ids of the models under the same heading."""
        for group in self._shown[0]:
            members = tuple(entry.id for entry in group.entries)
            if model in members:
                return members
        return ()

    def between(self, first: str, last: str) -> tuple[str, ...]:
        """The ids of the models from one to the other, in the order shown, both included."""
        shown = [entry.model.id for group in self._shown[0] for entry in group.entries]
        places = {model: place for place, model in enumerate(shown)}
        if first not in places or last not in places:
            return (last,) if last in places else ()
        low, high = sorted((places[first], places[last]))
        return tuple(shown[low : high + 1])
