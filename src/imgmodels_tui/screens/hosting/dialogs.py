"""The dialogs of the hosting page: which default follows, and what an exclusion would do before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from imgmodels_tui.screens.shared.chooser import Picker
from imgmodels_tui.screens.shared.facts_dialog import ConfirmDialog
from imgmodels_tui.widgets.details import Kind, Proposal
from imgmodels_tui.workspace.queries.model_facts import Fact
from imgmodels_tui.workspace.queries.previews import named

if TYPE_CHECKING:
    from imgmodels_tui.workspace.live import LiveWorkspace
    from imgmodels_tui.workspace.overview import Overview
    from imgmodels_tui.workspace.queries.previews import Effect, Exclusion, SessionsOn


class ExclusionDialog(ConfirmDialog):
    """What an exclusion would change; `exclusion` holds the default that was chosen meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "choose", "Default", tooltip="Choose the default that follows", id="exclusion.default"),
    ]

    def __init__(self, live: LiveWorkspace, exclusion: Exclusion, sessions_on: SessionsOn) -> None:
        heading = f"Do without {', '.join(named(live.overview, exclusion.excluded))}"
        super().__init__(live, heading, self._proposal)
        self.exclusion, self._sessions_on = exclusion, sessions_on

    def _proposal(self, overview: Overview) -> Proposal:
        effect = self.exclusion.effect(overview)
        return proposal(effect, sessions_hit(effect, self._sessions_on))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a choice of the default only where there is one."""
        if action == "choose":
            return choosable(self.exclusion.effect(self._live.overview))
        return super().check_action(action, parameters)

    @work
    async def action_choose(self) -> None:
        """Choose the default that follows; meanwhile this dialog's frame would only show in shards."""
        frame = self.query_one("#frame")
        frame.display = False
        picked = await self.app.push_screen_wait(default_picker(self._live, self.exclusion))
        frame.display = True
        if picked is not None:
            self.exclusion = self.exclusion.choosing(picked)
            self._show(self._live.snapshot)


def default_picker(live: LiveWorkspace, exclusion: Exclusion) -> Picker:
    """The choice among the models that stay enabled."""
    default = live.overview.default
    name = default.model.name if default else "none"
    return Picker(
        live,
        "Default that follows",
        f"The default of now, {name}, goes off. Choose the model that becomes the default instead.",
        lambda overview: exclusion.effect(overview).remaining,
    )


def choosable(effect: Effect) -> bool:
    """Whether more than one model could follow as the default."""
    return effect.replaces_default and len(effect.remaining) > 1


def sessions_hit(effect: Effect, sessions_on: SessionsOn) -> int | None:
    """How many generator sessions use the models that go off; None where that is not known."""
    counts = sessions_on([entry.id for entry in effect.disabled])
    return None if counts is None else sum(counts.values())


def sessions_said(number: int | None) -> str:
    """A number of sessions for a line of figures; nothing where it is not known."""
    if number is None:
        return ""
    return f", {number or 'no'} session{'' if number == 1 else 's'}"


def proposal(effect: Effect, sessions: int | None) -> Proposal:
    """What an exclusion would do, in words."""
    kinds = (Kind("Goes off", effect.disabled), Kind("Stays on", effect.remaining))
    if not effect.disabled:
        return Proposal(kinds, (Fact("Nothing to do", "none of the enabled models runs there"),), ready=False)
    if not effect.possible:
        said = "no model would stay enabled; enable one that runs elsewhere first"
        return Proposal(kinds, (Fact("Not possible", said),), ready=False)
    remarks = (Fact("Default", _default(effect)), Fact("Sessions", _sessions(sessions)))
    return Proposal(kinds, remarks, ready=True)


def _default(effect: Effect) -> str:
    if effect.default is None:
        return "none is set"
    if not effect.replaces_default or effect.new_default is None:
        return f"stays {effect.default.model.name}"
    more = "; d chooses another" if choosable(effect) else ""
    return f"{effect.new_default.model.name} instead of {effect.default.model.name}{more}"


def _sessions(number: int | None) -> str:
    if number == 0:
        return "none is hit"
    which = "those" if number is None else f"the {number} that are"
    return f"{which} hit switch to the default at their next image"
