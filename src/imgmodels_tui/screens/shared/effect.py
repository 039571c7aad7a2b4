"""In words, what disabling some models means for the default and for sessions; and the choice of the default then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from imgmodels_tui.screens.shared.chooser import Picker
from imgmodels_tui.text import counted
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.queries.hosting import Effect, SessionsOn


def default_picker(live: LiveWorkspace, remaining: Callable[[Overview], Sequence[Entry]]) -> Picker:
    """The choice among the models that stay enabled."""
    default = live.overview.default
    name = default.model.name if default else "none"
    return Picker(
        live,
        "Default that follows",
        f"The default of now, {name}, goes off. Choose the model that becomes the default instead.",
        remaining,
    )


def choosable(effect: Effect) -> bool:
    """Whether more than one model could follow as the default."""
    return effect.replaces_default and len(effect.remaining) > 1


def default_in_words(effect: Effect) -> str:
    """What becomes of the default."""
    if effect.default is None:
        return "none is set"
    if not effect.replaces_default:
        return f"stays {effect.default.model.name}"
    if effect.new_default is None:
        return "none can be proposed; d chooses one"
    more = "; d chooses another" if choosable(effect) else ""
    return f"{effect.new_default.model.name} instead of {effect.default.model.name}{more}"


def sessions_then(number: int | None) -> str:
    """What becomes of the sessions that use the models that go off."""
    if number == 0:
        return "none uses them"
    if number is None:
        return "those that use them switch to the default at their next image"
    return (
        f"{number} {'uses' if number == 1 else 'use'} them and {'switches' if number == 1 else 'switch'} to the default"
    )


def sessions_concerned(effect: Effect, sessions_on: SessionsOn) -> int | None:
    """How many generator sessions use the models that go off; None where that is not known."""
    counts = sessions_on([entry.id for entry in effect.disabled])
    return None if counts is None else sum(counts.values())


def sessions_in_words(number: int | None) -> str:
    """A number of sessions for a line of figures; nothing where it is not known."""
    return "" if number is None else f", {counted(number, 'session') if number else 'no sessions'}"
