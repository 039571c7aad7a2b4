"""The product configuration: whether users have the image generator, and how premium models are paid for."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.chooser import ChoiceList
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
from imgmodels_tui.workspace.overview import Overview
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

    def __init__(self, live: LiveWorkspace, ask: Callable[[Callable[[Overview], Configure]], object]) -> None:
        super().__init__()
        self._live, self._ask = live, ask

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
        self._ask(lambda overview: _switched(key, overview))


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
    )
