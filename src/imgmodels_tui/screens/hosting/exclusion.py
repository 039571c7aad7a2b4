"""What an exclusion would mean: the answer above the hosting list, and the dialogs before it is applied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.strip import Strip

from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.effect import (
    choosable,
    default_in_words,
    default_picker,
    sessions_concerned,
    sessions_then,
)
from imgmodels_tui.screens.shared.facts_dialog import ConfirmDialog
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.details import Kind, Proposal
from imgmodels_tui.widgets.line import LineWidget, Piece, between
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.policy import in_words
from imgmodels_tui.workspace.queries.hosting import Effect, Exclusion, SessionsOn, named, policy_effect
from imgmodels_tui.workspace.queries.model_facts import Fact
from imgmodels_tui.workspace.rules import Rule, SetPolicy


class ExclusionDialog(ConfirmDialog):
    """What an exclusion would change; `exclusion` holds the default that was chosen meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "choose", "Default", tooltip="Choose the default that follows", id="exclusion.default"),
        Binding("k", "keep", "Keep it so", tooltip="As a policy, or just this once", id="exclusion.keep"),
    ]

    def __init__(self, live: LiveWorkspace, exclusion: Exclusion, sessions_on: SessionsOn) -> None:
        heading = f"Do without {', '.join(named(live.overview, exclusion.excluded))}"
        super().__init__(live, heading, self._proposal)
        self.exclusion, self._sessions_on = exclusion, sessions_on
        self._keeps = False

    def rule(self, overview: Overview) -> Rule:
        """The one change: disable what runs there now, or set the policy that forbids it from now on."""
        policy = self.exclusion.as_policy(overview) if self._keeps else None
        if policy is None:
            return self.exclusion.rule(overview)
        return SetPolicy(policy, policy_effect(overview, policy, self.exclusion.wanted_default).replacement)

    def _proposal(self, overview: Overview) -> Proposal:
        effect, policy = self.exclusion.effect(overview), self.exclusion.as_policy(overview)
        if self._keeps and policy is not None:
            effect = policy_effect(overview, policy, self.exclusion.wanted_default)
        found = proposal(effect, sessions_concerned(effect, self._sessions_on))
        if policy is None:
            return found
        kept = f"as a policy: {in_words(policy, overview.catalog)}" if self._keeps else "this once; k keeps it so"
        remarks = found.remarks if found.ready or not self._keeps else ()
        return found.replace(remarks=(*remarks, Fact("How long", kept)), ready=found.ready or self._sets(effect))

    def _sets(self, effect: Effect) -> bool:
        """Whether a policy is to be set although it disables nothing now."""
        return self._keeps and effect.possible

    def action_keep(self) -> None:
        """Keep it so, or do it once."""
        self._keeps = not self._keeps
        self._show(self._live.snapshot)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a choice of the default only where there is one, and to keep it so where a policy can say it."""
        if action == "choose":
            return choosable(self.exclusion.effect(self._live.overview))
        if action == "keep":
            return self.exclusion.as_policy(self._live.overview) is not None
        return super().check_action(action, parameters)

    @work
    async def action_choose(self) -> None:
        """Choose the default that follows."""
        exclusion = self.exclusion
        picker = default_picker(self._live, lambda overview: exclusion.effect(overview).remaining)
        picked = await self.ask_instead(picker)
        if picked is not None:
            self.exclusion = self.exclusion.choosing(picked)
            self._show(self._live.snapshot)


def proposal(effect: Effect, sessions: int | None) -> Proposal:
    """What an exclusion would do, in words."""
    kinds = (Kind("Goes off", effect.disabled), Kind("Stays on", effect.remaining))
    if not effect.disabled:
        return Proposal(kinds, (Fact("Nothing to do", "none of the enabled models runs there"),), ready=False)
    if not effect.possible:
        text = "no model would stay enabled; enable one that runs elsewhere first"
        return Proposal(kinds, (Fact("Not possible", text),), ready=False)
    remarks = (Fact("Default", default_in_words(effect)), Fact("Sessions", sessions_then(sessions)))
    return Proposal(kinds, remarks, ready=effect.is_decided)


_LABEL = 10


class Answer(Record):
    """What an exclusion means."""

    places: str
    effect: Effect
    sessions: str = ""
    """How many sessions use the models that go off, for a line of figures; empty where that is not known."""
    elsewhere: str = ""
    """The name of a model that is not excluded, if there is one."""


def answer(overview: Overview, exclusion: Exclusion, effect: Effect, sessions: str = "") -> Answer | None:
    """What `exclusion`, with this effect, means; None where nothing is excluded."""
    if not exclusion:
        return None
    models = frozenset(exclusion.models(overview.catalog))
    elsewhere = next((entry.model.name for entry in overview.entries.values() if entry.id not in models), "")
    return Answer(", ".join(named(overview, exclusion.excluded)), effect, sessions, elsewhere)


class ExclusionPanel(LineWidget):
    """Three lines, whatever is excluded: the list below never moves."""

    _answer: Answer | None = None

    def show(self, answer: Answer | None) -> None:
        """Show what the exclusion means, or how to exclude something."""
        if answer != self._answer:
            self._answer = answer
            self.redraw()

    def lines(self, width: int) -> Sequence[Strip]:
        """The question, the models that go off, the default afterwards."""
        if self._answer is None:
            return self._invitation(width)
        effect, sessions = self._answer.effect, self._answer.sessions
        keys = [("a", "apply"), ("esc", "clear")] if effect.disabled and effect.possible else [("esc", "clear")]
        first = self._line(width, "Without", [(self._answer.places, self.style_for("strong"))], keys)
        if effect.disabled and not effect.possible:
            return [first, *self._impossible(width, len(effect.disabled), self._answer.elsewhere)]
        disabled: list[Piece] = [("nothing: none of the enabled models runs there", self.style_for())]
        if effect.disabled:
            names = ", ".join(entry.model.name for entry in effect.disabled)
            count = f"{len(effect.disabled)} of {len(effect.disabled) + len(effect.remaining)}{sessions}"
            disabled = [(count, self.style_for("strong")), (f": {names}", self.style_for())]
        choice = [("d", "choose")] if choosable(effect) else []
        return [
            first,
            self._line(width, "Goes off", disabled),
            self._line(width, "Default", self._default(effect), choice),
        ]

    def _invitation(self, width: int) -> list[Strip]:
        key, dim = self.style_for("key"), self.style_for("dim")
        keys = [("x", key), (" excludes the place under the cursor, ", dim), ("E", key), (" all outside the EU.", dim)]
        return [
            self._line(width, "", [("What if a host or a region may not be used?", self.style_for("strong"))]),
            self._line(width, "", keys),
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
        return [(f"{now.model.name} → ", self.style_for()), (then.model.name, self.style_for("default"))]

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
