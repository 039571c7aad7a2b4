"""What a server keeps beside the state: each user's sessions, the keys of programs, and what these drew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.postgres_store.statements import statements

if TYPE_CHECKING:
    from imgmodels_tui.workspace.postgres_store.address import ServerAddress
    from imgmodels_tui.workspace.postgres_store.connection import Link

T = TypeVar("T")

_PAGE = 1000
_ATTEMPTS = 20
_TEXTS = {
    "sessions": (
        "SELECT version, content FROM {s}.sessions WHERE owner = session_user AND client = %(client)s",
        "SELECT version FROM {s}.sessions WHERE owner = session_user AND client = %(client)s",
        "INSERT INTO {s}.sessions (client, content) VALUES (%(client)s, %(content)s) ON CONFLICT DO NOTHING",
        """UPDATE {s}.sessions SET version = version + 1, content = %(content)s
           WHERE owner = session_user AND client = %(client)s AND version = %(seen)s""",
    ),
    "api_keys": (
        "SELECT version, content FROM {s}.api_keys",
        "SELECT version FROM {s}.api_keys",
        "INSERT INTO {s}.api_keys (content) VALUES (%(content)s) ON CONFLICT DO NOTHING",
        "UPDATE {s}.api_keys SET version = version + 1, content = %(content)s WHERE version = %(seen)s",
    ),
}


class _Server(Protocol):
    """Whoever runs something on the connection, and words what goes wrong."""

    @property
    def address(self) -> ServerAddress: ...

    def ask(self, job: Callable[[Link], T]) -> T: ...


class ServerDocument:
    """One document: `workspace.store.Document`."""

    def __init__(self, server: _Server, kind: str, client: str = "") -> None:
        schema = f'"{server.address.schema}"'
        self._server, self._client = server, client
        self._read, self._look, self._insert, self._update = (
            text.format(s=schema).encode() for text in _TEXTS[kind]
        )  # fmt: skip

    def _fetch(self, statement: bytes) -> tuple[Any, ...] | None:
        return self._server.ask(lambda link: link.execute(statement, {"client": self._client}).fetchone())

    def read(self) -> bytes | None:
        """What it holds; None where nothing was stored yet. Raises `StateError`."""
        row = self._fetch(self._read)
        return None if row is None else json.dumps(row[1]).encode()

    def version(self) -> object:
        """Counts its changes; None where nothing was stored yet. Raises `StateError`."""
        row = self._fetch(self._look)
        return None if row is None else row[0]

    def change(self, change: Callable[[bytes | None], bytes | None]) -> None:
        """Replace the newest content by what `change` makes of it. Raises what that raises, `StateError`, `NotSaved`.

        Whoever was faster is not overwritten: what they stored is changed then.
        """
        for _ in range(_ATTEMPTS):
            row = self._fetch(self._read)
            content = change(None if row is None else json.dumps(row[1]).encode())
            if content is None:
                return
            values = {"client": self._client, "content": content.decode(), "seen": None if row is None else row[0]}
            statement = self._insert if row is None else self._update
            if self._server.ask(lambda link, put=(statement, values): link.execute(*put).rowcount):  # type: ignore[misc]
                return
        raise NotSaved(self._server.address.place.full, "other changes were always faster; try again")


class ServerDocuments:
    """All documents of a workspace: `workspace.store.Documents`."""

    def __init__(self, server: _Server) -> None:
        self._server, self._schema = server, f'"{server.address.schema}"'

    def _sql(self, text: str) -> bytes:
        return text.format(s=self._schema).encode()

    def sessions(self, client: str) -> ServerDocument:
        """Sessions of this user, or those of one whom a server of this user serves."""
        return ServerDocument(self._server, "sessions", client)

    def api_keys(self) -> ServerDocument:
        """The keys of programs; for admins."""
        return ServerDocument(self._server, "api_keys")

    def session_counts(self) -> Iterable[tuple[Mapping[str, int], int]]:
        """How many sessions hold each model, and how many users have just these; for admins."""
        statement = self._sql("SELECT held, users FROM {s}.session_counts()")
        return self._server.ask(lambda link: [(held, users) for held, users in link.execute(statement)])

    def add_uses(self, uses: Iterable[str]) -> None:
        """Add what was drawn, each as JSON. Raises `StateError`."""
        statement, lines = statements(self._server.address.schema).put_uses, list(uses)
        self._server.ask(lambda link: link.execute(statement, [lines]))

    def uses(self) -> Iterator[bytes]:
        """All that was drawn, oldest first, each as JSON; for admins. Raises `StateError`."""
        statement = self._sql("SELECT number, use FROM {s}.usage WHERE number > %s ORDER BY number LIMIT %s")
        last = 0
        while True:
            rows = self._server.ask(lambda link, at=last: link.execute(statement, [at, _PAGE]).fetchall())  # type: ignore[misc]
            yield from (json.dumps(use).encode() for _, use in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]
