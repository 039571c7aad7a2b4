"""Why a rule refuses a change. A refusal changes nothing; its text is one line for the person who asked."""

from __future__ import annotations

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
        super().__init__(
            f"{harmless(model, limit=80)} is the default; "
            f"choose a replacement out of the models that stay enabled: {harmless(', '.join(candidates))}"
        )


class NotEnabled(Refusal):
    """Only an enabled model can be, or become, the default (R5)."""

    def __init__(self, model: str, candidates: tuple[str, ...]) -> None:
        self.model, self.candidates = model, candidates
        choice = f"enabled are: {', '.join(candidates)}" if candidates else "no model is enabled yet"
        super().__init__(
            f"{harmless(model, limit=80)} cannot be the default because it is not enabled; {harmless(choice)}"
        )


class UnknownModel(Refusal):
    """The catalog knows no such id (R8)."""

    def __init__(self, model: str, nearest: tuple[str, ...]) -> None:
        self.model, self.nearest = model, nearest
        hint = f"did you mean {' or '.join(nearest)}?" if nearest else "`imgmodels list` shows the known ids"
        super().__init__(f"Unknown model {harmless(repr(model), limit=80)}; {hint}")


class NothingToUndo(Refusal):
    """No change is known that could be taken back."""

    def __init__(self) -> None:
        super().__init__("There is no change to undo")


class Overtaken(Refusal):
    """Somebody else changed something after this user had looked and before they asked."""

    def __init__(self, revision: int, by: str) -> None:
        self.revision, self.by = revision, by
        super().__init__(f"{harmless(by, 32)} changed something meanwhile (revision {revision}); look, then ask again")
