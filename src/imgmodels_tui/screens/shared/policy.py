"""The policy as clauses that can be switched, with what setting it would mean for the models that are on now."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from imgmodels_tui.catalog import Catalog, Region
from imgmodels_tui.record import Record
from imgmodels_tui.screens.shared.chooser import ChoiceList
from imgmodels_tui.screens.shared.effect import (
    choosable,
    default_in_words,
    default_picker,
    sessions_concerned,
    sessions_then,
)
from imgmodels_tui.screens.shared.facts_dialog import ConfirmDialog, ReasonLine
from imgmodels_tui.widgets.details import Proposal, ProposalSheet
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.policy import Policy, ceiling, in_words
from imgmodels_tui.workspace.queries.hosting import Effect, SessionsOn, policy_effect
from imgmodels_tui.workspace.queries.model_facts import Fact
from imgmodels_tui.workspace.rules import SetPolicy

_PRICE = "price"
_PREMIUM = "premium"


class Clause(Record):
    """One line: what is allowed or not."""

    key: str
    name: str
    allowed: bool | None
    """None for the price ceiling, which is a figure."""
    value: str


def clauses(policy: Policy, catalog: Catalog) -> Iterator[Clause]:
    """Every clause that there can be, as `policy` has it."""
    for region in Region:
        allowed = policy.regions is None or region in policy.regions
        yield Clause(f"region {region.value}", f"Region {region.value}", allowed, "")
    for host in catalog.hosts.values():
        yield Clause(f"host {host.id}", f"Host {host.name}", host.id not in policy.without_hosts, "")
    yield Clause(_PREMIUM, "Premium models", policy.premium is not False, "")
    most = policy.max_price_eur
    yield Clause(_PRICE, "Price of an image", None, "any" if most is None else f"at most €{most}")


def switched(policy: Policy, key: str, catalog: Catalog) -> Policy | None:
    """The policy with one clause switched; None where that would forbid every region."""
    kind, _, name = key.partition(" ")
    if kind == "region":
        regions = (frozenset(Region) if policy.regions is None else policy.regions) ^ {Region(name)}
        if not regions:
            return None
        return policy.replace(regions=None if regions == frozenset(Region) else regions)
    if kind == "host" and name in catalog.hosts:
        return policy.replace(without_hosts=policy.without_hosts ^ {name})
    return policy.replace(premium=None if policy.premium is False else False)


class ClauseList(ChoiceList):
    """The clauses, each with whether it allows."""

    def draw(self, row: Clause, line: Line) -> None:
        """Draw the name and what holds."""
        line.space(1).cell(self.glyphs.plain(row.name), 26, self.style_for("strong" if row.allowed is False else None))
        if row.allowed is None:
            line.add(self.glyphs.plain(row.value), self.style_for("accent"))
        else:
            sign, word = (self.glyphs.on, "allowed") if row.allowed else (self.glyphs.refused, "not allowed")
            line.add(f"{sign} {word}", self.style_for("on" if row.allowed else "error"))


class PriceLine(Input):
    """The price ceiling as it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Done", tooltip="Use this price", id="policy.price-done"),
        Binding("escape", "leave", "Back", tooltip="Back to the clauses", id="policy.price-back"),
    ]

    def __init__(self) -> None:
        super().__init__(compact=True, placeholder="the most that an image may cost in euro, such as 0.06", id="price")
        self.cursor_blink = False

    def action_leave(self) -> None:
        """Go back to the clauses."""
        self.screen.query_one(ClauseList).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go back to the clauses."""
        event.stop()
        self.action_leave()


class PolicyDialog(ConfirmDialog):
    """Edits the policy; nothing changes until it is applied."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "Switch", tooltip="Allow it or not, or type the price", id="policy.switch"),
        Binding("d", "choose", "Default", tooltip="Choose the default that follows", id="policy.default"),
        Binding("X", "clear", "Clear all", tooltip="Allow everything", id="policy.clear"),
    ]

    def __init__(self, live: LiveWorkspace, sessions_on: SessionsOn) -> None:
        super().__init__(live, "Policy: what every enabled model has to satisfy", self._proposal)
        self._draft = live.overview.state.policy or Policy()
        self._sessions_on = sessions_on
        self._wanted_default: str | None = None
        self._problem = ""

    def content(self) -> ComposeResult:
        """The clauses, the price, what it means, why."""
        yield ClauseList()
        yield PriceLine()
        yield Static("", classes="blank")
        with VerticalScroll(can_focus=False):
            yield ProposalSheet()
        yield ReasonLine()

    def on_mount(self) -> None:
        """Begin in the clauses; the line for a price is there when it is needed."""
        price = self.query_one(PriceLine)
        price.display = False
        self._fill()
        self.query_one(ClauseList).focus()

    @property
    def rule(self) -> SetPolicy:
        """The change as it is drafted, judged on the newest state."""
        effect = self._effect(self._live.overview)
        return SetPolicy(self._draft or None, effect.replacement)

    def _effect(self, overview: Overview) -> Effect:
        return policy_effect(overview, self._draft, self._wanted_default)

    def _fill(self) -> None:
        self.query_one(ClauseList).fill(tuple(clauses(self._draft, self._live.overview.catalog)))
        self._show(self._live.snapshot)

    def _proposal(self, overview: Overview) -> Proposal:
        """What setting the draft would mean, in four lines."""
        effect, catalog = self._effect(overview), overview.catalog
        if self._problem:
            return Proposal((), (Fact("Not possible", self._problem),), ready=False)
        same = (self._draft or None) == overview.state.policy
        facts = [Fact("Policy", in_words(self._draft, catalog) + (", as now" if same else ""))]
        names = ", ".join(entry.model.name for entry in effect.disabled)
        facts.append(Fact("Goes off", names or "nothing"))
        if not effect.possible:
            facts.append(Fact("Not possible", "no model would stay enabled; enable one that it allows first"))
            return Proposal((), tuple(facts), ready=False)
        if effect.disabled:
            facts.append(Fact("Default", default_in_words(effect)))
            facts.append(Fact("Sessions", sessions_then(sessions_concerned(effect, self._sessions_on))))
        return Proposal((), tuple(facts), ready=effect.is_decided and not (same and not effect.disabled))

    @on(ClauseList.Chosen)
    def _clicked(self, event: ClauseList.Chosen) -> None:
        self._switch(str(event.key))

    def action_switch(self) -> None:
        """Switch the clause under the cursor, or type the price."""
        row = self.query_one(ClauseList).current
        if row is not None:
            self._switch(row.key)

    def _switch(self, key: str) -> None:
        self._problem = ""
        if key == _PRICE:
            price = self.query_one(PriceLine)
            price.display = True
            price.value = "" if self._draft.max_price_eur is None else f"{self._draft.max_price_eur}"
            price.focus()
            return
        draft = switched(self._draft, key, self._live.overview.catalog)
        if draft is None:
            self._problem = "one region must stay allowed"
        else:
            self._draft = draft
        self._fill()

    @on(Input.Changed, "#price")
    def _typed(self, event: Input.Changed) -> None:
        text = event.value.strip().removeprefix("€")
        try:
            most = ceiling(Decimal(text)) if text else None
        except (ValueError, InvalidOperation):
            self._problem = "the price should be a figure in euro, such as 0.06"
        else:
            self._problem = ""
            self._draft = self._draft.replace(max_price_eur=most)
        self._fill()

    def action_clear(self) -> None:
        """Allow everything."""
        self._draft, self._problem = Policy(), ""
        self._fill()

    @work
    async def action_choose(self) -> None:
        """Choose the default that follows."""
        picked = await self.ask_instead(default_picker(self._live, lambda overview: self._effect(overview).remaining))
        if picked is not None:
            self._wanted_default = picked
            self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what does something now."""
        if action == "choose":
            return choosable(self._effect(self._live.overview))
        return bool(self._draft) if action == "clear" else super().check_action(action, parameters)
