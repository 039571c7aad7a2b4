"""Signs and styles by role, for widgets that draw their own lines.

No role means anything by its colour alone: a word or a sign always means the same. The roles are resolved here, not by
component classes in the stylesheet: those would be matched again for every widget at every change of style, which
took a third of the program's start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.style import Style
from textual.app import App, ReturnType
from textual.binding import Binding
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor
from textual.message_pump import MessagePump
from textual.widget import Widget

from imgmodels_tui.widgets.glyphs import AsciiOnly, Glyphs, Harmless


class _Look(NamedTuple):
    """How a role is drawn; the colours are names of the theme's variables."""

    colour: str | None = None
    background: str | None = None
    bold: bool = False
    underline: bool = False

    def style(self, variables: Mapping[str, str]) -> Style:
        colour, background = (
            None if name is None else Color.parse(variables[name]).rich_color for name in (self.colour, self.background)
        )
        return Style(color=colour, bgcolor=background, bold=self.bold or None, underline=self.underline or None)


_LOOKS: Mapping[str, _Look] = {
    "dim": _Look("text-dim"),
    "faint": _Look("text-faint"),
    "strong": _Look("text-strong", bold=True),
    "accent": _Look("accent", bold=True),
    "on": _Look("success"),
    "off": _Look("text-dim"),
    "star": _Look("star"),
    "premium": _Look("star"),
    "deprecated": _Look("error"),
    "retired": _Look("error", bold=True),
    "forbidden": _Look("error"),
    "preview": _Look("secondary"),
    "default": _Look("accent"),
    "warning": _Look("warning", bold=True),
    "error": _Look("error", bold=True),
    "done": _Look("success", bold=True),
    "key": _Look("accent", bold=True),
    "match": _Look(bold=True, underline=True),
    "bar": _Look("scroll"),
    "eu": _Look("flag-eu-star", "flag-eu"),
    "fr-1": _Look("flag-white", "flag-fr-blue", bold=True),
    "fr-2": _Look("flag-fr-blue", "flag-white", bold=True),
    "fr-3": _Look(None, "flag-red"),
    "us-1": _Look("flag-white", "flag-us-blue", bold=True),
    "us-2": _Look("flag-red", "flag-white"),
}

_KEY_NAMES = {
    "comma": ",", "enter": "enter", "escape": "esc", "space": "space", "tab": "tab", "up": "↑", "down": "↓",
    "pageup": "pgup", "pagedown": "pgdn", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip

# The same ones at each frame: a line remembers what a filter made of it, and is not filtered again.
_HARMLESS, _NO_COLOR, _ASCII_ONLY = Harmless(), NoColor(), AsciiOnly()


class ThemedApp(App[ReturnType]):
    """An app that says which signs its widgets draw with, and keeps what it sends to what the terminal can show."""

    glyphs: Glyphs

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing to act on; no colours, not even greys, where NO_COLOR is set; ASCII where the locale ends there."""
        filters: list[LineFilter] = [_HARMLESS]
        filters += [_NO_COLOR if isinstance(each, Monochrome) else each for each in super().get_line_filters()]
        return [*filters, _ASCII_ONLY] if self.glyphs.is_ascii else filters

    def get_key_display(self, binding: Binding) -> str:
        """Keys as words or characters; arrows and symbols for enter or tab are missing in many fonts."""
        if binding.key_display or binding.key in _KEY_NAMES:
            return binding.key_display or _KEY_NAMES[binding.key]
        return binding.key if "+" in binding.key else super().get_key_display(binding)


def glyphs_of(node: MessagePump) -> Glyphs:
    """The signs of the app that a widget or screen belongs to. Raises `TypeError` in an app that has none."""
    app = node.app
    if not isinstance(app, ThemedApp):
        raise TypeError(f"{type(app).__name__} is no ThemedApp")
    return app.glyphs


class ThemedWidget(Widget):
    """A widget that draws with the app's signs and with the roles above."""

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return glyphs_of(self)

    _role_styles: dict[str | None, Style]
    _themed_with: Mapping[str, str] | None = None

    def style_for(self, role: str | None = None) -> Style:
        """The style of a role on this widget's own background; without a role, that of plain text."""
        variables = self.app.theme_variables
        if variables is not self._themed_with:
            self._role_styles, self._themed_with = {}, variables
        style = self._role_styles.get(role)
        if style is None:
            style = self.rich_style
            if role is not None:
                style += _LOOKS[role].style(variables)
            self._role_styles[role] = style
        return style

    def notify_style_update(self) -> None:
        """Forget the styles: the background may be another one."""
        self._themed_with = None
        super().notify_style_update()
