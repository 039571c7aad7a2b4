"""The demonstration: a change of the settings on one side, what it means to users on the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from imgmodels_tui.demo.panels import ScriptPanel, SessionList, Sides, rows_of
from imgmodels_tui.generator import messages
from imgmodels_tui.screens.models.list import ModelList
from imgmodels_tui.screens.models.page import ModelsPage
from imgmodels_tui.screens.shared.chooser import Picker
from imgmodels_tui.screens.shared.facts import banners
from imgmodels_tui.screens.shared.page import TALL
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import Severity
from imgmodels_tui.widgets.panels import Banners
from imgmodels_tui.workspace.errors import NotSaved, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.geometry import Size
    from textual.types import CSSPathType

    from imgmodels_tui.demo.rehearsal import Seat, Situation
    from imgmodels_tui.demo.script import Script
    from imgmodels_tui.screens.shared.page import PageContext
    from imgmodels_tui.workspace.live import Snapshot

BOTH_WIDTH = 120
"""Columns from which settings and sessions stand side by side."""


class DemoPage(ModelsPage):
    """The settings page with all its keys, and beside it the sessions of invented users."""

    NAME = "demo"
    CSS_PATH: ClassVar[CSSPathType | None] = ["../screens/models/styles.tcss", "styles.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right", "forward", "Next", tooltip="Do the next step of the script", id="script.next"),
        Binding("p,left", "back", "Back", tooltip="Back to before this step", id="script.back"),
        Binding("tab,shift+tab", "other_side", "Side", tooltip="Settings or sessions", id="demo.side"),
    ]

    def __init__(self, context: PageContext, script: Script) -> None:
        super().__init__(context)
        self._script, self._rehearsal = script, script.rehearsal
        self._situations: tuple[Situation, ...] = ()
        self._changed: frozenset[Seat] = frozenset()
        self._one_at_a_time = asyncio.Lock()

    def body(self) -> ComposeResult:
        """The script, then both sides."""
        yield ScriptPanel()
        yield Sides()
        with Horizontal(id="sides"):
            with Vertical(id="settings"):
                yield from super().body()
            with Vertical(id="sessions"):
                yield SessionList()

    def fit(self, size: Size) -> None:
        """Both sides where there is room, else one of them; the details never stand beside the list."""
        super().fit(size)
        self.remove_class("-side")
        self.set_class(size.width >= BOTH_WIDTH, "-both")
        self.set_class(size.width < BOTH_WIDTH, "-tabs")
        if self.is_mounted:
            self._draw_sessions()

    def show(self, snapshot: Snapshot) -> None:
        """Draw both sides; warnings have half the width, so what their keys do is said short."""
        super().show(snapshot)
        short = tuple(
            banner.replace(help=banner.help.replace("configuration", "config")) for banner in banners(snapshot)
        )
        self.query_one(Banners).update(short)
        self._follow()

    def _follow(self) -> None:
        """Draw the sessions, and mark those to whom the last change meant something."""
        situations = self._rehearsal.situations(self.live.overview)
        if self._situations and situations != self._situations:
            pairs = zip(self._situations, situations, strict=True)
            self._changed = frozenset(now.seat for before, now in pairs if _meaning(before) != _meaning(now))
        self._situations = situations
        self._draw_sessions()

    def _draw_sessions(self) -> None:
        rows = rows_of(self._situations, self.live.overview, self._changed, spaced=self.app.size.height >= TALL)
        self.query_one(SessionList).update(rows)
        self.query_one(ScriptPanel).update(self._script.place)
        self._title()

    def _title(self) -> None:
        split = self.query_one("#settings").size.width + 1 if self.has_class("-both") else None
        self.query_one(Sides).update(split=split, on_sessions=self._on_sessions, changed=len(self._changed))

    # Which side.

    @property
    def _on_sessions(self) -> bool:
        return self.has_class("-on-sessions")

    def action_other_side(self) -> None:
        """Go to the other side."""
        self._go(sessions=not self._on_sessions)

    @on(Sides.SideAsked)
    def _side_clicked(self, event: Sides.SideAsked) -> None:
        self._go(sessions=event.sessions)

    def on_descendant_focus(self) -> None:
        """Follow the mouse to a side."""
        if self.is_mounted and isinstance(self.focused, SessionList | ModelList):
            self.set_class(isinstance(self.focused, SessionList), "-on-sessions")
            self._title()

    def _go(self, *, sessions: bool) -> None:
        self.set_class(sessions, "-on-sessions")
        self.query_one(SessionList if sessions else ModelList).focus()
        self._title()
        self.refresh_bindings()

    # The script.

    @work
    async def action_forward(self) -> None:
        """Do the next step."""
        await self._do(self._script.forward)

    @work
    async def action_back(self) -> None:
        """Back to before this step."""
        await self._do(self._script.back)

    async def _do(self, act: Callable[[], str]) -> None:
        """Change something off the event loop, one thing at a time, and show what came of it."""
        async with self._one_at_a_time:
            try:
                said, severity = await asyncio.to_thread(act), Severity.DONE
            except (Refusal, NotSaved) as error:
                said, severity = harmless(str(error)), Severity.REFUSED
            await self.live.settled()
            await self.live.catch_up()
            self._follow()
            self.refresh_bindings()
            if said:
                self.show_notice(said, severity)
            else:
                self.clear_notice()

    # What users do.

    @on(SessionList.GenerateAsked)
    @work
    async def _generate(self) -> None:
        seat = self.query_one(SessionList).seat
        if seat is not None:
            await self._do(lambda: self._generated(seat))

    def _generated(self, seat: Seat) -> str:
        begun = self._rehearsal.generate(seat)
        return f"{seat.user}: {messages.after(begun, self._rehearsal.overview, begun.session) or messages.done(begun)}"

    @on(SessionList.ModelAsked)
    @work
    async def _choose_model(self) -> None:
        seat = self.query_one(SessionList).seat
        if seat is None:
            return
        held = next(each.held for each in self._situations if each.seat == seat)
        picked = await self.app.push_screen_wait(
            Picker(
                self.live,
                f"Model of session {seat.session}",
                f"{seat.user} chooses among the enabled models, as in the generator.",
                lambda overview: overview.enabled,
                begin_at=held,
            )
        )
        if picked is not None:
            await self._do(lambda: self._selected(seat, picked))

    def _selected(self, seat: Seat, model: str) -> str:
        self._rehearsal.select(seat, model)
        return f"{seat.user}: {seat.session} uses {harmless(self.live.overview.name(model), 80)}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what does something now, and the settings' keys only on their side."""
        if action in _OF_THE_SCRIPT and self.has_class("-finding"):
            return False
        if action == "forward":
            return not self._script.at_end
        if action == "back":
            return self._script.place > 0
        if action == "begin" or (action in _OF_THE_LIST and self._on_sessions):
            return False
        return super().check_action(action, parameters)


_OF_THE_SCRIPT = {"forward", "back", "other_side"}
"""Actions that would pull the presenter away while a filter is typed."""

_OF_THE_LIST = {"switch", "details", "make_default", "find", "unfind", "sort", "mark", "mark_many", "copy", "step"}
"""Actions that are about the model under the cursor, or about the list of models."""


def _meaning(situation: Situation) -> object:
    """What a user would notice."""
    return (
        situation.held,
        situation.closed,
        situation.coming and (situation.coming.entry.id, situation.coming.instead_of),
    )
