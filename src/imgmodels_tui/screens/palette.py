"""The palette: every command of the screen, of the other pages and for each model, by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any

from textual.fuzzy import Matcher
from textual.screen import Screen

from imgmodels_tui.record import Record
from imgmodels_tui.screens.keys import all_bindings
from imgmodels_tui.screens.shared.chooser import ChoiceList, Chooser
from imgmodels_tui.screens.shared.page import Page
from imgmodels_tui.widgets.bars import NavItem, bindings_of
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.workspace.overview import Overview


class Command(Record):
    """One line of the palette: what it is called, what it does, the key that does the same."""

    name: str
    help: str
    key_shown: str
    run: Callable[[], object]

    @property
    def key(self) -> str:
        """What identifies the command."""
        return f"{self.name}\n{self.help}"


FILTERS = {"Enabled models only": "enabled:yes", "EU-hosted models only": "region:eu", "All models": ""}
"""Filters that the palette offers by name."""


def commands_of(screen: Screen[Any]) -> Iterator[Command]:
    """Every action that has a key on this screen; moving about needs no palette."""
    seen: set[str] = set()
    for binding, tooltip in bindings_of(screen):
        if binding.id and not binding.id.startswith("list.") and binding.action not in seen:
            seen.add(binding.action)
            yield Command(
                binding.description,
                tooltip or binding.tooltip,
                screen.app.get_key_display(binding),
                partial(screen.app.simulate_key, binding.key),
            )


def models_of(overview: Overview, show: Callable[[str], object]) -> Iterator[Command]:
    """A command for each model, which goes there."""
    for entry in overview.entries.values():
        state = "on" if entry.enabled else "off"
        yield Command(entry.model.name, f"{entry.maker.name}, {state}", "", partial(show, entry.id))


def filters_of(apply: Callable[[str], object]) -> Iterator[Command]:
    """A command for each ready filter."""
    for name, text in FILTERS.items():
        yield Command(name, "filters the model list", "", partial(apply, text))


def commands_of_other_pages(
    pages: Collection[NavItem], here: Screen[Any], act: Callable[[str, str], object]
) -> Iterator[Command]:
    """A command for each action of the pages that are not shown; `act` goes to a page by name and does the action."""
    labels = {item.name: item.label for item in pages}
    shown = here.NAME if isinstance(here, Page) else ""
    for action, binding in all_bindings().items():
        page = action.partition(".")[0]
        if page in labels and page != shown:
            name = f"{labels[page]}: {binding.description}"
            key = here.app.get_key_display(binding)
            yield Command(name, binding.tooltip or binding.description, key, partial(act, page, binding.action))


class CommandList(ChoiceList):
    """Commands with what they do and their keys."""

    def draw(self, row: Command, line: Line) -> None:
        """Draw the name, the help, the key."""
        plain = self.glyphs.plain
        line.cell(plain(row.name), 26, self.style_for("strong")).space(1)
        line.cell(plain(row.help), line.room - 9, self.style_for("dim"))
        line.cell(plain(row.key_shown), 8, self.style_for("key"), right=True)


class Palette(Chooser):
    """Finds a command by a few of its letters. The answer is the command's key; the opener runs it."""

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__("Commands", placeholder="type a few letters of a command or a model")
        self._commands = commands

    def choices(self) -> CommandList:
        """The commands."""
        return CommandList()

    def on_mount(self) -> None:
        """Show everything."""
        self.narrow("")

    def narrow(self, text: str) -> None:
        """Show what matches, the best match first."""
        found = list(self._commands)
        if text.strip():
            match = Matcher(text.strip()).match
            scores = {command: match(command.name) * 2 or match(command.help) for command in self._commands}
            found = sorted((command for command in found if scores[command] > 0), key=lambda c: -scores[c])
        self.show(found, len(self._commands))
