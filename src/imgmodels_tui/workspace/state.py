"""The state of a workspace: which models are enabled, which one is the default, and the last change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from imgmodels_tui.record import NO_KEYS, Apply, Limits, Record, UnknownKeys
from imgmodels_tui.workspace.policy import Policy

SCHEMA_VERSION: Final = 2
"""The newest state file this program reads; a newer one is refused and never rewritten."""

MAX_REVISION: Final = 10**15
"""More than anybody reaches by changing things; beyond 2**53 other programs no longer read it exactly."""

LONGEST_USER: Final = 200
"""Characters of a user's name that history keeps."""

LONGEST_REASON: Final = 500
"""Characters of the reason that somebody gives for a change."""

T = TypeVar("T")


def _in_utc(at: datetime) -> datetime:
    """Convert a time with another offset; one without an offset is taken for UTC."""
    try:
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError("should be a time between the years 1 and 9999") from error


ModelId = Annotated[str, Limits(min_length=1, max_length=200)]
"""A model's id as a state file may hold it; the catalog may have stopped knowing it (R9)."""

Time = Annotated[datetime, Apply(_in_utc)]
"""A time in UTC, to the second."""


class Plan(StrEnum):
    """The workspace's contract; it decides how premium models are paid for (R14)."""

    SELF_SERVICE = "self_service"
    ENTERPRISE = "enterprise"

    @property
    def label(self) -> str:
        """The plan as people write it, such as `self-service`."""
        return self.value.replace("_", "-")


class Transition(Record, Generic[T]):
    """A value that a change replaced."""

    from_: T
    to: T
    extra: UnknownKeys = NO_KEYS


Reason = Annotated[str, Limits(min_length=1, max_length=LONGEST_REASON)]


class CatalogChange(Record):
    """The tables of the workspace's own catalog that a change added, replaced or removed, such as `models.acme`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    extra: UnknownKeys = NO_KEYS


class MadeWith(Record):
    """The catalog that a program had when it wrote the settings."""

    digest: Annotated[str, Limits(max_length=64)]
    edition: date
    """The day of the bundled catalog: a program with an earlier one knows less."""
    extra: UnknownKeys = NO_KEYS


class Change(Record):
    """What one revision changed, by whom and when; enough to describe it and to take it back.

    `models` are the ids the request named; `enabled` and `disabled` are those that really changed.
    """

    revision: Annotated[int, Limits(ge=1, le=MAX_REVISION)]
    at: Time
    by: Annotated[str, Limits(max_length=LONGEST_USER)]
    action: Annotated[str, Limits(max_length=40)]
    models: tuple[ModelId, ...] = ()
    enabled: tuple[ModelId, ...] = ()
    disabled: tuple[ModelId, ...] = ()
    default_model: Transition[ModelId | None] | None = None
    image_generation: Transition[bool] | None = None
    plan: Transition[Plan] | None = None
    policy: Transition[Policy | None] | None = None
    catalog: CatalogChange | None = None
    reason: Reason | None = None
    """Why, in the words of whoever made it."""
    reverts: Annotated[int, Limits(ge=1, le=MAX_REVISION)] | None = None
    """The revision whose change it turned back, where that was not simply the last one."""
    made_with: MadeWith | None = None
    follows: Annotated[int, Limits(ge=0, le=MAX_REVISION)] | None = None
    """The revision that was changed, where history has another past before this line: the file had been replaced."""
    extra: UnknownKeys = NO_KEYS

    @property
    def before(self) -> int:
        """The revision that was changed."""
        return self.revision - 1 if self.follows is None else self.follows


MOVED: Final = ("default_model", "image_generation", "plan", "policy")
"""The settings of which a change says from what to what they moved: fields of `Change` and of `WorkspaceState`."""


class WorkspaceState(Record):
    """All settings of a workspace. A rule returns a new state (`rules`).

    Keys this version does not know are kept, so that an older program never loses what a newer one wrote under the
    same schema version.
    """

    schema_version: Literal[2] = SCHEMA_VERSION
    revision: Annotated[int, Limits(ge=0, le=MAX_REVISION)] = 0
    image_generation: bool = True
    plan: Plan = Plan.SELF_SERVICE
    policy: Policy | None = None
    default_model: ModelId | None = None
    enabled_models: frozenset[ModelId] = frozenset()
    last_change: Change | None = None
    extra: UnknownKeys = NO_KEYS

    def check(self) -> None:
        """The default counts only as long as it is enabled (R5)."""
        if self.default_model is not None and self.default_model not in self.enabled_models:
            raise ValueError("default_model must be one of enabled_models")

    def replace(self, **changed: Any) -> WorkspaceState:
        """Return this state with some fields replaced, or this very object if they hold these values already."""
        if all(getattr(self, name) == value for name, value in changed.items()):
            return self
        return super().replace(**changed)
