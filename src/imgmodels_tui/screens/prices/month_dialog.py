"""How many images a month are made with one model."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from imgmodels_tui.catalog import prices
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.workspace.prices.estimate import MOST_IMAGES, cents

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from imgmodels_tui.workspace.overview import Entry


class MonthDialog(Dialog[int]):
    """Asks for a number; the answer is that number, 0 to leave the model out, None for `esc`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Take", id="month.take", priority=True),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(self, entry: Entry, images: int) -> None:
        super().__init__()
        self._entry, self._images = entry, images

    def heading(self) -> str:
        """Which model it is about."""
        return f"Images a month with {self._entry.model.name}"

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
        self._say()

    @property
    def _number(self) -> int:
        return int(self.query_one(Input).value or 0)

    @on(Input.Changed)
    def _say(self) -> None:
        price = self._entry.price
        if price is None:
            said = "The price of this model is not known"
        else:
            said = f"{self._number:,} × €{prices.exact(price)} = {cents(price * self._number)} a month"
        self.query_one("#sum", Static).update(self.glyphs.plain(said))

    def action_take(self) -> None:
        """Answer with the number."""
        self.dismiss(self._number)
