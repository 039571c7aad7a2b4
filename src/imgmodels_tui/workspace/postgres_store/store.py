"""A workspace's state on a PostgreSQL server: what `workspace.store.Store` asks for.

`update` judges the rule on the state in hand and sends state and history as one statement that holds only for that
revision: one round trip. Where somebody else was faster, or the line broke, the row is locked and the rule is judged
anew. Each change has a request's id by which it is found again, so that "was it made?" has an answer.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.catalog.loader import catalog_of
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import NewerSchema, NotSaved, Refusal, ServerError, StateError, Unsettled
from imgmodels_tui.workspace.file_store import codec
from imgmodels_tui.workspace.postgres_store import layout
from imgmodels_tui.workspace.postgres_store.address import ServerAddress
from imgmodels_tui.workspace.postgres_store.connection import PATIENCE, Broken, Connection, Link
from imgmodels_tui.workspace.postgres_store.documents import ServerDocuments
from imgmodels_tui.workspace.postgres_store.faults import fault_of
from imgmodels_tui.workspace.postgres_store.layout import LAYOUT, change_json, settings_of
from imgmodels_tui.workspace.postgres_store.statements import statements
from imgmodels_tui.workspace.rules import Rule, reverted
from imgmodels_tui.workspace.state import MAX_REVISION, Change, WorkspaceState
from imgmodels_tui.workspace.store import Outcome, Place, Role, outcome_of

if TYPE_CHECKING:
    from imgmodels_tui.catalog.own import OwnChange
    from imgmodels_tui.workspace.prices import PriceNews

T = TypeVar("T")
Judge = Callable[[WorkspaceState], Outcome]
"""What becomes of a state; the revision, time and author of the change are filled in by the server."""

_PAGE = 500
_MOMENT = 0.05
"""Seconds until a change is tried again: a server that is being started refuses at once."""


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
        self._cache, self._clock, self._patience = cache, clock, patience
        self._look: Look | None = None
        self._state: WorkspaceState | None = None
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
        if self._state is None or self._state.revision != look.revision:
            last = None if change is None else _change(look.revision, at, by, change)
            self._state = self._decoded({**settings, "revision": look.revision, "last_change": last})
        if catalog != self._catalog_revision:
            self._catalog = catalog_of(self.files_on(link), self._cache)
            self._catalog_revision = catalog
        return self._state

    def _decoded(self, document: dict[str, Any]) -> WorkspaceState:
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
                document = {"revision": revision, "last_change": _change(revision, at, by, change), "schema_version": 2}
                found = self._decoded(document).last_change
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
        outcome = self._change(lambda state: self._judged(state, rule, reason))
        tell(outcome)
        return outcome

    def preview(self, rule: Rule, *, reason: str | None = None) -> Outcome:
        """The outcome that `update` would have now; nothing is changed. Raises the same."""
        state = self.read()
        outcome = self._judged(state, rule, reason)
        if outcome.change is not None:
            self._require_writable()
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

    def _require_writable(self) -> None:
        self.look()
        if why := self._refused_by_look():  # a server that is away is asked: it may be back
            raise NotSaved(self.place.full, why, permission=not self.look().may_write)

    def _change(self, judge: Judge) -> Outcome:
        """Make a change: first on the state in hand, then with the row locked."""
        outcome = self._judged_first(judge)
        if outcome.change is None:
            return outcome
        self._require_writable()
        request, before = uuid.uuid4(), outcome.change.before
        deadline, is_first = time.monotonic() + self._patience, True
        while True:
            try:
                if is_first:
                    made = self.connection.run(lambda link: self.put(link, outcome, before, request))
                else:
                    made = self._locked(judge, request)
            except Broken as error:
                if time.monotonic() >= deadline:
                    raise Unsettled(self.place.full, error.problem) from error
                time.sleep(_MOMENT)
            except psycopg.Error as error:
                fault = fault_of(error)
                raise NotSaved(self.place.full, fault.problem, permission=fault.permission) from error
            else:
                if made is not None:
                    return made
            is_first = False

    def _judged_first(self, judge: Judge) -> Outcome:
        """The outcome by the state in hand; what that refuses, or has already, is judged by the newest state."""
        held = self._state
        if held is not None:
            try:
                outcome = judge(held)
            except Refusal:
                pass
            else:
                if outcome.change is not None:
                    return outcome
        return judge(self.read())

    def put(
        self, link: Link, outcome: Outcome, seen: int, request: uuid.UUID, *, is_catalog: bool = False
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
        row = link.execute(self.sql.put, values).fetchone()
        return None if row is None else self._made(outcome, row)

    def _made(self, outcome: Outcome, row: tuple[Any, ...]) -> Outcome:
        revision, at, by = row
        assert outcome.change is not None  # noqa: S101  # nosec B101 - it was stored
        change = outcome.change.replace(revision=revision, at=at.astimezone(UTC), by=by)
        state = outcome.state.replace(revision=revision, last_change=change)
        self._state = state
        return Outcome(state, change)

    def _locked(self, judge: Judge, request: uuid.UUID) -> Outcome:
        """Make the change while nobody else can, unless an earlier attempt did after all."""

        def work(link: Link) -> Outcome:
            with link.transaction():
                link.execute(self.sql.lock)
                row = link.execute(self.sql.made, [request]).fetchone()
                state = self.read_on(link)
                if row is not None:
                    return self._found(link, row, state)
                outcome = judge(state)
                if outcome.change is None:
                    return outcome
                made = self.put(link, outcome, state.revision, request)
                assert made is not None  # noqa: S101  # nosec B101 - the row is locked
                return made

        try:
            return self.connection.run(work)
        except BaseException:
            self._state = None  # what was taken for made may not be
            raise

    def _found(self, link: Link, row: tuple[Any, ...], state: WorkspaceState) -> Outcome:
        """The outcome of a change that was made although its answer got lost."""
        change = link.execute(self.sql.history, [row[0] + 1, 1]).fetchone()
        assert change is not None  # noqa: S101  # nosec B101 - it was just there
        document = {"revision": row[0], "last_change": _change(*change), "schema_version": 2}
        return Outcome(state, self._decoded(document).last_change)

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

        self._require_writable()
        return catalog_change.plan(self, self.read(), self.contents(), change, replacement, reason).outcome

    def run_change(self, work: Callable[[Link], T]) -> T:
        """Run what changes something. Raises what it raises, `NotSaved`, and `Unsettled` where the line broke."""
        self._require_writable()
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
        self._state, self._catalog_revision = None, -1

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


def _change(revision: int, at: datetime, by: str, change: dict[str, Any]) -> dict[str, Any]:
    """A line of history as JSON."""
    return {**change, "revision": revision, "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "by": by}
