"""Small programs to be measured beside: `python rivals.py bare|options|field|curses`."""

from __future__ import annotations

import sys
from typing import ClassVar


def bare() -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("model-00000")

    Bare().run()


def options() -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import OptionList

    class Options(App[None]):
        BINDINGS: ClassVar = [("q", "quit", "Quit"), ("j", "down", "Down"), ("k", "up", "Up")]

        def action_down(self) -> None:
            self.query_one(OptionList).action_cursor_down()

        def action_up(self) -> None:
            self.query_one(OptionList).action_cursor_up()

        def compose(self) -> ComposeResult:
            yield OptionList(*[f"model-{number:05}  Some Maker   EU  ★★★  €0.031  on" for number in range(200)])

    Options().run()


def field() -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import Input

    class Field(App[None]):
        def compose(self) -> ComposeResult:
            yield Input(placeholder="a field")

        def on_input_submitted(self) -> None:
            self.exit()

    Field().run()


def curses_list() -> None:
    import curses

    def run(screen: curses.window) -> None:
        screen.keypad(True)
        cursor, height = 0, screen.getmaxyx()[0]
        while True:
            top = max(0, cursor - height + 1)
            for y in range(height):
                look = curses.A_REVERSE if top + y == cursor else curses.A_NORMAL
                screen.addnstr(y, 0, f"model-{top + y:05}  Some Maker   EU  ***  0.031  on".ljust(100), 100, look)
            screen.refresh()
            step = {ord("j"): 1, ord("k"): -1}
            cursor = min(199, max(0, cursor + step.get(screen.getch(), 0)))

    curses.wrapper(run)


if __name__ == "__main__":
    {"bare": bare, "options": options, "field": field, "curses": curses_list}[sys.argv[1]]()
