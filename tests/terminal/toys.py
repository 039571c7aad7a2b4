"""Small apps that draw what is hard to draw: lists that scroll, dialogs, wide characters, inputs, tables."""

import sys
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Region, Size
from textual.screen import ModalScreen, Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import DataTable, Footer, Header, Input, Label, Static

from imgmodels_tui.terminal.app import TerminalApp

MAKERS = ("Black Forest Labs", "Google", "OpenAI", "Recraft", "北京智谱华章", "아틀리에", "Émile & Cie ✓")
NOTES = ("premium", "fast draft", "日本語の説明", "reference images", "emoji 🎨 here", "cafe\u0301 noir", "—")

NAME = Style.parse("bold #e6e1cf on #0f1419")
MAKER = Style.parse("#7fd962 on #0f1419")
PRICE = Style.parse("#ffb454 on #0f1419")
NOTE = Style.parse("italic #95a1ad on #0f1419")
MARK = Style.parse("bold #39bae6 on #0f1419")
PADDING = Style.parse("#e6e1cf on #0f1419")


class LineList(ScrollView, can_focus=True):
    """A list that draws lines and refreshes two cells when its cursor moves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "by(1)"),
        Binding("up", "by(-1)"),
        Binding("pagedown", "page(1)"),
        Binding("pageup", "page(-1)"),
        Binding("home", "to(0)"),
        Binding("end", "to(1000000)"),
        Binding("space", "choose"),
    ]
    DEFAULT_CSS = "LineList { background: #0f1419; }"

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows
        self.cursor = 0
        self.chosen: set[int] = set()

    def on_mount(self) -> None:
        self.virtual_size = Size(60, self.rows)

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        width = self.size.width
        if row >= self.rows:
            return Strip.blank(width, PADDING)
        segments = [
            Segment("▌ " if row == self.cursor else "  ", MARK),
            Segment("● " if row in self.chosen else "○ ", PRICE),
            Segment(f"model-{row:05} ", NAME),
            Segment(f"{MAKERS[row % len(MAKERS)]:<22}", MAKER),
            Segment(f"${row % 97 / 100:.2f} ", PRICE),
            Segment(f"{NOTES[row * 3 % len(NOTES)]}", NOTE),
        ]
        return Strip(segments).adjust_cell_length(width, PADDING)

    def action_by(self, rows: int) -> None:
        self.action_to(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        self.action_to(self.cursor + pages * self.size.height)

    def action_to(self, row: int) -> None:
        before, self.cursor = self.cursor, max(0, min(self.rows - 1, row))
        top = self.scroll_offset.y
        for changed in (before, self.cursor):
            self.refresh(Region(0, changed - top, 2, 1))
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    def action_choose(self) -> None:
        self.chosen ^= {self.cursor}
        self.refresh(Region(2, self.cursor - self.scroll_offset.y, 2, 1))


def still(field: Input) -> Input:
    """Return `field` with a cursor that does not blink, for what is shown must not depend on the time."""
    field.cursor_blink = False
    return field


class Dialog(ModalScreen[None]):
    """A dialog with an input, which cuts through the wide characters below it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1", "dismiss")]
    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog Vertical { width: 41; height: 9; border: round #39bae6; background: #1f2430; padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("Wait 待", id="question")
            yield still(Input(placeholder="type a name", select_on_focus=False))
            yield Label("[link='https://example.org/']terms of use[/link] [u]u[/u] [s]gone[/s] [r]r[/r]")

    def on_descendant_focus(self) -> None:
        """Ask only when an answer can be typed, so that a story knows when to type it."""
        self.query_one("#question", Static).update("Replace the default 既定 model 🎨?", layout=False)


class ListScreen(Screen[None]):
    """A list between a header and a footer, with a pane beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "open", "Dialog"), Binding("n", "note", "Note")]
    DEFAULT_CSS = """
    #pane { width: 30; background: #1a1f29; padding: 1; }
    #pane.wide { width: 37; }
    """

    def __init__(self, rows: int = 200) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        yield Header()
        with Horizontal():
            yield LineList(self.rows)
            yield Static("Details 詳細\n\n" + "A note of several lines, with 漢字 in it. " * 4, id="pane")
        yield Footer()

    def action_open(self) -> None:
        self.app.push_screen(Dialog())

    def action_note(self) -> None:
        self.query_one("#pane").toggle_class("wide")


class TableScreen(Screen[None]):
    """A table, whose cursor is a whole row."""

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row", zebra_stripes=True)

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("model", "maker", "note")
        for row in range(60):
            table.add_row(f"model-{row}", MAKERS[row % len(MAKERS)], NOTES[row % len(NOTES)])


class FormScreen(Screen[None]):
    """An input to type into, among wide characters."""

    def compose(self) -> ComposeResult:
        yield Static("名前 — wide 🎨 above")
        yield still(Input("漢字 and e\u0301", select_on_focus=False))
        yield Static("below " * 30)


class _Toy(App[None]):
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "show('list')"),
        Binding("f3", "show('table')"),
        Binding("f4", "show('form')"),
        Binding("f5", "dark"),
        Binding("f6", "toast"),
    ]
    CSS = "Input { height: 3; }"

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.show("list")

    def show(self, name: str) -> None:
        screens = {"list": ListScreen, "table": TableScreen, "form": FormScreen}
        self.switch_screen(screens[name]()) if len(self.screen_stack) > 1 else self.push_screen(screens[name]())

    def action_show(self, name: str) -> None:
        if not isinstance(self.screen, ModalScreen):
            self.show(name)

    def action_toast(self) -> None:
        self.notify("FLUX.2 [klein] is now enabled.", timeout=3600)

    def action_dark(self) -> None:
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"


class PlainToy(_Toy):
    TITLE = "Toy"
    """The toy, drawn by Textual alone."""


class DiffToy(TerminalApp[None], _Toy):
    """The toy, drawn by the layer."""

    TITLE = "Toy"
    CELL_DIFF_VARIABLE = "TOY_CELL_DIFF"


if __name__ == "__main__":
    (PlainToy if sys.argv[1:] == ["plain"] else DiffToy)().run()
