"""The dialogs of the prices page: every price change that was noticed, and how many images a month are planned."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from imgmodels_tui.catalog import prices
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.widgets.line_list import LineList
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.prices import MOST_IMAGES, PriceChange, cause, cents, distinct_prices, percent_shown
from imgmodels_tui.workspace.queries import messages

_MOST_ROWS = 16


class PriceChangeRow(Record):
    """One price change, in words."""

    change: PriceChange
    name: str

    @property
    def key(self) -> str:
        """The change's number."""
        return str(self.change.number)


class PriceChangeList(LineList[PriceChangeRow]):
    """Draws price changes."""

    def draw(self, row: PriceChangeRow, line: Line) -> None:
        """Draw when, which model, old and new price, the change in per cent, and what moved."""
        change, plain, style_for = row.change, self.glyphs.plain, self.style_for
        old, new = distinct_prices(change)
        rose = change.price.to.eur > change.price.from_.eur
        line.cell(messages.local(change.at)[:10], 12, style_for("dim"))
        line.cell(plain(row.name), 24, style_for("strong"))
        width = 8 + len(self.glyphs.currency)
        line.cell(plain(f"€{old}"), width, style_for("dim"), right=True).add(f" {self.glyphs.arrow} ", style_for("dim"))
        line.cell(plain(f"€{new}"), width)
        line.cell(percent_shown(change.percent), 10, style_for("warning" if rose else "done"), right=True)


class PriceHistoryDialog(Dialog[None]):
    """The list, as it was known when the dialog was opened."""

    HEADING = "Price changes"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._news, self._catalog = snapshot.prices, snapshot.overview.catalog

    def content(self) -> ComposeResult:
        """The changes, or that there were none."""
        if self._news.changes:
            yield PriceChangeList()
        none = "" if self._news.changes else "No price has changed since this workspace first looked."
        remark = self.glyphs.plain(self._news.read_error or none)
        yield Static(remark, classes="text dim", id="remark", markup=False)

    def on_mount(self) -> None:
        """Fill the list."""
        for listed in self.query(PriceChangeList):
            rows = [PriceChangeRow(change, messages.name(change.model, self._catalog)) for change in self._news.changes]
            listed.styles.height = min(len(rows), _MOST_ROWS)
            listed.update(rows)
            listed.focus()

    @on(LineList.CursorMoved)
    def _explain(self) -> None:
        row = self.query_one(PriceChangeList).current
        if row is not None:
            text = f"Noticed {messages.local(row.change.at)} · {cause(row.change)}"
            self.query_one("#remark", Static).update(self.glyphs.plain(text))


class MonthDialog(Dialog[int]):
    """Asks for a number; the answer is that number, 0 to leave the model out, None for `esc`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Take", id="month.take", priority=True),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(self, entry: Entry, images: int) -> None:
        super().__init__(f"Images a month with {entry.model.name}")
        self._entry, self._images = entry, images

    def content(self) -> ComposeResult:
        """The number and what it comes to."""
        yield Input(
            str(self._images or ""),
            placeholder="images a month; empty leaves the model out",
            restrict=r"[0-9]*",
            max_length=len(str(MOST_IMAGES)),
            compact=True,
            id="images",
        )
        yield Static("", classes="text dim", id="sum", markup=False)

    def on_mount(self) -> None:
        """Say what the present number comes to."""
        self.query_one(Input).cursor_blink = False
        self._show_sum()

    @property
    def _number(self) -> int:
        return int(self.query_one(Input).value or 0)

    @on(Input.Changed)
    def _show_sum(self) -> None:
        price = self._entry.price
        if price is None:
            text = "The price of this model is not known"
        else:
            text = f"{self._number:,} × €{prices.exact(price)} = {cents(price * self._number)} a month"
        self.query_one("#sum", Static).update(self.glyphs.plain(text))

    def action_take(self) -> None:
        """Answer with the number."""
        self.dismiss(self._number)
