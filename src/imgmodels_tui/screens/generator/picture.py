"""One picture in the terminal: the widget that shows it, and the dialog with its facts.

It is drawn in half-block cells, two coloured pixels a character, or in the terminal's own pixels where it has any.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.strip import Strip
from textual.types import CSSPathType

from imgmodels_tui.generator.billing import stored_price
from imgmodels_tui.generator.engines.interface import PLACEHOLDER
from imgmodels_tui.generator.images import rendering
from imgmodels_tui.generator.images.gallery import GalleryEntry, PictureError, read_picture
from imgmodels_tui.generator.images.rendering import Cell, Cells, Pixels, half_blocks
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.dialog import DIALOG_STYLES, Dialog
from imgmodels_tui.screens.shared.page import copied
from imgmodels_tui.terminal.app import TerminalApp
from imgmodels_tui.terminal.capabilities import GraphicsMode, GraphicsProtocol
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.details import FactSheet
from imgmodels_tui.widgets.themed import ThemedWidget
from imgmodels_tui.workspace.queries.model_facts import Fact

if TYPE_CHECKING:
    from imgmodels_tui.terminal.overlays import Overlays


class Rendering(Record):
    """A picture as a terminal shows it: its cells, a caption, and its pixels where the terminal takes them."""

    cells: Cells = ()
    caption: str = ""
    pixels: Pixels | None = None


class PictureView(ThemedWidget):
    """Shows a picture, centred, with a caption below; of cells, equal neighbours are sent together."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._rendering = Rendering()

    @property
    def space(self) -> tuple[int, int]:
        """Columns and rows for a picture, above its caption."""
        return max(1, self.size.width), max(1, self.size.height - 1)

    def show(self, rendering: Rendering) -> None:
        """Show a picture, or only words while there is none."""
        if rendering != self._rendering:
            self._rendering = rendering
            self._place(rendering.pixels)
            self.refresh()

    def _place(self, shown: Pixels | None) -> None:
        overlays = self._overlays
        if overlays is None:
            return
        if shown is None or shown.columns > self.space[0] or shown.rows > self.space[1]:
            overlays.remove(self)
            return
        offset = ((self.size.width - shown.columns) // 2, 0)
        overlays.add(self, shown.columns, shown.rows, shown.show, shown.hide, offset)

    @property
    def _overlays(self) -> Overlays | None:
        return self.app.overlays if isinstance(self.app, TerminalApp) else None

    @property
    def _placed(self) -> Pixels | None:
        """The pixels that are shown over this widget."""
        overlays = self._overlays
        return self._rendering.pixels if overlays is not None and overlays.has(self) else None

    def render_line(self, y: int) -> Strip:
        """One row of cells, or a blank one under pixels; the caption below the last."""
        width, base, placed = self.size.width, self.style_for(), self._placed
        height = len(self._rendering.cells) if placed is None else placed.rows
        if y == height:
            text = self.glyphs.plain(self._rendering.caption)[:width]
            return Strip([Segment(text.center(width), self.style_for("dim"))]).adjust_cell_length(width, base)
        if y > height or placed is not None:
            return Strip.blank(width, base)
        row = self._rendering.cells[y]
        left = max(0, (width - len(row)) // 2)
        halved = self.glyphs.half.strip() != ""
        cells = [Segment(self.glyphs.half, _style(cell, halved=halved)) for cell in row]
        return Strip([Segment(" " * left, base), *cells]).simplify().adjust_cell_length(width, base)


def render(picture: GalleryEntry, columns: int, rows: int, graphics_mode: GraphicsMode | None = None) -> Rendering:
    """A picture with its label, in pixels too where there is a `graphics_mode` for them; or only why not. Blocking."""
    try:
        data = read_picture(picture.path).data
        cells = half_blocks(data, columns, rows)
    except PictureError as error:
        return Rendering(caption=str(error))
    return Rendering(cells, harmless(picture.facts.engine, 60), _pixels(data, columns, rows, graphics_mode))


def _pixels(data: bytes, columns: int, rows: int, graphics_mode: GraphicsMode | None) -> Pixels | None:
    draw = None if graphics_mode is None else _ENCODERS.get(graphics_mode.protocol)
    if graphics_mode is None or draw is None:
        return None
    try:
        return draw(data, columns, rows, graphics_mode.cell_size)
    except Exception:  # noqa: BLE001 - whatever a library trips over, the picture is shown in cells
        return None


_ENCODERS = {GraphicsProtocol.KITTY: rendering.kitty, GraphicsProtocol.SIXEL: rendering.sixel}


@lru_cache(maxsize=4096)
def _style(cell: Cell, *, halved: bool) -> Style:
    """The look of a cell; without a half block both halves become one colour."""
    if halved:
        return Style(color=Color.from_rgb(*cell.top), bgcolor=Color.from_rgb(*cell.bottom))
    red, green, blue = ((a + b) // 2 for a, b in zip(cell.top, cell.bottom, strict=True))
    return Style(bgcolor=Color.from_rgb(red, green, blue))


class PictureDialog(Dialog[None]):
    """As large as the terminal; the picture on the left, labelled for what it is, the facts on the right."""

    CSS_PATH: ClassVar[CSSPathType | None] = [DIALOG_STYLES, "styles.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy path", tooltip="Copy the file's path", id="picture.copy"),
        Binding("escape,enter", "close", "Close", id="dialog.close"),
    ]

    def __init__(self, picture: GalleryEntry, name: Callable[[str], str]) -> None:
        super().__init__(harmless(picture.path.name, 70))
        self._picture, self._name_of = picture, name

    def content(self) -> ComposeResult:
        """Picture and facts."""
        with Horizontal():
            yield PictureView()
            with VerticalScroll():
                yield FactSheet(picture_facts(self._picture, self._name_of))

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual's signature
        """Draw the picture as large as fits."""
        self.call_after_refresh(self._draw)

    @work(exclusive=True, group="picture")
    async def _draw(self) -> None:
        view = self.query_one(PictureView)
        graphics_mode = await self.app.graphics_mode() if isinstance(self.app, TerminalApp) else None
        view.show(await asyncio.to_thread(render, self._picture, *view.space, graphics_mode))

    def action_copy(self) -> None:
        """Copy the file's path to the terminal's clipboard (OSC 52)."""
        self.app.notify(copied(self.app, str(self._picture.path)), markup=False)


def picture_facts(picture: GalleryEntry, name: Callable[[str], str]) -> Sequence[Fact]:
    """What is known of a picture; `name` gives the name of a model."""
    facts = picture.facts
    reported = facts.reported.text if facts.reported else ""
    requested = f"{harmless(name(facts.model_requested), 80)}, no longer available then"
    return (
        Fact("Prompt", harmless(facts.prompt, 4000)),
        Fact("Model", harmless(name(facts.model_used), 80)),
        *([Fact("Asked for", requested)] if facts.model_requested != facts.model_used else []),
        Fact("Drawn by", harmless(facts.engine, 60) + ", not the model's output" * (facts.engine == PLACEHOLDER)),
        Fact("Cost", f"{stored_price(facts.cost_eur)}, {facts.billing.text}"),
        *([Fact("Reported", f"{reported} by the host; the cost is an estimate")] if reported else []),
        Fact("Seed", "its host takes none" if facts.seed is None else str(facts.seed)),
        *([Fact("Reference", "an image was given")] if facts.reference_used else []),
        Fact("Session", harmless(facts.session, 60)),
        Fact("Made", facts.created_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")),
        Fact("Size", f"{facts.width}×{facts.height}, {picture.size / 1024:.0f} KiB"),
        Fact("File", harmless(str(picture.path), 1000)),
    )
