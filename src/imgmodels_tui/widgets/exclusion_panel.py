"""What doing without the marked places would mean: the answer above the hosting list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.drawn import Drawn
from imgmodels_tui.widgets.line import between
from imgmodels_tui.workspace.exclusion import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from imgmodels_tui.widgets.glyphs import Glyphs
    from imgmodels_tui.widgets.line import Piece
    from imgmodels_tui.workspace.exclusion import Effect, Exclusion
    from imgmodels_tui.workspace.overview import Overview

_LABEL = 10


class ExclusionPanel(Drawn):
    """Three lines, whatever is marked: the list below never moves."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._shown: tuple[Overview, Exclusion, str] | None = None

    def show(self, overview: Overview, exclusion: Exclusion, sessions: str = "") -> None:
        """Show what `exclusion` means in this state; `sessions` says how many are hit, where that is known."""
        if (overview, exclusion, sessions) != self._shown:
            self._shown = overview, exclusion, sessions
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The question, the models that it hits, the default that follows."""
        if self._shown is None:
            return []
        overview, exclusion, sessions = self._shown
        if not exclusion:
            return self._invitation(width)
        effect = exclusion.effect(overview)
        places = ", ".join(named(overview, exclusion.places))
        keys = [("a", "apply"), ("esc", "clear")] if effect.hit and effect.possible else [("esc", "clear")]
        first = self._line(width, "Without", [(places, self.ink("strong"))], keys)
        if not effect.hit:
            said = "nothing: none of the enabled models runs there"
            return [
                first,
                self._line(width, "Goes off", [(said, self.ink())]),
                self._line(width, "Default", self._default(effect)),
            ]
        if not effect.possible:
            return [first, *self._impossible(width, overview, exclusion, effect)]
        names = ", ".join(entry.model.name for entry in effect.hit)
        count = f"{len(effect.hit)} of {len(effect.hit) + len(effect.staying)}{sessions}"
        choice = [("d", "choose")] if effect.default_hit and len(effect.staying) > 1 else []
        return [
            first,
            self._line(width, "Goes off", [(count, self.ink("strong")), (f": {names}", self.ink())]),
            self._line(width, "Default", self._default(effect), choice),
        ]

    def _invitation(self, width: int) -> list[Strip]:
        ink = self.ink
        key, dim = ink("key"), ink("dim")
        return [
            self._line(width, "", [("What if a host or a region may not be used?", ink("strong"))]),
            self._line(
                width,
                "",
                [
                    ("x", key),
                    (" excludes the place under the cursor, ", dim),
                    ("E", key),
                    (" all outside the EU.", dim),
                ],
            ),
            self._line(width, "", [("Nothing changes until you have seen the outcome and apply it.", dim)]),
        ]

    def _impossible(self, width: int, overview: Overview, exclusion: Exclusion, effect: Effect) -> list[Strip]:
        number = len(effect.hit)
        run = {1: "the only enabled model runs", 2: "both enabled models run"}.get(
            number, f"all {number} enabled models run"
        )
        elsewhere = [
            entry.model.name
            for entry in overview.entries.values()
            if entry.id not in set(exclusion.models(overview.catalog))
        ]
        advice = f"Enable one that runs elsewhere first, such as {elsewhere[0]}" if elsewhere else "No other is left"
        warning: list[Piece] = [
            (f"{self._glyphs.warning} Not possible: ", self.ink("warning")),
            (f"{run} there; one must stay enabled", self.ink()),
        ]
        return [self._line(width, "", warning), self._line(width, "", [(f"  {advice}", self.ink("dim"))])]

    def _default(self, effect: Effect) -> list[Piece]:
        now, then = effect.default, effect.new_default
        if now is None:
            return [("none is set", self.ink("warning"))]
        if not effect.default_hit or then is None:
            return [(f"stays {now.model.name}", self.ink())]
        return [
            (f"{now.model.name} → ", self.ink()),
            (then.model.name, self.ink("default")),
        ]

    def _line(self, width: int, label: str, pieces: Sequence[Piece], keys: Sequence[tuple[str, str]] = ()) -> Strip:
        plain, ink = self._glyphs.plain, self.ink
        left: list[Piece] = [(f" {self._glyphs.accent} ", ink("accent"))]
        if label:
            left.append((label.ljust(_LABEL), ink("dim")))
        left += [(plain(harmless(text)), style) for text, style in pieces]
        right: list[Piece] = []
        for key, what in keys:
            right += [(f" {key}", ink("key")), (f" {what} ", ink("dim"))]
        return between(left, right, width, ink())
