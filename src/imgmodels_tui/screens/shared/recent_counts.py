"""Everybody's sessions as they were a moment ago, for screens that ask at every key."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Mapping

    from imgmodels_tui.generator.sessions.counts import SessionCounts


class RecentCounts:
    """Answers at once with what is known, and counts again in a thread once that is a few seconds old.

    `take` counts and may block, `start` runs a coroutine function beside the screen, soon, and `changed` is called when
    the count brought something new.
    """

    def __init__(
        self,
        take: Callable[[], SessionCounts],
        start: Callable[[Callable[[], Coroutine[None, None, None]]], object],
        changed: Callable[[], None],
        lasts: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._take, self._start, self._changed = take, start, changed
        self._lasts, self._clock = lasts, clock
        self._known: SessionCounts | None = None
        self._counting = False
        self._old_at = clock()

    def __call__(self) -> SessionCounts | None:
        """The last census; None before the first one."""
        if not self._counting and self._clock() >= self._old_at:
            self._counting = True
            self._start(self._count)
        return self._known

    def on_each(self, models: Collection[str]) -> Mapping[str, int] | None:
        """How many sessions hold each of some models; None before the first census."""
        counts = self()
        return None if counts is None else {model: counts.count_for((model,)).sessions for model in models}

    async def _count(self) -> None:
        try:
            found = await asyncio.to_thread(self._take)
        finally:
            self._counting, self._old_at = False, self._clock() + self._lasts
        if found != self._known:
            self._known = found
            self._changed()
