"""A workspace's state on a PostgreSQL server: what `workspace.store.Store` asks for.

`update` judges the rule on the state in hand and sends state and history as one statement that holds only for that
revision: one round trip. Where somebody else was faster, or the line broke, the row is locked and the rule is judged
anew. Each change has a request's id by which it is found again, so that "was it made?" has an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.workspace.errors import ServerError
from imgmodels_tui.workspace.postgres_store import changing, layout
from imgmodels_tui.workspace.postgres_store.documents import ServerDocuments
from imgmodels_tui.workspace.postgres_store.layout import line_of
from imgmodels_tui.workspace.postgres_store.server_state import ServerState
from imgmodels_tui.workspace.reverting import reverted
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import MAX_REVISION, Change, WorkspaceState
from imgmodels_tui.workspace.store import Outcome, Role

if TYPE_CHECKING:
    from imgmodels_tui.catalog.own import OwnChange
    from imgmodels_tui.workspace.prices import PriceNews

_PAGE = 500


class PostgresStore(ServerState):
    """A workspace's state on a server, for the role that the server knows this user as."""

    @property
    def documents(self) -> ServerDocuments:
        """Sessions, keys and usage, on the same server."""
        return ServerDocuments(self)

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

    def contents(self) -> Contents:
        """The files of the workspace's own catalog. Raises `ServerError`."""
        return self.ask(self.files_on)

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

    def compare_prices(self, *, acknowledge: bool = False) -> PriceNews:
        """Compare the catalog's prices with those seen last, and note them where this user may write."""
        from imgmodels_tui.workspace.postgres_store import price_book  # noqa: PLC0415 - few commands need it

        return price_book.compare_prices(self, acknowledge=acknowledge)

    def make_layout(self, moved: layout.Moved | None = None) -> None:
        """Make the workspace, as its owner, with what is moved into it. Raises `ServerError`."""
        self.ask_for(lambda: layout.create(self.connection, moved))

    def run_upgrade(self) -> tuple[int, int]:
        """Bring the layout to the newest version, as its owner; the versions before and after."""
        return self.ask_for(lambda: layout.upgrade(self.connection))

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

    def warnings(self) -> tuple[str, ...]:
        """Nothing yet that an admin should mend."""
        return ()
