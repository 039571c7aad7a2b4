"""What a change would do now, before somebody agrees to it: taking over a file's settings, turning back a revision."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from imgmodels_tui.generator.sessions.counts import SessionCounts, whole_impact
from imgmodels_tui.screens.shared.facts_dialog import ConfirmDialog
from imgmodels_tui.widgets.details import Proposal
from imgmodels_tui.workspace import reverting
from imgmodels_tui.workspace.errors import NeedsReplacement, Refusal
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries import export, messages
from imgmodels_tui.workspace.queries.model_facts import Fact
from imgmodels_tui.workspace.queries.successor import successor
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Change, WorkspaceState


class JudgedDialog(ConfirmDialog):
    """Shows what a rule would change in the newest state, which others may change meanwhile, and whom it hits."""

    def __init__(
        self,
        live: LiveWorkspace,
        heading: str,
        rule_for: Callable[[Overview], Rule],
        counts: SessionCounts,
        remark: Callable[[Overview], str | None] = lambda _: None,
    ) -> None:
        super().__init__(live, heading, self._proposal)
        self.rule_for, self._counts, self._remark_on = rule_for, counts, remark

    def _proposal(self, overview: Overview) -> Proposal:
        state, catalog = overview.state, overview.catalog
        try:
            after = self.rule_for(overview)(state, catalog)
        except Refusal as refusal:
            return Proposal((), (Fact("Refused", messages.refused(refusal, catalog)),), ready=False)
        facts = export.difference(state, after, catalog)
        if facts:
            facts = (*facts, *self._sessions(overview, after))
        else:
            facts = (Fact("Nothing", "the workspace has these settings by now"),)
        left = self._remark_on(overview)
        return Proposal((), facts if left is None else (*facts, Fact("Left alone", left)), ready=after is not state)

    def _sessions(self, overview: Overview, after: WorkspaceState) -> Iterator[Fact]:
        before = overview.state
        new = None if after.default_model is None else messages.name(after.default_model, overview.catalog)
        closing = before.image_generation and not after.image_generation
        hit = whole_impact(self._counts, before.enabled_models - after.enabled_models, new, closing=closing)
        yield Fact("Sessions", hit or "none is affected")


def rule_to_revert(change: Change) -> Callable[[Overview], Rule]:
    """The rule that turns back a change, with the default that is proposed where one is needed (R4)."""

    def rule_for(overview: Overview) -> Rule:
        rule = reverting.Revert(change)
        try:
            rule(overview.state, overview.catalog)
        except NeedsReplacement as refusal:
            remaining = [overview.entries[model] for model in refusal.candidates]
            follows = successor(overview.entries[refusal.model], remaining)
            return rule if follows is None else reverting.Revert(change, follows.id)
        except Refusal:
            return rule  # the dialog says why
        return rule

    return rule_for
