"""The program's own colours: dark, light, and the terminal's own sixteen.

In the first two, text on its background has a contrast of at least 4.5 to 1. The third leaves every colour to the
terminal, so that it fits whatever palette its user has chosen.
"""

from __future__ import annotations

from textual.theme import Theme

_FLAGS = {
    "flag-eu": "#1d3f94",
    "flag-eu-star": "#ffd23f",
    "flag-fr-blue": "#2c4fa3",
    "flag-white": "#f4f4f4",
    "flag-red": "#d8334a",
    "flag-us-blue": "#2f3f7f",
}

DARK = Theme(
    name="imgmodels-dark",
    primary="#7aa2f7",
    secondary="#bb9af7",
    accent="#5fd0c5",
    warning="#f0b866",
    error="#f28779",
    success="#8fd694",
    foreground="#d5dbe3",
    background="#11151a",
    surface="#171c23",
    panel="#1e252e",
    dark=True,
    variables={
        "text-dim": "#8f9bab",
        "text-faint": "#7a8696",
        "text-strong": "#f2f5f8",
        "star": "#e8c268",
        "scroll": "#3a4554",
        **_FLAGS,
    },
)

LIGHT = Theme(
    name="imgmodels-light",
    primary="#2f5bb7",
    secondary="#7847bd",
    accent="#00706a",
    warning="#8a5a00",
    error="#b3261e",
    success="#1c6b2a",
    foreground="#1f2630",
    background="#fbfaf7",
    surface="#f2f0eb",
    panel="#e6e3dc",
    dark=False,
    variables={
        "text-dim": "#55606e",
        "text-faint": "#626c78",
        "text-strong": "#0b0f14",
        "star": "#7a5200",
        "scroll": "#b8b3a8",
        **_FLAGS,
    },
)

TERMINAL = Theme(
    name="imgmodels-terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_magenta",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "text-dim": "ansi_default",
        "text-faint": "ansi_default",
        "text-strong": "ansi_default",
        "star": "ansi_yellow",
        "scroll": "ansi_blue",
        "flag-eu": "ansi_blue",
        "flag-eu-star": "ansi_bright_yellow",
        "flag-fr-blue": "ansi_blue",
        "flag-white": "ansi_white",
        "flag-red": "ansi_red",
        "flag-us-blue": "ansi_blue",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_cyan",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
    },
)

THEMES = (DARK, LIGHT, TERMINAL)


def fallbacks(foreground: str, accent: str) -> dict[str, str]:
    """What this program's variables mean in themes that do not know them."""
    return {
        "text-dim": foreground,
        "text-faint": foreground,
        "text-strong": foreground,
        "star": accent,
        "scroll": accent,
        **_FLAGS,
    }
