"""Styles by role, taken from the theme, for widgets that draw their own lines.

The roles are component classes; `app.tcss` gives each its look for every theme at once. No role means anything by
its colour alone: a word or a sign always says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

if TYPE_CHECKING:
    from rich.style import Style

ROLES = (
    "dim",
    "faint",
    "strong",
    "accent",
    "on",
    "off",
    "star",
    "premium",
    "deprecated",
    "preview",
    "default",
    "warning",
    "error",
    "done",
    "key",
    "match",
    "bar",
    "eu",
    "fr-1",
    "fr-2",
    "fr-3",
    "us-1",
    "us-2",
)


class Inked(Widget):
    """A widget that draws with the roles above."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"ink--{role}" for role in ROLES}

    def ink(self, role: str | None = None) -> Style:
        """The style of a role on this widget's own background; without a role, that of plain text."""
        if role is None:
            return self.rich_style
        return self.rich_style + self.get_component_rich_style(f"ink--{role}", partial=True)
