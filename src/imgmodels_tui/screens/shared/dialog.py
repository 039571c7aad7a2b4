"""What all dialogs share: a frame over the page, its keys at the bottom, `esc` closes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.types import CSSPathType

from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import KeyBar
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.widgets.panels import TooSmall
from imgmodels_tui.widgets.themed import glyphs_of
from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot

T = TypeVar("T")
A = TypeVar("A")
_NARROW = 90
_ROOMY = 110
DIALOG_STYLES = Path(__file__).with_name("dialog.tcss")
"""Absolute, because Textual looks for a relative one beside the module of the dialog that inherits it."""


class Dialog(ModalScreen[T]):
    """A framed dialog on a band of its own: no row of the page is half covered, and none but those is sent again."""

    CSS_PATH: ClassVar[CSSPathType | None] = DIALOG_STYLES
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", id="dialog.close")]
    HEADING: ClassVar[str] = ""

    def __init__(self, heading: str = "") -> None:
        """Title the frame `heading`, or else `HEADING`."""
        super().__init__()
        self._heading = heading or self.HEADING
        self._following = ExitStack()
        self._answered = False

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return glyphs_of(self)

    def compose(self) -> ComposeResult:
        """The frame with the dialog's content, and the keys."""
        self._fit(self.app.size)
        with Vertical(id="band"), Vertical(id="frame") as frame:
            # A heading can hold a name that somebody else chose: it is content, and never markup.
            frame.border_title = Content(self.glyphs.plain(harmless(self._heading)))
            yield from self.content()
        yield KeyBar()
        yield TooSmall()

    def follow(self, live: LiveWorkspace, show: Callable[[Snapshot], None]) -> None:
        """Call `show` now and with every new snapshot, until the dialog is dismissed."""
        self._following.callback(live.follow(show))

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with an answer, the first that is given: a key pressed twice is heard twice before the dialog goes.

        Following ends here: the dialog's widgets go before it is unmounted.
        """
        if self._answered:
            return AwaitComplete()
        self._answered = True
        self._following.close()
        return super().dismiss(result)

    async def ask_instead(self, dialog: Dialog[A]) -> A | None:
        """The answer of another dialog, shown in the place of this one, of which only the edges would show.

        It is waited for, so a worker has to ask.
        """
        frame = self.query_one("#frame")
        frame.display = False
        answer = await self.app.push_screen_wait(dialog)
        frame.display = True
        return answer

    def on_unmount(self) -> None:
        """End following where the whole program ends."""
        self._following.close()

    def on_resize(self, event: events.Resize) -> None:
        """Take the whole width where only a few columns of the page would be left beside the frame."""
        self._fit(event.size)
        self.query_one(TooSmall).update_for(event.size)

    def _fit(self, size: Size) -> None:
        self.set_class(size.width < _NARROW, "-narrow")
        self.set_class(size.width >= _ROOMY, "-roomy")

    def on_click(self, event: events.Click) -> None:
        """Close where the click is beside the frame; the keys below can be clicked."""
        under, _ = self.get_widget_at(event.screen_x, event.screen_y)
        if under is self or under.id == "band":
            self.action_close()

    def content(self) -> ComposeResult:
        """What is in the frame."""
        raise NotImplementedError

    def action_close(self) -> None:
        """Close and change nothing."""
        self.dismiss(None)
