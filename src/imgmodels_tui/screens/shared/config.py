"""The product configuration: whether users have the image generator, how premium models are paid for, the policy."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from imgmodels_tui.generator.sessions.counts import SessionCounts, closes
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.chooser import ChoiceList
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.screens.shared.facts_dialog import ConfirmDialog
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.widgets.details import Proposal
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.policy import in_words
from imgmodels_tui.workspace.queries.model_facts import Fact
from imgmodels_tui.workspace.rules import Configure
from imgmodels_tui.workspace.state import Plan


class Setting(Record):
    """One line of the configuration."""

    key: str
    name: str
    on: bool | None
    value: str
    meaning: str


class SettingList(ChoiceList):
    """The settings, each with its present value."""

    def draw(self, row: Setting, line: Line) -> None:
        """Draw the name, the value and what it means."""
        sign = "" if row.on is None else f"{self.glyphs.on if row.on else self.glyphs.off} "
        role = "accent" if row.on is None else "on" if row.on else "off"
        line.cell(row.name, 18, self.style_for("strong")).cell(f"{sign}{row.value}", 14, self.style_for(role))
        line.cell(self.glyphs.plain(row.meaning), line.room, self.style_for("dim"))


class ConfigDialog(Dialog[None]):
    """Shows the configuration; asks its opener for a change and stays open."""

    HEADING = "Product configuration"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "switch", "Change", id="config.change")]

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._live = page, page.live

    def content(self) -> ComposeResult:
        """The settings and a word on when they take effect."""
        yield SettingList()
        yield Static("A change takes effect at once, for everybody.", classes="text dim")

    def on_mount(self) -> None:
        """Follow the workspace."""
        self.follow(self._live, self._show)

    def _show(self, snapshot: Snapshot) -> None:
        self.query_one(SettingList).fill(settings(snapshot.overview))

    def action_switch(self) -> None:
        """Change the setting under the cursor."""
        row = self.query_one(SettingList).current
        if row is not None:
            self._switch(row.key)

    @on(SettingList.Chosen)
    def _clicked(self, event: SettingList.Chosen) -> None:
        self._switch(str(event.key))

    def _switch(self, key: str) -> None:
        """Ask for the other value; judged on the newest state, so that two quick presses go there and back."""
        if key == "policy":
            self._edit_policy()
        elif key == "image_generation" and self._live.overview.state.image_generation:
            self._confirm_closing()
        else:
            self._page.request(lambda overview: _switched(key, overview))

    @work
    async def _edit_policy(self) -> None:
        """Show the clauses of the policy, and set them together."""
        from imgmodels_tui.screens.shared.policy import PolicyDialog  # noqa: PLC0415 - it needs most other dialogs

        dialog = PolicyDialog(self._live, self._page.recent_counts.on_each)
        if agreed := await self.ask_instead(dialog):
            self._page.request(lambda _: dialog.rule, reason=agreed.reason)

    @work
    async def _confirm_closing(self) -> None:
        """Ask before the generator is closed for everybody."""
        counts = await asyncio.to_thread(self._page.count_sessions)
        dialog = ConfirmDialog(self._live, "Turn image generation off?", lambda overview: closing(overview, counts))
        if agreed := await self.ask_instead(dialog):
            self._page.request(lambda _: Configure(image_generation=False), reason=agreed.reason)


def closing(overview: Overview, counts: SessionCounts) -> Proposal:
    """What turning image generation off means (R10)."""
    users = Fact("Users", "see no image generator; other programs are refused")
    facts = (users, Fact("Sessions", closes(counts) or "there are none"), Fact("Settings", "can still be changed"))
    return Proposal((), facts, ready=overview.state.image_generation)


def _switched(key: str, overview: Overview) -> Configure:
    state = overview.state
    if key == "image_generation":
        return Configure(image_generation=not state.image_generation)
    return Configure(plan=Plan.ENTERPRISE if state.plan is Plan.SELF_SERVICE else Plan.SELF_SERVICE)


def settings(overview: Overview) -> tuple[Setting, ...]:
    """The configuration of this state."""
    state = overview.state
    generation, enterprise = state.image_generation, state.plan is Plan.ENTERPRISE
    users = "users have the image generator" if generation else "users see no image generator"
    premium = "premium models are included" if enterprise else "premium is billed against credits"
    return (
        Setting("image_generation", "Image generation", generation, "on" if generation else "off", users),
        Setting("plan", "Plan", None, "enterprise" if enterprise else "self-service", premium),
        Setting("policy", "Policy", None, "set" if state.policy else "none", _policy(overview)),
    )


def _policy(overview: Overview) -> str:
    if not overview.state.policy:
        return "every model may be enabled"
    return in_words(overview.state.policy, overview.catalog)
