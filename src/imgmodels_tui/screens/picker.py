"""One picker for every choice of a model: a filter on top, the candidates below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from imgmodels_tui.catalog import prices
from imgmodels_tui.screens.dialog import Dialog
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.app import ComposeResult

    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.widgets.line import Line
    from imgmodels_tui.workspace.live import LiveWorkspace, Picture
    from imgmodels_tui.workspace.overview import Entry, Overview


@dataclass(frozen=True)
class Candidate:
    """A model that can be picked."""

    entry: Entry

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


class CandidateList(LineList[Candidate]):
    """The candidates, drawn like the model list with the columns that help to choose."""

    class Chosen(LineList.Moved):
        """Somebody clicked on a candidate."""

    def draw(self, row: Candidate, line: Line) -> None:
        """Draw name, maker, region, stars and price."""
        entry, glyphs, ink = row.entry, self.glyphs, self.ink
        line.cell(glyphs.plain(entry.model.name), 23, ink("strong"))
        wide = self.row_width >= _WITH_MAKER
        if wide:
            line.cell(glyphs.plain(entry.maker.name), 18, ink("dim"))
        line.pieces(flags.flag(entry.model, glyphs, ink), flags.WIDTH).space(1)
        line.cell(flags.LETTERS[entry.model.region], 3)
        line.cell(glyphs.star * entry.model.stars, 6, ink("star"))
        line.cell(glyphs.plain(prices.shown(entry.price)), 7, right=True).space(1)
        line.add("default" if entry.is_default else "premium" if entry.model.premium else "", ink("dim"))

    def on_click(self, event: events.Click) -> None:
        """Pick what is clicked on."""
        super().on_click(event)
        index = self.index_at(event)
        if index is not None:
            self.post_message(self.Chosen(self, self.rows[index].key))


_WITH_MAKER = 66
_MOST_ROWS = 12


class Filter(Input):
    """The filter's line. Its `enter` waits its turn behind what was typed before, unlike a key with priority."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Choose", id="picker.choose")]


class Picker(Dialog[str]):
    """Choose one model; the answer is its id, or None for `esc`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "list('step', -1)", "Up", show=False, id="picker.up"),
        Binding("down", "list('step', 1)", "Down", show=False, id="picker.down"),
        Binding("pageup", "list('page', -1)", "Page up", show=False, id="picker.page-up"),
        Binding("pagedown", "list('page', 1)", "Page down", show=False, id="picker.page-down"),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(
        self,
        live: LiveWorkspace,
        glyphs: Glyphs,
        heading: str,
        said: str,
        candidates: Callable[[Overview], Iterable[Entry]],
    ) -> None:
        super().__init__(glyphs)
        self._live, self._heading, self._said, self._candidates = live, heading, said, candidates
        self._query = query.Query()

    def heading(self) -> str:
        """What is chosen."""
        return self._heading

    def content(self) -> ComposeResult:
        """What the choice means, the filter, the candidates."""
        yield Static(self.glyphs.plain(self._said), classes="text dim", markup=False)
        yield Filter(placeholder="type to filter", compact=True, id="filter")
        yield CandidateList(self.glyphs, id="candidates")
        yield Static("", classes="text dim", id="remark", markup=False)

    def on_mount(self) -> None:
        """Show the candidates of the moment and follow them."""
        self.query_one(Input).cursor_blink = False
        self.follow(self._live, self._show)
        default = self._live.overview.default
        if default is not None:
            self._list.move_to(default.id)

    @property
    def _list(self) -> CandidateList:
        return self.query_one(CandidateList)

    def _show(self, picture: Picture) -> None:
        candidates = tuple(self._candidates(picture.overview))
        found = self._query.select(candidates)
        self._list.styles.height = min(max(len(candidates), 1), _MOST_ROWS)
        self._list.update([Candidate(entry) for entry in found])
        self._remark("" if found else "No model matches")

    def _remark(self, text: str) -> None:
        remark = self.query_one("#remark", Static)
        remark.update(text)
        remark.display = bool(text)

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        try:
            self._query = query.parse(event.value)
        except query.QueryError as error:
            self._remark(str(error))
        else:
            self._show(self._live.picture)

    @on(CandidateList.Chosen)
    def _clicked(self, event: CandidateList.Chosen) -> None:
        self.dismiss(event.key)

    def action_list(self, move: str, direction: int) -> None:
        """Move the cursor of the candidates while the filter keeps the focus."""
        if move == "page":
            self._list.action_page(direction)
        else:
            self._list.action_step(direction)

    @on(Input.Submitted)
    def _choose(self) -> None:
        """Answer with the model under the cursor."""
        if self._list.current is not None:
            self.dismiss(self._list.current.key)
