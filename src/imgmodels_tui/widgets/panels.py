"""The panels above a page's list: the default model, warnings, first steps."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.record import Record
from imgmodels_tui.widgets.line import LineWidget, Piece, between, folded
from imgmodels_tui.workspace.errors import ServerError

_LEAST_WIDTH, _LEAST_HEIGHT = 60, 16
"""The columns and rows below which a plain notice replaces a page that could only be broken."""


class Banner(Record):
    """Something an admin should know before anything else, with the key that helps; each line is a sentence."""

    text: str
    key: str | None = None
    help: str = ""


class Warnings(LineWidget):
    """Warnings that stay, one line each where that is enough; no lines where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._banners: Sequence[Banner] = ()

    def update(self, banners: Sequence[Banner]) -> None:
        """Show these warnings."""
        if banners != self._banners:
            self._banners = banners
            self.set_class(not banners, "-away")
            self.redraw()

    @property
    def is_empty(self) -> bool:
        """Whether there is no warning."""
        return not self._banners

    def lines(self, width: int) -> Sequence[Strip]:
        """The sign and the key in the first line of each banner, further lines below its text."""
        return [line for banner in self._banners for line in self._lines_of(banner, width)]

    def _lines_of(self, banner: Banner, width: int) -> list[Strip]:
        key: list[Piece] = []
        if banner.key:
            key = [(banner.key, self.style_for("key")), (f" {banner.help} ", self.style_for("dim"))]
        sign = f" {self.glyphs.warning} "
        room = width - cell_len(sign) - (1 + sum(cell_len(text) for text, _ in key) if key else 0)
        drawn = []
        for sentence in banner.text.splitlines():
            for part in folded(self.glyphs.plain(sentence), room):
                left = [(sign, self.style_for("warning")), (part, self.style_for())]
                drawn.append(between(left, key, width, self.style_for()))
                sign, key = " " * cell_len(sign), []
        return drawn


class Banners(Warnings):
    """Warnings of a page, with the keys that help."""

    def on_click(self, event: events.Click) -> None:
        """Press the key that the banner under the mouse names."""
        end = 0
        for banner in self._banners:
            end += len(self._lines_of(banner, self.size.width))
            if event.y < end:
                if banner.key:
                    self.press(banner.key)
                return


class ReadErrorPanel(Warnings):
    """Why the workspace's file cannot be used at present; on every page, because nothing can be changed on any."""

    def show(self, read_error: UnusableFile | None, read_only_reason: str | None = None) -> None:
        """Show what is wrong, and on a line of its own what to do; of a server that is away, since when."""
        if read_error is None:
            self.update(())
        else:
            reason = f": {read_only_reason}" if read_only_reason and isinstance(read_error, ServerError) else ""
            remedy = f"; {read_error.remedy}" if read_error.remedy else ""
            self.update((Banner(f"{read_error.brief}\nNothing can be changed{reason}{remedy}"),))


class TooSmall(Static):
    """Says how much room is needed; hidden as long as there is enough."""

    def __init__(self) -> None:
        super().__init__("", id="too-small", markup=False)
        self._focused: Widget | None = None

    def update_for(self, size: Size) -> None:
        """Hide the rest of the screen where `size`, in columns and rows, is too small for it."""
        screen = self.screen
        small = size.width < _LEAST_WIDTH or size.height < _LEAST_HEIGHT
        if small:
            self.update(
                f"imgmodels needs {_LEAST_WIDTH}x{_LEAST_HEIGHT}.\nThis terminal has {size.width}x{size.height}.\n"
                "Make it larger, or press q."
            )
        if small and not screen.has_class("-too-small"):
            self._focused = screen.focused
        elif not small and self._focused is not None:
            screen.call_after_refresh(_focus_again, self._focused)
            self._focused = None
        screen.set_class(small, "-too-small")


def _focus_again(widget: Widget) -> None:
    """A widget that is hidden loses the focus."""
    if widget.is_attached and widget.screen.focused is None:
        widget.focus()
