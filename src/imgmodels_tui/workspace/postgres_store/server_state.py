"""A workspace's state as one role sees it on a PostgreSQL server: read, and judged whether it may be changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.catalog.loader import catalog_of
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NewerSchema, NotSaved, ServerError, StateError, Unsettled
from imgmodels_tui.workspace.file_store import codec
from imgmodels_tui.workspace.postgres_store.address import ServerAddress
from imgmodels_tui.workspace.postgres_store.connection import PATIENCE, Broken, Connection, Link
from imgmodels_tui.workspace.postgres_store.faults import fault_of
from imgmodels_tui.workspace.postgres_store.layout import LAYOUT, line_of
from imgmodels_tui.workspace.postgres_store.statements import statements
from imgmodels_tui.workspace.state import MAX_REVISION, WorkspaceState
from imgmodels_tui.workspace.store import Outcome, Place, outcome_of

T = TypeVar("T")


class Look(Record):
    """What one look at the server tells."""

    revision: int
    layout: int
    may_write: bool
    is_read_only: bool
    is_standby: bool
    user: str


class ServerState:
    """A workspace's state on a server, for the role that the server knows this user as."""

    def __init__(
        self,
        address: ServerAddress,
        cache: Path | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = PATIENCE,
    ) -> None:
        self.address, self.connection = address, Connection(address, patience=patience)
        self.sql = statements(address.schema)
        self._cache, self._clock, self.patience = cache, clock, patience
        self._look: Look | None = None
        self.held: WorkspaceState | None = None
        self._catalog: Catalog | None = None
        self._catalog_revision = -1

    @property
    def place(self) -> Place:
        """The server, the database and the workspace's name."""
        return self.address.place

    @property
    def user(self) -> str:
        """The role that the server authenticated. Raises `ServerError`."""
        return self.look().user

    @property
    def catalog(self) -> Catalog:
        """The catalog of this workspace as it was when the state was last read. Raises `CatalogError`."""
        if self._catalog is None:
            self.read()
        assert self._catalog is not None  # noqa: S101  # nosec B101 - else it could not be read
        return self._catalog

    def now(self) -> datetime:
        """The time by this machine's clock, for what the server does not stamp."""
        return self._clock().replace(microsecond=0)

    def today(self) -> date:
        """The day in UTC by this machine's clock."""
        return self._clock().astimezone(UTC).date()

    def ask(self, job: Callable[[Link], T]) -> T:
        """Run `job` on the connection. Raises `ServerError` for whatever the server has against it."""
        return self.ask_for(lambda: self.connection.run(job))

    def ask_for(self, action: Callable[[], T]) -> T:
        """Do what asks the server. Raises `ServerError` for whatever the server has against it."""
        try:
            return action()
        except psycopg.Error as error:
            fault = fault_of(error)
            raise ServerError(self.place.full, fault.problem, fault.remedy, permission=fault.permission) from error

    def look(self) -> Look:
        """What was seen last of the server; a look at it where nothing was. Raises `ServerError`."""
        return self._look or self.look_again()

    def look_again(self) -> Look:
        """Look at the server. Raises `ServerError`."""
        row = self.ask(lambda link: link.execute(self.sql.look).fetchone())
        return self._noted(row)

    def _noted(self, row: tuple[Any, ...] | None) -> Look:
        if row is None:
            raise ServerError(self.place.full, "has no workspace there", "`imgmodels init --server URL` makes one")
        self._look = look = Look(*row[: len(Look.record_fields)])
        if look.layout > LAYOUT:
            problem = f"has layout {look.layout}, but this version of imgmodels reads up to {LAYOUT}"
            raise ServerError(self.place.full, problem, "update imgmodels")
        if look.layout < LAYOUT:
            problem = f"has layout {look.layout}, and this version of imgmodels needs {LAYOUT}"
            raise ServerError(self.place.full, problem, "its owner runs `imgmodels init --server URL --upgrade`")
        return look

    def read(self) -> WorkspaceState:
        """The newest state. Raises `StateError` and `CatalogError`."""
        return self.ask(self.read_on)

    def read_on(self, link: Link) -> WorkspaceState:
        """The newest state, read on the connection by what runs there."""
        row = link.execute(self.sql.read).fetchone()
        look = self._noted(row)
        assert row is not None  # noqa: S101  # nosec B101 - or it would not have been noted
        settings, catalog, at, by, change = row[len(Look.record_fields) :]
        if self.held is None or self.held.revision != look.revision:
            last = None if change is None else line_of(look.revision, at, by, change)
            self.held = self.decoded({**settings, "revision": look.revision, "last_change": last})
        if catalog != self._catalog_revision:
            self._catalog = catalog_of(self.files_on(link), self._cache)
            self._catalog_revision = catalog
        return self.held

    def decoded(self, document: dict[str, Any]) -> WorkspaceState:
        """A state as the server has it. Raises `ServerError`."""
        try:
            return codec.decode(Path("workspace"), json.dumps(document).encode())
        except NewerSchema as error:
            raise ServerError(self.place.full, f"{error.key} {error.problem}", error.remedy) from error
        except StateError as error:
            where = f"{error.key}: " if error.key else ""
            raise ServerError(self.place.full, f"holds settings that are not valid: {where}{error.problem}") from error

    def files_on(self, link: Link) -> Contents:
        """The files of the workspace's own catalog, read on the connection."""
        return [(Path(name), text.encode()) for name, text in link.execute(self.sql.catalog)]

    def numbered(self, before: WorkspaceState, after: WorkspaceState, seen: Catalog, **about: Any) -> Outcome:
        """The outcome of a change, as it will be if nobody is faster."""
        if before.revision >= MAX_REVISION:
            raise NotSaved(self.place.full, f"revision {before.revision} is the last one")
        by = self._look.user if self._look is not None else ""
        return outcome_of(before, after, seen, revision=before.revision + 1, at=self.now(), by=by, **about)

    def require_writable(self) -> None:
        """Raise `NotSaved` where the server takes no change of this role."""
        self.look()
        if why := self._refused_by_look():  # a server that is away is asked: it may be back
            raise NotSaved(self.place.full, why, permission=not self.look().may_write)

    def run_change(self, work: Callable[[Link], T]) -> T:
        """Run what changes something. Raises what it raises, `NotSaved`, and `Unsettled` where the line broke."""
        self.require_writable()
        try:
            return self.connection.run(work)
        except Broken as error:
            raise self.broken_during_change(error, was_sent=error.was_sent) from error
        except psycopg.Error as error:
            raise self.not_saved(error) from error

    def not_saved(self, error: psycopg.Error) -> NotSaved:
        """What the server has against a change."""
        fault = fault_of(error)
        return NotSaved(self.place.full, f"the server {fault.problem}", permission=fault.permission)

    def broken_during_change(self, error: Broken, *, was_sent: bool) -> NotSaved:
        """What is known of a change during which the line broke: where it was sent, nothing."""
        return (Unsettled if was_sent else NotSaved)(self.place.full, f"the server {error.problem}")

    def forget(self) -> None:
        """Read state and catalog anew the next time."""
        self.held, self._catalog_revision = None, -1

    def read_only_reason(self) -> str | None:
        """Why this user cannot change the workspace now, as a clause, or None if they can."""
        if (since := self.connection.since) is not None:
            return f"the server has been away since {since:%H:%M:%S}"
        return self._refused_by_look()

    def _refused_by_look(self) -> str | None:
        look = self._look
        if look is None:
            return None
        if not look.may_write:
            return f"the role {look.user} is no member of {self.address.admin_role}"
        if look.is_standby:
            return "the server is a standby; name the primary's host"
        return "the server takes no changes at present: it is read-only" if look.is_read_only else None
