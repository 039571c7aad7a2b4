"""The demonstration: one page, with a change of the settings on one side and what it means to users on the other.

It runs as a program of its own, on a workspace that is thrown away at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size

from imgmodels_tui.app import ImgModelsApp
from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.demo.panels import ScriptPanel, Sides, UserSessionList, rows_of
from imgmodels_tui.demo.pictures import LEAST_ROWS, LastPictures, entry_of
from imgmodels_tui.demo.workspace import SESSIONS, DemoWorkspace, Script, SessionStatus, UserSession
from imgmodels_tui.generator.service import Result
from imgmodels_tui.screens.generator.picture import PictureDialog
from imgmodels_tui.screens.models.list import ModelList
from imgmodels_tui.screens.models.page import ModelsPage
from imgmodels_tui.screens.shared.chooser import Picker
from imgmodels_tui.screens.shared.facts import banners
from imgmodels_tui.screens.shared.page import TALL, PageContext
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import NavItem, Severity
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.widgets.panels import Banners
from imgmodels_tui.workspace.errors import NotSaved, Refusal
from imgmodels_tui.workspace.live import Snapshot
from imgmodels_tui.workspace.state import Change

BOTH_WIDTH = 120
"""Columns from which settings and sessions are shown side by side."""


class DemoPage(ModelsPage):
    """The settings page with all its keys, and beside it the sessions of invented users."""

    NAME = "demo"
    CSS_PATH = "styles.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right", "forward", "Next", tooltip="Do the next step of the script", id="script.next"),
        Binding("p,left", "back", "Back", tooltip="Back to before this step", id="script.back"),
        Binding("tab,shift+tab", "other_side", "Side", tooltip="Settings or sessions", id="demo.side"),
    ]

    def __init__(self, context: PageContext, script: Script) -> None:
        super().__init__(context)
        self._script, self._workspace = script, script.workspace
        self._statuses: tuple[SessionStatus, ...] = ()
        self._changed: frozenset[UserSession] = frozenset()
        self._one_at_a_time = asyncio.Lock()

    def body(self) -> ComposeResult:
        """The script, then both sides."""
        yield ScriptPanel()
        yield Sides()
        with Horizontal(id="sides"):
            with Vertical(id="settings"):
                yield from super().body()
            with Vertical(id="sessions"):
                yield UserSessionList()
                yield LastPictures()

    def fit(self, size: Size) -> None:
        """Both sides where the terminal is wide enough, else one of them."""
        super().fit(size)
        self.set_class(size.width >= BOTH_WIDTH, "-both")
        self.set_class(size.width < BOTH_WIDTH, "-tabs")
        if self.is_mounted:
            self._draw_sessions()

    def show(self, snapshot: Snapshot) -> None:
        """Draw both sides; warnings have half the width, so the text of their keys is shortened."""
        super().show(snapshot)
        short = (banner.replace(help=banner.help.replace("configuration", "config")) for banner in banners(snapshot))
        self.query_one(Banners).update(tuple(short))
        self._show_sessions()

    def _show_sessions(self) -> None:
        """Draw the sessions, and mark those for which something changed."""
        statuses = self._workspace.statuses(self.live.overview)
        if self._statuses and statuses != self._statuses:
            pairs = zip(self._statuses, statuses, strict=True)
            self._changed = frozenset(now.session for before, now in pairs if _effect(before) != _effect(now))
        self._statuses = statuses
        self._draw_sessions()

    def _draw_sessions(self) -> None:
        overview, spaced = self.live.overview, self.app.size.height >= TALL
        rows = rows_of(self._statuses, overview, self._changed, spaced=spaced)
        free = self.query_one("#sessions").content_size.height - len(rows)
        if free < LEAST_ROWS and any(status.pictures for status in self._statuses):  # images before spacer rows
            rows = rows_of(self._statuses, overview, self._changed, spaced=False)
        self.query_one(UserSessionList).update(rows)
        self._show_pictures()
        self.query_one(ScriptPanel).update(self._script.position)
        self._draw_titles()

    @on(UserSessionList.CursorMoved)
    def _show_pictures(self) -> None:
        """Show the last images of the session under the cursor where the list leaves room."""
        free = self.query_one("#sessions").content_size.height - len(self.query_one(UserSessionList).rows)
        self.query_one(LastPictures).show(self._pictures_here, free)
        self.refresh_bindings()

    @property
    def _pictures_here(self) -> tuple[Result, ...]:
        session = self.query_one(UserSessionList).session if self.is_mounted else None
        return next((status.pictures for status in self._statuses if status.session == session), ())

    def _draw_titles(self) -> None:
        split = self.query_one("#settings").size.width + 1 if self.has_class("-both") else None
        self.query_one(Sides).update(split=split, on_sessions=self._on_sessions, changed=len(self._changed))

    # Which side.

    @property
    def _on_sessions(self) -> bool:
        return self.has_class("-on-sessions")

    def action_other_side(self) -> None:
        """Go to the other side."""
        self._go(sessions=not self._on_sessions)

    @on(Sides.SideClicked)
    def _side_clicked(self, event: Sides.SideClicked) -> None:
        self._go(sessions=event.sessions)

    def on_descendant_focus(self) -> None:
        """Follow the mouse to a side."""
        if self.is_mounted and isinstance(self.focused, UserSessionList | ModelList):
            self.set_class(isinstance(self.focused, UserSessionList), "-on-sessions")
            self._draw_titles()

    def _go(self, *, sessions: bool) -> None:
        self.set_class(sessions, "-on-sessions")
        self.query_one(UserSessionList if sessions else ModelList).focus()
        self._draw_titles()
        self.refresh_bindings()

    # The script, and what users do.

    @work
    async def action_forward(self) -> None:
        """Do the next step."""
        revision = self.live.overview.state.revision
        await self._do(self._script.forward)
        change = self.live.overview.state.last_change
        self._follow(change if self.live.overview.state.revision > revision else None)

    def _follow(self, change: Change | None) -> None:
        """Put the cursors on what a step changed: its first model, the first session; and show that side."""
        changed, default = [each for each in SESSIONS if each in self._changed], self.live.overview.default
        if changed:
            self.query_one(UserSessionList).move_to(changed[0].key)
        if change is not None:
            moved = (*change.disabled, *change.enabled, *([default.id] if default else ()))
            self.query_one(ModelList).move_to(moved[0])
        if self.has_class("-tabs"):
            self._go(sessions=change is None and bool(changed))

    @work
    async def action_back(self) -> None:
        """Back to before this step."""
        await self._do(self._script.back)

    @on(UserSessionList.GenerateRequested)
    @work
    async def _generate(self) -> None:
        session = self.query_one(UserSessionList).session
        if session is not None:
            await self._do(lambda: self._workspace.generate(session))

    @on(UserSessionList.PictureRequested)
    @work
    async def _view(self) -> None:
        if self._pictures_here:
            picture = await asyncio.to_thread(entry_of, self._pictures_here[-1])
            self.app.push_screen(PictureDialog(picture, self.live.overview.name))

    @on(UserSessionList.ModelRequested)
    @work
    async def _choose_model(self) -> None:
        session = self.query_one(UserSessionList).session
        if session is None:
            return
        picked = await self.app.push_screen_wait(
            Picker(
                self.live,
                f"Model of session {session.name}",
                f"{session.user} chooses among the enabled models, as in the generator.",
                lambda overview: overview.enabled,
                begin_at=next(status.held for status in self._statuses if status.session == session),
            )
        )
        if picked is not None:
            await self._do(lambda: self._workspace.select(session, picked))

    async def _do(self, act: Callable[[], str]) -> None:
        """Change something in a thread, one thing at a time, and show the sentence that `act` returns."""
        async with self._one_at_a_time:
            try:
                text, severity = await asyncio.to_thread(act), Severity.DONE
            except (Refusal, NotSaved) as error:
                text, severity = harmless(str(error)), Severity.REFUSED
            await self.live.settled()
            await self.live.catch_up()
            self._show_sessions()
            self.refresh_bindings()
            if text:
                self.show_notice(text, severity)
            else:
                self.clear_notice()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what does something now, and the settings' keys only on their side."""
        if action in _OF_THE_SCRIPT and self.has_class("-finding"):
            return False
        if action == "forward":
            return not self._script.at_end
        if action == "back":
            return self._script.position > 0
        if action == "begin" or (action in _OF_THE_LIST and self._on_sessions):
            return False
        return super().check_action(action, parameters)


_OF_THE_SCRIPT = {"forward", "back", "other_side"}
"""Actions that would take the focus away while a filter is typed."""

_OF_THE_LIST = {"switch", "details", "make_default", "find", "unfind", "sort", "mark", "mark_many", "copy", "step"}
"""Actions that are about the model under the cursor, or about the list of models."""


def _effect(status: SessionStatus) -> object:
    next_model = status.next_model
    drawn = status.pictures[-1].path if status.pictures else None
    return status.held, status.closed, next_model and (next_model.entry.id, next_model.instead_of), drawn


NAV_ITEM = NavItem(DemoPage.NAME, "1", "Demonstration", "Demonstration: nothing here is real")


class DemoApp(ImgModelsApp):
    """The program with one page, and no user's preferences."""

    CSS_PATH = "../app.tcss"

    def __init__(self, workspace: DemoWorkspace, *, glyphs: Glyphs | None = None) -> None:
        script = Script(workspace)
        super().__init__(
            workspace.store,
            workspace.service(SESSIONS[0].user).sessions.paths,
            workspace.store.locations.settings,
            glyphs=glyphs,
            pages={NAV_ITEM: lambda context: DemoPage(context.replace(count_sessions=workspace.counts), script)},
        )


def open_demo(*, mouse: bool = True) -> None:
    """Run the demonstration until its presenter leaves it; its folder is gone afterwards."""
    with TemporaryDirectory(prefix="imgmodels-demo-") as folder:
        DemoApp(DemoWorkspace(Path(folder), load_catalog())).run_here(mouse=mouse)
