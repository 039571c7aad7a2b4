"""The files of a workspace, as one user sees them: the state with its history, the catalog, and the lock to write them.

Whoever writes takes the lock and reads the newest state first. No caller ever writes back a state it has held, so two
admins cannot overwrite each other.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.files import Unreadable, hard_link, make_folder, may_exist, remove_leftovers, replace_file
from imgmodels_tui.workspace.errors import NewerSchema, NotSaved, StateError
from imgmodels_tui.workspace.file_store import codec, history
from imgmodels_tui.workspace.file_store.locations import Locations, current_user
from imgmodels_tui.workspace.file_store.lock import LOCK_TIMEOUT, LockTimeout, locked
from imgmodels_tui.workspace.file_store.recoverable import recoverable_states
from imgmodels_tui.workspace.state import MAX_REVISION, SCHEMA_VERSION, Change, WorkspaceState
from imgmodels_tui.workspace.store import Outcome, outcome_of

_Mark = tuple[tuple[str, int, int, int, int], ...]
"""A content of the folder of the catalog: of each file its name, inode, times and size."""

_GONE = "is gone"
_RECOVER = "`imgmodels recover` brings the last good state back"


def utc_now() -> datetime:
    """The time by the clock of this machine."""
    return datetime.now(UTC)


class ReplaceFile(Protocol):
    """Replaces a file and keeps it as `previous` where that is named. Raises `OSError`."""

    def __call__(self, path: Path, content: bytes, previous: Path | None = None) -> None:
        """Put `content` in the place of `path`."""


class StateFile:
    """A workspace's files, for one user."""

    def __init__(
        self,
        locations: Locations,
        catalog: Catalog | None = None,
        *,
        user: str | None = None,
        clock: Callable[[], datetime] | None = None,
        timeout: float = LOCK_TIMEOUT,
        migrations: Mapping[int, codec.Migration] = codec.MIGRATIONS,
    ) -> None:
        self.locations = locations
        self._catalog = catalog
        self._catalog_mark: _Mark | None = () if catalog is not None else None
        self.user = user or current_user()
        self._clock = clock or utc_now
        self._timeout = timeout
        self._migrations = migrations
        self._was_there = False

    @property
    def catalog(self) -> Catalog:
        """The catalog of this workspace as it was when the state was last read. Raises `CatalogError`."""
        if self._catalog is None:
            self.refresh_catalog()
        assert self._catalog is not None  # noqa: S101  # nosec B101 - else it could not be read
        return self._catalog

    def refresh_catalog(self) -> None:
        """Read the catalog again if its files changed. Raises `CatalogError`; then the last one holds."""
        mark = _catalog_mark(self.locations.catalog)
        if mark != self._catalog_mark:
            self._catalog = load_catalog(self.locations.catalog, self.locations.cache)
            self._catalog_mark = mark

    @property
    def path(self) -> Path:
        """The state file as the user named it."""
        return self.locations.state

    def now(self) -> datetime:
        """The time that a change made now is given; nothing is ever ordered by it."""
        return self._clock().replace(microsecond=0)

    def today(self) -> date:
        """The day in UTC by the clock that stamps changes."""
        return self._clock().astimezone(UTC).date()

    def read(self) -> WorkspaceState:
        """The newest state; a fresh one if there is no file yet (R1). Raises `StateError` and `CatalogError`.

        A file that this store has seen and that is gone is no fresh workspace: its disk may be gone with it.
        """
        return self.read_file().state

    def read_file(self) -> codec.Reading:
        """The newest state with the schema of its file. Raises as `read` does."""
        if self._is_gone():
            raise StateError(self.path, _GONE, remedy=self._after_gone())
        self.locations.check_link()
        try:
            reading = codec.read(self.locations.resolved_state, self._migrations)
        except StateError as error:
            if isinstance(error, NewerSchema) or not self._may_be_recovered():
                raise
            remedy = f"{error.remedy}, or {_RECOVER}" if error.remedy else _RECOVER
            raise StateError(error.path, error.problem, error.key, remedy=remedy) from error
        self._was_there |= reading.schema is not None
        self.refresh_catalog()
        return reading

    def _may_be_recovered(self) -> bool:
        """Whether this user can bring back an earlier state: the file is broken or gone, not merely closed to them."""
        if (may_exist(self.path) and not os.access(self.path, os.R_OK)) or self.read_only_reason() is not None:
            return False
        try:
            return bool(recoverable_states(self.locations))
        except StateError:
            return False

    def _after_gone(self) -> str:
        return f"{_RECOVER if self._may_be_recovered() else 'put it back'}, or start again for a fresh workspace"

    def _is_gone(self) -> bool:
        return self._was_there and not may_exist(self.locations.resolved_state)

    def numbered(
        self, before: WorkspaceState, after: WorkspaceState, last: Change | None, seen: Catalog, **about: Any
    ) -> Outcome:
        """The outcome of a change from one state to another, made with a catalog; `last` is the history's last line."""
        revision, follows = history.number(last, before)
        if revision > MAX_REVISION:
            raise NotSaved(self.path, f"revision {revision - 1} is the last one")
        made = {"revision": revision, "at": self.now(), "by": self.user, "follows": follows}
        return outcome_of(before, after, seen, **made, **about)

    def keep(
        self,
        reading: codec.Reading,
        outcome: Outcome,
        replace: ReplaceFile,
        tell: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        """Write a state and then its line of history, while the lock is held. Raises `OSError` and `NotSaved`."""
        if reading.schema is not None and reading.schema < SCHEMA_VERSION:
            hard_link(self.locations.resolved_state, self.locations.schema_backup(reading.schema))
        replace(self.locations.resolved_state, self.encode(outcome.state), self.locations.backup)
        self._was_there = True
        try:
            tell(outcome)
        finally:
            # The change is made and durable; a line that fails here is written by the next writer.
            with contextlib.suppress(OSError):
                if outcome.change is not None:
                    history.append(self.locations.history, outcome.change)

    def require_writable(self) -> None:
        """Raise `NotSaved` where this user may not change the workspace."""
        if read_only_reason := self.read_only_reason():
            raise NotSaved(self.path, read_only_reason, permission=True)
        if self._is_gone():
            raise NotSaved(self.path, f"the file {_GONE}; {self._after_gone()}")

    def complete_history(self, before: WorkspaceState) -> Change | None:
        """Write what a crash kept out of the history, and return its last change. Raises `NotSaved`.

        Better no change than one that history would never know.
        """
        with self._history_trouble():
            return history.catch_up(self.locations.history, before)

    def last_change(self) -> Change | None:
        """The last change that history has. Raises `NotSaved`, because a change could not be numbered."""
        with self._history_trouble():
            return history.last_line(self.locations.history)

    @contextlib.contextmanager
    def _history_trouble(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NotSaved.because_of(error, self.locations.history) from error
        except Unreadable as error:
            denied = isinstance(error.__cause__, PermissionError)
            raise NotSaved(self.locations.history, f"cannot be written: it {error}", permission=denied) from error

    def encode(self, state: WorkspaceState) -> bytes:
        """The content for a state file that every reader of it accepts. Raises `NotSaved`."""
        try:
            content = codec.encode(state)
            codec.decode(self.path, content)
        except (StateError, UnicodeEncodeError) as error:
            problem = error.problem if isinstance(error, StateError) else "it holds half a character"
            raise NotSaved(self.path, f"what would be written could not be read again: {problem}") from error
        return content

    def fingerprint(self) -> object:
        """Inode, times and size of the state file and of those of the catalog; None if there is no state."""
        try:
            status = self.locations.resolved_state.stat()
        except OSError:
            return None
        mark = _catalog_mark(self.locations.catalog)
        return status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size, mark

    def read_only_reason(self) -> str | None:
        """Why this user cannot change the workspace, as a clause, or None if they can (R15)."""
        return self.locations.read_only_reason()

    @contextlib.contextmanager
    def writing(self) -> Iterator[ReplaceFile]:
        """Hold the lock and yield what replaces a file as long as it is held; every failure becomes `NotSaved`.

        For files beside the state too: whoever may change the workspace writes them, one at a time. Where the
        file is gone that this store has seen, no folder is made for another.
        """
        try:
            self.require_writable()
            target = self.locations.resolved_state
            make_folder(target.parent)
            with locked(self.locations.lock, self._timeout, self.user) as check_lock:
                remove_leftovers(target, self.locations.history)

                def replace(path: Path, content: bytes, previous: Path | None = None) -> None:
                    check_lock()
                    replace_file(path, content, previous=previous)

                yield replace
        except LockTimeout as error:
            by = f", by {error.holder}," if error.holder else ""
            problem = f"another change{by} has been under way for {self._timeout:g} seconds; try again"
            raise NotSaved(self.path, problem) from error
        except OSError as error:
            raise NotSaved.because_of(error, self.path) from error


def _catalog_mark(folder: Path) -> _Mark:
    """What tells the content of a folder of the catalog from any other one, by a `stat` of each file."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if entry.name.lower().endswith(".toml")]
    except OSError:
        return ()
    return tuple(sorted((name, at.st_ino, at.st_mtime_ns, at.st_ctime_ns, at.st_size) for name, at in found))
