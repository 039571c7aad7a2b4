"""The rows of the list of models."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from imgmodels_tui.record import Record
from imgmodels_tui.widgets.model_rows import BlankRow

if TYPE_CHECKING:
    from imgmodels_tui.workspace.overview import Entry
    from imgmodels_tui.workspace.queries.model_order import Group


class HeadRow(Record):
    """The heading of a group, usually a maker's."""

    name: str
    enabled: int
    count: int
    key: None = None
    entry: None = None
    heads: bool = True


class ModelRow(Record):
    """A model's line; `marked` for the next change of many."""

    entry: Entry
    marked: bool = False
    heads: bool = False

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


class WordRow(Record):
    """A remark where there would be models."""

    text: str
    key: None = None
    entry: None = None
    heads: bool = False


ListRow = HeadRow | ModelRow | BlankRow | WordRow


class Rows(Sequence[ListRow]):
    """The list's rows: each heading with its models, with a blank line between groups if `spaced`.

    A row is made when it is looked at: of ten thousand, a screen shows forty.
    """

    def __init__(self, groups: Sequence[Group], marked: frozenset[str], *, spaced: bool) -> None:
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
        """Where the headings stand."""
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
            return WordRow("No model matches. esc shows all again.")
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
