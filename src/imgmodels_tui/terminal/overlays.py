"""Pictures over cells: when they are shown, shown again, and removed.

A picture is bytes that cells cannot represent. It is over cells that its widget leaves blank; `TerminalScreen` marks
them as covered, and neither writes nor erases nor scrolls them. At each frame this looks at what the terminal is to
show: a picture whose region is visible as a whole is written after the frame's cells. One that moved, was removed, or
got something in front of it is removed before them, and its cells are drawn. A frame that draws into covered cells
damages the picture, which is then written again. It relies on private parts of Textual.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.css.query import NoMatches
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

if TYPE_CHECKING:
    from .screen import TerminalScreen


class _Overlay(NamedTuple):
    region: Region
    """First within the content of the widget, then on the terminal."""
    show: str
    hide: str


class Overlays:
    """All pictures of an app: those that were added, and those that the terminal shows."""

    def __init__(self) -> None:
        self._added: dict[Widget, _Overlay] = {}
        self._wanted: dict[Widget, _Overlay] = {}
        self._shown: dict[Widget, _Overlay] = {}
        self.stale = ""
        """What removes the pictures that are not to be shown but may be."""

    def __bool__(self) -> bool:
        return bool(self._added or self._shown or self.stale)

    def add(
        self, widget: Widget, columns: int, rows: int, show: str, hide: str, offset: tuple[int, int] = (0, 0)
    ) -> None:
        """Show a picture over `columns` × `rows` blank cells of `widget`, from `offset` within its content.

        `show` draws it with the cursor in its upper left cell; where the cursor is afterwards does not matter. `hide`
        removes it; it is empty where writing the cells does that. It stays until it is removed, its widget is, or
        frames are no longer sent as changed cells. Then `has` is false and the widget is refreshed, so that it draws
        something else.
        """
        self._added[widget] = _Overlay(Region(*offset, columns, rows), show, hide)
        widget.refresh()

    def remove(self, widget: Widget) -> None:
        """Remove the picture over `widget`, if there is one, from the next frame on."""
        if self._added.pop(widget, None) is not None:
            widget.refresh()

    def has(self, widget: Widget) -> bool:
        """Return whether `widget` is to leave the cells of its picture blank."""
        return widget in self._added

    def before_cells(self, terminal: TerminalScreen, screens: Sequence[Screen[Any]]) -> str:
        """Return what to write before the cells of a frame, and have the cells of removed pictures drawn in it."""
        self._added = {widget: overlay for widget, overlay in self._added.items() if widget.is_attached}
        self._wanted = {}
        for widget, overlay in self._added.items():
            region = _visible_region(widget, overlay.region, screens)
            if region is not None:
                self._wanted[widget] = overlay._replace(region=region)
        for widget, overlay in list(self._shown.items()):
            if self._wanted.get(widget) != overlay:
                terminal.uncover(overlay.region)
                self.stale += overlay.hide
                del self._shown[widget]
        return self.stale

    def after_cells(self, terminal: TerminalScreen) -> str:
        """Return what to write after the cells of a frame."""
        output = []
        for widget, overlay in self._wanted.items():
            if not (widget in self._shown and terminal.is_covered(overlay.region)):
                terminal.cover(overlay.region)
                self._shown[widget] = overlay
                x, y = overlay.region.offset
                output.append(f"\x1b7\x1b[{y + 1};{x + 1}H{overlay.show}\x1b8")
        return "".join(output)

    def sent(self) -> None:
        """Note that the terminal got what the last frame returned."""
        self.stale = ""

    def forget(self) -> None:
        """Assume nothing about which pictures the terminal shows: it may show any that it ever did."""
        self.stale += "".join(overlay.hide for overlay in self._shown.values())
        self._shown.clear()

    def drop(self) -> None:
        """Give up all pictures; their widgets draw cells instead."""
        self.forget()
        for widget in list(self._added):
            self.remove(widget)


def _visible_region(widget: Widget, within: Region, screens: Sequence[Screen[Any]]) -> Region | None:
    """Return the region of the terminal that is `within` the content of `widget`, or None if not all is visible."""
    depth = next((depth for depth, screen in enumerate(screens) if screen is widget.screen), None)
    if depth is None:
        return None
    try:
        region = within.translate(widget.content_region.offset)
        geometry = widget.screen.find_widget(widget)
    except NoMatches:
        return None
    if not geometry.visible_region.contains_region(region) or not widget.screen.region.contains_region(region):
        return None
    covered = _covered(region, widget, screens[depth]) or any(
        not screen.is_modal or _covered(region, screen, screen) for screen in screens[depth + 1 :]
    )
    return None if covered else region


def _covered(region: Region, widget: Widget, screen: Screen[Any]) -> bool:
    """Return whether something is in front of `widget` in `region`."""
    # Textual offers no other way to what is in front of what; the widget in front comes first.
    for other, (place, clip) in screen._compositor.visible_widgets.items():
        if other is widget:
            return False
        if place.intersection(clip).overlaps(region):
            return True
    return True
