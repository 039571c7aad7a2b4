"""A workspace that is being looked at: the newest state, and the news of who changed it.

A new state, from here or from another process's write to the file, reaches every listener by one path. Requests go
the other way, one at a time, each judged on the newest state.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NotPermitted, StateError
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.prices.book import PriceNews

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgmodels_tui.workspace.file_store.store import Fingerprint, Outcome, Store
    from imgmodels_tui.workspace.rules import Rule
    from imgmodels_tui.workspace.state import Change, WorkspaceState

INTERVAL = 0.4
"""Seconds between two looks at the file: one `stat` each."""

_NOT_LOOKED_AT = PriceNews()


class Snapshot(Record):
    """What is known of the workspace at one moment."""

    overview: Overview
    read_error: StateError | None = None
    """Why the file cannot be read at present; then `overview` is the last good one."""
    read_only_reason: str | None = None
    """Why this user cannot change anything, as a clause."""
    news: Change | None = None
    """The change that somebody else made and that brought this picture, if that is how it came."""
    skipped: int = 0
    """How many changes before `news` were not seen one by one."""
    rolled_back: bool = False
    """Whether somebody put an earlier state in the file's place; then `news`, if there is any, is old."""
    prices: PriceNews = _NOT_LOOKED_AT
    """What is known of price changes; nothing until somebody looked."""


class _Reading(Record):
    """What a look at the file found; neither state nor trouble where the file is the same as before."""

    fingerprint: Fingerprint
    read_only_reason: str | None
    state: WorkspaceState | None = None
    read_error: StateError | None = None


class LiveWorkspace:
    """Follows one state file for one open program."""

    def __init__(self, store: Store, *, admin: bool = True) -> None:
        self.store = store
        self.is_admin = admin
        """Whether this program was opened for an admin; for anybody else it changes nothing (R15)."""
        self._seen: Fingerprint = store.fingerprint()
        self._listeners: list[Callable[[Snapshot], None]] = []
        self._one_at_a_time = asyncio.Lock()
        self._writing: dict[asyncio.Task[None], asyncio.Future[Outcome | None]] = {}
        self._polling: asyncio.Task[None] | None = None
        self.snapshot = Snapshot(Overview(store.read(), store.catalog), read_only_reason=store.read_only_reason())
        self._was_kept_out = not admin and self.snapshot.read_only_reason is not None

    @property
    def overview(self) -> Overview:
        """The newest state seen through the catalog."""
        return self.snapshot.overview

    @property
    def may_administer_now(self) -> bool:
        """Whether somebody who was no admin when the program was opened has become one; it takes a new start."""
        return self._was_kept_out and self.snapshot.read_only_reason is None

    @property
    def is_changing(self) -> bool:
        """Whether a change was asked for here that may not be durable yet."""
        return any(not answer.done() for answer in self._writing.values())

    @property
    def is_writing(self) -> bool:
        """Whether a change of our own, or its line of history, is being written."""
        return bool(self._writing)

    def follow(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` now and with every new picture; returns the function that ends it."""
        self._listeners.append(listener)
        listener(self.snapshot)
        return lambda: self._listeners.remove(listener)

    async def change(self, decide: Callable[[Overview], Rule | None]) -> Outcome | None:
        """Ask for the change that `decide` derives from the newest known state.

        Requests wait for each other, so that a key pressed twice switches there and back. Raises what
        `Store.update` raises, and `NotPermitted`; answers None where `decide` wants nothing.

        The answer comes as soon as the change is durable; `is_writing` holds until history has it too.
        """
        if not self.is_admin:
            raise NotPermitted("Changing the workspace", self.store.path)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome | None] = loop.create_future()
        writing = loop.create_task(self._write(decide, answer))
        self._writing[writing] = answer
        writing.add_done_callback(self._writing.pop)
        return await answer

    async def settled(self) -> None:
        """Wait until nothing of our own is being written."""
        while self._writing:
            await asyncio.wait(self._writing)

    async def _write(self, decide: Callable[[Overview], Rule | None], answer: asyncio.Future[Outcome | None]) -> None:
        """Make a change; `answer` gets its outcome, or what stood in the way."""
        loop = asyncio.get_running_loop()

        def tell(outcome: Outcome) -> None:  # in the thread that writes
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                loop.call_soon_threadsafe(self._made, outcome, answer)

        async with self._one_at_a_time:
            try:
                rule = decide(self.overview)
                if rule is not None:
                    await asyncio.to_thread(self.store.update, rule, tell)
                elif not answer.done():
                    answer.set_result(None)
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                if not answer.done():
                    answer.set_exception(error)

    def _made(self, outcome: Outcome, answer: asyncio.Future[Outcome | None]) -> None:
        """Show the outcome, and hand it to who asked, unless they have gone."""
        read_only_reason = (
            None if outcome.change else self.snapshot.read_only_reason
        )  # nothing stood in the way of a change
        try:
            self._show(Snapshot(self._seen_through(outcome.state), read_only_reason=read_only_reason))
        except Exception as error:
            if answer.done():
                raise
            answer.set_exception(error)
        else:
            if not answer.done():
                answer.set_result(outcome)

    def poll(self) -> None:
        """Look at the file without making the event loop wait for the disk. Call it every `INTERVAL`."""
        if self._polling is None or self._polling.done():
            self._polling = asyncio.get_running_loop().create_task(self._poll())

    async def catch_up(self) -> None:
        """Look at the file, and wait until what it holds is shown."""
        self.poll()
        if self._polling is not None:
            await self._polling

    async def _poll(self) -> None:
        before = self.snapshot
        glance = await asyncio.to_thread(self._read_file)
        # What happened meanwhile is newer than what was seen; the next look will tell.
        if self.snapshot is before:
            self._take_in(glance)

    def look(self) -> None:
        """Notice what others wrote since the last look. Cheap when nothing changed, but for a slow disk."""
        if not self._writing:
            self._take_in(self._read_file())

    def _read_file(self) -> _Reading:
        """What the file system says now; the file is read only if it is another one than before."""
        fingerprint, read_only_reason = self.store.fingerprint(), self.store.read_only_reason()
        if fingerprint == self._seen:
            return _Reading(fingerprint, read_only_reason)
        try:
            return _Reading(fingerprint, read_only_reason, state=self.store.read())
        except StateError as error:
            return _Reading(fingerprint, read_only_reason, read_error=error)

    def _take_in(self, glance: _Reading) -> None:
        """Show what a glance brought.

        While a change of our own is under way, its outcome is what shows first: seen too early it would be
        announced as somebody else's, and a newer state seen before it would be painted over by it.
        """
        if self._writing:
            return
        read_only_reason = glance.read_only_reason
        if glance.fingerprint == self._seen:
            if read_only_reason != self.snapshot.read_only_reason:
                self._show(Snapshot(self.overview, self.snapshot.read_error, read_only_reason))
            return
        self._seen = glance.fingerprint
        state = glance.state
        if state is None:
            self._show(Snapshot(self.overview, read_error=glance.read_error, read_only_reason=read_only_reason))
            return
        if state == self.overview.state and self.snapshot.read_error is None:
            return
        before = self.overview.state.revision
        news = state.last_change if state.revision != before else None
        skipped = max(0, state.revision - before - 1) if news else 0
        self._show(
            Snapshot(
                self._seen_through(state),
                read_only_reason=read_only_reason,
                news=news,
                skipped=skipped,
                rolled_back=state.revision < before,
            )
        )

    async def look_at_prices(self) -> None:
        """Notice prices that changed since this workspace last looked, and note that they are shown here.

        What is new stays new while the program is open; the next one that is opened says nothing of it.
        """
        news = await asyncio.to_thread(self._compare_prices)
        self.republish(news)

    def _compare_prices(self) -> PriceNews:
        from imgmodels_tui.workspace.prices import watch  # noqa: PLC0415 - nothing of it is needed for the first frame

        return watch.look(self.store, acknowledge=self.store.read_only_reason() is None)

    def republish(self, prices: PriceNews | None = None) -> None:
        """Show the same picture once more, with other `prices`, or because of something that stands beside it."""
        prices = self.snapshot.prices if prices is None else prices
        self._show(self.snapshot.replace(prices=prices, news=None, skipped=0, rolled_back=False))

    def prices_were_read(self) -> None:
        """Say no more that prices changed: somebody has looked at the prices page."""
        if self.snapshot.prices.fresh:
            read = self.snapshot.prices.replace(fresh=())
            self.republish(read)

    def _seen_through(self, state: WorkspaceState) -> Overview:
        return self.overview.after(state)

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot.prices is _NOT_LOOKED_AT:
            snapshot = snapshot.replace(prices=self.snapshot.prices)
        self.snapshot = snapshot
        for listener in tuple(self._listeners):
            listener(snapshot)
