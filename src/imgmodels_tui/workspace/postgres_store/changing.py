"""Making a change on the server: on the state in hand in one round trip, else with the row locked.

The request's id finds a change again whose answer got lost: once the row is locked, it was made or it will never be.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

import psycopg

from imgmodels_tui.workspace.errors import NotSaved, Refusal, Unsettled
from imgmodels_tui.workspace.postgres_store.connection import Broken, Link
from imgmodels_tui.workspace.postgres_store.faults import fault_of
from imgmodels_tui.workspace.postgres_store.layout import change_json, line_of, settings_of
from imgmodels_tui.workspace.postgres_store.server_state import ServerState
from imgmodels_tui.workspace.state import WorkspaceState
from imgmodels_tui.workspace.store import Outcome

Judge = Callable[[WorkspaceState], Outcome]
"""What becomes of a state; the revision, time and author of the change are filled in by the server."""

_FIRST = 0.8
"""The share of the patience that the first attempt has: the rest is for looking it up where no answer comes. A server
that waits for another change gives up before that, and says so."""

_MOMENT = 0.05
"""Seconds until a change is tried again: a server that is being started refuses at once."""


def make_change(store: ServerState, judge: Judge) -> Outcome:
    """Make a change: first on the state in hand, then with the row locked."""
    outcome = _judged_first(store, judge)
    if outcome.change is None:
        return outcome
    store.require_writable()
    request, before = uuid.uuid4(), outcome.change.before

    def at_once(link: Link) -> Outcome | None:
        return put(store, link, outcome, before, request)

    def anew(link: Link, state: WorkspaceState) -> Outcome:
        judged = judge(state)
        return judged if judged.change is None else _put_locked(store, link, judged, request)

    return _insist(store, (at_once, _locked(store, request, anew)))


def make_catalog_change(store: ServerState, decide: Callable[[Link, WorkspaceState], Outcome]) -> Outcome:
    """Make a change of the catalog, whose files `decide` stores, with the row locked."""
    store.require_writable()
    request = uuid.uuid4()

    def anew(link: Link, state: WorkspaceState) -> Outcome:
        judged = decide(link, state)
        return judged if judged.change is None else _put_locked(store, link, judged, request, is_catalog=True)

    return _insist(store, (_locked(store, request, anew),))


def _insist(store: ServerState, attempts: Sequence[Callable[[Link], Outcome | None]]) -> Outcome:
    """Make attempts, the last one again and again, until one says what became of the change.

    Raises `NotSaved`, and `Unsettled` where the line broke during one and stays broken for longer than anybody waits. A
    server that has been away before is not waited for.
    """
    deadline, remaining, patience = time.monotonic() + store.patience, list(attempts), _FIRST * store.patience
    is_patient, was_sent = store.connection.since is None, False
    while True:
        attempt = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        try:
            made = store.connection.run(attempt, patience)
        except Broken as error:
            store.forget()  # what was taken for made may not be
            was_sent |= error.was_sent
            if not (is_patient or was_sent) or time.monotonic() >= deadline:
                raise (Unsettled if was_sent else NotSaved)(store.place.full, f"the server {error.problem}") from error
            time.sleep(_MOMENT)
        except psycopg.Error as error:
            fault = fault_of(error)
            raise NotSaved(store.place.full, f"the server {fault.problem}", permission=fault.permission) from error
        else:
            if made is not None:
                return made
        patience = max(_MOMENT, deadline - time.monotonic())


def _judged_first(store: ServerState, judge: Judge) -> Outcome:
    """The outcome by the state in hand; what that refuses, or has already, is judged by the newest state."""
    held = store.held
    if held is not None:
        try:
            outcome = judge(held)
        except Refusal:
            pass
        else:
            if outcome.change is not None:
                return outcome
    return judge(store.read())


def put(
    store: ServerState, link: Link, outcome: Outcome, seen: int, request: uuid.UUID, *, is_catalog: bool = False
) -> Outcome | None:
    """Store state and history where the revision is still `seen`; None where somebody was faster."""
    assert outcome.change is not None  # noqa: S101  # nosec B101 - nothing else is stored
    values = {
        "settings": settings_of(outcome.state),
        "change": change_json(outcome.change),
        "seen": seen,
        "request": request,
        "is_catalog": is_catalog,
    }
    row = link.execute(store.sql.put, values).fetchone()
    return None if row is None else _made(store, outcome, row)


def _made(store: ServerState, outcome: Outcome, row: tuple[Any, ...]) -> Outcome:
    revision, at, by = row
    assert outcome.change is not None  # noqa: S101  # nosec B101 - it was stored
    change = outcome.change.replace(revision=revision, at=at.astimezone(UTC), by=by)
    state = outcome.state.replace(revision=revision, last_change=change)
    store.held = state
    return Outcome(state, change)


def _put_locked(
    store: ServerState, link: Link, outcome: Outcome, request: uuid.UUID, *, is_catalog: bool = False
) -> Outcome:
    assert outcome.change is not None  # noqa: S101  # nosec B101 - nothing else is stored
    made = put(store, link, outcome, outcome.change.before, request, is_catalog=is_catalog)
    assert made is not None  # noqa: S101  # nosec B101 - the row is locked
    return made


def _locked(
    store: ServerState, request: uuid.UUID, work: Callable[[Link, WorkspaceState], Outcome]
) -> Callable[[Link], Outcome]:
    """Do the work while nobody else can change anything, unless an earlier attempt was made after all."""

    def attempt(link: Link) -> Outcome:
        try:
            with link.transaction():
                link.execute(store.sql.lock)
                row = link.execute(store.sql.made, [request]).fetchone()
                state = store.read_on(link)
                return work(link, state) if row is None else _found(store, link, row, state)
        except BaseException:
            store.forget()  # what was taken for made may not be
            raise

    return attempt


def _found(store: ServerState, link: Link, row: tuple[Any, ...], state: WorkspaceState) -> Outcome:
    """The outcome of a change that was made although its answer got lost."""
    change = link.execute(store.sql.history, [row[0] + 1, 1]).fetchone()
    assert change is not None  # noqa: S101  # nosec B101 - it was just there
    document = {"revision": row[0], "last_change": line_of(*change), "schema_version": 2}
    return Outcome(state, store.decoded(document).last_change)
