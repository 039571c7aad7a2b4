"""An admin of the crowd who works at the page: a real program in a real pseudo-terminal, typed at without rest."""

import random
import sys

from imgmodels_tui.workspace.store import Store
from tests.real.terminal import Terminal

KEYS = ("j ", "j ", "k ", "G ", "g ", "] ", "[ ", " ", " ", "jD", "kD", "d", "u", "s", "3j 1", "6j1", "1")
"""What is typed at random: most of all moves and toggles, but undo, the dropdown and other pages too."""


class Typist:
    """The terminal of one admin."""

    def __init__(self, store: Store, state: str, chance: random.Random) -> None:
        self._store, self._chance = store, chance
        program = [sys.executable, "-m", "tests.torture.page", state, store.user]
        self.terminal = Terminal(program, columns=120, lines=40)

    def work(self, changes: int) -> None:
        """Type until at least that many changes were made from here, and until all that was typed has been heard."""
        self.terminal.until("q Quit")
        while len(self.made()) < changes:
            assert self.terminal.process.poll() is None, self.terminal.raw[-4000:]
            self._type_something()
        self._close_dialogs()
        self.terminal.type("?")
        self.terminal.until("esc C")  # the list of keys, or a dialog that the last key opened
        self._close_dialogs()

    def _type_something(self) -> None:
        shown = self.terminal.text()
        if "esc C" not in shown:
            self.terminal.type(self._chance.choice(KEYS))
            self.terminal.read()
        elif "enter Choose" in shown and "Nothing matches" not in shown:
            self.terminal.type("\r")
            self.terminal.read()
        else:
            self._close_dialogs()

    def made(self) -> list[int]:
        """The revisions that were made from here, as history knows them."""
        return [change.revision for change in [*self._store.history()][::-1] if change.by == self._store.user]

    def sees(self, revision: int) -> None:
        """Come to rest on the first page, see that it shows the last state, and leave."""
        self._close_dialogs()
        self.terminal.type("1")
        self.terminal.until(f"rev {revision}")
        state, catalog = self._store.read(), self._store.catalog
        self.terminal.until(f"Default model  {catalog.models[state.default_model or ''].name} ")
        expected = {model.name: model.id in state.enabled_models for model in catalog.models.values()}
        self.terminal.wait_for(lambda: self._toggles() == expected, f"{expected} to be shown")
        self.terminal.type("q")
        assert self.terminal.exit_code() == 0
        assert self.terminal.is_restored()
        assert b"Traceback" not in self.terminal.raw

    def _toggles(self) -> dict[str, bool]:
        """Which models the page shows as enabled."""
        rows = [row for row in self.terminal.text().splitlines() if row.endswith((" on", " off"))]
        return {
            model.name: row.endswith(" on")
            for model in self._store.catalog.models.values()
            for row in rows
            if row[2:].startswith(f"{model.name}  ")
        }

    def _close_dialogs(self) -> None:
        while "esc C" in self.terminal.text():
            self.terminal.type("\x1b")
            self.terminal.until_quiet()
