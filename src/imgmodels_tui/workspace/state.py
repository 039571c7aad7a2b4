"""The state of a workspace: which models are enabled, which one is the default, and the last change.

What each field may hold is said in `schema`, which is also what `imgmodels schema` prints as JSON Schema. Here a file
is first tried against the ordinary: only where it differs from what this program writes is it worth the time that
the whole validation takes to load.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from typing import Self

SCHEMA_VERSION: Final = 1
"""The newest state file this program reads; a newer one is refused and never rewritten."""

MAX_REVISION: Final = 10**15
"""More than anybody reaches by changing things; beyond 2**53 other programs no longer read it exactly."""

ModelId = str
"""A model's id as a state file may hold it; the catalog may have stopped knowing it (R9)."""

T = TypeVar("T")


class Plan(StrEnum):
    """The workspace's contract; it decides how premium models are paid for (R14)."""

    SELF_SERVICE = "self_service"
    ENTERPRISE = "enterprise"


class Extensible(Record):
    """A record of a file that a newer program may have written.

    Keys this version does not know are kept as they are, so that an older program never loses what a newer one
    wrote under the same schema version.
    """

    extra: Mapping[str, Any] = {}

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.record_fields if name != "extra"))

    def model_dump(self, *, exclude: Collection[str] = (), **options: Any) -> dict[str, Any]:
        """The fields by name, then what only a newer version knows."""
        return {**super().model_dump(exclude={"extra", *exclude}, **options), **self.extra}

    @classmethod
    def model_validate_json(cls, content: bytes | str, *, strict: bool = False) -> Self:
        """Understand JSON. Raises `pydantic.ValidationError`."""
        from imgmodels_tui.workspace import ordinary  # noqa: PLC0415 - needs these records

        record = ordinary.read(cls, content)
        if record is not None:
            return record
        from imgmodels_tui.workspace import schema  # noqa: PLC0415 - only what is out of the ordinary needs it

        return schema.validated_json(cls, content, strict=strict)

    @classmethod
    def model_validate(cls, values: Mapping[str, Any]) -> Self:
        """Understand parsed JSON, or what a record is made of. Raises `pydantic.ValidationError`."""
        from imgmodels_tui.workspace import schema  # noqa: PLC0415 - only what is out of the ordinary needs it

        return schema.validated(cls, values)


class Transition(Extensible, Generic[T]):
    """A value that a change replaced."""

    from_: T
    to: T


class Change(Extensible):
    """What one revision changed, by whom and when; enough to describe it and to take it back.

    `models` are the ids the request named. `enabled` and `disabled` are the ids that really changed sides.
    """

    revision: int
    at: datetime
    """In UTC, to the second."""
    by: str
    action: str
    models: tuple[ModelId, ...] = ()
    enabled: tuple[ModelId, ...] = ()
    disabled: tuple[ModelId, ...] = ()
    default_model: Transition[ModelId | None] | None = None
    image_generation: Transition[bool] | None = None
    plan: Transition[Plan] | None = None
    follows: int | None = None
    """The revision that was changed, where history has another past before this line: the file had been replaced."""

    @property
    def before(self) -> int:
        """The revision that was changed."""
        return self.revision - 1 if self.follows is None else self.follows


class WorkspaceState(Extensible):
    """Everything a workspace decides. A rule answers with a new state (`rules`)."""

    schema_version: ClassVar[int] = SCHEMA_VERSION
    revision: int = 0
    image_generation: bool = True
    plan: Plan = Plan.SELF_SERVICE
    default_model: ModelId | None = None
    enabled_models: frozenset[ModelId] = frozenset()
    last_change: Change | None = None

    def but(self, **changed: Any) -> WorkspaceState:
        """Return this state with some fields replaced, or this very object if they hold these values already."""
        if all(getattr(self, name) == value for name, value in changed.items()):
            return self
        return super().but(**changed)

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """The fields by name, the version of the schema first."""
        return {"schema_version": self.schema_version, **super().model_dump(**options)}
