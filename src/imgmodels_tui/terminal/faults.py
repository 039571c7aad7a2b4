"""Keeps an app running when a handler, an action, a timer, a callback or a worker fails; the one boundary for errors.

It relies on private parts of Textual, which ends an app with a traceback and the code 1, whatever has failed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import WorkerFailed

_MOST_FAULTS: Final = 20
_WITHIN: Final = 5.0
"""Seconds within which that many faults end the app: one that comes back at each frame would never let it rest."""

_dispatch = MessagePump._dispatch_message


async def _dispatch_guarded(pump: MessagePump, message: Message) -> None:
    """Have a part of an app go on after a fault: Textual would have it handle nothing any more."""
    try:
        await _dispatch(pump, message)
    except Exception as error:  # noqa: BLE001 - whatever it is
        pump.app._handle_exception(error)


class FaultBoundary:
    """Passes each fault of `app` to `report`, and to `end` when there are too many or when reporting one fails."""

    def __init__(
        self, app: App[Any], report: Callable[[BaseException], object], end: Callable[[BaseException], object]
    ) -> None:
        self._report, self._end = report, end
        self._times: deque[float] = deque(maxlen=_MOST_FAULTS)
        self._has_ended = False
        MessagePump._dispatch_message = _dispatch_guarded  # type: ignore[method-assign,assignment]
        app._handle_exception = self._handle  # type: ignore[method-assign]

    def _handle(self, error: BaseException) -> None:
        fault = error.error if isinstance(error, WorkerFailed) else error
        self._times.append(time.monotonic())
        too_many = len(self._times) == _MOST_FAULTS and self._times[-1] - self._times[0] < _WITHIN
        if not too_many and not self._has_ended:
            try:
                self._report(fault)
            except Exception as second:  # noqa: BLE001 - then nothing can be shown any more
                fault = second
            else:
                return
        if not self._has_ended:
            self._has_ended = True
            self._end(fault)
