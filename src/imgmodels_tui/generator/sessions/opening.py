"""Where the sessions of a workspace are: in files beside its state, or on its server."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from imgmodels_tui.generator.sessions.counts import MOST_USERS, SessionCounts, count_sessions
from imgmodels_tui.generator.sessions.store import SessionStore, UserPaths
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.store import Store


def open_sessions(store: Store, paths: UserPaths) -> SessionStore:
    """The sessions of the user at `paths` in the workspace of `store`."""
    documents = store.documents
    if documents is None:
        return SessionStore(paths)
    from imgmodels_tui.generator.sessions.server_store import ServerSessions  # noqa: PLC0415 - never for a file

    return ServerSessions(documents.sessions(paths.client), paths)


def count_all(store: Store, folder: Path) -> SessionCounts:
    """How many sessions of everybody hold which model: those in `folder`, or on the workspace's server. Blocking."""
    documents = store.documents
    if documents is None:
        return count_sessions(folder)
    try:
        groups = documents.session_counts()
    except StateError as error:
        return SessionCounts(warnings=(f"{error}; sessions are not counted",), is_complete=False)
    by_user: dict[str, Counter[str]] = {}
    for held, users in groups:
        each = Counter(held)
        for _ in range(min(users, MOST_USERS - len(by_user))):
            by_user[str(len(by_user))] = each
    return SessionCounts(by_user, is_complete=len(by_user) == sum(users for _, users in groups))
