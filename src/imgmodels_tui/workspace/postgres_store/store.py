"""A workspace's state on a PostgreSQL server: what `workspace.store.Store` asks for.

`update` judges the rule on the state in hand and sends state and history as one statement that holds only for that
revision: one round trip. Where somebody else was faster, or the line broke, the row is locked and the rule is judged
anew. Each change has a request's id by which it is found again, so that "was it made?" has an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.catalog.loader import catalog_of
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NewerSchema, NotSaved, ServerError, StateError, Unsettled
from imgmodels_tui.workspace.file_store import codec
from imgmodels_tui.workspace.postgres_store import changing, layout
from imgmodels_tui.workspace.postgres_store.address import ServerAddress
from imgmodels_tui.workspace.postgres_store.connection import PATIENCE, Broken, Connection, Link
from imgmodels_tui.workspace.postgres_store.documents import ServerDocuments
from imgmodels_tui.workspace.postgres_store.faults import fault_of
from imgmodels_tui.workspace.postgres_store.layout import LAYOUT, line_of
from imgmodels_tui.workspace.postgres_store.statements import statements
from imgmodels_tui.workspace.reverting import reverted
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import MAX_REVISION, Change, WorkspaceState
from imgmodels_tui.workspace.store import Outcome, Place, Role, outcome_of

if TYPE_CHECKING:
    from imgmodels_tui.catalog.own import OwnChange
    from imgmodels_tui.workspace.prices import PriceNews

T = TypeVar("T")
_PAGE = 500


class Look(Record):
    """What one look at the server tells."""

    revision: int
    layout: int
    may_write: bool
    is_read_only: bool
    is_standby: bool
    user: str


class PostgresStore:
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

    @property
    def documents(self) -> ServerDocuments:
        """Sessions, keys and usage, on the same server."""
        return ServerDocuments(self)

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

    def contents(self) -> Contents:
        """The files of the workspace's own catalog. Raises `ServerError`."""
        return self.ask(self.files_on)

    def history(self, state: WorkspaceState | None = None) -> Iterator[Change]:  # noqa: ARG002 - the server has all lines
        """All changes, newest first, some hundred with each request. Raises `StateError`."""
        below = MAX_REVISION + 1
        while True:
            rows = self.ask(lambda link, at=below: link.execute(self.sql.history, [at, _PAGE]).fetchall())  # type: ignore[misc]
            for revision, at, by, change in rows:
                document = {"revision": revision, "last_change": line_of(revision, at, by, change), "schema_version": 2}
                found = self.decoded(document).last_change
                if found is not None:
                    yield found
            if len(rows) < _PAGE:
                return
            below = rows[-1][0]

    def update(
        self, rule: Rule, tell: Callable[[Outcome], None] = lambda _: None, *, reason: str | None = None
    ) -> Outcome:
        """Apply `rule` to the newest state and store the outcome, all of it or nothing.

        Raises `Refusal`, `StateError`, `NotSaved`, and `Unsettled` where nobody can say whether it was made.
        """
        outcome = changing.make_change(self, lambda state: self._judged(state, rule, reason))
        tell(outcome)
        return outcome

    def preview(self, rule: Rule, *, reason: str | None = None) -> Outcome:
        """The outcome that `update` would have now; nothing is changed. Raises the same."""
        state = self.read()
        outcome = self._judged(state, rule, reason)
        if outcome.change is not None:
            self.require_writable()
        return outcome

    def _judged(self, state: WorkspaceState, rule: Rule, reason: str | None) -> Outcome:
        after = rule(state, self.catalog)
        if after is state:
            return Outcome(state, None)
        about = {"action": rule.action, "models": rule.models, "reverts": reverted(rule), "reason": reason}
        return self.numbered(state, after, self.catalog, **about)

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

    def change_catalog(
        self, change: OwnChange, *, replacement: str | None = None, reason: str | None = None
    ) -> Outcome:
        """Change the workspace's own catalog, and disable what leaves it, as one change (R3, R4, R16)."""
        from imgmodels_tui.workspace.postgres_store import catalog_change  # noqa: PLC0415 - few commands need it

        return catalog_change.make(self, change, replacement, reason)

    def preview_catalog(
        self, change: OwnChange, *, replacement: str | None = None, reason: str | None = None
    ) -> Outcome:
        """The outcome that `change_catalog` would have now; nothing is changed. Raises the same."""
        from imgmodels_tui.workspace.postgres_store import catalog_change  # noqa: PLC0415 - few commands need it

        self.require_writable()
        return catalog_change.plan(self, self.read(), self.contents(), change, replacement, reason).outcome

    def run_change(self, work: Callable[[Link], T]) -> T:
        """Run what changes something. Raises what it raises, `NotSaved`, and `Unsettled` where the line broke."""
        self.require_writable()
        try:
            return self.connection.run(work)
        except Broken as error:
            raise Unsettled(self.place.full, error.problem) from error
        except psycopg.Error as error:
            fault = fault_of(error)
            raise NotSaved(self.place.full, fault.problem, permission=fault.permission) from error

    def make_layout(self, moved: layout.Moved | None = None) -> None:
        """Make the workspace, as its owner, with what is moved into it. Raises `ServerError`."""
        self.ask_for(lambda: layout.create(self.connection, moved))

    def run_upgrade(self) -> tuple[int, int]:
        """Bring the layout to the newest version, as its owner; the versions before and after."""
        return self.ask_for(lambda: layout.upgrade(self.connection))

    def forget(self) -> None:
        """Read state and catalog anew the next time."""
        self.held, self._catalog_revision = None, -1

    def create_if_missing(self) -> None:
        """Nothing: `imgmodels init --server` makes a workspace, never the first program that is started."""

    def fingerprint(self) -> object:
        """The revision and what this role may do; while the server is away, since when."""
        if self.connection.since is not None and self.connection.is_waiting:
            return self.connection.since
        try:
            return self.look_again()
        except ServerError as error:
            return self.connection.since or str(error)

    def follow(self, wake: Callable[[], None]) -> Callable[[], None] | None:
        """Hear changes of every host as the server announces them."""
        return self.connection.follow(wake)

    def close(self) -> None:
        """End the connection; the next request makes another."""
        self.connection.close()

    def role(self) -> Role:
        """Admin is whom the server lets change the settings (R15). Raises `ServerError`."""
        return Role.ADMIN if self.look().may_write else Role.USER

    def admins(self) -> str:
        """The members of the group role."""
        return f"a member of the role {self.address.admin_role}"

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

    def warnings(self) -> tuple[str, ...]:
        """Nothing yet that an admin should mend."""
        return ()

    def compare_prices(self, *, acknowledge: bool = False) -> PriceNews:
        """Compare the catalog's prices with those seen last, and note them where this user may write."""
        from imgmodels_tui.workspace.postgres_store import price_book  # noqa: PLC0415 - few commands need it

        return price_book.compare_prices(self, acknowledge=acknowledge)
