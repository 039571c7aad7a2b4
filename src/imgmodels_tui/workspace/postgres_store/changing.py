"""Making a change on the server: on the state in hand in one round trip, else with the row locked.

The request's id finds a change again whose answer got lost: once the row is locked, it was made or it will never be.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC
from typing import Any

import psycopg

from imgmodels_tui.workspace.errors import Refusal
from imgmodels_tui.workspace.postgres_store.connection import Broken, Link
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
    request, before = uuid.uuid4(), outcome.change.before
    locked = _locked(store, request, lambda _, state: judge(state))
    return _insist(store, locked, first=lambda link: _put(store, link, outcome, before, request))


def make_catalog_change(store: ServerState, decide: Callable[[Link, WorkspaceState], Outcome]) -> Outcome:
    """Make a change of the catalog, whose files `decide` stores, with the row locked."""
    return _insist(store, _locked(store, uuid.uuid4(), decide, is_catalog=True))


def _insist(
    store: ServerState, locked: Callable[[Link], Outcome], first: Callable[[Link], Outcome | None] | None = None
) -> Outcome:
    """Make the change: once by `first`, if there is one, then by `locked` until that says what became of it.

    Raises `NotSaved`, and `Unsettled` where the line broke during one and stays broken for longer than anybody waits. A
    server that has been away before is not waited for.
    """
    store.require_writable()
    deadline, patience = time.monotonic() + store.patience, _FIRST * store.patience
    is_patient, was_sent = store.connection.since is None, False
    attempt: Callable[[Link], Outcome | None] = first or locked
    while True:
        try:
            made = store.connection.run(attempt, patience)
        except Broken as error:
            store.forget()  # what was taken for made may not be
            was_sent |= error.was_sent
            if not (is_patient or was_sent) or time.monotonic() >= deadline:
                raise store.broken_during_change(error, was_sent=was_sent) from error
            time.sleep(_MOMENT)
        except psycopg.Error as error:
            raise store.not_saved(error) from error
        else:
            if made is not None:
                return made
        attempt, patience = locked, max(_MOMENT, deadline - time.monotonic())


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


def _put(
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


def _locked(
    store: ServerState,
    request: uuid.UUID,
    judge: Callable[[Link, WorkspaceState], Outcome],
    *,
    is_catalog: bool = False,
) -> Callable[[Link], Outcome]:
    """Make the change while nobody else can change anything, unless an earlier attempt did after all."""

    def attempt(link: Link) -> Outcome:
        try:
            with link.transaction():
                link.execute(store.sql.lock)
                row = link.execute(store.sql.made, [request]).fetchone()
                state = store.read_on(link)
                if row is not None:
                    return _found(store, link, row, state)
                outcome = judge(link, state)
                if outcome.change is None:
                    return outcome
                made = _put(store, link, outcome, state.revision, request, is_catalog=is_catalog)
                assert made is not None  # noqa: S101  # nosec B101 - the row is locked
                return made
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
