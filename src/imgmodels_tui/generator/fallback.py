"""Which model a session's next image uses: rules R10 to R13 as pure functions of a session and the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import Refusal, UnknownModel
from imgmodels_tui.workspace.overview import Entry, Overview

if TYPE_CHECKING:
    from imgmodels_tui.generator.sessions.records import Session


class Closed(Enum):
    """Why nobody can generate, as a heading and what to do about it."""

    OFF = ("Image generation is off", "An admin of this workspace can turn it on again")
    NOTHING_ENABLED = ("No model is enabled", "An admin must choose which models can be used")
    NO_DEFAULT = ("No model is the default", "An admin must choose a default model")

    @property
    def heading(self) -> str:
        """The reason."""
        return self.value[0]

    @property
    def advice(self) -> str:
        """What can be done, and by whom."""
        return self.value[1]


class Unavailable(Refusal):
    """Nothing can be generated at present (R10, R13)."""

    def __init__(self, closed: Closed) -> None:
        self.closed = closed
        super().__init__(f"{closed.heading}; nothing can be generated. {closed.advice}")


class NotSelectable(Refusal):
    """A user asked for a model that is not enabled."""

    def __init__(self, name: str, usable: Sequence[str]) -> None:
        super().__init__(f"{harmless(name, 80)} is not enabled; choose one of: {harmless(', '.join(usable))}")


class NextModel(Record):
    """The model that a session's next image uses."""

    entry: Entry
    instead_of: str | None = None
    """The id of the model that the session holds and that is no longer enabled (R12)."""


def closed(overview: Overview) -> Closed | None:
    """Why the generator is closed for everybody, or None if it is open (R10, R13)."""
    if not overview.state.image_generation:
        return Closed.OFF
    if not overview.enabled:
        return Closed.NOTHING_ENABLED
    return Closed.NO_DEFAULT if overview.default is None else None


def default(overview: Overview) -> Entry:
    """The model that a new session starts with (R11). Raises `Unavailable`."""
    why = closed(overview)
    if why is not None or overview.default is None:
        raise Unavailable(why or Closed.NO_DEFAULT)
    return overview.default


def resolve(model: str | None, overview: Overview) -> NextModel:
    """What a session that holds `model` uses next; None is for a session that does not exist yet.

    Raises `Unavailable`.
    """
    fallback = default(overview)
    if model is None:
        return NextModel(fallback)
    entry = overview.entries.get(model)
    return NextModel(entry) if entry is not None and entry.enabled else NextModel(fallback, instead_of=model)


def selectable(model: str, overview: Overview) -> Entry:
    """The entry of a model that a user selects. Raises `UnknownModel`, `NotSelectable`, `Unavailable`."""
    default(overview)
    entry = overview.entries.get(model)
    if entry is None:
        usable = {enabled.id for enabled in overview.enabled}
        raise UnknownModel(model, tuple(found for found in overview.catalog.nearest(model) if found in usable))
    if not entry.enabled:
        raise NotSelectable(entry.model.name, [enabled.id for enabled in overview.enabled])
    return entry


def named(model: str, session: Session | None, overview: Overview) -> NextModel:
    """What is drawn for a client that names `model` with each request, in its session (R20).

    A model that the session holds, or was switched away from, means what the session has now. Raises `UnknownModel`,
    `NotSelectable`, `Unavailable`.
    """
    held = session is not None and model in {session.model, *session.left}
    entry = overview.entries.get(model)
    if session is not None and held and (entry is None or not entry.enabled):
        return resolve(session.model, overview)
    return NextModel(selectable(model, overview))


def retired_notice(entry: Entry) -> str | None:
    """What to say of a model whose announced end has passed, before it draws (R17); None for any other."""
    if not entry.is_retired:
        return None
    name = harmless(entry.model.name, 80)
    return f"{name} is retired since {entry.model.retires_on}: its host may not draw with it any more"


def notice_before(next_model: NextModel, overview: Overview) -> str | None:
    """The notice before a session switches, or None if it keeps its model (R12)."""
    return _notice(next_model.instead_of, "the next image", next_model.entry, overview)


def notice_after(
    switched_from: str | None, entry: Entry, overview: Overview, session: str = "this session"
) -> str | None:
    """The notice after a session was switched from one model to that of `entry`; None if it kept its model (R12)."""
    return _notice(switched_from, f"{harmless(session)} now", entry, overview)


def _notice(replaced: str | None, what: str, entry: Entry, overview: Overview) -> str | None:
    if replaced is None:
        return None
    return (
        f"{harmless(overview.name(replaced), 80)} is no longer available; {what} uses {harmless(entry.model.name, 80)}"
    )
