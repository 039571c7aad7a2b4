"""A change that a page asks for, from the key that was pressed to the notice of what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.generator.sessions.counts import SessionCounts, impact
from imgmodels_tui.widgets.bars import Severity
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NeedsReplacement, NotPermitted, NotSaved, Refusal
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Change
from imgmodels_tui.workspace.store import Outcome

if TYPE_CHECKING:
    from imgmodels_tui.screens.shared.chooser import Picker


class AskingPage(Protocol):
    """What a request needs of the page it comes from."""

    live: LiveWorkspace
    count_sessions: Callable[[], SessionCounts]

    @property
    def app(self) -> App[Any]:
        """Where a dialog is shown."""

    def show_notice(self, text: str, severity: Severity = ...) -> None:
        """Put a notice into the status bar."""


class ChangeRequest:
    """One request: asks the workspace, asks the user for a new default where R4 wants one, and says what was done.

    `decide` derives the change from the newest state, or None if there is nothing to ask for. `describe` words the
    change where its plain description would not do.
    """

    def __init__(
        self,
        page: AskingPage,
        decide: Callable[[Overview], Rule | None],
        describe: Callable[[Change], str] | None = None,
        reason: str | None = None,
    ) -> None:
        self._page, self._live, self._reason = page, page.live, reason
        self._decide, self._describe = decide, describe
        self._rule: Rule | None = None
        self._counting: asyncio.Task[SessionCounts] | None = None

    async def make(self) -> None:
        """Make the change and say what was done, or why it was not made."""
        try:
            outcome = await self._outcome()
        except (Refusal, NotSaved, NotPermitted, UnusableFile) as error:
            await self._live.catch_up()  # another's change may be the cause: shown now, it does not cover the refusal
            self._page.show_notice(messages.refused(error, self._live.overview.catalog), Severity.REFUSED)
            return
        if outcome is None or self._rule is None:
            return
        if outcome.change is None:
            unchanged = messages.unchanged(self._rule, self._live.overview.catalog)
            self._page.show_notice(f"Nothing to change: {unchanged}", Severity.NEWS)
        else:
            self._page.show_notice(await self._described(outcome.change))

    async def _outcome(self) -> Outcome | None:
        """What the workspace answers, with the default that the user chooses where one is needed (R4)."""
        try:
            return await self._live.change(self._next_rule, self._reason)
        except NeedsReplacement as refusal:
            if not await self._choose_replacement(refusal):
                return None
        return await self._live.change(self._next_rule, self._reason)

    def _next_rule(self, overview: Overview) -> Rule | None:
        self._rule = self._decide(overview)
        if isinstance(self._rule, rules.Disable):  # counted while the change is written, so that one frame shows both
            self._counting = asyncio.create_task(asyncio.to_thread(self._page.count_sessions))
        return self._rule

    async def _counts(self) -> SessionCounts:
        return await (self._counting or asyncio.to_thread(self._page.count_sessions))

    async def _described(self, change: Change) -> str:
        """What was done and, where sessions lose their model, what becomes of them."""
        overview = self._live.overview
        text = self._describe(change) if self._describe else messages.describe(change, overview.catalog)
        if not change.disabled or overview.default is None:
            return text
        switching = impact(await self._counts(), change.disabled, overview.default.model.name)
        if switching is None:
            return text
        # The default's name is in the second half, so that all of it fits.
        disabled = f"{messages.names(change.disabled, overview.catalog)} disabled"
        return f"{disabled if change.action == 'disable' else text}; {switching}"

    async def _choose_replacement(self, refusal: NeedsReplacement) -> bool:
        """Let the user choose the new default; False if they do not. Raises `refusal` where it is no disabling."""
        wanted = self._decide(self._live.overview)
        if not isinstance(wanted, rules.Disable):
            raise refusal
        picked = await self._page.app.push_screen_wait(self._picker(refusal.model, wanted, await self._counts()))
        self._decide = lambda _: rules.Disable(wanted.models, replacement=picked)
        return picked is not None

    def _picker(self, model: str, wanted: rules.Disable, counts: SessionCounts) -> Picker:
        from imgmodels_tui.screens.shared.chooser import Picker  # noqa: PLC0415 - not at start
        from imgmodels_tui.workspace.queries.hosting import effect_of  # noqa: PLC0415 - likewise

        leaving = frozenset(wanted.models)
        name = self._live.overview.name(model)
        session = "No session" if counts.is_complete else "No session that could be counted"
        nobody = f"{session} uses {'them' if len(leaving) > 1 else name}"
        return Picker(
            self._live,
            f"Disable {name}?",
            "It is the default. Choose the model that becomes the default instead; both change in one step.",
            lambda overview: [entry for entry in overview.enabled if entry.id not in leaving],
            lambda entry: impact(counts, leaving, entry.model.name) or nobody,
            begin_at=effect_of(self._live.overview, leaving).replacement,
        )
