"""The program's own colours, dark and light. Contrast of text on its background is at least 4.5 to 1."""

from __future__ import annotations

from textual.theme import Theme

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
    },
)

THEMES = (DARK, LIGHT)
