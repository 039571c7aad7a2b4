"""Why a change was not made: a rule refuses it, or the workspace cannot be read or written.

Each text is one line for the person who asked; nothing was changed.
"""

from __future__ import annotations

from pathlib import Path

from imgmodels_tui.files import UnusableFile, is_denied, reason
from imgmodels_tui.text import harmless


class Refusal(Exception):
    """Base of everything a rule can answer instead of a new state."""


class Locked(Refusal):
    """The change would leave no model enabled (R3)."""

    def __init__(self, models: tuple[str, ...]) -> None:
        self.models = models
        super().__init__("At least one model must stay enabled; enable another one first")


class NeedsReplacement(Refusal):
    """The default cannot be disabled without a new default (R4)."""

    def __init__(self, model: str, candidates: tuple[str, ...]) -> None:
        self.model, self.candidates = model, candidates
        choice = f"name the next one with --replacement, of those that stay enabled: {harmless(', '.join(candidates))}"
        super().__init__(f"{harmless(model, limit=80)} is the default; {choice}")


class NotEnabled(Refusal):
    """Only an enabled model can be, or become, the default (R5)."""

    def __init__(self, model: str, candidates: tuple[str, ...]) -> None:
        self.model, self.candidates = model, candidates
        choice = harmless(f"enabled are: {', '.join(candidates)}" if candidates else "no model is enabled yet")
        super().__init__(f"{harmless(model, limit=80)} cannot be the default because it is not enabled; {choice}")


class UnknownModel(Refusal):
    """The catalog knows no such id (R8)."""

    def __init__(self, model: str, nearest: tuple[str, ...]) -> None:
        self.model, self.nearest = model, nearest
        hint = f"did you mean {' or '.join(nearest)}?" if nearest else "`imgmodels list` shows the known ids"
        super().__init__(f"Unknown model {harmless(repr(model), limit=80)}; {hint}")


class UnknownHost(Refusal):
    """The catalog knows no such host (R8)."""

    def __init__(self, host: str, known: tuple[str, ...]) -> None:
        super().__init__(f"Unknown host {harmless(repr(host), limit=80)}; the hosts are {harmless(', '.join(known))}")


class UnknownRecord(Refusal):
    """The workspace's own catalog has no such record."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        own = harmless(", ".join(known) or "none")
        super().__init__(f"{harmless(repr(name), 80)} is no own record; own records are: {own}")


class Forbidden(Refusal):
    """The workspace's policy forbids the model (R18)."""

    def __init__(self, model: str, clause: str) -> None:
        self.model, self.clause = model, clause
        way = "`imgmodels policy` shows and changes it"
        super().__init__(f"{harmless(model, limit=80)} is forbidden by the policy ({harmless(clause, 80)}); {way}")


class UnknownRevision(Refusal):
    """History has no such revision."""

    def __init__(self, revision: int, newest: int) -> None:
        known = f"the newest is {newest}" if newest else "nothing was changed yet"
        super().__init__(f"There is no revision {revision} in the history; {known}")


class NotReverted(Refusal):
    """The change cannot be turned back by settings alone."""

    def __init__(self, revision: int, tables: tuple[str, ...]) -> None:
        shown = harmless(", ".join(tables), 200)
        way = "`imgmodels catalog add` and `remove` change it"
        super().__init__(f"Revision {revision} changed the catalog ({shown}), which is no setting; {way}")


class NothingToUndo(Refusal):
    """No change is known that could be taken back."""

    def __init__(self) -> None:
        super().__init__("There is no change to undo")


class ChangedMeanwhile(Refusal):
    """Another user changed something between this user's look and their request."""

    def __init__(self, revision: int, by: str) -> None:
        self.revision, self.by = revision, by
        super().__init__(f"{harmless(by, 32)} changed something meanwhile (revision {revision}); look, then ask again")


class StateError(UnusableFile):
    """A state file cannot be used; the message is one line that names the file and the field, and says what to do."""

    def __init__(self, path: Path, problem: str, key: str | None = None, *, remedy: str = "") -> None:
        self.path, self.key, self.problem, self.remedy = path, key, problem, remedy
        text = ": ".join(part for part in (str(path), key, problem) if part)
        super().__init__(harmless(f"{text}; {remedy}" if remedy else text, limit=1000))

    @property
    def brief(self) -> str:
        """What is wrong, with the file's name alone: for a screen that already shows which file it is."""
        named = (harmless(part, 40) for part in (self.path.name, self.key) if part)
        return ": ".join((*named, harmless(self.problem)))


class NewerSchema(StateError):
    """A newer program wrote the file: there is nothing wrong with it, and nothing in it may be touched."""


class ServerError(StateError):
    """A workspace's server cannot be used; the message is one line that names the place and says what to do."""

    def __init__(self, place: str, problem: str, remedy: str = "", *, permission: bool = False) -> None:
        self.place, self.permission = place, permission
        super().__init__(Path("server"), problem, remedy=remedy)
        text = f"{place}: {problem}"
        self.args = (harmless(f"{text}; {remedy}" if remedy else text, limit=1000),)

    @property
    def brief(self) -> str:
        """What is wrong, for a screen that already shows which server it is."""
        return harmless(f"The server {self.problem}")


class NotSaved(Exception):
    """The change could not be stored and nothing changed; the message is one line that says why.

    `permission` holds where this user may not write it, rather than that it went wrong.
    """

    def __init__(self, path: Path | str, problem: str, *, permission: bool = False) -> None:
        self.path, self.problem, self.permission = path, problem, permission
        super().__init__(harmless(f"{path}: {problem}; nothing was changed", limit=1000))

    @classmethod
    def because_of(cls, error: OSError, path: Path) -> NotSaved:
        """Why the operating system did not write `path`."""
        return cls(path, f"cannot be written: {reason(error)}", permission=is_denied(error))


class Unsettled(NotSaved):
    """The line to the server broke during a change and did not come back: it may have been made."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)
        way = "it is not known whether the change was made; `imgmodels history` says so once the server is back"
        self.args = (harmless(f"{place}: {problem}; {way}", limit=1000),)


class NotPermitted(Exception):
    """A user who is no admin of the workspace asked for what only admins can have."""

    def __init__(self, what: str, place: str) -> None:
        super().__init__(f"{what} is for admins of this workspace, those who may write {place}")
