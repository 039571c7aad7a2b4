"""What can be relied upon in a terminal, as far as its environment tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_BACKGROUND_ERASE: Final = (
    "alacritty", "contour", "foot", "ghostty", "iterm", "kitty", "konsole", "linux", "mintty",
    "rxvt", "st-", "tmux", "vte", "wezterm", "xterm",
)  # fmt: skip
"""Beginnings of the values of TERM whose terminals fill what they erase with the current background color.

tmux does so since version 2.4, although its terminfo entry does not tell. GNU screen does not, unless configured.
"""


def erases_with_background(environ: Mapping[str, str]) -> bool:
    """Return whether erased cells take the current background color; an unknown terminal is taken not to."""
    return "TMUX" in environ or environ.get("TERM", "").startswith(_BACKGROUND_ERASE)
