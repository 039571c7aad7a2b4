"""What the fields of `workspace.json` and `history.jsonl` may hold; `imgmodels schema` prints it as JSON Schema.

The models mirror the records of `state` field by field. Building them takes a good part of a command's time; import
this module only to validate.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from imgmodels_tui.workspace import state
from imgmodels_tui.workspace.state import MAX_REVISION, SCHEMA_VERSION, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgmodels_tui.record import Record

R = TypeVar("R", bound="Record")
T = TypeVar("T")

ModelId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A model's id as a state file may hold it."""


class Transition(BaseModel, Generic[T]):
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
    default_model: Transition[ModelId | None] | None = None
    image_generation: Transition[bool] | None = None
    plan: Transition[Plan] | None = None
    follows: int | None = Field(default=None, ge=0, le=MAX_REVISION)

    @field_validator("at")
    @classmethod
    def _in_utc(cls, at: datetime) -> datetime:
        """Take a time with another offset for what it means, and one without any for UTC."""
        try:
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except OverflowError as error:
            raise ValueError("should be a time between the years 1 and 9999") from error


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


def validated_json(kind: type[R], content: bytes | str, *, strict: bool = False) -> R:
    """The record of this kind that `content` holds as JSON. Raises `pydantic.ValidationError`."""
    return record(kind, _SCHEMAS[kind].model_validate_json(content, strict=strict), _RECORDS)


def validated(kind: type[R], values: Mapping[str, Any]) -> R:
    """The record of this kind with these values. Raises `pydantic.ValidationError`."""
    return record(kind, _SCHEMAS[kind].model_validate(values), _RECORDS)


def record(kind: type[R], model: BaseModel, records: Mapping[type[BaseModel], type[Record]]) -> R:
    """The record that a validated model stands for; `records` names the kinds of those within it."""

    def plain(value: Any) -> Any:
        match value:
            case Transition():
                return record(state.Transition, value, records)
            case BaseModel():
                return record(records[type(value)], value, records)
            case tuple():
                return tuple(plain(each) for each in value)
            case dict():
                return {key: plain(each) for key, each in value.items()}
            case _:
                return value

    values = {name: plain(getattr(model, name)) for name in kind.record_fields if name != "extra"}
    return kind(**values, extra=model.model_extra or {})


_SCHEMAS: Mapping[type[Record], type[BaseModel]] = {state.Change: Change, state.WorkspaceState: WorkspaceState}
_RECORDS: Mapping[type[BaseModel], type[Record]] = {Change: state.Change}
