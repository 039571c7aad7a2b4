"""One picture in the terminal, with its facts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from imgmodels_tui.generator import messages
from imgmodels_tui.screens.generator.picture_view import PictureView, render
from imgmodels_tui.screens.shared.dialog import DIALOG_STYLES, Dialog
from imgmodels_tui.terminal.app import TerminalApp
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.details import FactSheet
from imgmodels_tui.workspace.queries.model_facts import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.types import CSSPathType

    from imgmodels_tui.generator.images.gallery import GalleryEntry


class PictureDialog(Dialog[None]):
    """As large as the terminal; the picture on the left, labelled for what it is, the facts on the right."""

    CSS_PATH: ClassVar[CSSPathType | None] = [DIALOG_STYLES, "picture_dialog.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy path", tooltip="Copy the file's path", id="picture.copy"),
        Binding("escape,enter", "close", "Close", id="dialog.close"),
    ]

    def __init__(self, picture: GalleryEntry, name: Callable[[str], str]) -> None:
        super().__init__()
        self._picture, self._name_of = picture, name

    def heading(self) -> str:
        """The file's name."""
        return harmless(self._picture.path.name, 70)

    def content(self) -> ComposeResult:
        """Picture and facts."""
        with Horizontal():
            yield PictureView()
            with VerticalScroll():
                yield FactSheet(picture_facts(self._picture, self._name_of))

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual's signature
        """Draw the picture for the room there is."""
        self.call_after_refresh(self._draw)

    @work(exclusive=True, group="picture")
    async def _draw(self) -> None:
        view = self.query_one(PictureView)
        graphics_mode = await self.app.graphics_mode() if isinstance(self.app, TerminalApp) else None
        view.show(await asyncio.to_thread(render, self._picture, *view.room, graphics_mode))

    def action_copy(self) -> None:
        """Copy the file's path to the terminal's clipboard (OSC 52)."""
        self.app.copy_to_clipboard(str(self._picture.path))


def picture_facts(picture: GalleryEntry, name: Callable[[str], str]) -> Sequence[Fact]:
    """What is known of a picture; `name` gives the name of a model."""
    facts = picture.facts
    asked = harmless(name(facts.model_requested), 80)
    return (
        Fact("Prompt", harmless(facts.prompt, 4000)),
        Fact("Model", harmless(name(facts.model_used), 80)),
        *(
            [Fact("Asked for", f"{asked}, no longer available then")]
            if facts.model_requested != facts.model_used
            else []
        ),
        Fact("Drawn by", f"{harmless(facts.engine, 60)}, not the model's output"),
        Fact("Cost", f"{messages.paid(facts.cost_eur)}, {messages.billed(facts.billing)}"),
        Fact("Seed", str(facts.seed)),
        *([Fact("Reference", "an image was given")] if facts.reference_used else []),
        Fact("Session", harmless(facts.session, 60)),
        Fact("Made", facts.created_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")),
        Fact("Size", f"{facts.width}×{facts.height}, {picture.size / 1024:.0f} KiB"),
        Fact("File", _path(picture.path)),
    )


def _path(path: Path) -> str:
    return harmless(str(path), 1000)
