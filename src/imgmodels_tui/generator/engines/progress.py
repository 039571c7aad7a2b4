"""Progress and cancellation in one object, handed down through whatever takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.generator.errors import Cancelled

if TYPE_CHECKING:
    from imgmodels_tui.generator.engines.interface import CancelCheck, Progress

_SMALLEST_STEP = 0.005


class Watch:
    """Maps a stage's own progress onto a share of the whole, and stops the work when asked to.

    A screen that is far away should not be told of every polygon, so steps below half a percent are kept back.
    """

    def __init__(self, progress: Progress, cancelled: CancelCheck) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._start, self._end = 0.0, 1.0
        self._told = 0.0

    def stage(self, start: float, end: float) -> Watch:
        """Let the following `at` calls count from `start` to `end` of the whole."""
        self._start, self._end = start, end
        return self.at(0.0)

    def at(self, done: float) -> Watch:
        """Say how much of the stage is done, 0 to 1; raise `Cancelled` if the work is to stop."""
        if self._cancelled():
            raise Cancelled
        whole = min(1.0, self._start + (self._end - self._start) * done)
        if whole >= self._told + _SMALLEST_STEP or (whole == 1.0 and self._told < 1.0):
            self._told = whole
            self._progress(whole)
        return self
