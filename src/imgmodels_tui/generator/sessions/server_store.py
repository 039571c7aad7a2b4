"""A user's sessions on the server of their workspace; nobody else can read them there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from imgmodels_tui.generator.sessions.records import Sessions
from imgmodels_tui.generator.sessions.store import Fingerprint, SessionStore, UserPaths, encode
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.codec import decode_as
from imgmodels_tui.workspace.store import Document

_NAME = Path("sessions")
_ASK = 2.0
"""Seconds for which what was seen last is taken for the newest: only the same user's other programs change it."""


class ServerSessions(SessionStore):
    """One user's sessions in one workspace, as a document on its server."""

    def __init__(self, document: Document, paths: UserPaths) -> None:
        super().__init__(paths)
        self._document = document
        self._fingerprint: Fingerprint = ()
        self._ask_at = 0.0

    def read(self) -> Sessions:
        """The newest sessions. Raises `StateError`."""
        return _decoded(self._document.read())

    def update(self, change: Callable[[Sessions], Sessions]) -> Sessions:
        """Apply `change` to the newest sessions and store the outcome, all of it or nothing."""
        found = Sessions()

        def changed(content: bytes | None) -> bytes | None:
            nonlocal found
            before = _decoded(content)
            found = change(before)
            return None if found is before else encode(found)

        self._document.change(changed)
        self._ask_at = 0.0
        return found

    def fingerprint(self) -> Fingerprint:
        """What tells one version of the sessions from the next; the server is asked once in a while."""
        if time.monotonic() >= self._ask_at:
            try:
                self._fingerprint = ((0, 0, _number(self._document.version())),)
            except StateError:
                self._fingerprint = (None,)
            self._ask_at = time.monotonic() + _ASK
        return self._fingerprint


def _number(version: object) -> int:
    return version if isinstance(version, int) else 0


def _decoded(content: bytes | None) -> Sessions:
    return Sessions() if content is None else decode_as(Sessions, _NAME, content)
