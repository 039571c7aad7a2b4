"""From any style to any other, the control sequence leaves the terminal with the other one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style

from imgmodels_tui.terminal.styles import DEFAULT_STYLE, StyleTable, erases_with_background

COLORS = st.sampled_from([None, "default", "red", "bright_blue", "color(123)", "#123456", "#ffb454"])
FLAGS = ["bold", "dim", "italic", "underline", "blink", "blink2", "reverse", "conceal", "strike"]
FLAGS += ["underline2", "frame", "encircle", "overline"]
styles = st.builds(
    lambda color, bgcolor, flags, link: Style(color=color, bgcolor=bgcolor, link=link) + Style.parse(flags),
    COLORS,
    COLORS,
    st.lists(st.sampled_from(FLAGS), unique=True, max_size=4).map(" ".join),
    st.sampled_from([None, "https://example.org/"]),
)
ENDS = {"22": "12", "23": "3", "24": "4", "25": "56", "27": "7", "28": "8", "29": "9"}


class Sgr:
    """The state of a terminal's SGR attributes and hyperlink."""

    def __init__(self) -> None:
        self.attributes: set[str] = set()
        self.colors = ["39", "49"]
        self.link = ""

    def feed(self, data: str) -> None:
        for found in re.finditer(r"\x1b\]8;(?P<link>[^\x1b]*)\x1b\\|\x1b\[(?P<sgr>[0-9;]*)m", data):
            if found["link"] is not None:
                self.link = found["link"].partition(";")[2]
            else:
                self.set(found["sgr"].split(";"))

    def set(self, parameters: list[str]) -> None:
        while parameters:
            first = parameters.pop(0)
            if first in {"", "0"}:
                self.attributes, self.colors = set(), ["39", "49"]
            elif first in ENDS:
                self.attributes -= set(ENDS[first])
            elif len(first) == 1 or first in {"21", "51", "52", "53"}:
                self.attributes.add(first)
            else:
                rest = 0 if first not in {"38", "48"} else 2 if parameters[0] == "5" else 4
                color = ";".join([first, *parameters[:rest]])
                del parameters[:rest]
                self.colors[first[0] not in "39"] = color


@given(st.lists(styles, min_size=1, max_size=6), st.sampled_from(list(ColorSystem)[:3]))
def test_any_path_of_styles_ends_at_the_last(path: list[Style], colors: ColorSystem) -> None:
    table = StyleTable(colors, erases_with_background=True)
    terminal, current = Sgr(), DEFAULT_STYLE
    for style in path:
        # A style keeps the codes it was first asked for, in whichever color system.
        fresh = style.copy()
        terminal.feed(table.sequence(current, table.id_of(fresh)))
        current = table.id_of(fresh)
        expected = Sgr()
        expected.feed(fresh.render("#", color_system=colors).split("#")[0])
        assert (terminal.attributes, terminal.colors) == (expected.attributes, expected.colors)
        assert terminal.link == (style.link or "")
    terminal.feed(table.sequence(current, DEFAULT_STYLE))
    assert (terminal.attributes, terminal.colors, terminal.link) == (set(), ["39", "49"], "")


def test_only_what_differs_is_sent() -> None:
    table = StyleTable(ColorSystem.TRUECOLOR, erases_with_background=True)
    name = table.id_of(Style.parse("bold #e6e1cf on #0f1419"))
    maker = table.id_of(Style.parse("#7fd962 on #0f1419"))
    assert table.sequence(name, maker) == "\x1b[22;38;2;127;217;98m"
    assert table.sequence(maker, name) == "\x1b[1;38;2;230;225;207m"
    assert table.sequence(maker, DEFAULT_STYLE) == "\x1b[m"


def test_styles_that_draw_alike_share_an_id() -> None:
    table = StyleTable(ColorSystem.TRUECOLOR, erases_with_background=True)
    assert table.id_of(Style.parse("red")) == table.id_of(Style.parse("red") + Style.from_meta({"offset": (1, 2)}))
    assert table.id_of(Style.parse("default on default")) == table.id_of(None) == DEFAULT_STYLE


@pytest.mark.parametrize(
    ("environ", "erases"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "screen-256color"}, False),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, True),  # noqa: S108
        ({"TERM": "vt100"}, False),
        ({}, False),
    ],
)
def test_an_unknown_terminal_is_not_trusted_to_erase_with_a_background(
    environ: dict[str, str], *, erases: bool
) -> None:
    assert erases_with_background(environ) is erases
