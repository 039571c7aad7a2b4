"""Dialogs to choose one of many lines by typing a part of it; `Picker` chooses a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets import cells
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.queries import model_filter

MOST_ROWS = 12
_WITH_HOST = 66
_MOST_NAMED = 3
"""Cells from which a model's host is shown."""


class ChoiceList(LineList[Any]):
    """Lines of which a click chooses one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "step(1)", "Move", key_display="↑↓", tooltip="Down", id="choice.down")
    ]

    class Chosen(LineList.CursorMoved):
        """The user clicked on a line."""

    def fill(self, rows: Sequence[Any], most: int | None = None) -> None:
        """Show these lines, in a list of the height `most`, or else as high as they need."""
        self.styles.height = len(rows) if most is None else most
        self.update(rows)

    def on_click(self, event: Any) -> None:
        """Choose what is clicked on."""
        super().on_click(event)
        index = self.index_at(event)
        if index is not None:
            self.post_message(self.Chosen(self, self.rows[index].key))


class Filter(Input):
    """The filter's line. Its `enter` waits its turn behind what was typed before, unlike a key with priority."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Choose", id="chooser.choose"),
        Binding("down", "screen.list('step', 1)", "Move", key_display="↑↓", tooltip="Down", id="list.chooser-down"),
    ]
    has_choice = True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to choose only where there is something to choose."""
        return self.has_choice if action == "submit" else super().check_action(action, parameters)


class Chooser(Dialog[str]):
    """Choose one line; the answer is its key, or None for `esc`. The filter keeps the keyboard all the time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "list('step', -1)", "Up", show=False, id="list.chooser-up"),
        Binding("pageup", "list('page', -1)", "Page up", show=False, id="list.chooser-page-up"),
        Binding("pagedown", "list('page', 1)", "Page down", show=False, id="list.chooser-page-down"),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(self, heading: str, explanation: str = "", placeholder: str = "type to filter") -> None:
        super().__init__(heading)
        self._explanation, self._placeholder = explanation, placeholder

    def choices(self) -> ChoiceList:
        """The list to choose from."""
        raise NotImplementedError

    def narrow(self, text: str) -> None:
        """Show what `text` selects."""
        raise NotImplementedError

    def content(self) -> ComposeResult:
        """What the choice means, the filter, the lines, a remark."""
        if self._explanation:
            yield Static(self.glyphs.plain(self._explanation), classes="text dim", markup=False)
        yield Filter(placeholder=self._placeholder, compact=True)
        yield self.choices()
        yield Static("", classes="text dim", id="remark", markup=False)

    def on_mount(self) -> None:
        """Start in the filter; a blinking cursor would be traffic."""
        self.query_one(Input).cursor_blink = False
        self.query_one(Input).focus()

    @property
    def listed(self) -> ChoiceList:
        """The list on the screen."""
        return self.query_one(ChoiceList)

    def show(self, rows: list[Any], most: int) -> None:
        """Show these lines, in a list high enough for `most`."""
        self.listed.fill(rows, min(max(most, 1), MOST_ROWS))
        self.remark("" if rows else "Nothing matches")
        self.query_one(Filter).has_choice = bool(rows)
        self.refresh_bindings()

    def remark(self, text: str) -> None:
        """Show a remark under the list."""
        remark = self.query_one("#remark", Static)
        remark.update(self.glyphs.plain(text))
        remark.display = bool(text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.narrow(event.value)
        self.listed.action_edge(-1)

    @on(ChoiceList.Chosen)
    def _clicked(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.key)

    def action_list(self, move: str, direction: int) -> None:
        """Move the cursor of the list."""
        if move == "page":
            self.listed.action_page(direction)
        else:
            self.listed.action_step(direction)

    @on(Input.Submitted)
    def _choose(self) -> None:
        """Answer with the line under the cursor."""
        if self.listed.current is not None:
            self.dismiss(self.listed.current.key)


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
        """Draw name, host, region, stars, price and badges."""
        entry, glyphs, style_for = row.entry, self.glyphs, self.style_for
        line.cell(glyphs.plain(entry.model.name), 23, style_for("strong"))
        if self.row_width >= _WITH_HOST:
            line.cell(glyphs.plain(entry.host.short), 10, style_for("dim"))
        line.pieces(cells.flag(entry.model, glyphs, style_for), cells.FLAG_WIDTH).space(1)
        line.cell(cells.REGION_LETTERS[entry.model.region], 3)
        line.cell(glyphs.star * entry.model.stars, 6, style_for("star"))
        line.cell(glyphs.plain(entry.price_shown), 7 + len(glyphs.currency), right=True).space(1)
        line.pieces(cells.badge_pieces(style_for, cells.badges(entry, line.room)), line.room)


class Picker(Chooser):
    """Choose one model; the candidates follow the workspace while the dialog is open."""

    def __init__(
        self,
        live: LiveWorkspace,
        heading: str,
        explanation: str,
        candidates: Callable[[Overview], Iterable[Entry]],
        consequence: Callable[[Entry], str] | None = None,
        begin_at: str | None = None,
    ) -> None:
        super().__init__(heading, explanation)
        self._live, self._candidates, self._consequence = live, candidates, consequence
        self._begin_at = begin_at
        self._query = model_filter.Query()

    def choices(self) -> CandidateList:
        """The candidates."""
        return CandidateList()

    def on_mount(self) -> None:
        """Follow the workspace; start at the model asked for, or at the default."""
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
        found = [Candidate(entry) for entry in self._query.select(candidates)]
        self.show(found, len(candidates))
        self._explain()
        if not candidates:
            self.remark("No model is left to choose")
        elif not found:
            self._explain_nothing(snapshot.overview)

    def _explain_nothing(self, overview: Overview) -> None:
        """Say of models that match but are off that they are."""
        off = [entry for entry in self._query.select(tuple(overview.entries.values())) if not entry.enabled]
        names = ", ".join(harmless(entry.model.name, 40) for entry in off[:_MOST_NAMED])
        more = " and others" if len(off) > _MOST_NAMED else ""
        if names:
            self.remark(f"Nothing matches here: {names}{more} {'is' if len(off) == 1 else 'are'} not enabled")

    @on(CandidateList.CursorMoved)
    def _explain(self) -> None:
        """Say what choosing the candidate under the cursor will do."""
        current = self.listed.current
        if self._consequence is not None and current is not None:
            self.remark(self._consequence(current.entry))
