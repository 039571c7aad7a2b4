"""Dialogs that show facts, with keys that scroll them where they are longer than the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Input

from imgmodels_tui.catalog import prices
from imgmodels_tui.generator.sessions.counts import SessionCounts
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.widgets.bars import bindings_of
from imgmodels_tui.widgets.details import FactSheet, Proposal, ProposalSheet, about_model
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries.model_facts import Fact, rates_in_words
from imgmodels_tui.workspace.state import LONGEST_REASON


class FactsDialog(Dialog[None]):
    """Shows facts, which follow the workspace while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "turn(1)", "Scroll", key_display="↑↓", tooltip="Scroll down", id="facts.down"),
        Binding("up,k", "turn(-1)", "Scroll up", show=False, id="facts.up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="facts.page-down"),
        Binding("home,g", "page(-1000)", "Top", show=False, id="facts.top"),
        Binding("end,G", "page(1000)", "End", show=False, id="facts.end"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="facts.page-up"),
    ]

    def __init__(self, live: LiveWorkspace, heading: str, facts_of: Callable[[Overview], Sequence[Fact]]) -> None:
        super().__init__(heading)
        self._live, self._facts_of = live, facts_of

    def content(self) -> ComposeResult:
        """The facts, scrolling where they are long."""
        with VerticalScroll(can_focus=False):
            yield FactSheet(self._facts_of(self._live.overview))

    def on_mount(self) -> None:
        """Follow the workspace."""
        self.follow(self._live, self._show)

    def _show(self, snapshot: Snapshot) -> None:
        self.query_one(FactSheet).show(self._facts_of(snapshot.overview))

    def action_turn(self, lines: int) -> None:
        """Scroll by `lines`."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by what fits."""
        self.action_turn(pages * max(1, self.query_one(VerticalScroll).size.height - 1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer to scroll only where there is more than fits."""
        return action not in {"turn", "page"} or any(part.max_scroll_y > 0 for part in self.query(VerticalScroll))

    def on_resize(self, event: events.Resize) -> None:
        """Look whether all of it fits now."""
        super().on_resize(event)
        self.call_after_refresh(self.refresh_bindings)


def keys_help(live: LiveWorkspace, screen: Screen[object]) -> FactsDialog:
    """Every key that does something on a screen: the screen's own, then those that move, then the program's."""
    keys: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    ids: dict[str, str] = {}
    for binding, tooltip in bindings_of(screen):
        keys.setdefault(binding.action, []).append(screen.app.get_key_display(binding))
        texts[binding.action] = tooltip or binding.tooltip or binding.description
        ids.setdefault(binding.action, binding.id or "")
    facts = tuple(
        Fact(" ".join(dict.fromkeys(shown)), f"{texts[action]} ({ids[action]})") for action, shown in keys.items()
    )
    return FactsDialog(live, "Keys", lambda _: facts)


def details(live: LiveWorkspace, model: str, counts: Callable[[], SessionCounts | None]) -> FactsDialog:
    """Everything known of a model, with the sessions on it."""
    name = live.overview.entries[model].model.name
    return FactsDialog(live, name, lambda overview: about_model(overview.entries[model], overview, counts()))


def about_models(overview: Overview, glyphs: Glyphs) -> Sequence[Fact]:
    """What every badge and sign means, then the remarks that hold for all models."""
    catalog = overview.catalog
    rates = rates_in_words(catalog, overview.today)
    said = [catalog.sources[rate.source].in_words for rate in catalog.exchange.values()]
    return (
        Fact("Status", catalog.platform.status),
        Fact("default, dflt.", "preselected when a user opens the image generator"),
        Fact("premium, prem.", f"{premium_rule(overview)}; 5 Prices shows what each image costs"),
        Fact("preview, prev.", "not yet officially released"),
        Fact("deprecated, depr.", "on its way out: its provider has flagged it, or its end is at most 180 days away"),
        Fact("retired, ret.", "its announced last day has passed"),
        Fact(f"forbidden, {glyphs.refused}", "the workspace's policy forbids it; c shows the policy"),
        Fact(f"{glyphs.reference} ref", "reference editing: takes an image to begin with"),
        Fact("EU, US, GL", "where the data is processed: EU, US or Global; a flag with FR, EU or US names the country"),
        Fact(f"{glyphs.on} {glyphs.off} {glyphs.locked}", "on, off, locked: the last model that is on"),
        Fact(f"{glyphs.mark}", "marked for a change of many"),
        Fact("~ price", "the price, or its exchange rate, was read more than 90 days ago"),
        *(Fact(host.short, f"hosted by {host.name}") for host in catalog.hosts.values() if host.short != host.name),
        *(Fact(note.title, note.text) for note in catalog.notes.values()),
        Fact("Exchange", "; ".join(f"{rate}: {source}" for rate, source in zip(rates, said, strict=True))),
        Fact("Margin", prices.percent(catalog.platform.margin)),
    )


def premium_rule(overview: Overview) -> str:
    """How premium models are paid for on this workspace's plan (R14)."""
    if overview.state.plan == "enterprise":
        return "included on this workspace's enterprise plan"
    return "billed against credits on this workspace's self-service plan"


class Agreement(Record):
    """What somebody agreed to: the revision that they saw, and why they want it."""

    revision: int
    reason: str | None = None


_WHY = "m: why? kept in the history"


class ReasonLine(Input):
    """Why a change is made; `enter` leaves it, and a second one goes ahead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Done", tooltip="Keep the reason", id="reason.done"),
        Binding("escape", "leave", "Back", tooltip="Back to the dialog", id="reason.back"),
    ]

    def __init__(self) -> None:
        super().__init__(compact=True, placeholder=_WHY, max_length=LONGEST_REASON, id="reason")
        self.cursor_blink = False

    def on_focus(self) -> None:
        """Say that it is being typed in."""
        self.placeholder = "type why; enter keeps it"

    def on_blur(self) -> None:
        """Say how to get here."""
        self.placeholder = _WHY

    @property
    def reason(self) -> str | None:
        """What was typed, on one line; None where nothing was."""
        return " ".join(self.value.split()) or None

    def action_leave(self) -> None:
        """Go back to the dialog."""
        self.screen.set_focus(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go back to the dialog."""
        event.stop()
        self.action_leave()


class ConfirmDialog(Dialog[Agreement]):
    """Shows what a change would do to the newest state, also while others change it; answers to go ahead."""

    AUTO_FOCUS = ""
    ASKS_WHY: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "Apply", tooltip="Make these changes in one step", id="confirm.apply"),
        Binding("m", "reason", "Reason", tooltip="Say why; it is kept in the history", id="confirm.reason"),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(self, live: LiveWorkspace, heading: str, propose: Callable[[Overview], Proposal]) -> None:
        super().__init__(heading)
        self._live, self._propose = live, propose
        self._ready = False
        self._revision = 0

    def content(self) -> ComposeResult:
        """The proposal, scrolling where it is long."""
        with VerticalScroll():
            yield ProposalSheet()
        if self.ASKS_WHY:
            yield ReasonLine()

    def on_mount(self) -> None:
        """Follow the workspace."""
        self.follow(self._live, self._show)

    def _show(self, snapshot: Snapshot) -> None:
        self._revision = snapshot.overview.state.revision
        proposal = self._propose(snapshot.overview)
        self.query_one(ProposalSheet).show(proposal)
        self._ready = proposal.ready
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer to go ahead only where something would change."""
        return self._ready if action == "apply" else self.ASKS_WHY if action == "reason" else True

    def action_reason(self) -> None:
        """Type why."""
        self.query_one(ReasonLine).focus()

    def action_apply(self) -> None:
        """Go ahead."""
        reason = self.query_one(ReasonLine).reason if self.ASKS_WHY else None
        self.dismiss(Agreement(self._revision, reason))
