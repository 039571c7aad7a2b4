"""A dialog that is one sheet of facts, with keys that scroll it where it is longer than the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.widgets.details import FactSheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from imgmodels_tui.workspace.queries.model_facts import Fact


class SheetDialog(Dialog[None]):
    """Shows facts; subclasses give them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "turn(1)", "Scroll", key_display="↑↓", tooltip="Scroll down", id="facts.down"),
        Binding("up,k", "turn(-1)", "Scroll up", show=False, id="facts.up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="facts.page-down"),
        Binding("home,g", "page(-1000)", "Top", show=False, id="facts.top"),
        Binding("end,G", "page(1000)", "End", show=False, id="facts.end"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="facts.page-up"),
    ]

    def facts(self) -> Sequence[Fact]:
        """What stands on the sheet when the dialog opens."""
        raise NotImplementedError

    def content(self) -> ComposeResult:
        """The sheet, scrolling where it is long."""
        with VerticalScroll(can_focus=False):
            yield FactSheet(self.facts())

    def action_turn(self, lines: int) -> None:
        """Scroll by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by what fits."""
        sheet = self.query_one(VerticalScroll)
        sheet.scroll_relative(y=pages * max(1, sheet.size.height - 1), animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer to scroll only where there is more than fits."""
        return action not in {"turn", "page"} or self.query_one(VerticalScroll).max_scroll_y > 0

    def on_resize(self, event: events.Resize) -> None:
        """Look whether all of it fits now."""
        super().on_resize(event)
        self.call_after_refresh(self.refresh_bindings)
