"""The image generator's page: what users have, and what an admin's changes mean to them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.widgets import Input, TextArea

from imgmodels_tui.files import UnusableFile
from imgmodels_tui.generator import Cancelled, GeneratorError, fallback
from imgmodels_tui.generator.billing import cost
from imgmodels_tui.generator.service import GenerationStarted
from imgmodels_tui.screens.generator.current_session import CurrentSession
from imgmodels_tui.screens.generator.gallery import Gallery, PictureList
from imgmodels_tui.screens.generator.generation import MOST_AT_ONCE, Generation, Generations, ProgressLine, said_of
from imgmodels_tui.screens.generator.panels import ClosedPanel, Fields, PromptArea, SessionPanel
from imgmodels_tui.screens.generator.sessions_dialog import NameDialog, SessionsDialog
from imgmodels_tui.screens.shared.chooser import Picker
from imgmodels_tui.screens.shared.page import Page, PageContext, copied
from imgmodels_tui.settings import Settings
from imgmodels_tui.text import harmless
from imgmodels_tui.widgets.bars import Severity, StatusBar
from imgmodels_tui.widgets.panels import Banner, Banners
from imgmodels_tui.workspace.errors import NotSaved, Refusal
from imgmodels_tui.workspace.live import INTERVAL, Poller, Snapshot

SIDE_WIDTH = 76
"""Columns from which the image under the cursor is shown beside the gallery."""

LARGER = 118
"""Columns from which that image is larger."""

LOOK_EACH = 2.0
"""Seconds between two looks at what there is to draw with."""

WIDE = 160
"""Columns from which it is larger still."""


class GeneratorPage(Page):
    """A session, a prompt, the images. It follows both the workspace and this user's sessions."""

    NAME = "generator"
    AUTO_FOCUS = ""  # `show` decides, because it knows whether the generator is open
    CSS_PATH = "styles.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "generate", "Generate", tooltip="Draw from anywhere", show=False, id="generator.generate"),
        Binding("escape", "cancel", "Cancel", tooltip="Stop drawing", id="generator.cancel"),
        Binding("ctrl+o", "choose_model", "Model", tooltip="Choose this session's model", id="generator.model"),
        Binding("ctrl+s", "sessions", "Sessions", tooltip="Go to, make, rename or delete one", id="generator.sessions"),
        Binding("ctrl+n", "new_session", "New", tooltip="A new session with the default model", id="generator.new"),
        Binding(
            "ctrl+t", "programs", "Programs", tooltip="What draws by the HTTP API", show=False, id="generator.programs"
        ),
        Binding("escape", "leave", "Images", tooltip="From the fields to the images", id="generator.images"),
        Binding("i,p", "prompt", "Prompt", tooltip="Back to the prompt", id="generator.prompt"),
    ]

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._closed_by: fallback.Closed | None = None
        self._is_open = False
        self.generations = Generations()
        self._found: object = None
        """What there is to draw with."""
        self._service = context.generator()
        self._read_programs = context.read_programs
        self._session = CurrentSession(self._service)

    def body(self) -> ComposeResult:
        """Session and model, warnings, the fields, the images; or why the generator is closed."""
        yield ClosedPanel()
        with Vertical(id="open"):
            yield SessionPanel()
            yield Banners()
            yield Fields()
            yield ProgressLine()
            yield Gallery(self._service.pictures, self._service.catalog, self.live.overview.name)

    def on_mount(self) -> None:
        """Read this user's sessions and images, and follow the sessions."""
        self._stop_following = self._session.live.follow(self._refresh)
        self.set_interval(INTERVAL, self._session.live.poll)
        self.set_interval(LOOK_EACH, Poller(self._service.engine.look, self._looked).poll)
        self.run_worker(self._session.live.load())
        self.query_one(Gallery).load()

    def _looked(self, found: object) -> None:
        """Say who draws from now on, where a key was stored or removed."""
        if found != self._found:
            self._found = found
            if self.is_attached:
                self._refresh()

    def on_unmount(self) -> None:
        """Stop following, and stop what is being generated."""
        self._stop_following()
        self.generations.end()

    def fit(self, size: Size) -> None:
        """Show the image beside the list where the terminal is wide enough."""
        super().fit(size)
        self.set_class(size.width >= SIDE_WIDTH, "-side")
        self.set_class(size.width >= LARGER, "-larger")
        self.set_class(size.width >= WIDE, "-wide")
        if self.is_mounted:
            self.query_one(Gallery).show_soon()

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs in the newest snapshot of the workspace; close and open with it."""
        closed = fallback.closed(snapshot.overview)
        self.set_class(closed is not None, "-closed")
        if closed is not None:
            self.query_one(ClosedPanel).update(
                closed,
                is_admin=self.live.is_admin,
                remark=f"{_PROMOTED}." if self.live.may_administer_now else f"Ask {self.live.store.admins()}.",
            )
            if self._is_open:
                self._close_dialogs()
            self.set_focus(None)  # a field that is not shown would swallow keys
        elif not self._is_open:
            self.set_focus(self.query_one(PromptArea))
        self._closed_by, self._is_open = closed, closed is None
        self._refresh()

    def _close_dialogs(self) -> None:
        stack = self.app.screen_stack
        if self in stack:
            for screen in reversed(stack[stack.index(self) + 1 :]):
                screen.dismiss(None)

    def _refresh(self) -> None:
        if not self.is_attached:  # the program is ending, the page's parts are gone
            return
        self.query_one(StatusBar).update(self._engine_text(), "")
        self.query_one(ProgressLine).follow(self.generations.of(self._session.name))
        if self._closed_by is None and self._session.live.is_loaded:
            if opening := self._session.opening():
                self.run_worker(opening)
            next_model = fallback.resolve(self._session.model, self.live.overview)
            count, next_cost = len(self._session.live.sessions.sessions), cost(next_model.entry)
            self.query_one(SessionPanel).update(self._session.name, count, next_model, next_cost, self._engine_text())
            self.query_one(Fields).offer_reference(offered=next_model.entry.model.reference_editing)
            self.query_one(Banners).update(self._banners(next_model))
        self.refresh_bindings()

    def apply_settings(self, settings: Settings) -> None:
        """Say who draws from now on."""
        super().apply_settings(settings)
        self._refresh()

    def _engine_text(self) -> str:
        """Who draws the next image."""
        if self._closed_by is not None or not self._session.live.is_loaded:
            return ""
        return self._service.engine.describe(fallback.resolve(self._session.model, self.live.overview).entry)

    def _banners(self, next_model: fallback.NextModel) -> tuple[Banner, ...]:
        """What the user should know before and after a session switched (R12), and what cannot be done now."""
        overview, switch = self.live.overview, self._session.switch
        texts = [
            fallback.notice_before(next_model, overview)
            or (switch and fallback.notice_after(switch.switched_from, switch.entry, overview))
            or fallback.retired_notice(next_model.entry),
            self._session.live.read_error and f"{self._session.live.read_error}. Sessions cannot be changed",
            _PROMOTED if self.live.may_administer_now else None,
            "The workspace cannot be read; nothing can be generated" if self.live.snapshot.read_error else None,
        ]
        return tuple(Banner(text) for text in texts if text)

    @work
    async def action_choose_model(self) -> None:
        """Open the dropdown over exactly the enabled models; it follows changes while it is open."""
        await self._session.live.load()
        picked = await self.app.push_screen_wait(
            Picker(
                self.live,
                f"Model of session {self._session.name}",
                "The session keeps it until you choose another one, or an admin disables it.",
                lambda overview: overview.enabled,
                begin_at=self._session.model,
            )
        )
        if picked is not None:
            await self._change_session(self._session.select(picked))

    @work
    async def action_sessions(self) -> None:
        """Open the dropdown over this user's sessions."""
        await self._session.live.load()
        await self._enter(SessionsDialog(self.live, self._session.live, self._service, self._session.name))

    @work
    async def action_new_session(self) -> None:
        """Make a session with the default of the moment (R11) and enter it."""
        await self._enter(NameDialog("New session", self._session.live, self._service.start))

    async def _enter(self, dialog: SessionsDialog | NameDialog) -> None:
        name = await self.app.push_screen_wait(dialog)
        if name is not None:
            await self._change_session(self._session.enter(name))

    async def _change_session(self, change: Awaitable[None]) -> None:
        try:
            await change
        except (Refusal, NotSaved, UnusableFile) as error:
            self.show_notice(harmless(str(error)), Severity.REFUSED)
        self._refresh()

    @property
    def is_generating(self) -> bool:
        """Whether an image is being generated in this session."""
        return self.generations.of(self._session.name) is not None

    @on(TextArea.Changed)
    def _typed(self) -> None:
        """The note on a model that was replaced goes with what is written next."""
        if self._session.switch is not None and not self.is_generating:
            self._session.switch = None
            self._refresh()

    @on(PromptArea.Submitted)
    @on(Input.Submitted)
    def action_generate(self) -> None:
        """Generate an image from the prompt."""
        if self.is_generating:
            text = "One image at a time in a session: esc cancels it, ctrl+s goes to another session"
            self.show_notice(text, Severity.REFUSED)
            return
        if len(self.generations) == MOST_AT_ONCE:
            self.show_notice(f"{MOST_AT_ONCE} images are being drawn; wait until one is done", Severity.REFUSED)
            return
        try:
            generation = Generation(self._service, self._session.name, *self.query_one(Fields).values)
        except ValueError as error:
            self.show_notice(str(error), Severity.REFUSED)
        else:
            self._generate(generation)

    @work(group="generate")
    async def _generate(self, generation: Generation) -> None:
        self.generations.add(generation)
        self.clear_notice()
        self.refresh_bindings()
        session = self._session.name if self._session.live.is_loaded else None
        try:
            result = await generation.run(
                self.generations.threads,
                session,
                partial(self.call_later, self._show_started, generation),
                partial(self.call_later, self.query_one(ProgressLine).tick),
            )
        except Cancelled:
            self._show_ended(generation, "Cancelled; no image was made")
        except (Refusal, GeneratorError, NotSaved, UnusableFile) as error:
            self._show_ended(generation, said_of(error), Severity.REFUSED)
        else:
            self._show_ended(generation, f"{result.started.summary}: {result.path.name}")
            self.query_one(Gallery).load(str(result.path))

    def _show_started(self, generation: Generation, started: GenerationStarted) -> None:
        if self.generations.of(self._session.name) is generation:
            self._session.drew(started)
        generation.session = started.session
        generation.text = f"Drawing with {harmless(started.entry.model.name, 60)}"
        self.run_worker(self._session.live.catch_up())
        self._refresh()

    def _show_ended(self, generation: Generation, text: str, severity: Severity = Severity.DONE) -> None:
        is_here = self.generations.of(self._session.name) is generation
        self.generations.remove(generation)
        if self.is_attached:
            self.run_worker(self._session.live.catch_up())
            self._refresh()
            self.show_notice(text if is_here else f"{harmless(generation.session, 40)}: {text}", severity)

    def action_cancel(self) -> None:
        """Stop generating in this session."""
        generation = self.generations.of(self._session.name)
        if generation is not None:
            generation.cancel()

    @work
    async def action_programs(self) -> None:
        """Show what programs drew through the HTTP API."""
        if self._read_programs is None:
            return
        from imgmodels_tui.screens.generator.programs import ProgramsDialog  # noqa: PLC0415 - when an admin asks

        self.app.push_screen(ProgramsDialog(self.live, await asyncio.to_thread(self._read_programs)))

    @on(Gallery.Loaded)
    def _gallery_loaded(self, event: Gallery.Loaded) -> None:
        if event.problem:
            self.show_notice(event.problem, Severity.REFUSED)
        self.refresh_bindings()

    @on(Gallery.Reused)
    def _reuse(self, event: Gallery.Reused) -> None:
        self.query_one(Fields).fill(event.picture.facts.prompt, event.picture.facts.seed)

    @on(Gallery.Copied)
    def _copied(self, event: Gallery.Copied) -> None:
        self.show_notice(copied(self.app, str(event.picture.path)))

    def action_leave(self) -> None:
        """Go from the fields to the images."""
        self.query_one(PictureList).focus()

    def action_prompt(self) -> None:
        """Go to the prompt."""
        self.query_one(PromptArea).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer only what does something now."""
        if action == "undo":
            return False  # here it would undo a setting that is not shown
        if action == "programs":
            return self._read_programs is not None
        if action not in _WHILE_OPEN:
            return True
        if not self.is_mounted or self._closed_by is not None:
            return False
        in_list = isinstance(self.focused, PictureList)
        possible = {
            "generate": not self.is_generating,
            "cancel": self.is_generating,
            "leave": not self.is_generating and not in_list,
            "prompt": in_list,
        }
        return possible.get(action, True)


_WHILE_OPEN = {"generate", "cancel", "leave", "prompt", "choose_model", "sessions", "new_session"}

_PROMOTED = "You may administer this workspace now: start imgmodels again for its settings"
