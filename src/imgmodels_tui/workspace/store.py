"""What the program asks of every store of a workspace, wherever the workspace is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import MOVED, Change, MadeWith, Transition, WorkspaceState

if TYPE_CHECKING:
    from imgmodels_tui.catalog.own import OwnChange
    from imgmodels_tui.workspace.prices import PriceNews

T = TypeVar("T")

Fingerprint = object
"""Tells one version of a stored state from the next, by `==`; None where nothing is stored yet."""


class Role(StrEnum):
    """What a person may do in a workspace (R15)."""

    ADMIN = "admin"
    USER = "user"


class Place(Record):
    """Where a workspace is kept, in words that hold no secret."""

    brief: str
    """For a title, such as a file's name."""
    full: str


class Outcome(Record):
    """The state after an update, and the change that was made, or None if nothing was to be done (R6)."""

    state: WorkspaceState
    change: Change | None


def outcome_of(before: WorkspaceState, after: WorkspaceState, seen: Catalog, **about: Any) -> Outcome:
    """The outcome of a change from one state to another, made with a catalog; `about` are other fields of `Change`."""
    moves: dict[str, Any] = {name: _transition(getattr(before, name), getattr(after, name)) for name in MOVED}
    change = Change(
        enabled=tuple(sorted(after.enabled_models - before.enabled_models)),
        disabled=tuple(sorted(before.enabled_models - after.enabled_models)),
        made_with=MadeWith(seen.digest, seen.platform.edition) if seen.digest else None,
        **moves,
        **about,
    )
    return Outcome(after.replace(revision=change.revision, last_change=change), change)


def _transition(before: T, after: T) -> Transition[T] | None:
    return None if before == after else Transition(from_=before, to=after)


class Document(Protocol):
    """Something that a server keeps beside the state, as JSON. Every method raises `StateError`."""

    def read(self) -> bytes | None:
        """What it holds; None where nothing was stored yet."""

    def version(self) -> object:
        """Tells one content from the next; None where nothing was stored yet."""

    def change(self, change: Callable[[bytes | None], bytes | None]) -> None:
        """Replace the newest content by what `change` makes of it, unless that is None. Raises `NotSaved` too."""


class Documents(Protocol):
    """What a server keeps beside the state. Every method raises `StateError`."""

    def sessions(self, client: str) -> Document:
        """Sessions of this user, or those of one of whom a server of this user serves."""

    def session_counts(self) -> Iterable[tuple[Mapping[str, int], int]]:
        """How many sessions hold each model, and how many users have just these; for admins."""

    def api_keys(self) -> Document:
        """The keys of programs; for admins."""

    def add_uses(self, uses: Iterable[str]) -> None:
        """Add what was drawn, each as JSON."""

    def uses(self) -> Iterator[bytes]:
        """All that was drawn, oldest first, each as JSON; for admins."""


class Store(Protocol):
    """One user's access to a workspace's state: read it, change it by a rule, notice that another user changed it.

    Every method may block on a disk or a network: call them off the event loop.
    """

    @property
    def user(self) -> str:
        """Who makes a change here, as the operating system or the server knows them."""

    @property
    def catalog(self) -> Catalog:
        """The catalog of this workspace as it was when the state was last read (R16). Raises `CatalogError`."""

    @property
    def place(self) -> Place:
        """Where the workspace is kept."""

    @property
    def documents(self) -> Documents | None:
        """What a server keeps beside the state; None where all of it is in files."""

    def read(self) -> WorkspaceState:
        """The newest state; a fresh one if nothing is stored yet (R1). Raises `StateError`, `CatalogError`."""

    def today(self) -> date:
        """The day in UTC by the clock that stamps changes (R17)."""

    def history(self, state: WorkspaceState | None = None) -> Iterator[Change]:
        """All known changes, newest first, with that of `state`, by default the newest. Raises `StateError`.

        Each is read when it is asked for: there may be a million.
        """

    def update(self, rule: Rule, tell: Callable[[Outcome], None] = ..., *, reason: str | None = None) -> Outcome:
        """Apply `rule` to the newest state and store the outcome, all of it or nothing.

        `tell` gets the outcome as soon as it is durable; `reason` is kept with the change. Raises `Refusal`,
        `StateError`, `CatalogError`, `NotSaved`.
        """

    def preview(self, rule: Rule, *, reason: str | None = None) -> Outcome:
        """The outcome that `update` would have now; nothing is changed. Raises the same."""

    def contents(self) -> Contents:
        """The files of the workspace's own catalog. Raises `CatalogError` and `StateError`."""

    def change_catalog(
        self, change: OwnChange, *, replacement: str | None = None, reason: str | None = None
    ) -> Outcome:
        """Change the workspace's own catalog, and disable what leaves it, as one change (R3, R4, R16).

        Raises what `update` raises.
        """

    def preview_catalog(
        self, change: OwnChange, *, replacement: str | None = None, reason: str | None = None
    ) -> Outcome:
        """The outcome that `change_catalog` would have now; nothing is changed. Raises the same."""

    def create_if_missing(self) -> None:
        """Store a fresh workspace where there is none yet (R1). Raises `NotSaved` or `StateError`."""

    def fingerprint(self) -> Fingerprint:
        """The version of what is stored, at the cost of one cheap request."""

    def follow(self, wake: Callable[[], None]) -> Callable[[], None] | None:
        """Call `wake`, in any thread, whenever something may have changed; returns the function that ends it.

        None where the store calls nobody, and `fingerprint` has to be asked for again and again.
        """

    def close(self) -> None:
        """Give back what the store holds open; it can be used again."""

    def role(self) -> Role:
        """Whether this user may administer the workspace (R15)."""

    def admins(self) -> str:
        """Who can administer the workspace, as a clause for somebody who cannot, such as `members of the group x`."""

    def read_only_reason(self) -> str | None:
        """Why this user cannot change the workspace now, as a clause, or None if they can."""

    def warnings(self) -> tuple[str, ...]:
        """What an admin should mend around the workspace, a line each; its use goes on without."""

    def compare_prices(self, *, acknowledge: bool = False) -> PriceNews:
        """Compare the catalog's prices with those seen last, and note them where this user may write.

        `acknowledge` notes that an admin is shown what changed.
        """
