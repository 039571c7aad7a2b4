"""A page on which images are drawn: in a thread, with progress, until they are done or cancelled."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message
from textual.widgets import Input

from imgmodels_tui.generator import messages
from imgmodels_tui.generator.engines.interface import SEED_LIMIT
from imgmodels_tui.generator.errors import Cancelled, GeneratorError
from imgmodels_tui.generator.images.references import load_reference
from imgmodels_tui.generator.service import GenerationRequest, GenerationStarted, Result
from imgmodels_tui.screens.generator.gallery import Gallery
from imgmodels_tui.screens.generator.panels import ProgressLine
from imgmodels_tui.screens.generator.prompt_area import PromptArea
from imgmodels_tui.screens.generator.sessions_page import SittingPage
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import Severity
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError

if TYPE_CHECKING:
    from imgmodels_tui.screens.shared.page import PageContext

_STEP = 0.1
"""Seconds between two looks at how far the drawing is."""


class DrawingPage(SittingPage):
    """Draws one image at a time, from a prompt, a reference and a seed that stand in the page's fields."""

    class Started(Message):
        """The engine begins; everything was decided before."""

        def __init__(self, begun: GenerationStarted) -> None:
            self.begun = begun
            super().__init__()

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._stop_drawing: threading.Event | None = None
        self._done = 0.0

    def on_unmount(self) -> None:
        """Stop whatever is being drawn."""
        if self._stop_drawing is not None:
            self._stop_drawing.set()

    @property
    def drawing(self) -> bool:
        """Whether a picture is being drawn."""
        return self._stop_drawing is not None

    @on(PromptArea.Sent)
    @on(Input.Submitted)
    def action_generate(self) -> None:
        """Generate an image from the prompt."""
        if self.drawing:
            self.show_notice("One image at a time: esc cancels the one that is being drawn", Severity.REFUSED)
            return
        try:
            seed = _seed(self.query_one("#seed", Input).value)
        except ValueError as error:
            self.show_notice(str(error), Severity.REFUSED)
            return
        self._stop_drawing, self._done = threading.Event(), 0.0
        self._generate(self.query_one(PromptArea).text, self.query_one("#reference", Input).value.strip(), seed)

    @work(group="generate")
    async def _generate(self, prompt: str, reference: str, seed: int | None) -> None:
        stop, session = self._stop_drawing, self._here
        if stop is None:
            return
        timer = self.set_interval(_STEP, lambda: self.query_one(ProgressLine).show(self._done))
        self.clear_notice()
        self.refresh_bindings()

        def draw() -> Result:
            image = load_reference(Path(reference).expanduser()) if reference else None
            order = GenerationRequest(prompt, session=session, reference=image, seed=seed)
            return self._service.generate(
                order,
                begun=self._begun,
                progress=self._progress,
                cancelled=stop.is_set,
            )

        try:
            result = await asyncio.to_thread(draw)
        except Cancelled:
            self._ended("Cancelled; no image was made")
        except StateError as error:
            self._ended(error.brief, Severity.REFUSED)
        except (Refusal, GeneratorError, NotSaved) as error:
            self._ended(harmless(str(error)), Severity.REFUSED)
        else:
            self._ended(f"{messages.done(result.begun)}: {result.path.name}")
            self.query_one(Gallery).load(str(result.path))
        finally:
            stop.set()  # if this worker was stopped, the thread stops too
            timer.stop()

    def _ended(self, said: str, severity: Severity = Severity.DONE) -> None:
        """Show that nothing is being drawn any more."""
        self._stop_drawing = None
        if self.is_attached:
            self.query_one(ProgressLine).stop()
            self._desk.look()
            self._refresh()
            self.show_notice(said, severity)

    def _begun(self, begun: GenerationStarted) -> None:
        """Called in the drawing thread; messages may come from any."""
        self.post_message(self.Started(begun))

    def _progress(self, done: float) -> None:
        """Called in the drawing thread: only leaves a figure behind."""
        self._done = done

    @on(Started)
    def _began(self, event: Started) -> None:
        begun = event.begun
        self._session = begun.session
        self._switched = begun if begun.switched_from else None
        self.query_one(ProgressLine).start(f"Drawing with {harmless(begun.entry.model.name, 60)}")
        self._desk.look()
        self._refresh()

    def action_cancel(self) -> None:
        """Stop drawing."""
        if self._stop_drawing is not None:
            self._stop_drawing.set()


def _seed(text: str) -> int | None:
    """The seed that was typed, or None for a random one. Raises `ValueError` with what to say."""
    if not text.strip():
        return None
    if not text.strip().isdecimal() or int(text) >= SEED_LIMIT:
        raise ValueError(f"The seed is a whole number from 0 to {SEED_LIMIT - 1}")
    return int(text)
