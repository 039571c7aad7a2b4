"""The Textual app: what all screens share, and how a run begins and ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import work
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.filter import Monochrome, NoColor

from imgmodels_tui.settings import Settings, SettingsError, Signs, load, save
from imgmodels_tui.terminal.app import TerminalApp
from imgmodels_tui.terminal.connection import UNFINISHED, Connection, has_shell
from imgmodels_tui.terminal.type_ahead import TypeAhead
from imgmodels_tui.theme import THEMES, fallbacks
from imgmodels_tui.widgets.bars import NavItem
from imgmodels_tui.widgets.filters import AsciiOnly, Harmless
from imgmodels_tui.widgets.glyphs import AsciiGlyphs, Glyphs, glyphs_for
from imgmodels_tui.widgets.themed import ThemedApp
from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.file_store.locations import short
from imgmodels_tui.workspace.live import INTERVAL, LiveWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from textual.filter import LineFilter

    from imgmodels_tui.generator.service import GeneratorService
    from imgmodels_tui.screens.generator.page import GeneratorPage
    from imgmodels_tui.screens.models.page import ModelsPage
    from imgmodels_tui.screens.shared.page import Page
    from imgmodels_tui.workspace.file_store.store import Store


_NOT_SAVED = 3
"""The exit code of a run whose last change may not have been saved, as of a command that could not write the file."""

_SOON = 0.02
"""Seconds until leaving is tried again."""

# The same ones at each frame: a line remembers what a filter made of it, and is not filtered again.
_HARMLESS, _NO_COLOR, _ASCII_ONLY = Harmless(), NoColor(), AsciiOnly()

NAV_ITEMS = (
    NavItem("models", "1", "Models", "Image models"),
    NavItem("generator", "2", "Generator", "Image generator"),
    NavItem("guide", "3", "Guide"),
    NavItem("hosting", "4", "Hosting"),
    NavItem("prices", "5", "Prices"),
    NavItem("history", "6", "History"),
)
"""The pages of the program, in the order of their keys."""

USER_NAV_ITEMS = tuple(place for place in NAV_ITEMS if place.name == "generator")
"""The pages of who is no admin of the workspace (R15)."""

PAGES: Mapping[str, str] = {
    "models": "screens.models.page.ModelsPage",
    "generator": "screens.generator.page.GeneratorPage",
    "guide": "screens.guide.page.GuidePage",
    "hosting": "screens.hosting.page.HostingPage",
    "prices": "screens.prices.page.PricesPage",
    "history": "screens.history.page.HistoryPage",
}
"""The page behind each place, as its module and class; it is loaded and made when it is first gone to."""

DIALOGS = ("models.config", "shared.help", "shared.palette", "shared.picker", "shared.preferences")
"""The modules of dialogs that are loaded when they are first opened, though their keys have ids from the start."""

_DISPLAY = {
    "comma": ",",
    "enter": "enter",
    "escape": "esc",
    "space": "space",
    "tab": "tab",
    "up": "↑",
    "down": "↓",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


class ImgModelsApp(TypeAhead[None], TerminalApp[None], ThemedApp[None]):
    """The settings page as a full-screen program."""

    TITLE = "imgmodels"
    CELL_DIFF_VARIABLE = "IMGMODELS_CELL_DIFF"
    DEFAULT_MODE = "start"  # the mode of the first page, so that no empty screen is made and left before it
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False  # `Palette` is this program's own
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(place.key, f"go('{place.name}')", f"Go to {place.label}", show=False, id=f"app.{place.name}")
            for place in NAV_ITEMS
            if len(NAV_ITEMS) > 1
        ),
        Binding("comma", "preferences", "Preferences", tooltip="Theme, order, columns", show=False, id="app.settings"),
        Binding("ctrl+p", "palette", "Palette", tooltip="Every command by name", show=False, id="app.palette"),
        Binding("question_mark", "keys", "Keys", tooltip="The keys of this place", id="app.keys"),
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            tooltip="Back to the shell; fg returns",
            show=False,
            priority=True,  # in the prompt too, which would take the key for its own undo
            id="app.suspend",
        ),
        # What ends a program that seems to hang, in a terminal that would make a signal of it.
        Binding("ctrl+backslash", "quit", "Quit", show=False, priority=True),
        Binding("q", "quit", "Quit", tooltip="Leave the program (ctrl+q everywhere)", id="app.quit"),
    ]

    def __init__(
        self,
        store: Store,
        settings: Settings | None = None,
        *,
        glyphs: Glyphs | None = None,
        admin: bool = True,
        generator: GeneratorService | None = None,
        places: Sequence[NavItem] | None = None,
        pages: Mapping[str, str] = PAGES,
    ) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.glyphs = glyphs or _glyphs(self.settings)
        self.live = LiveWorkspace(store, admin=admin)
        self.places = places or (NAV_ITEMS if admin else USER_NAV_ITEMS)
        self._generator = generator
        self._connection: Connection | None = None
        self._has_begun = False
        self._pages: list[Page] = []
        self._modes_of = {place.name: place.name for place in self.places} | {self.places[0].name: self.DEFAULT_MODE}
        for place, mode in self._modes_of.items():
            self.add_mode(mode, partial(self._make, pages[place]))
        for theme in THEMES:
            self.register_theme(theme)
        self._take_on(self.settings)
        self.set_class(isinstance(self.glyphs, AsciiGlyphs), "-ascii")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Stand in for this program's own variables in themes that do not know them."""
        theme = self.available_themes.get(self.theme)
        return fallbacks((theme and theme.foreground) or "#d5dbe3", (theme and theme.accent) or "#5fd0c5")

    def run_here(self, *, mouse: bool) -> None:
        """Run in the terminal of this process, which is as it was however the run ends."""
        self._connection = Connection()
        self.run(mouse=mouse)

    def on_load(self) -> None:
        """Listen for the end before anything of the terminal is changed."""
        if self._connection is not None:
            self._connection.on_end(self.exit)

    def on_unmount(self) -> None:
        """Say that the terminal is the shell's again."""
        if self._connection is not None:
            self._connection.screen_restored()

    def exit(self, *arguments: Any, **options: Any) -> None:
        """Leave, and for certain: neither a slow disk nor another writer keeps whoever wants to go."""
        if self._connection is not None:
            code, message = (_NOT_SAVED, UNFINISHED) if self.live.is_changing else (0, "")
            self._connection.end_soon(code, message=message)
            if not (self._has_begun and self._pages[0].is_mounted):  # a page that is half made would fall apart aloud
                asyncio.get_running_loop().call_later(_SOON, partial(self.exit, *arguments, **options))
                return
        super().exit(*arguments, **options)

    def on_mount(self) -> None:
        """Follow the file."""
        self._has_begun = True
        self.set_keymap(self.settings.keys)
        self.set_interval(INTERVAL, self.live.poll)
        self.call_after_refresh(self.call_after_refresh, self._settle)

    def _settle(self) -> None:
        """Do what can wait for the first frame."""
        if not gc.isenabled():  # nor was it since the start: what was made stays, and need not be gone through again
            gc.freeze()
            gc.enable()
        if self.live.is_admin:
            self.run_worker(self.live.look_at_prices())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go only where this person has a page (R15)."""
        if action == "go":
            return len(self.places) > 1 and any(place.name == parameters[0] for place in self.places)
        return super().check_action(action, parameters)

    def _make(self, page: str) -> Page:
        made = page_class(page)(self.live, self.places)
        if made.NAME == "generator" and self._generator is not None:
            cast("GeneratorPage", made).serve(self._generator)
        made.prefer(self.settings)
        self._pages.append(made)
        return made

    def get_key_display(self, binding: Binding) -> str:
        """Keys as words or characters; arrows and symbols for enter or tab are missing in many fonts."""
        if binding.key_display or binding.key in _DISPLAY:
            return binding.key_display or _DISPLAY[binding.key]
        return binding.key if "+" in binding.key else super().get_key_display(binding)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing to act on; no colours, not even greys, where NO_COLOR is set; ASCII where the locale ends there."""
        filters: list[LineFilter] = [_HARMLESS]
        filters += [_NO_COLOR if isinstance(each, Monochrome) else each for each in super().get_line_filters()]
        return [*filters, _ASCII_ONLY] if isinstance(self.glyphs, AsciiGlyphs) else filters

    def action_go(self, place: str) -> None:
        """Go to another page of the program."""
        self.switch_mode(self._modes_of[place])

    async def on_page_model_wanted(self, event: Page.ModelWanted) -> None:
        """Go to the model that a page names."""
        await self.show_model(event.model)

    def action_keys(self) -> None:
        """Show the keys of the place the user is in."""
        from imgmodels_tui.screens.shared.help import HelpDialog  # noqa: PLC0415 - not at start

        self.push_screen(HelpDialog(self.screen))

    @work
    async def action_palette(self) -> None:
        """Choose any command by name."""
        from imgmodels_tui.screens.shared.palette import Palette, commands_of, filters_of, models_of  # noqa: PLC0415

        overview = self.live.overview
        of_models = (*filters_of(self.filter_models), *models_of(overview, self.show_model))
        commands = (*commands_of(self.screen), *(of_models if self.live.is_admin else ()))
        picked = await self.push_screen_wait(Palette(commands))
        for command in commands:
            if command.key == picked:
                self.call_next(command.run)

    async def show_model(self, model: str) -> None:
        """Go to a model on its page."""
        page = await self._models_page()
        page.show_model(model)

    async def filter_models(self, text: str) -> None:
        """Go to the models with this filter."""
        page = await self._models_page()
        page.find(text)

    async def _models_page(self) -> ModelsPage:
        await self.switch_mode(self._modes_of["models"])
        return cast("ModelsPage", next(page for page in self._pages if page.NAME == "models"))

    # Preferences.

    def action_preferences(self) -> None:
        """Open this user's preferences."""
        from imgmodels_tui.screens.shared.preferences import PreferencesDialog  # noqa: PLC0415 - not at start

        themes = sorted(self.available_themes, key=lambda name: (not name.startswith("imgmodels"), name))
        path = short(self.live.store.locations.settings, Path.home())
        self.push_screen(PreferencesDialog(lambda: self.settings, themes, self.prefer, path))

    def prefer(self, settings: Settings) -> None:
        """Take preferences on, everywhere and at once, and keep them."""
        if settings == self.settings:
            return
        self.settings = settings
        self._take_on(settings)
        for page in self._pages:
            page.prefer(settings)
        self.run_worker(self._keep(settings), group="keep", exclusive=True)

    def on_models_page_order_chosen(self, event: ModelsPage.OrderChosen) -> None:
        """Keep the order that was chosen."""
        self.prefer(self.settings.replace(sort=event.order))

    def _take_on(self, settings: Settings) -> None:
        self.theme = settings.theme
        self.animation_level = "full" if settings.animations else "none"
        self.use_cell_diff(settings.fewest_bytes)
        self.graphics_protocol = settings.pictures

    async def _keep(self, settings: Settings) -> None:
        try:
            await asyncio.to_thread(save, self.live.store.locations.settings, settings)
        except OSError as error:
            self.notify(f"Preferences are not kept: {error.strerror}", severity="warning", markup=False)

    def action_suspend_process(self) -> None:
        """Go back to the shell, if one is there that can continue the program."""
        if has_shell():
            super().action_suspend_process()
        else:
            self.notify("No shell is there to come back from", severity="warning", markup=False)


def open_page(store: Store, *, admin: bool = True, mouse: bool = True) -> None:
    """Run the terminal program until its user leaves it. Raises `StateError` and `SettingsError`.

    Who is no admin of the workspace gets the image generator and nothing else (R15).
    """
    path = store.locations.settings
    settings = load(path)
    _check_keys(path, settings)
    if admin:
        with contextlib.suppress(NotSaved):  # then the page opens for reading and says why
            store.create_if_missing()
    app = ImgModelsApp(store, settings.replace(theme="imgmodels-dark"), admin=admin)
    if settings.theme not in app.available_themes:
        raise SettingsError(f"{path}: theme: is no theme; possible are {', '.join(sorted(app.available_themes))}")
    app.settings = settings
    app.theme = settings.theme
    app.run_here(mouse=mouse and settings.mouse)


def page_class(page: str) -> type[Page]:
    """The class of a page that `PAGES` names."""
    module, _, name = page.rpartition(".")
    found: type[Page] = getattr(import_module(f"imgmodels_tui.{module}"), name)
    return found


def _glyphs(settings: Settings) -> Glyphs:
    if settings.signs is Signs.AUTO:
        return glyphs_for(os.environ)
    return AsciiGlyphs() if settings.signs is Signs.ASCII else Glyphs()


def _check_keys(path: object, settings: Settings) -> None:
    """Refuse other keys for actions that do not exist. Raises `SettingsError`."""
    if not settings.keys:
        return
    from difflib import get_close_matches  # noqa: PLC0415 - only those who change keys pay for checking them

    for page in PAGES.values():
        page_class(page)
    for module in DIALOGS:
        import_module(f"imgmodels_tui.screens.{module}")
    known = set(binding_ids(DOMNode))
    for action in settings.keys:
        if action not in known:
            near = get_close_matches(action, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; `?` shows the actions of a place"
            raise SettingsError(f"{path}: keys.{action}: is no action{hint}")


def binding_ids(root: type[Any]) -> Iterator[str]:
    """The ids of all bindings of this program, by which keys can be changed."""
    for kind in (root, *root.__subclasses__()):
        if kind.__module__.startswith("imgmodels_tui"):
            for binding in vars(kind).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id:
                    yield binding.id
        if kind is not root:
            yield from binding_ids(kind)
