"""Images that are being generated: one for each session at a time, and the line that shows how far one is."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from rich.cells import cell_len
from textual.strip import Strip
from textual.timer import Timer

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.generator import Failure, HostError
from imgmodels_tui.generator.engines.interface import SEED_LIMIT
from imgmodels_tui.generator.images.gallery import load_reference
from imgmodels_tui.generator.service import GenerationRequest, GenerationStarted, GeneratorService, Result
from imgmodels_tui.text import folded, harmless
from imgmodels_tui.widgets.line import LineWidget
from imgmodels_tui.widgets.path_input import typed_path

MOST_AT_ONCE = 4
"""Images that one page has drawn at the same time, in threads of their own: no change waits for a host."""


class Generation:
    """Generates one image in a thread, from what was typed. Raises `ValueError` with what is wrong with the seed."""

    def __init__(self, service: GeneratorService, session: str, prompt: str, reference: str, seed: str) -> None:
        self.session = session
        """The name of its session."""
        self.text = ""
        """What is being done, once that is decided."""
        self.done: float | None = None
        """How far it is, 0 to 1, where that is known."""
        self.began = time.monotonic()
        self._service, self._prompt, self._reference = service, prompt, reference
        self._seed: int | None = None
        if seed := seed.strip():
            if not seed.isdecimal() or int(seed) >= SEED_LIMIT:
                raise ValueError(f"The seed is a whole number from 0 to {SEED_LIMIT - 1}")
            self._seed = int(seed)
        self._cancelled = threading.Event()

    async def run(
        self,
        threads: ThreadPoolExecutor,
        session: str | None,
        on_start: Callable[[GenerationStarted], object],
        on_progress: Callable[[], object],
    ) -> Result:
        """Generate in this session; None is the one its user was in last. Both functions are called in the thread.

        Raises what `GeneratorService.generate` raises, and `ReferenceImageError`.
        """

        def progress(done: float | None) -> None:
            self.done = self.done if done is None else done
            on_progress()

        def generate() -> Result:
            path = typed_path(self._reference)
            references = () if path is None else (load_reference(path),)
            wanted = GenerationRequest(self._prompt, session, references=references, seed=self._seed)
            return self._service.generate(
                wanted, on_start=on_start, progress=progress, cancelled=self._cancelled.is_set
            )

        try:
            return await asyncio.get_running_loop().run_in_executor(threads, generate)
        finally:
            self.cancel()  # if this task was stopped, the thread stops too

    def cancel(self) -> None:
        """Stop generating; `run` then raises `Cancelled`."""
        self._cancelled.set()


def said_of(error: Exception) -> str:
    """What a page says of an image that failed."""
    if isinstance(error, UnusableFile):
        return error.brief
    again = ": enter" if isinstance(error, HostError) and error.failure is Failure.QUOTA else ""
    return harmless(str(error)) + again


class Generations:
    """What is being generated on one page."""

    def __init__(self) -> None:
        self._running: list[Generation] = []
        self.threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="drawing")

    def __len__(self) -> int:
        return len(self._running)

    def of(self, session: str) -> Generation | None:
        """The image that is being generated in a session."""
        return next((each for each in self._running if folded(each.session) == folded(session)), None)

    def add(self, generation: Generation) -> None:
        """Note that it begins."""
        self._running.append(generation)

    def remove(self, generation: Generation) -> None:
        """Note that it has ended."""
        self._running.remove(generation)

    def end(self) -> None:
        """Stop all of them."""
        for generation in self._running:
            generation.cancel()
        self.threads.shutdown(wait=False, cancel_futures=True)


class ProgressLine(LineWidget):
    """How much of an image is done; no line while none is generated, nor for one that takes no time."""

    DELAY = 0.15
    """Seconds after which the line appears; one that came and went at once would only flash."""

    def __init__(self) -> None:
        super().__init__()
        self._generation: Generation | None = None
        self._shown = ""
        self._timer: Timer | None = None
        self.display = False

    def follow(self, generation: Generation | None) -> None:
        """Show how far this image is, once that is worth a line; or none."""
        if generation is self._generation and (generation is None or self.display or self._timer is not None):
            return
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._generation, self.display = generation, False
        if generation is not None and generation.text:
            left = self.DELAY - (time.monotonic() - generation.began)
            self._timer = self.set_timer(max(left, 0.001), self._appear)

    def _appear(self) -> None:
        self.display = True
        self.tick(redraw=True)

    def tick(self, *, redraw: bool = False) -> None:
        """Show how much is done, or where that is not known how long it has taken."""
        if self._generation is None:
            return
        done = self._generation.done
        seconds = time.monotonic() - self._generation.began
        shown = f"{seconds:3.0f} s" if done is None else f"{round(100 * done):3} %"
        if shown != self._shown or redraw:
            self._shown = shown
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The text, a bar, a figure, and how to stop it."""
        line, generation = self.line(width).space(1), self._generation
        if generation is None:
            return [line.strip()]
        text, percent = harmless(generation.text, 120), round(100 * (generation.done or 0))
        line.cell(self.glyphs.plain(text), min(cell_len(text), width // 2)).space(2)
        hint = f"{self._shown}  "
        room = max(0, line.room - len(hint) - len("  esc cancels "))
        done = room * percent // 100
        line.add(self.glyphs.bar * done, self.style_for("accent")).add(
            self.glyphs.rule * (room - done), self.style_for("faint")
        )
        line.space(2).add(hint).add("esc", self.style_for("key")).add(" cancels", self.style_for("dim"))
        return [line.strip()]
