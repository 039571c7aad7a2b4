"""The mixin that has a Textual app handle each key only after the key before has had its effect.

Over a slow line the keys of a whole second arrive at once. Textual sends each to the widget that has the focus at that
moment, and acts on a binding only after the key has gone from widget to widget up to the app. All keys are then on
their way before the first has opened anything, and the page below handles them: the letters of a name as commands.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

from textual import events
from textual.actions import ActionParseResult
from textual.app import App, ReturnType, ScreenStackError
from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump
from textual.timer import Timer
from textual.widget import Widget

_TIMEOUT: Final = 0.5
"""Seconds after which a key that keeps a widget busy keeps no other key waiting."""

_LEAVING: Final = frozenset({"ctrl+q", "ctrl+backslash"})
"""Keys that end the program."""

_LONGEST_FAREWELL: Final = 0.3
"""Seconds that such a key waits for those before it; what has not been handled by then was not waited for either."""

_TOGETHER: Final = 100
"""Keys that follow one another at once before they are waited for: all can be handled in the time of a frame or two."""

_ROUNDS_FOR_A_FIELD: Final = 3
"""How often more it is waited for what a message leads to, which may be another message."""

_MOVES: Final = ("step(", "page(", "edge(")
"""How the actions begin by which a list moves its cursor."""

_INTERVAL: Final = 0.05
"""Seconds between checks whether a key that others wait for got lost with a widget that was closed."""


class TypeAhead(App[ReturnType]):
    """An `App` whose keys and pastes wait for the one before: for what it opened, and for the focus there.

    A key that comes alone is delivered at once. What a key starts beside the widgets, in a thread or a task that waits
    for one, is not waited for: the page is to respond while a disk does not.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting_keys: deque[events.Event] = deque()
        self._current_key: events.Event | None = None
        self._current_key_since = 0.0
        self._key_receiver: Widget | None = None
        self._leaving: events.Key | None = None
        self._has_left = False
        self._mover: Widget | None = None
        self._moves: Mapping[str, str] = {}
        self._last_key = ""
        """The key that was handled last, if what receives keys is still the same."""
        self._awaited_pump: MessagePump = self
        self._remaining_pumps: Sequence[MessagePump] = ()
        self._pumps: Sequence[MessagePump] = ()
        self._more_rounds = 0
        self._progress_timer: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """Deliver keys and pastes one after the other; everything else as it comes."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._has_left:
            return
        self._waiting_keys.append(event)
        if self._current_key is None:
            await self._deliver_next()
        elif self._progress_timer is None:
            self._progress_timer = self.set_interval(_INTERVAL, self._check_progress)

    def post_message(self, message: Message) -> bool:
        """Have a key that ends the program wait for a moment only, however many others are before it."""
        if isinstance(message, events.Key) and message.key in _LEAVING and not message.is_forwarded:
            self._leaving = message
            asyncio.get_running_loop().call_later(_LONGEST_FAREWELL, self._leave)
        return super().post_message(message)

    def _leave(self) -> None:
        if self._leaving is not None:
            self._has_left = True
            self._waiting_keys.clear()
            self.exit()

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do nothing for a key that comes before its screen has widgets, or after it lost them."""
        if isinstance(default_namespace, Widget) and not (
            default_namespace.is_mounted and default_namespace.is_attached
        ):
            return False
        return await super().run_action(action, default_namespace, namespaces)

    async def _deliver_next(self) -> None:
        """Deliver the first key that waits; where nothing receives keys any more, forget all of them."""
        target = self._receiver()
        if target is None:
            self._waiting_keys.clear()
        if target is None or not self._waiting_keys:
            return
        self._current_key_since, self._key_receiver = time.monotonic(), target
        event = self._current_key = self._waiting_keys.popleft()
        if event is self._leaving:
            self._leaving = None
        await super().on_event(event)
        for _ in range(_TOGETHER):
            following = self._waiting_keys[0] if self._waiting_keys else None
            if not (self._opens_nothing(event, target) and self._opens_nothing(following, target)):
                break
            event = self._current_key = self._waiting_keys.popleft()
            if isinstance(event, events.Key) and event.key in (moves := self._moves_of(target)):
                await self.run_action(moves[event.key], target)
            else:
                await super().on_event(event)
        # The app is last, and then once more: the focus, too, is set by a message to it.
        self._pumps = (*target.ancestors_with_self, self)
        # A field tells the page of its end by messages that lead to others: leaving a filter takes three.
        self._more_rounds = _ROUNDS_FOR_A_FIELD if target.check_consume_key("a", "a") else 0
        self._wait_for(event, self._pumps)

    def _wait_for(self, event: events.Event, pumps: Sequence[MessagePump]) -> None:
        """Wait until each of `pumps` has emptied its queue, then for what receives keys now; then deliver the next."""
        if event is not self._current_key:
            return
        for number, pump in enumerate(pumps, start=1):
            self._awaited_pump, self._remaining_pumps = pump, pumps[number:]
            if pump.call_later(self._wait_for, event, self._remaining_pumps):
                return
        if self._more_rounds:
            self._more_rounds -= 1
            self._wait_for(event, self._pumps)
            return
        receiver = self._receiver()
        self._last_key = event.key if isinstance(event, events.Key) else ""
        if receiver is not None and receiver is not self._key_receiver:
            self._key_receiver = receiver
            self._last_key = ""
            self._wait_for(event, (receiver, self, self))
            return
        self._current_key = None
        if self._waiting_keys:
            self.call_next(self._deliver_next)

    def _opens_nothing(self, event: events.Event | None, target: Widget) -> bool:
        """Whether no key has to wait for this one: a move, text for a field, or again what has just opened nothing."""
        if not isinstance(event, events.Key):
            return False
        if event.key == self._last_key or target.check_consume_key(event.key, event.character):
            return True
        return event.key in self._moves_of(target)

    def _moves_of(self, target: Widget) -> Mapping[str, str]:
        """The keys by which the cursor of a list moves, whatever its user made of the keys, and what they do."""
        if target is not self._mover:
            bound = self.screen.active_bindings.items()
            self._mover = target
            self._moves = {
                key: active.binding.action
                for key, active in bound
                if active.node is target and active.enabled and active.binding.action.startswith(_MOVES)
            }
        return self._moves

    async def _check_progress(self) -> None:
        """Have no key wait for one that got lost, or for one that takes long."""
        event = self._current_key
        if event is None or not self._waiting_keys:
            if self._progress_timer is not None:
                self._progress_timer.stop()
                self._progress_timer = None
        elif time.monotonic() - self._current_key_since > _TIMEOUT:
            while self._waiting_keys:
                await self._deliver_next()
        elif not self._awaited_pump.is_running:
            self._wait_for(event, self._remaining_pumps)

    def _receiver(self) -> Widget | None:
        """What receives a key now; nothing at the very start and at the end."""
        with contextlib.suppress(ScreenStackError, KeyError):
            return self.focused or self.screen
        return None
