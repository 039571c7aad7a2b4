"""What all dialogs share: a frame over the page, its keys at the bottom, `esc` closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from imgmodels_tui.screens.room import TooSmall
from imgmodels_tui.widgets.bars import KeyBar

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.types import CSSPathType

    from imgmodels_tui.widgets.glyphs import Glyphs

T = TypeVar("T")
_NARROW = 90


class Dialog(ModalScreen[T]):
    """A framed dialog. The page behind stays as it is: dimming it would send every cell again."""

    CSS_PATH: ClassVar[CSSPathType | None] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", id="dialog.close")]
    HEADING = ""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs

    def compose(self) -> ComposeResult:
        """The frame with the dialog's content, and the keys."""
        with Vertical(id="frame") as frame:
            frame.border_title = self.glyphs.plain(self.heading())
            yield from self.content()
        yield KeyBar(self.glyphs)
        yield TooSmall()

    def on_resize(self, event: events.Resize) -> None:
        """Take the whole width where shards of the page beside the frame would only distract."""
        self.set_class(event.size.width < _NARROW, "-narrow")
        self.query_one(TooSmall).judge(self, event.size)

    def heading(self) -> str:
        """What the frame is titled."""
        return self.HEADING

    def content(self) -> ComposeResult:
        """What stands in the frame."""
        raise NotImplementedError

    def action_close(self) -> None:
        """Close and change nothing."""
        self.dismiss(None)
