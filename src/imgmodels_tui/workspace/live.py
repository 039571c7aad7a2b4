"""A workspace that an open program follows: the newest state, and who else changed it.

A new state, from here or from another process, reaches every listener by one path. Changes are made one at a time, each
judged on the newest state.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Generic, TypeVar

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NotPermitted
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.prices import PriceNews
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Change
from imgmodels_tui.workspace.store import Fingerprint, Outcome, Store

INTERVAL = 0.4
"""Seconds between two polls of the store: one `stat` each where it is a file."""

_NOT_COMPARED = PriceNews()

T = TypeVar("T")


class Poller(Generic[T]):
    """Reads in a thread, one reading at a time, and shows it on the event loop, which never waits for the disk."""

    def __init__(self, read: Callable[[], T], show: Callable[[T], None]) -> None:
        self._read, self._show = read, show
        self._reading: asyncio.Task[None] | None = None
        self._is_due = False

    def wake(self) -> None:
        """Begin a reading now, or as soon as the one under way is shown: many calls meanwhile are one."""
        self._is_due = self._reading is not None and not self._reading.done()
        self.poll()

    def poll(self) -> None:
        """Begin a reading, unless one is under way."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.get_running_loop().create_task(self._read_and_show())

    async def catch_up(self) -> None:
        """Wait until a reading is shown that began after this call."""
        if self._reading is not None and not self._reading.done():
            await asyncio.wait([self._reading])
        self.poll()
        if self._reading is not None:
            await asyncio.shield(self._reading)

    async def _read_and_show(self) -> None:
        self._show(await asyncio.to_thread(self._read))
        while self._is_due:
            self._is_due = False
            self._show(await asyncio.to_thread(self._read))


class Snapshot(Record):
    """What is known of the workspace at one moment."""

    overview: Overview
    read_error: UnusableFile | None = None
    """Why the state or the catalog cannot be read at present; then `overview` is the last good one."""
    read_only_reason: str | None = None
    """Why this user cannot change anything, as a clause."""
    external_change: Change | None = None
    """The change by somebody else that led to this snapshot, if one did."""
    skipped: int = 0
    """How many changes before `external_change` were not seen one by one."""
    rolled_back: bool = False
    """Whether somebody replaced the state by an earlier one; then `external_change`, if there is any, is old."""
    prices: PriceNews = _NOT_COMPARED
    """What is known of price changes; nothing until they have been compared."""
    warnings: tuple[str, ...] = ()
    """What an admin should mend around the workspace, as far as it was looked for."""


class _Reading(Record):
    """What a poll found; neither state nor error where the same is stored as before."""

    before: Overview
    """What was shown when the poll began."""
    fingerprint: Fingerprint
    read_only_reason: str | None
    overview: Overview | None = None
    read_error: UnusableFile | None = None


def overview_of(store: Store) -> Overview:
    """The newest state of a store seen through its catalog. Raises `StateError` and `CatalogError`."""
    state = store.read()
    return Overview(state, store.catalog, store.today())


class LiveWorkspace:
    """Follows one workspace for one open program."""

    def __init__(self, store: Store, *, admin: bool = True) -> None:
        self.store = store
        self.is_admin = admin
        """Whether this program was opened for an admin; it changes nothing for anybody else (R15)."""
        self._seen: Fingerprint = store.fingerprint()
        self._listeners: list[Callable[[Snapshot], None]] = []
        self._one_at_a_time = asyncio.Lock()
        self._writing: dict[asyncio.Task[None], asyncio.Future[Outcome | None]] = {}
        self._poller = Poller(self._read, self._apply)
        self._is_called = False
        self._warnings: tuple[str, ...] = ()
        self.snapshot = Snapshot(overview_of(store), read_only_reason=store.read_only_reason())
        self._started_read_only = not admin and self.snapshot.read_only_reason is not None

    @property
    def overview(self) -> Overview:
        """The newest state seen through the catalog."""
        return self.snapshot.overview

    @property
    def may_administer_now(self) -> bool:
        """Whether this user has become an admin since the program was opened; it takes a new start."""
        return self._started_read_only and self.snapshot.read_only_reason is None

    @property
    def is_changing(self) -> bool:
        """Whether a change was asked for here that may not be durable yet."""
        return any(not answer.done() for answer in self._writing.values())

    def follow(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` now and with every new snapshot; returns a function that ends it."""
        self._listeners.append(listener)
        listener(self.snapshot)
        return lambda: self._listeners.remove(listener)

    async def change(self, decide: Callable[[Overview], Rule | None], reason: str | None = None) -> Outcome | None:
        """Ask for the change that `decide` derives from the newest known state; None where it wants nothing.

        Requests wait for each other, so that a key pressed twice switches there and back. The answer comes as soon as
        the change is durable; `settled` waits until history has it too. Raises what `Store.update` raises, and
        `NotPermitted`.
        """
        if not self.is_admin:
            raise NotPermitted("Changing the workspace", self.store.place.full)
        answer: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        writing = asyncio.create_task(self._write(decide, reason, answer))
        self._writing[writing] = answer
        writing.add_done_callback(self._written)
        return await answer

    def _written(self, writing: asyncio.Task[None]) -> None:
        """What others changed meanwhile was passed over: look for it where no poll follows by itself."""
        self._writing.pop(writing)
        if self._is_called:
            self._poller.wake()

    async def settled(self) -> None:
        """Wait until no change of this program is being written, its line of history included."""
        while self._writing:
            await asyncio.wait(self._writing)

    async def _write(
        self,
        decide: Callable[[Overview], Rule | None],
        reason: str | None,
        answer: asyncio.Future[Outcome | None],
    ) -> None:
        loop = asyncio.get_running_loop()

        def tell(outcome: Outcome) -> None:  # in the thread that writes
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                loop.call_soon_threadsafe(self._show_outcome, outcome, answer)

        async with self._one_at_a_time:
            try:
                rule = decide(self.overview)
                if rule is not None:
                    await asyncio.to_thread(self.store.update, rule, tell, reason=reason)
                elif not answer.done():
                    answer.set_result(None)
            except Exception as error:  # noqa: BLE001 - the caller of `change` gets it
                if not answer.done():
                    answer.set_exception(error)

    def _show_outcome(self, outcome: Outcome, answer: asyncio.Future[Outcome | None]) -> None:
        """Show the outcome, and give it to the caller of `change`, unless that was cancelled."""
        reason = None if outcome.change else self.snapshot.read_only_reason  # what could be changed is not read-only
        try:
            newer = self.overview.after(outcome.state, self.store.catalog, self.overview.today)
            self._show(Snapshot(newer, read_only_reason=reason))
        except Exception as error:
            if answer.done():
                raise
            answer.set_exception(error)
        else:
            if not answer.done():
                answer.set_result(outcome)

    def listen(self) -> Callable[[], None] | None:
        """Look for changes whenever the store calls; returns the function that ends it, None where no store calls."""
        loop = asyncio.get_running_loop()

        def wake() -> None:  # in a thread of the store
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                loop.call_soon_threadsafe(self._poller.wake)

        stop = self.store.follow(wake)
        self._is_called = stop is not None
        return stop

    def poll(self) -> None:
        """Look for changes by others, in a thread. Call it every `INTERVAL`."""
        self._poller.poll()

    async def catch_up(self) -> None:
        """Wait until what is stored now is shown."""
        await self._poller.catch_up()

    def _read(self) -> _Reading:
        """What is stored now; it is read only if it is something else than before, or another day (R17)."""
        before, today = self.overview, self.store.today()
        reading = _Reading(before, self.store.fingerprint(), self.store.read_only_reason())
        if reading.fingerprint == self._seen:
            if today == before.today:
                return reading
            return reading.replace(overview=before.after(before.state, before.catalog, today))
        try:
            return reading.replace(overview=before.after(self.store.read(), self.store.catalog, today))
        except UnusableFile as error:
            return reading.replace(read_error=error)

    def _apply(self, reading: _Reading) -> None:
        """Show what a poll found.

        While a change of this program is being written, its outcome is shown first: found too early it would be
        announced as another user's, and a newer state shown before it would be replaced by it. What was shown since
        the poll began is newer than what it found; the next poll finds the rest.
        """
        if self._writing:
            return
        if self.overview is not reading.before:
            if self._is_called:
                self._poller.wake()
            return
        read_only_reason = reading.read_only_reason
        newer = reading.overview
        if reading.fingerprint == self._seen:
            if newer is not None or read_only_reason != self.snapshot.read_only_reason:
                self._show(Snapshot(newer or self.overview, self.snapshot.read_error, read_only_reason))
            return
        self._seen = reading.fingerprint
        if newer is None:
            self._show(Snapshot(self.overview, reading.read_error, read_only_reason))
            return
        state, same = newer.state, newer.catalog is self.overview.catalog and newer.today == self.overview.today
        if state == self.overview.state and same and self.snapshot.read_error is None:
            return
        before = self.overview.state.revision
        change = state.last_change if state.revision != before else None
        self._show(
            Snapshot(
                newer,
                read_only_reason=read_only_reason,
                external_change=change,
                skipped=max(0, state.revision - before - 1) if change else 0,
                rolled_back=state.revision < before,
            )
        )

    async def look_around(self) -> None:
        """Notice prices that changed since this workspace last compared them, and what an admin should mend.

        Notes that the prices are shown here. What is new stays new while the program is open; a program that is opened
        later does not announce it.
        """
        prices = await asyncio.to_thread(self._compare_prices)
        self._warnings = await asyncio.to_thread(self.store.warnings)
        self.republish(prices)

    def _compare_prices(self) -> PriceNews:
        return self.store.compare_prices(acknowledge=self.store.read_only_reason() is None)

    def acknowledge_prices(self) -> None:
        """Announce no longer that prices changed: this user has seen the prices page."""
        if self.snapshot.prices.fresh:
            self.republish(self.snapshot.prices.replace(fresh=()))

    def republish(self, prices: PriceNews | None = None) -> None:
        """Show the same snapshot again, with other `prices`, or because of something that is shown beside it."""
        prices = self.snapshot.prices if prices is None else prices
        self._show(self.snapshot.replace(prices=prices, external_change=None, skipped=0, rolled_back=False))

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot.prices is _NOT_COMPARED:
            snapshot = snapshot.replace(prices=self.snapshot.prices)
        if snapshot.warnings != self._warnings:
            snapshot = snapshot.replace(warnings=self._warnings)
        self.snapshot = snapshot
        for listener in tuple(self._listeners):
            listener(snapshot)
