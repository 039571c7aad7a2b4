"""One image that is being generated, beside the event loop, until it is done or cancelled."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.generator.engines.interface import SEED_LIMIT
from imgmodels_tui.generator.images.gallery import load_reference
from imgmodels_tui.generator.service import GenerationRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgmodels_tui.generator.engines.interface import Progress
    from imgmodels_tui.generator.service import GenerationStarted, GeneratorService, Result


class Generation:
    """Generates one image in a thread, from what was typed. Raises `ValueError` with what is wrong with the seed."""

    def __init__(self, service: GeneratorService, prompt: str, reference: str, seed: str) -> None:
        self._service, self._prompt, self._reference = service, prompt, reference.strip()
        self._seed = _parsed_seed(seed)
        self._cancelled = threading.Event()

    async def run(
        self, session: str | None, on_start: Callable[[GenerationStarted], object], on_progress: Progress
    ) -> Result:
        """Generate in this session; None is the one its user was in last. Both functions are called in the thread.

        Raises what `GeneratorService.generate` raises, and `ReferenceImageError`.
        """

        def generate() -> Result:
            reference = load_reference(Path(self._reference).expanduser()) if self._reference else None
            wanted = GenerationRequest(self._prompt, session=session, reference=reference, seed=self._seed)
            return self._service.generate(
                wanted, on_start=on_start, progress=on_progress, cancelled=self._cancelled.is_set
            )

        try:
            return await asyncio.to_thread(generate)
        finally:
            self.cancel()  # if this task was stopped, the thread stops too

    def cancel(self) -> None:
        """Stop generating; `run` then raises `Cancelled`."""
        self._cancelled.set()


def _parsed_seed(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or int(text) >= SEED_LIMIT:
        raise ValueError(f"The seed is a whole number from 0 to {SEED_LIMIT - 1}")
    return int(text)
