"""A user's sessions: named, each with the model that its user selected. Pure records and pure changes.

A session holds no prompt and no picture: those are private, and the file with the sessions is not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from imgmodels_tui.record import NO_KEYS, Apply, Limits, Record, UnknownKeys
from imgmodels_tui.text import folded, harmless, visible
from imgmodels_tui.workspace.errors import Refusal
from imgmodels_tui.workspace.state import ModelId

FIRST_SESSION = "main"
"""The name of the session that a user has before making any."""

LONGEST_NAME = 40
"""Characters of a session's name."""

MOST_SESSIONS = 200
"""Sessions of one user: few enough that the file stays small for those who read all of them."""


SessionName = Annotated[str, Limits(min_length=1, max_length=LONGEST_NAME)]


class SessionRefusal(Refusal):
    """A session cannot be made, renamed or deleted like this; nothing was changed."""


MOST_LEFT = 50
"""Models that a session remembers to have been switched away from."""


class Session(Record):
    """One session. Its model changes only when its user selects another, or by the fallback (R11, R12)."""

    name: Annotated[SessionName, Apply(visible)]
    model: ModelId
    left: Annotated[tuple[ModelId, ...], Limits(max_length=MOST_LEFT)] = ()
    """The models that the fallback switched it away from; named again, they mean the present one (R20)."""
    extra: UnknownKeys = NO_KEYS


class Sessions(Record, kw_only=True):
    """All sessions of one user in one workspace, in the order in which they were made.

    Every method that changes something returns the new sessions, or this very object where nothing is to be done.
    """

    schema_version: Literal[1] = 1
    current: SessionName | None = None
    """The session its user was in last."""
    sessions: Annotated[tuple[Session, ...], Limits(max_length=MOST_SESSIONS)] = ()
    extra: UnknownKeys = NO_KEYS

    def check(self) -> None:
        """No two sessions have the same name."""
        if len({folded(session.name) for session in self.sessions}) < len(self.sessions):
            raise ValueError("sessions should have different names")

    @property
    def current_name(self) -> str:
        """The name of the session to begin in, whether or not it exists yet."""
        if self.current is not None and (found := self.find(self.current)):
            return found.name
        return self.sessions[-1].name if self.sessions else FIRST_SESSION

    def find(self, name: str) -> Session | None:
        """The session called `name`, in whichever case."""
        wanted = folded(name.strip())
        return next((session for session in self.sessions if folded(session.name) == wanted), None)

    def start(self, name: str, model: str) -> Sessions:
        """Make a session, with the default of the moment as its `model` (R11), and enter it."""
        name = self._fresh(name)
        if len(self.sessions) >= MOST_SESSIONS:
            raise SessionRefusal(f"You have {MOST_SESSIONS} sessions; delete one first")
        return self.replace(current=name, sessions=(*self.sessions, Session(name=name, model=model)))

    def make_room(self) -> Sessions:
        """Forget the session made first where there is no room for another: whoever names it again begins anew."""
        return self if len(self.sessions) < MOST_SESSIONS else self.replace(sessions=self.sessions[1:], current=None)

    def enter(self, name: str) -> Sessions:
        """Go to a session."""
        found = self._existing(name)
        return self if self.current == found.name else self.replace(current=found.name)

    def select(self, name: str, model: str) -> Sessions:
        """Give a session another model. `fallback` decides whether the model may be used."""
        found = self._existing(name)
        return self._replaced(found, found.replace(model=model, left=_without(found.left, model)))

    def switch(self, name: str, model: str) -> Sessions:
        """Switch a session away from a model that is no longer enabled (R12), and remember which."""
        found = self._existing(name)
        left = (*_without(found.left, found.model), found.model)[-MOST_LEFT:]
        return self._replaced(found, found.replace(model=model, left=_without(left, model)))

    def rename(self, name: str, new: str) -> Sessions:
        """Call a session something else."""
        found = self._existing(name)
        named = self._fresh(new, but=found)
        changed = self._replaced(found, found.replace(name=named))
        entered = named if self.current == found.name else self.current
        return changed if changed is self else changed.replace(current=entered)

    def delete(self, name: str) -> Sessions:
        """Forget a session; its pictures stay."""
        found = self._existing(name)
        rest = tuple(session for session in self.sessions if session is not found)
        current = None if self.current == found.name else self.current
        return self.replace(current=current, sessions=rest)

    def _existing(self, name: str) -> Session:
        found = self.find(name)
        if found is None:
            raise SessionRefusal(f"There is no session called {harmless(name, LONGEST_NAME)!r} any more")
        return found

    def _fresh(self, name: str, but: Session | None = None) -> str:
        name = checked_name(name)
        taken = self.find(name)
        if taken is not None and taken is not but:
            raise SessionRefusal(f"There is a session called {taken.name} already; choose another name")
        return name

    def _replaced(self, old: Session, new: Session) -> Sessions:
        if old == new:
            return self
        return self.replace(sessions=tuple(new if session is old else session for session in self.sessions))


def _without(models: tuple[str, ...], model: str) -> tuple[str, ...]:
    return tuple(each for each in models if each != model)


def checked_name(name: str) -> str:
    """Return `name` without blanks around it. Raises `SessionRefusal` if no session can be called so."""
    name = name.strip()
    if not name:
        raise SessionRefusal("A session needs a name")
    if len(name) > LONGEST_NAME:
        raise SessionRefusal(f"A session's name has at most {LONGEST_NAME} characters")
    if name != harmless(name):
        raise SessionRefusal("A session's name is one line of visible characters")
    return name
