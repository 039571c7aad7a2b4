"""What doing without the marked places would mean: the answer above the hosting list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.line import LineWidget, between
from imgmodels_tui.workspace.queries.previews import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from imgmodels_tui.widgets.line import Piece
    from imgmodels_tui.workspace.overview import Overview
    from imgmodels_tui.workspace.queries.previews import Effect, Exclusion

_LABEL = 10


class Answer(Record):
    """What doing without some places means."""

    places: str
    effect: Effect
    sessions: str = ""
    """How many sessions are hit, for a line of figures; empty where that is not known."""
    elsewhere: str = ""
    """The name of a model that runs in no excluded place, if there is one."""


def answer(overview: Overview, exclusion: Exclusion, effect: Effect, sessions: str = "") -> Answer | None:
    """What `exclusion`, with this effect, means; None where nothing is excluded."""
    if not exclusion:
        return None
    models = frozenset(exclusion.models(overview.catalog))
    elsewhere = next((entry.model.name for entry in overview.entries.values() if entry.id not in models), "")
    return Answer(", ".join(named(overview, exclusion.excluded)), effect, sessions, elsewhere)


class ExclusionPanel(LineWidget):
    """Three lines, whatever is marked: the list below never moves."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answer | None = None

    def show(self, answer: Answer | None) -> None:
        """Show what the marked places mean, or how to mark some."""
        if answer != self._answer:
            self._answer = answer
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The question, the models that it hits, the default that follows."""
        if self._answer is None:
            return self._invitation(width)
        effect, sessions = self._answer.effect, self._answer.sessions
        keys = [("a", "apply"), ("esc", "clear")] if effect.disabled and effect.possible else [("esc", "clear")]
        first = self._line(width, "Without", [(self._answer.places, self.style_for("strong"))], keys)
        if not effect.disabled:
            said = "nothing: none of the enabled models runs there"
            return [
                first,
                self._line(width, "Goes off", [(said, self.style_for())]),
                self._line(width, "Default", self._default(effect)),
            ]
        if not effect.possible:
            return [first, *self._impossible(width, len(effect.disabled), self._answer.elsewhere)]
        names = ", ".join(entry.model.name for entry in effect.disabled)
        count = f"{len(effect.disabled)} of {len(effect.disabled) + len(effect.remaining)}{sessions}"
        choice = [("d", "choose")] if effect.replaces_default and len(effect.remaining) > 1 else []
        return [
            first,
            self._line(width, "Goes off", [(count, self.style_for("strong")), (f": {names}", self.style_for())]),
            self._line(width, "Default", self._default(effect), choice),
        ]

    def _invitation(self, width: int) -> list[Strip]:
        style_for = self.style_for
        key, dim = style_for("key"), style_for("dim")
        return [
            self._line(width, "", [("What if a host or a region may not be used?", style_for("strong"))]),
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

    def _impossible(self, width: int, number: int, elsewhere: str) -> list[Strip]:
        run = {1: "the only enabled model runs", 2: "both enabled models run"}.get(
            number, f"all {number} enabled models run"
        )
        advice = f"Enable one that runs elsewhere first, such as {elsewhere}" if elsewhere else "No other is left"
        warning: list[Piece] = [
            (f"{self.glyphs.warning} Not possible: ", self.style_for("warning")),
            (f"{run} there; one must stay enabled", self.style_for()),
        ]
        return [self._line(width, "", warning), self._line(width, "", [(f"  {advice}", self.style_for("dim"))])]

    def _default(self, effect: Effect) -> list[Piece]:
        now, then = effect.default, effect.new_default
        if now is None:
            return [("none is set", self.style_for("warning"))]
        if not effect.replaces_default or then is None:
            return [(f"stays {now.model.name}", self.style_for())]
        return [
            (f"{now.model.name} → ", self.style_for()),
            (then.model.name, self.style_for("default")),
        ]

    def _line(self, width: int, label: str, pieces: Sequence[Piece], keys: Sequence[tuple[str, str]] = ()) -> Strip:
        plain, style_for = self.glyphs.plain, self.style_for
        left: list[Piece] = [(f" {self.glyphs.accent} ", style_for("accent"))]
        if label:
            left.append((label.ljust(_LABEL), style_for("dim")))
        left += [(plain(harmless(text)), style) for text, style in pieces]
        right: list[Piece] = []
        for key, what in keys:
            right += [(f" {key}", style_for("key")), (f" {what} ", style_for("dim"))]
        return between(left, right, width, style_for())
