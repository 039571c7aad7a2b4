"""The state of a workspace: which models are enabled, which one is the default, and the last change.

These records are also the schema of `workspace.json`; `imgmodels schema` prints them as JSON Schema.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_serializer,
    field_validator,
    model_validator,
)

SCHEMA_VERSION: Final = 1
"""The newest state file this program reads; a newer one is refused and never rewritten."""

MAX_REVISION: Final = 10**15
"""More than anybody reaches by changing things; beyond 2**53 other programs no longer read it exactly."""

ModelId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A model's id as a state file may hold it; the catalog may have stopped knowing it (R9)."""

T = TypeVar("T")


class Plan(StrEnum):
    """The workspace's contract; it decides how premium models are paid for (R14)."""

    SELF_SERVICE = "self_service"
    ENTERPRISE = "enterprise"


class Moved(BaseModel, Generic[T]):
    """A value that a change replaced."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    from_: T = Field(alias="from")
    to: T


class Change(BaseModel):
    """What one revision changed, by whom and when; enough to describe it and to take it back.

    `models` are the ids the request named. `enabled` and `disabled` are the ids that really changed sides.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    revision: int = Field(ge=1, le=MAX_REVISION)
    at: datetime
    by: str = Field(max_length=200)
    action: str = Field(max_length=40)
    models: tuple[ModelId, ...] = ()
    enabled: tuple[ModelId, ...] = ()
    disabled: tuple[ModelId, ...] = ()
    default_model: Moved[ModelId | None] | None = None
    image_generation: Moved[bool] | None = None
    plan: Moved[Plan] | None = None
    follows: int | None = Field(default=None, ge=0, le=MAX_REVISION)
    """The revision that was changed, where history has another past before this line: the file had been replaced."""

    @property
    def before(self) -> int:
        """The revision that was changed."""
        return self.revision - 1 if self.follows is None else self.follows

    @field_validator("at")
    @classmethod
    def _in_utc(cls, at: datetime) -> datetime:
        """Take a time with another offset for what it means, and one without any for UTC."""
        try:
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except OverflowError as error:
            raise ValueError("should be a time between the years 1 and 9999") from error

    @field_serializer("at")
    def _to_the_second(self, at: datetime) -> str:
        return f"{at.replace(microsecond=0, tzinfo=None).isoformat()}Z"


class WorkspaceState(BaseModel):
    """Everything a workspace decides. Frozen: a rule answers with a new state (`rules`).

    Keys this version does not know are kept as they are, so that an older program never loses what a newer
    one wrote under the same schema version.
    """

    model_config = ConfigDict(frozen=True, extra="allow", title="imgmodels workspace")

    schema_version: Literal[1] = SCHEMA_VERSION
    revision: int = Field(default=0, ge=0, le=MAX_REVISION)
    image_generation: bool = True
    plan: Plan = Plan.SELF_SERVICE
    default_model: ModelId | None = None
    enabled_models: frozenset[ModelId] = frozenset()
    last_change: Change | None = None

    @model_validator(mode="after")
    def _default_is_enabled(self) -> WorkspaceState:
        if self.default_model is not None and self.default_model not in self.enabled_models:
            raise ValueError("default_model must be one of enabled_models")
        return self

    @field_serializer("enabled_models")
    def _sorted(self, enabled: frozenset[str]) -> list[str]:
        return sorted(enabled)

    def but(self, **changed: Any) -> WorkspaceState:
        """Return this state with some fields replaced, or this very object if they hold these values already."""
        if all(getattr(self, name) == value for name, value in changed.items()):
            return self
        return self.model_copy(update=changed)
