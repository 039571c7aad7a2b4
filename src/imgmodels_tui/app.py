"""The Textual app: what all screens share, and how a run begins and ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from imgmodels_tui.screens.help import HelpDialog
from imgmodels_tui.screens.history import HistoryPage
from imgmodels_tui.screens.models import ModelsPage
from imgmodels_tui.screens.prices import PricesPage
from imgmodels_tui.theme import THEMES
from imgmodels_tui.widgets.bars import Place
from imgmodels_tui.widgets.glyphs import AsciiGlyphs, Glyphs, glyphs_for
from imgmodels_tui.workspace.live import INTERVAL, LiveWorkspace
from imgmodels_tui.workspace.store import NotSaved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgmodels_tui.screens.page import Page
    from imgmodels_tui.workspace.store import Store


PLACES = (
    Place("models", "1", "Models", "Image models"),
    Place("prices", "5", "Prices"),
    Place("history", "6", "History"),
)
"""The pages of the program, in the order of their keys."""

PAGES: Mapping[str, type[Page]] = {"models": ModelsPage, "prices": PricesPage, "history": HistoryPage}
"""The page behind each place; it is made when it is first gone to."""

_DISPLAY = {
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


class ImgModelsApp(App[None]):
    """The settings page as a full-screen program."""

    TITLE = "imgmodels"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(place.key, f"go('{place.name}')", f"Go to {place.label}", show=False, id=f"app.{place.name}")
            for place in PLACES
            if len(PLACES) > 1
        ),
        Binding("question_mark", "keys", "Keys", tooltip="The keys of this place", id="app.keys"),
        Binding("q", "quit", "Quit", id="app.quit"),
    ]

    def __init__(self, store: Store, *, glyphs: Glyphs | None = None) -> None:
        super().__init__()
        self.animation_level = "none"
        self.glyphs = glyphs or glyphs_for(os.environ)
        self.live = LiveWorkspace(store)
        for name, page in PAGES.items():
            self.add_mode(name, partial(page, self.live, self.glyphs, PLACES))
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def on_mount(self) -> None:
        """Show the settings page and follow the file."""
        self.set_class(isinstance(self.glyphs, AsciiGlyphs), "-ascii")
        self._end_on_signals()
        self.set_interval(INTERVAL, self.live.look)
        self.switch_mode("models")
        self.run_worker(self.live.look_at_prices())

    def get_key_display(self, binding: Binding) -> str:
        """Keys as words or characters; arrows and symbols for enter or tab are missing in many fonts."""
        return binding.key_display or _DISPLAY.get(binding.key) or super().get_key_display(binding)

    def action_go(self, place: str) -> None:
        """Go to another page of the program."""
        self.switch_mode(place)

    def action_keys(self) -> None:
        """Show the keys of the place the user is in."""
        self.push_screen(HelpDialog(self.screen, self.glyphs))

    def _end_on_signals(self) -> None:
        """Leave in good order when the connection goes away: the terminal is restored, nothing is half done."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self.exit)


def open_page(store: Store) -> None:
    """Run the terminal program until its user leaves it. Raises what reading the state raises."""
    with contextlib.suppress(NotSaved):  # then the page opens for reading and says why
        store.create_if_missing()
    ImgModelsApp(store).run()
