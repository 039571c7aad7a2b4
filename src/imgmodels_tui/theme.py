"""The program's own colours: dark, light, and the terminal's own sixteen.

In the first two, text on its background has a contrast of at least 4.5 to 1. The third leaves every colour to the
terminal, so that it fits whatever palette its user has chosen.
"""

from __future__ import annotations

from textual.theme import Theme

_FLAGS = {
    "flag-eu": "#1d3f94",
    "flag-eu-star": "#ffd23f",
    "flag-fr-blue": "#0033a0",
    "flag-white": "#f4f4f4",
    "flag-red": "#d0202f",
    "flag-us-blue": "#10309c",
}


def _variables(*, dim: str, faint: str, strong: str, star: str, scroll: str) -> dict[str, str]:
    """The colours that only this program's stylesheets name."""
    return {"text-dim": dim, "text-faint": faint, "text-strong": strong, "star": star, "scroll": scroll, **_FLAGS}


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
    variables=_variables(dim="#8f9bab", faint="#7a8696", strong="#f2f5f8", star="#e8c268", scroll="#3a4554"),
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
    variables=_variables(dim="#55606e", faint="#626c78", strong="#0b0f14", star="#7a5200", scroll="#b8b3a8"),
)

_ANSI_VARIABLES = {
    "ansi_default": (
        "text-dim", "text-faint", "text-strong", "ansi-background", "ansi-foreground",
        "border-blurred", "input-cursor-background", "input-cursor-foreground",
    ),
    "ansi_black": ("block-cursor-foreground", "input-selection-foreground", "screen-selection-foreground"),
    "ansi_cyan": ("block-cursor-background", "input-selection-background", "screen-selection-background"),
    "ansi_blue": ("scroll", "flag-eu", "flag-fr-blue", "flag-us-blue"),
    "ansi_yellow": ("star",),
    "ansi_bright_yellow": ("flag-eu-star",),
    "ansi_white": ("flag-white",),
    "ansi_red": ("flag-red",),
    "reverse": ("input-cursor-text-style",),
}  # fmt: skip

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
    variables={name: colour for colour, names in _ANSI_VARIABLES.items() for name in names},
)

THEMES = (DARK, LIGHT, TERMINAL)


def fallbacks(foreground: str, accent: str) -> dict[str, str]:
    """What this program's variables mean in themes that do not know them."""
    return _variables(dim=foreground, faint=foreground, strong=foreground, star=accent, scroll=accent)
