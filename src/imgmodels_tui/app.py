"""The Textual app: what all pages share, and how a run begins and ends."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from imgmodels_tui.generator.sessions.opening import count_all
from imgmodels_tui.screens.pages import PAGES, USER_PAGES, Pages
from imgmodels_tui.screens.shared.page import Page, PageContext
from imgmodels_tui.settings import EngineMode, Settings, SettingsError, Signs, save
from imgmodels_tui.terminal.app import TerminalApp
from imgmodels_tui.terminal.connection import UNFINISHED, Connection, has_shell
from imgmodels_tui.terminal.type_ahead import TypeAhead
from imgmodels_tui.text import describe_fault, short_path
from imgmodels_tui.theme import THEMES, fallbacks
from imgmodels_tui.widgets.bars import Severity
from imgmodels_tui.widgets.glyphs import ASCII_GLYPHS, Glyphs, glyphs_for
from imgmodels_tui.widgets.themed import ThemedApp
from imgmodels_tui.workspace.live import INTERVAL, LiveWorkspace, Snapshot
from imgmodels_tui.workspace.store import Store

if TYPE_CHECKING:
    from imgmodels_tui.api.programs import Programs
    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.generator.service import GeneratorService
    from imgmodels_tui.generator.sessions.store import UserPaths
    from imgmodels_tui.screens.models.page import ModelsPage


_NOT_SAVED = 3
"""The exit code of a run whose last change may not have been saved, as of a command that could not write the file."""

FAULT = 70
"""The exit code of a run that had to end because of a fault of the program's own (EX_SOFTWARE of sysexits.h)."""

_RETRY_EXIT = 0.02
"""Seconds until leaving is tried again."""


class ImgModelsApp(TypeAhead[None], TerminalApp[None], ThemedApp[None]):
    """The settings page as a full-screen program."""

    TITLE = "imgmodels"
    CELL_DIFF_VARIABLE = "IMGMODELS_CELL_DIFF"
    DEFAULT_MODE = "start"  # the mode of the first page, so that no empty screen is made and left before it
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False  # `Palette` is this program's own
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(item.key, f"go('{item.name}')", f"Go to {item.label}", show=False, id=f"app.{item.name}")
            for item in PAGES
        ),
        Binding("comma", "preferences", "Preferences", tooltip="Theme, order, columns", show=False, id="app.settings"),
        Binding("ctrl+p", "palette", "Palette", tooltip="Every command by name", show=False, id="app.palette"),
        Binding("question_mark", "keys", "Keys", tooltip="The keys of this place", id="app.keys"),
        Binding("f1", "keys", "Keys", tooltip="The keys of this place, also while you type", show=False, id="app.help"),
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            tooltip="Back to the shell; fg returns",
            show=False,
            priority=True,  # in the prompt too, which would take the key for its own undo
            id="app.suspend",
        ),
        Binding(
            "ctrl+l",
            "redraw",
            "Redraw",
            tooltip="Draw the screen anew, after something else wrote over it",
            show=False,
            priority=True,
            id="app.redraw",
        ),
        # What ends a program that seems to hang, in a terminal that would make a signal of it.
        Binding("ctrl+backslash", "quit", "Quit", show=False, priority=True),
        Binding("q", "quit", "Quit", tooltip="Leave the program", id="app.quit"),
        Binding(
            "ctrl+q",
            "quit",
            "Quit",
            tooltip="Leave the program, from everywhere",
            show=False,
            priority=True,
            id="app.leave",
        ),
    ]

    def __init__(
        self,
        store: Store,
        paths: UserPaths,
        settings_path: Path,
        settings: Settings | None = None,
        *,
        glyphs: Glyphs | None = None,
        admin: bool = True,
        pages: Pages | None = None,
        generator: Callable[[], GeneratorService] | None = None,
        read_programs: Callable[[], Programs] | None = None,
    ) -> None:
        """Open `store` with the sessions that are at `paths`; `generator` makes another service for them.

        `read_programs` reads what programs drew through the HTTP API, where an admin may see that.
        """
        super().__init__()
        self.settings = settings or Settings()
        self._settings_path = settings_path
        self.glyphs = glyphs or _glyphs(self.settings)
        self.live = LiveWorkspace(store, admin=admin)
        pages = pages or (PAGES if admin else USER_PAGES)
        self._page_context = PageContext(
            live=self.live,
            nav_items=tuple(pages),
            count_sessions=partial(count_all, store, paths.shared),
            generator=generator or partial(_service, self, store, paths, settings_path),
            read_programs=read_programs if admin else None,
        )
        self._connection: Connection | None = None
        self._stop_listening: Callable[[], None] | None = None
        self._has_begun = False
        self._catalog: Catalog | None = None
        self._is_leaving = False
        self._saving = asyncio.Lock()
        self._pages: list[Page] = []
        for item, make in pages.items():
            self.add_mode(self._mode_of(item.name), partial(self._make_page, make))
        for theme in THEMES:
            self.register_theme(theme)
        self._apply_settings(self.settings)
        self.set_class(self.glyphs.is_ascii, "-ascii")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Values of this program's own variables, for themes that do not have them."""
        theme = self.available_themes.get(self.theme)
        return fallbacks((theme and theme.foreground) or "#d5dbe3", (theme and theme.accent) or "#5fd0c5")

    def run_here(self, *, mouse: bool) -> None:
        """Run in the terminal of this process, which is as it was however the run ends."""
        self._connection = Connection()
        self.keep_running(self.report_fault, self._end_after_fault)
        self.run(mouse=mouse)

    def on_load(self) -> None:
        """Listen for the end before anything of the terminal is changed."""
        if self._connection is not None:
            self._connection.on_end(self.exit, lambda: self.answers_due)

    def on_unmount(self) -> None:
        """Record that the terminal is as the shell left it."""
        if self._stop_listening is not None:
            self._stop_listening()
        if self._connection is not None:
            self._connection.screen_restored()

    def report_fault(self, fault: BaseException) -> None:
        """Say on the page that something was not done. Raises `LookupError` where there is no page yet.

        While the program ends, a key that comes too late finds no widgets: nobody is told of that.
        """
        if self._is_leaving:
            return
        page = next((screen for screen in reversed(self.screen_stack) if isinstance(screen, Page)), None)
        if page is None or not page.is_mounted:
            raise LookupError(describe_fault(fault))
        page.show_notice(f"not done: {describe_fault(fault)}", Severity.REFUSED)

    def _end_after_fault(self, fault: BaseException) -> None:
        self.exit(return_code=FAULT, message=f"imgmodels: {describe_fault(fault)}; the page had to end")

    def exit(self, *arguments: Any, **options: Any) -> None:
        """Leave for certain: neither a slow disk nor another writer can prevent it."""
        self._is_leaving = True
        if self._connection is not None:
            code = options.get("return_code", 0)
            code, message = (_NOT_SAVED, UNFINISHED) if self.live.is_changing else (code, options.get("message", ""))
            self._connection.end_soon(code, message=message)
            if not (self._has_begun and self._pages[0].is_mounted):  # a page that is half made would end in a traceback
                asyncio.get_running_loop().call_later(_RETRY_EXIT, partial(self.exit, *arguments, **options))
                return
        super().exit(*arguments, **options)

    def on_mount(self) -> None:
        """Follow the file."""
        self._has_begun = True
        self.set_keymap(self.settings.keys)
        self._stop_listening = self.live.listen()
        if self._stop_listening is None:
            self.set_interval(INTERVAL, self.live.poll)
        self.call_after_refresh(self.call_after_refresh, self._settle)

    def _settle(self) -> None:
        """Do what can wait for the first frame."""
        if not gc.isenabled():  # off since the start: what exists now stays, and is never looked through
            gc.freeze()
            gc.enable()
        if self.live.is_admin:
            self.live.follow(self._look_around_with)

    def _look_around_with(self, snapshot: Snapshot) -> None:
        """Look around for the first catalog, and for each that replaces it."""
        if snapshot.overview.catalog is not self._catalog:
            self._catalog = snapshot.overview.catalog
            self.run_worker(self.live.look_around())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go only where this user has a page (R15)."""
        if action == "go":
            items = self._page_context.nav_items
            return len(items) > 1 and any(item.name == parameters[0] for item in items)
        return super().check_action(action, parameters)

    def _mode_of(self, name: str) -> str:
        return self.DEFAULT_MODE if name == self._page_context.nav_items[0].name else name

    def _make_page(self, make: Callable[[PageContext], Page]) -> Page:
        page = make(self._page_context)
        page.apply_settings(self.settings)
        self._pages.append(page)
        return page

    def action_go(self, name: str) -> None:
        """Go to another page of the program."""
        self.switch_mode(self._mode_of(name))

    @on(Page.ModelWanted)
    async def _go_to_model(self, event: Page.ModelWanted) -> None:
        await self.show_model(event.model)

    def action_keys(self) -> None:
        """Show the keys of this screen."""
        from imgmodels_tui.screens.shared.facts_dialog import keys_help  # noqa: PLC0415 - not at start

        self.push_screen(keys_help(self.live, self.screen))

    @work
    async def action_palette(self) -> None:
        """Choose any command by name."""
        from imgmodels_tui.screens import palette  # noqa: PLC0415 - it loads every page

        commands = [*palette.commands_of(self.screen)]
        if self.live.is_admin:
            commands += palette.filters_of(self.filter_models)
            commands += palette.models_of(self.live.overview, self.show_model)
        commands += palette.commands_of_other_pages(self._page_context.nav_items, self.screen, self._act_on)
        picked = await self.push_screen_wait(palette.Palette(commands))
        for command in commands:
            if command.key == picked:
                self.call_next(command.run)

    async def _act_on(self, page: str, action: str) -> None:
        """Go to a page and do there what one of its keys does."""
        await self.switch_mode(self._mode_of(page))
        screen = self.screen
        if isinstance(screen, Page) and not await self.run_action(action, screen):
            screen.show_notice("There is nothing to do that with here now", Severity.REFUSED)

    async def show_model(self, model: str) -> None:
        """Go to a model on the page of models."""
        (await self._models_page()).show_model(model)

    async def filter_models(self, text: str) -> None:
        """Go to the page of models with this filter."""
        (await self._models_page()).find(text)

    async def _models_page(self) -> ModelsPage:
        """Go to the page of models, which is the first one that an admin has."""
        from imgmodels_tui.screens.models.page import ModelsPage  # noqa: PLC0415 - users never need it

        await self.switch_mode(self.DEFAULT_MODE)
        return next(page for page in self._pages if isinstance(page, ModelsPage))

    # Preferences.

    def action_preferences(self) -> None:
        """Open this user's preferences."""
        from imgmodels_tui.screens.shared.preferences import PreferencesDialog  # noqa: PLC0415 - not at start

        themes = sorted(self.available_themes, key=lambda name: (not name.startswith("imgmodels"), name))
        path = short_path(self._settings_path, Path.home())
        self.push_screen(PreferencesDialog(lambda: self.settings, themes, self.change_settings, path))

    def change_settings(self, settings: Settings) -> None:
        """Apply preferences everywhere, at once, and save them."""
        if settings == self.settings:
            return
        before, self.settings = self.settings, settings
        self._apply_settings(settings)
        for page in self._pages:
            page.apply_settings(settings)
        self.run_worker(self._save_settings(before, settings))

    @on(Page.OrderChosen)
    def _save_order(self, event: Page.OrderChosen) -> None:
        self.change_settings(self.settings.replace(sort=event.order))

    def _apply_settings(self, settings: Settings) -> None:
        self.theme = settings.theme
        self.animation_level = "full" if settings.animations else "none"
        self.use_cell_diff(settings.fewest_bytes)
        self.graphics_protocol = settings.pictures

    async def _save_settings(self, before: Settings, after: Settings) -> None:
        async with self._saving:
            try:
                await asyncio.to_thread(save, self._settings_path, before, after)
            except (OSError, SettingsError) as error:
                why = error.strerror if isinstance(error, OSError) else error
                self.notify(f"Preferences are not kept: {why}", severity="warning", markup=False)

    def action_redraw(self) -> None:
        """Draw the whole screen anew."""
        self.redraw()

    def action_suspend_process(self) -> None:
        """Go back to the shell, if there is one that can continue the program."""
        if has_shell():
            super().action_suspend_process()
        else:
            self.notify("No shell is there to come back from", severity="warning", markup=False)


def _glyphs(settings: Settings) -> Glyphs:
    if settings.signs is Signs.AUTO:
        return glyphs_for(os.environ)
    return ASCII_GLYPHS if settings.signs is Signs.ASCII else Glyphs()


def _service(app: ImgModelsApp, store: Store, paths: UserPaths, settings_path: Path) -> GeneratorService:
    # The page of models needs none.
    from imgmodels_tui.generator.engines.hosts.accounts import HostAccounts  # noqa: PLC0415
    from imgmodels_tui.generator.engines.hosts.engine import HostEngine  # noqa: PLC0415
    from imgmodels_tui.generator.service import GeneratorService  # noqa: PLC0415
    from imgmodels_tui.generator.sessions.opening import open_sessions  # noqa: PLC0415

    accounts = HostAccounts(settings_path, app.settings.hosts)
    engine = HostEngine(accounts, asks_hosts=lambda: app.settings.engine is EngineMode.AUTO)
    return GeneratorService(store, open_sessions(store, paths), engine)
