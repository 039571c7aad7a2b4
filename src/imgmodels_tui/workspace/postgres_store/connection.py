"""The one connection of a program to its server: one thread owns it, runs what is asked for, and hears the server.

Nobody waits longer than `PATIENCE`: a line that was cut silently is broken off. While somebody follows, the thread
listens, tries again with growing pauses where the server is gone, and calls the followers at least every `ASK` seconds,
so that a call that got lost is made up for.
"""

from __future__ import annotations

import contextlib
import os
import queue
import random
import select
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from datetime import datetime
from typing import Any, TypeVar

import psycopg

from imgmodels_tui.workspace.errors import ServerError
from imgmodels_tui.workspace.postgres_store.address import ServerAddress
from imgmodels_tui.workspace.postgres_store.faults import Fault, fault_of, is_broken
from imgmodels_tui.workspace.postgres_store.tls import tls_options

T = TypeVar("T")
Link = psycopg.Connection[tuple[Any, ...]]

PATIENCE = 5.0
"""Seconds until an answer must be there."""

ASK = 10.0
"""Seconds after which followers look for themselves."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "prepare_threshold": None,  # a pooler may give each statement another session
    "connect_timeout": 4,
    "application_name": "imgmodels",
    "client_encoding": "utf8",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 4000,
}
_SETTINGS = (
    "SET lock_timeout = '3500ms'; SET statement_timeout = '4500ms'; SET idle_in_transaction_session_timeout = '10s'"
)


class Broken(ServerError):
    """The line to the server broke, or was not there."""

    was_sent = True
    """Whether something may have reached the server."""


class Connection:
    """A connection that is made when it is needed, and made again when it broke."""

    def __init__(self, address: ServerAddress, *, patience: float = PATIENCE) -> None:
        self.address, self._patience = address, patience
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._followers: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._link: Link | None = None
        self._alarm: tuple[int, int] = (-1, -1)
        self._pause, self._next_try, self._next_ask = 0.0, 0.0, 0.0
        self.is_listening = False
        """Whether the server accepted that this program listens."""
        self.since: datetime | None = None
        """Since when the server has been away; None while it answers."""
        self.fault: Fault | None = None

    def run(self, job: Callable[[Link], T], patience: float | None = None) -> T:
        """Run `job` on the connection and return what it returns. Raises what it raises, and `Broken`.

        `patience` is in seconds, for what may take longer than a change.
        """
        answer: Future[T] = Future()

        def do() -> None:
            if answer.set_running_or_notify_cancel():
                try:
                    answer.set_result(self._do(job))
                except BaseException as error:  # noqa: BLE001 - whoever waits gets it
                    answer.set_exception(error)

        self._put(do)
        try:
            return answer.result(self._patience if patience is None else patience)
        except NotInTime:
            was_begun = not answer.cancel()
            if was_begun:
                self._break_off(self._link)
            raise self._broken(Fault("does not answer", "it is tried again"), was_sent=was_begun) from None

    def follow(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake`, in the thread of the connection, when something may have changed; returns what ends it."""
        self._followers.append(wake)
        self._put(lambda: None)
        return lambda: self._followers.remove(wake)

    @property
    def is_waiting(self) -> bool:
        """Whether the thread itself tries again later, so that nobody else needs to."""
        return bool(self._followers) and time.monotonic() < self._next_try

    def close(self) -> None:
        """End thread and connection; the next `run` begins anew."""
        with self._starting:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._jobs.put(None)
                self._ring()
        if thread is not None:
            thread.join(self._patience)

    def _put(self, job: Callable[[], None]) -> None:
        with self._starting:
            if self._thread is None:
                self._alarm = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
                self._thread = threading.Thread(target=self._serve, name="imgmodels server", daemon=True)
                self._thread.start()
            self._jobs.put(job)
            self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it rings already
            os.write(self._alarm[1], b"!")

    def _broken(self, fault: Fault, *, was_sent: bool) -> Broken:
        broken = Broken(self.address.place.full, fault.problem, fault.remedy, permission=fault.permission)
        broken.was_sent = was_sent
        return broken

    def _break_off(self, link: Link | None) -> None:
        """Have the thread that waits for the server find the line broken."""
        with contextlib.suppress(OSError, psycopg.Error):
            if link is not None:
                with socket.socket(fileno=os.dup(link.fileno())) as line:
                    line.shutdown(socket.SHUT_RDWR)

    # All that follows runs in the thread.

    def _serve(self) -> None:
        alarm = self._alarm
        while self._next():
            self._wait()
        self._drop()
        os.close(alarm[0])
        os.close(alarm[1])

    def _next(self) -> bool:
        """Run what is asked for; False when it is over."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return True
            if job is None:
                return False
            job()

    def _wait(self) -> None:
        """Wait until somebody asks, the server calls, or a pause is over."""
        now = time.monotonic()
        if self._followers and self._link is None and now >= self._next_try:
            with contextlib.suppress(Broken):
                self._connect()
        if self._followers and self._link is not None and not self.is_listening:
            self._listen(self._link)
        watched: list[Any] = [self._alarm[0]] + ([] if self._link is None else [self._link.fileno()])
        until = (self._next_try if self._link is None else self._next_ask) - time.monotonic()
        found, _, _ = select.select(watched, [], [], max(0.0, until) if self._followers else None)
        if self._alarm[0] in found:
            with contextlib.suppress(BlockingIOError):
                os.read(self._alarm[0], 4096)
        elif found and self._link is not None:
            self._hear(self._link)
        elif self._followers and self._link is not None:
            self._wake()

    def _hear(self, link: Link) -> None:
        """Take in what the server sent by itself; many calls are one."""
        try:
            link.pgconn.consume_input()
            called = False
            while link.pgconn.notifies() is not None:
                called = True
        except psycopg.Error as error:
            self._lost(fault_of(error))
        else:
            if link.pgconn.status != psycopg.pq.ConnStatus.OK:
                self._lost(fault_of(psycopg.OperationalError()))
            elif called:
                self._wake()

    def _wake(self) -> None:
        self._next_ask = time.monotonic() + (ASK if self.is_listening or self._link is None else ASK / 5)
        for wake in tuple(self._followers):
            wake()

    def _do(self, job: Callable[[Link], T]) -> T:
        link = self._link or self._connect()
        try:
            return job(link)
        except psycopg.Error as error:
            fault = fault_of(error)
            if not is_broken(error) and not link.closed:
                raise
            self._lost(fault)
            raise self._broken(fault, was_sent=True) from error

    def _connect(self) -> Link:
        try:
            link: Link = psycopg.connect(self.address.url, **{**_OPTIONS, **tls_options(self.address.url)})
            try:
                self._tell(link, _SETTINGS)
            except BaseException:
                link.close()
                raise
        except psycopg.Error as error:
            fault = fault_of(error)
            self._lost(fault)
            raise self._broken(fault, was_sent=False) from error
        was_away, self._link, self._pause = self.since is not None, link, 0.0
        link.add_notify_handler(lambda _: self._put(self._wake))
        self.since, self.fault = None, None
        if self._followers:
            self._listen(link)
            if was_away:
                self._wake()
        return link

    def _listen(self, link: Link) -> None:
        try:
            self._tell(link, f'LISTEN "{self.address.schema}"')
            self.is_listening = True
        except psycopg.Error as error:  # a standby accepts none: it is asked instead
            self.is_listening = False
            if link.closed:
                self._lost(fault_of(error))
                return
        self._next_ask = time.monotonic() + (ASK if self.is_listening else ASK / 5)

    def _tell(self, link: Link, statement: str) -> None:
        """Execute what nobody waits for: so nobody else would break it off on a line that was cut silently."""
        timer = threading.Timer(self._patience, self._break_off, [link])
        timer.daemon = True
        timer.start()
        try:
            link.execute(statement.encode())
        finally:
            timer.cancel()

    def _lost(self, fault: Fault) -> None:
        """Note that the server is away, and say so to those who follow."""
        self._drop()
        first = self.since is None
        self.since, self.fault = self.since or datetime.now().astimezone(), fault
        self._pause = min(max(_FIRST_PAUSE, 2 * self._pause), _LONGEST_PAUSE)
        self._next_try = time.monotonic() + self._pause * random.uniform(0.5, 1)  # noqa: S311  # nosec B311
        if first:
            self._wake()

    def _drop(self) -> None:
        link, self._link, self.is_listening = self._link, None, False
        if link is not None:
            with contextlib.suppress(psycopg.Error):
                link.close()
