"""A workspace in files: it is read, and changed by a rule, through its state file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.catalog.loader import contents_of
from imgmodels_tui.workspace import reverting
from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.file_store import codec, history
from imgmodels_tui.workspace.file_store.state_file import StateFile
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Change, WorkspaceState
from imgmodels_tui.workspace.store import Outcome, Place, Role

if TYPE_CHECKING:
    from imgmodels_tui.catalog.own import OwnChange
    from imgmodels_tui.workspace.prices import PriceNews


class FileStore(StateFile):
    """A workspace's state on disk, for one user: what `workspace.store.Store` asks for."""

    documents = None
    """All of it is in files beside the state."""

    @property
    def place(self) -> Place:
        """The state file, by its name and by its path."""
        return Place(self.path.name, str(self.path))

    def history(self, state: WorkspaceState | None = None) -> Iterator[Change]:
        """All known changes, newest first, with that of `state`, by default the newest. Raises `StateError`."""
        return history.read_history(self.locations.history, state or self.read())

    def update(
        self, rule: Rule, tell: Callable[[Outcome], None] = lambda _: None, *, reason: str | None = None
    ) -> Outcome:
        """Apply `rule` to the newest state and store the outcome, all of it or nothing.

        `tell` gets the outcome as soon as it is durable, while its line of history is still being written. Raises
        `Refusal` where the rule forbids it, `StateError` for a file that cannot be used, `NotSaved` where the
        operating system or another writer prevents it.
        """
        unchanged = self._unchanged_by(rule)
        if unchanged is not None:
            outcome = Outcome(unchanged, None)
            tell(outcome)
            return outcome
        with self.writing() as replace:
            reading = self.read_file()
            outcome = self._outcome(reading.state, rule, reason, self.complete_history(reading.state))
            if outcome.change is None:
                tell(outcome)
            else:
                self.keep(reading, outcome, replace, tell)
        return outcome

    def preview(self, rule: Rule, *, reason: str | None = None) -> Outcome:
        """The outcome that `update` would have now; nothing is changed. Raises the same."""
        unchanged = self._unchanged_by(rule)
        if unchanged is not None:
            return Outcome(unchanged, None)
        self.require_writable()
        before = self.read()
        return self._outcome(before, rule, reason, self.last_change())

    def _outcome(self, before: WorkspaceState, rule: Rule, reason: str | None, last: Change | None) -> Outcome:
        """What `rule` makes of a state, `last` being the history's last line. Raises `Refusal` and `NotSaved`."""
        after = rule(before, self.catalog)
        if after is before:
            return Outcome(before, None)
        about = {"action": rule.action, "models": rule.models, "reverts": reverting.reverted(rule)}
        return self.numbered(before, after, last, self.catalog, reason=reason, **about)

    def _unchanged_by(self, rule: Rule) -> WorkspaceState | None:
        """The newest state if `rule` has nothing to do, or refuses: then not even a lock file is made. Else None."""
        try:
            if self.read_only_reason() is not None or self._is_gone():
                return None
        except OSError as error:
            raise NotSaved.because_of(error, self.path) from error
        state = self.read_file().state
        return state if rule(state, self.catalog) is state else None

    def contents(self) -> Contents:
        """The files of the workspace's own catalog. Raises `CatalogError`."""
        return contents_of(self.locations.catalog)

    def change_catalog(
        self, change: OwnChange, *, replacement: str | None = None, reason: str | None = None
    ) -> Outcome:
        """Change the workspace's own catalog, and disable what leaves it, as one change (R3, R4, R16)."""
        from imgmodels_tui.workspace.file_store import catalog_change  # noqa: PLC0415 - few commands need it

        return catalog_change.make(self, change, replacement, reason)

    def preview_catalog(
        self, change: OwnChange, *, replacement: str | None = None, reason: str | None = None
    ) -> Outcome:
        """The outcome that `change_catalog` would have now; nothing is changed. Raises the same."""
        from imgmodels_tui.workspace.file_store import catalog_change  # noqa: PLC0415 - few commands need it

        self.require_writable()
        return catalog_change.plan(self, change, replacement, reason).outcome

    def compare_prices(self, *, acknowledge: bool = False) -> PriceNews:
        """Compare the catalog's prices with those seen last, and note them where this user may write."""
        from imgmodels_tui.workspace.file_store import price_file  # noqa: PLC0415 - few commands need it

        return price_file.compare_prices(self, acknowledge=acknowledge)

    def create_if_missing(self) -> None:
        """Write a fresh workspace where there is none yet (R1). Raises `NotSaved` or `StateError`."""
        if self.fingerprint() is not None:
            return
        with self.writing() as replace:
            if self.read() == WorkspaceState() and not self.locations.resolved_state.exists():
                replace(self.locations.resolved_state, codec.encode(WorkspaceState()))

    def role(self) -> Role:
        """Whether this process may replace the state file."""
        return self.locations.role()

    def admins(self) -> str:
        """The group that may write the workspace's folder, else its owner."""
        return self.locations.admins()

    def warnings(self) -> tuple[str, ...]:
        """Files that somebody can still write who is no admin any more, and an old catalog that nobody reads."""
        from imgmodels_tui.workspace.file_store import sharing  # noqa: PLC0415 - not needed for a first frame

        return tuple(filter(None, (sharing.outsiders_warning(self.locations), self.locations.old_catalog_warning())))

    def follow(self, wake: Callable[[], None]) -> Callable[[], None] | None:  # noqa: ARG002 - the protocol
        """None: a file does not call anybody, its fingerprint has to be asked for."""
        return None

    def close(self) -> None:
        """Nothing stays open between two calls."""
