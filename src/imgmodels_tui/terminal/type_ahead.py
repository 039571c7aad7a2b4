"""The mixin that has a Textual app hear each key where the one before has led, however fast they come.

Over a slow line the keys of a whole second arrive at once. Textual hands each to the widget that has the focus at that
moment, and acts on a binding only after the key has gone from widget to widget up to the app. All keys are then on
their way before the first has opened anything, and are heard by the page below: the letters of a name as commands.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.app import App, ReturnType, ScreenStackError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.message_pump import MessagePump
    from textual.timer import Timer
    from textual.widget import Widget

_PATIENCE: Final = 0.5
"""Seconds after which a key that keeps a widget busy keeps no other key waiting."""

_MOMENT: Final = 0.05
"""Seconds after which it is looked whether a key that others wait for got lost with a widget that was closed."""


class TypeAhead(App[ReturnType]):
    """An `App` whose keys and pastes wait for the one before: for what it opened, and for the focus there.

    A key that comes alone is delivered at once, as ever. What a key starts beside the widgets, in a thread or a task
    that waits for one, is not waited for: the page is to move while a disk does not.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._typed: deque[events.Event] = deque()
        self._under_way: events.Event | None = None
        self._under_way_since = 0.0
        self._listener_then: Widget | None = None
        self._asked: MessagePump = self
        self._still_to_ask: Sequence[MessagePump] = ()
        self._overseer: Timer | None = None

    @property
    def has_typed_ahead(self) -> bool:
        """Whether a key has not yet led where it leads."""
        return self._under_way is not None

    async def on_event(self, event: events.Event) -> None:
        """Deliver what was typed, one after the other; everything else as it comes."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if self._under_way is None:
            await self._deliver()
        elif self._overseer is None:
            self._overseer = self.set_interval(_MOMENT, self._oversee)

    async def _deliver(self) -> None:
        """Send the first of what was typed on its way; where nobody listens any more, forget all of it."""
        target = self._listener()
        if target is None:
            self._typed.clear()
        if target is None or not self._typed:
            return
        event = self._typed.popleft()
        self._under_way, self._under_way_since, self._listener_then = event, time.monotonic(), target
        await super().on_event(event)
        # Whoever is asked last is the app, and then once more: the focus, too, is set by a message to it.
        self._follow(event, (*target.ancestors_with_self, self))

    def _follow(self, event: events.Event, way: Sequence[MessagePump]) -> None:
        """Wait until each on the way has had its turn, and then whoever listens now; then deliver the next."""
        if event is not self._under_way:
            return
        for number, pump in enumerate(way, start=1):
            self._asked, self._still_to_ask = pump, way[number:]
            if pump.call_later(self._follow, event, self._still_to_ask):
                return
        listener = self._listener()
        if listener is not None and listener is not self._listener_then:
            self._listener_then = listener
            self._follow(event, (listener, self, self))
            return
        self._under_way = None
        if self._typed:
            self.call_next(self._deliver)

    async def _oversee(self) -> None:
        """Let nothing wait for a key that got lost, or for one that takes long."""
        event = self._under_way
        if event is None or not self._typed:
            if self._overseer is not None:
                self._overseer.stop()
                self._overseer = None
        elif time.monotonic() - self._under_way_since > _PATIENCE:
            while self._typed:
                await self._deliver()
        elif not self._asked.is_running:
            self._follow(event, self._still_to_ask)

    def _listener(self) -> Widget | None:
        """Who hears a key now; nobody at the very start and at the end."""
        with contextlib.suppress(ScreenStackError, KeyError):
            return self.focused or self.screen
        return None
