"""The model list: makers as headings, a model per line, the toggle at the right edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from imgmodels_tui.catalog import prices
from imgmodels_tui.widgets import flags
from imgmodels_tui.widgets.columns import fit
from imgmodels_tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from textual import events

    from imgmodels_tui.widgets.columns import Columns
    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.widgets.line import Line, Piece
    from imgmodels_tui.workspace.overview import Entry, Overview


@dataclass(frozen=True)
class MakerRow:
    """The heading of a maker's group."""

    name: str
    enabled: int
    count: int
    key: None = None


@dataclass(frozen=True)
class ModelRow:
    """A model's line."""

    entry: Entry

    @property
    def key(self) -> str:
        """The model's id."""
        return self.entry.id


@dataclass(frozen=True)
class BlankRow:
    """Air above a maker, where the terminal is high enough for all."""

    key: None = None


ListRow = MakerRow | ModelRow | BlankRow


def rows_of(overview: Overview, *, airy: bool = False) -> tuple[ListRow, ...]:
    """The page's rows: each maker with its models, with a blank line between makers if `airy`."""
    rows: list[ListRow] = []
    for maker, models in overview.catalog.groups:
        entries = [overview.entries[model.id] for model in models]
        if airy and rows:
            rows.append(BlankRow())
        rows.append(MakerRow(maker.name, sum(entry.enabled for entry in entries), len(entries)))
        rows.extend(ModelRow(entry) for entry in entries)
    return tuple(rows)


class ModelList(LineList[ListRow]):
    """All models by maker. Asks for changes by message and shows what `update` is given."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "group(-1)", "Previous maker", show=False, id="models.previous-maker"),
        Binding("right_square_bracket", "group(1)", "Next maker", show=False, id="models.next-maker"),
    ]

    class ToggleAsked(Message):
        """Somebody wants a model switched to the other side."""

        def __init__(self, model: str) -> None:
            self.model = model
            super().__init__()

    class Refitted(Message):
        """The list has another width, and with it other columns."""

    class DetailsAsked(Message):
        """Somebody wants to know more of a model."""

        def __init__(self, model: str) -> None:
            self.model = model
            super().__init__()

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(glyphs, id=id)
        self._overview: Overview | None = None

    def show(self, overview: Overview) -> None:
        """Show the models of this state, with air between makers where all of it fits."""
        self._overview = overview
        rows = rows_of(overview, airy=True)
        self.update(rows if len(rows) <= self.size.height else rows_of(overview))

    @property
    def columns(self) -> Columns:
        """The columns that fit the present width."""
        return fit(self.row_width)

    def on_resize(self) -> None:
        """Choose columns and air anew."""
        self.post_message(self.Refitted())
        if self._overview is not None:
            self.show(self._overview)
        super().on_resize()

    def watch_show_vertical_scrollbar(self) -> None:
        """Give the scrollbar its cell."""
        self.post_message(self.Refitted())
        self.refresh()

    def draw(self, row: ListRow, line: Line) -> None:
        """Draw a heading or a model."""
        if isinstance(row, MakerRow):
            self._draw_maker(row, line)
        elif isinstance(row, ModelRow):
            self._draw_model(row.entry, line)

    def _draw_maker(self, row: MakerRow, line: Line) -> None:
        count = f" {row.enabled} of {row.count} on"
        line.space(1).add(self.glyphs.plain(row.name), self.ink("strong")).space(1)
        line.fill_to(len(count) + 1, self.glyphs.rule, self.ink("faint"))
        line.add(count, self.ink("on" if row.enabled else "dim")).space(1)

    def _draw_model(self, entry: Entry, line: Line) -> None:
        columns, model, ink, glyphs = self.columns, entry.model, self.ink, self.glyphs
        gap = columns.gap
        line.cell(glyphs.plain(model.name), columns.name, ink("strong" if entry.enabled else None))
        if columns.badges:
            line.space(gap).pieces(self._badges(entry, columns.badges), columns.badges)
        if columns.reference:
            mark = glyphs.reference + (" ref" if columns.reference > 1 else "")
            line.space(gap).cell(mark if model.reference_editing else "", columns.reference, ink("dim"))
        letters = columns.region - flags.WIDTH - 1
        region = model.region.value if letters > len("EU") else flags.LETTERS[model.region]
        line.space(gap).pieces(flags.flag(model, glyphs, ink), flags.WIDTH).space(1).cell(region, letters)
        if columns.host:
            host = entry.host.name if cell_len(entry.host.name) <= columns.host else entry.host.short
            line.space(gap).cell(glyphs.plain(host), columns.host, ink("dim"))
        if columns.stars:
            line.space(gap).cell(glyphs.star * model.stars, columns.stars, ink("star"))
        if columns.price:
            line.space(gap).cell(glyphs.plain(prices.shown(entry.price)), columns.price, right=True)
        sign, word, role = toggle(entry, glyphs)
        line.space(gap).cell(f"{sign} {word}", columns.toggle, ink(role))

    def _badges(self, entry: Entry, width: int) -> list[Piece]:
        pieces: list[Piece] = []
        for word in badges(entry, width):
            if pieces:
                pieces.append((" ", self.ink()))
            pieces.append((word, self.ink(_ROLES[word[:4]])))
        return pieces

    def on_click(self, event: events.Click) -> None:
        """Toggle where the toggle is; elsewhere only move the cursor; on a double click open the details."""
        index = self.index_at(event)
        super().on_click(event)
        row = None if index is None else self.rows[index]
        if not isinstance(row, ModelRow):
            return
        if event.x >= self.row_width - self.columns.toggle - 1:
            self.post_message(self.ToggleAsked(row.entry.id))
        elif event.chain > 1:
            self.post_message(self.DetailsAsked(row.entry.id))

    def action_group(self, direction: int) -> None:
        """Move to the first model of the previous or next maker."""
        heads = [index + 1 for index, row in enumerate(self.rows) if isinstance(row, MakerRow)]
        if direction > 0:
            target = next((index for index in heads if index > self.position), None)
        else:
            target = next((index for index in reversed(heads) if index < self.position), None)
        if target is not None:
            self.go_to(target)


_SHORT = {"deprecated": "depr.", "premium": "prem.", "preview": "prev.", "default": "dflt."}
_ROLES = {word[:4]: word for word in _SHORT} | {short[:4]: word for word, short in _SHORT.items()}


def badges(entry: Entry, width: int) -> list[str]:
    """The badges of a model as words that fit `width` cells, shortened from the last where they must be."""
    model = entry.model
    holds = {
        "default": entry.is_default,
        "premium": model.premium,
        "preview": model.preview,
        "deprecated": model.deprecated,
    }
    words = [word for word, applies in holds.items() if applies]
    for index in reversed(range(len(words))):
        if len(" ".join(words)) <= width:
            break
        words[index] = _SHORT[words[index]]
    return words if len(" ".join(words)) <= width else [word.rstrip(".") for word in words]


def toggle(entry: Entry, glyphs: Glyphs) -> tuple[str, str, str]:
    """The toggle's sign, its word and its role."""
    if entry.locked:
        return glyphs.locked, "lock", "default"
    return (glyphs.on, "on", "on") if entry.enabled else (glyphs.off, "off", "off")
