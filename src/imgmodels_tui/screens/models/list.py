"""The model list: makers as headings, a model per line, the toggle at the right edge."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from typing import overload

from imgmodels_tui.record import Record
from imgmodels_tui.widgets import cells
from imgmodels_tui.widgets.columns import Column, Table
from imgmodels_tui.widgets.entry_list import NO_MATCH, BlankRow, EntryList, HeadRow, TextRow
from imgmodels_tui.widgets.line import Line, Piece
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.queries.model_order import Group


class ModelRow(Record):
    """A model's line; `marked` for the next change of many."""

    entry: Entry
    marked: bool = False
    heads: bool = False

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


ListRow = HeadRow | ModelRow | BlankRow | TextRow


class Rows(Sequence[ListRow]):
    """The list's rows: each heading with its models, with a spacer row between groups if `spaced`.

    A row is made when it is looked at: of ten thousand, a screen shows forty.
    """

    def __init__(self, groups: Sequence[Group], marked: Collection[str], *, spaced: bool) -> None:
        self._groups, self._marked = groups, marked
        self._starts: list[int] = []
        self._length = 0
        for group in groups:
            if spaced and self._starts:
                self._length += 1
            self._starts.append(self._length)
            self._length += 1 + len(group.entries)

    @property
    def heads(self) -> Sequence[int]:
        """The indexes of the headings."""
        return self._starts

    def __len__(self) -> int:
        return self._length or 1

    @overload
    def __getitem__(self, index: int) -> ListRow: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ListRow, ...]: ...
    def __getitem__(self, index: int | slice) -> ListRow | tuple[ListRow, ...]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(len(self))[index])
        index = range(len(self))[index]
        if not self._groups:
            return NO_MATCH
        number = bisect_right(self._starts, index) - 1
        group, offset = self._groups[number], index - self._starts[number]
        if offset == 0:
            return HeadRow(group.title, group.enabled, len(group.entries))
        if offset > len(group.entries):
            return BlankRow()
        entry = group.entries[offset - 1]
        return ModelRow(entry, entry.model.id in self._marked)

    def index_of(self, key: str) -> int | None:
        """The index of a model's row."""
        for start, group in zip(self._starts, self._groups, strict=True):
            for offset, entry in enumerate(group.entries, start + 1):
                if entry.model.id == key:
                    return offset
        return None


def _badges(view: ModelList, row: ModelRow, width: int) -> Sequence[Piece]:
    forbidden = cells.forbidden_pieces(view, row.entry, width)
    return cells.badge_pieces(view.style_for, cells.badges(row.entry, width)) if forbidden is None else forbidden


def _reference(view: ModelList, row: ModelRow, width: int) -> Sequence[Piece]:
    mark = view.glyphs.reference + (" ref" if width > 1 else "")
    return ((mark if row.entry.model.reference_editing else "", view.style_for("dim")),)


class ModelList(EntryList[ListRow]):
    """Models in groups. Asks for changes by message and shows what it is given."""

    # With less room, badges are shortened, full host names become short ones, regions two letters and the reference
    # mark its bare sign; then host, stars, badges, reference mark and price leave. Name, region and toggle stay.
    table = Table(
        Column("name", "Model", {0: 22}, cells.name, share=1),
        Column("badges", "", {0: 21, 1: 18, 3: 13, 6: 0}, _badges),
        Column("region", "Region", {0: 10, 2: 6}, cells.region, short_title="Data"),
        Column("host", "Hosted by", {0: 17, 2: 9, 4: 0}, cells.host, share=9),
        Column("reference", "Ref", {0: 5, 2: 1, 7: 0}, _reference, short_title=""),
        Column("stars", "Stars", {0: 5, 5: 0}, cells.stars),
        Column("price", "Price", {0: 8, 3: 7, 8: 0}, cells.price, right=True),
        Column("toggle", "", {0: cells.TOGGLE}, cells.toggle),
        gaps={0: 2, 3: 1},  # step 3 takes 79 cells: 80 and a scrollbar
    )

    _groups: Sequence[Group] = ()
    _marked: Collection[str] = ()

    def show(self, groups: Sequence[Group], marked: Collection[str] = (), words: tuple[str, ...] = ()) -> None:
        """Show these groups, with `words` set off where they match."""
        self.set_off(words)
        self._groups, self._marked = groups, marked
        self.refill()

    def rows_for(self, *, spaced: bool) -> Rows:
        """Each group with its models."""
        return Rows(self._groups, self._marked, spaced=spaced)

    def hide(self, columns: frozenset[str]) -> None:
        """Hide these columns."""
        self.hidden = columns
        self.recolumn()

    def draw(self, row: ListRow, line: Line) -> None:
        """Draw a heading, a model with its mark, or that there is none."""
        if isinstance(row, ModelRow) and row.marked:
            line.replace_last(self.glyphs.mark, self.style_for("accent"))
        super().draw(row, line)

    @property
    def heads(self) -> Sequence[int]:
        """The first model of each group; no row has to be made for it."""
        return [start + 1 for start in self.rows.heads] if isinstance(self.rows, Rows) else ()

    def group_of(self, model: str) -> tuple[str, ...]:
        """The ids of the models under the same heading."""
        for group in self._groups:
            members = tuple(entry.id for entry in group.entries)
            if model in members:
                return members
        return ()

    def between(self, first: str, last: str) -> tuple[str, ...]:
        """The ids of the models from one to the other, in the order shown, both included."""
        shown = [entry.model.id for group in self._groups for entry in group.entries]
        if first not in shown or last not in shown:
            return (last,) if last in shown else ()
        low, high = sorted((shown.index(first), shown.index(last)))
        return tuple(shown[low : high + 1])


class Marks(Record):
    """The models that are marked for a change of many."""

    models: frozenset[str] = frozenset()
    anchor: str | None = None
    """The model that was marked last, from which many can be marked."""

    def toggle(self, model: str) -> Marks:
        """Mark a model, or take its mark away."""
        return Marks(self.models ^ {model}, model)

    def mark_many(self, model: str, listed: ModelList) -> Marks:
        """Mark from the anchor to `model`, or else the whole group, or take the group's marks away."""
        if self.anchor is not None and self.anchor in self.models and self.anchor != model:
            return Marks(self.models | {*listed.between(self.anchor, model)})
        group = frozenset(listed.group_of(model))
        return Marks(self.models - group if group <= self.models else self.models | group)

    def among(self, known: Collection[str]) -> Marks:
        """Forget the marks of models that are not `known` any more."""
        return self.replace(models=frozenset(model for model in self.models if model in known))
