"""The keys of the place you are in, from the same source as the bar at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.screens.shared.sheet import SheetDialog
from imgmodels_tui.widgets.bars import bindings_of
from imgmodels_tui.workspace.queries.model_facts import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.screen import Screen


class HelpDialog(SheetDialog):
    """Every key that does something on a screen."""

    HEADING = "Keys"

    def __init__(self, screen: Screen[object]) -> None:
        super().__init__()
        self._keys = keys_of(screen)

    def facts(self) -> Sequence[Fact]:
        """One line for each action."""
        return self._keys


def keys_of(screen: Screen[object]) -> Sequence[Fact]:
    """Each action of the place with all of its keys: the place's own, then moving about, then the program's."""
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for binding, tooltip in bindings_of(screen):
        keys.setdefault(binding.action, []).append(screen.app.get_key_display(binding))
        words[binding.action] = tooltip or binding.tooltip or binding.description
    return tuple(Fact(" ".join(dict.fromkeys(shown)), words[action]) for action, shown in keys.items())
