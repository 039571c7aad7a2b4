"""The keys of the place you are in, from the same source as the bar at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from imgmodels_tui.screens.dialog import Dialog
from imgmodels_tui.widgets.bars import bindings_of
from imgmodels_tui.widgets.details import FactSheet
from imgmodels_tui.workspace.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.screen import Screen

    from imgmodels_tui.widgets.glyphs import Glyphs


class HelpDialog(Dialog[None]):
    """Every key that does something on a screen."""

    HEADING = "Keys"

    def __init__(self, screen: Screen[object], glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self._keys = keys_of(screen)

    def content(self) -> ComposeResult:
        """One line for each action."""
        with VerticalScroll():
            yield FactSheet(self.glyphs, self._keys)


def keys_of(screen: Screen[object]) -> Sequence[Fact]:
    """Each action of the place with all of its keys: the place's own, then moving about, then the program's."""
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for binding, tooltip in bindings_of(screen):
        keys.setdefault(binding.action, []).append(screen.app.get_key_display(binding))
        words[binding.action] = tooltip or binding.tooltip or binding.description
    return tuple(Fact(" ".join(dict.fromkeys(shown)), words[action]) for action, shown in keys.items())
