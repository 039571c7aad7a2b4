"""Pictures that lie over cells: when they are shown, shown again, and taken away.

A picture is bytes that no cell can tell. It lies over cells that its widget leaves blank; the screen that is compared
with knows them as covered, and neither writes nor erases nor scrolls them. At each frame this looks at what the
terminal is to show: a picture whose place is in sight as a whole is written after the frame's cells; one that moved,
left, or got something in front of it is taken away before them, and its cells are drawn. Whoever draws into covered
cells damages the picture, which is then written again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textual.css.query import NoMatches
from textual.geometry import Region

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.screen import Screen
    from textual.widget import Widget

    from .screen import TerminalScreen


class Overlay(NamedTuple):
    """A picture over `columns` × `rows` blank cells of a widget, from `offset` within its content.

    `show` draws it with the cursor in its upper left cell; where the cursor is afterwards does not matter. `hide`
    takes it away; it is empty where writing the cells does that.
    """

    columns: int
    rows: int
    show: str
    hide: str = ""
    offset: tuple[int, int] = (0, 0)


class _Place(NamedTuple):
    overlay: Overlay
    region: Region


class Overlays:
    """All pictures of an app: those that were asked for, and those that the terminal shows."""

    def __init__(self) -> None:
        self._laid: dict[Widget, Overlay] = {}
        self._wanted: Mapping[Widget, _Place] = {}
        self._shown: dict[Widget, _Place] = {}
        self.stale = ""
        """What takes away the pictures that are not to be shown but may be."""

    def __bool__(self) -> bool:
        return bool(self._laid or self._shown or self.stale)

    def lay(self, widget: Widget, overlay: Overlay) -> None:
        """Have `overlay` shown over `widget` whenever its place is in sight, from the next frame on."""
        self._laid[widget] = overlay

    def lift(self, widget: Widget) -> None:
        """Have nothing shown over `widget` any more, from the next frame on."""
        self._laid.pop(widget, None)

    def has(self, widget: Widget) -> bool:
        """Return whether a picture was laid over `widget`, in sight or not."""
        return widget in self._laid

    def taken_away(self, terminal: TerminalScreen, screens: Sequence[Screen[Any]]) -> str:
        """Return what to write before the cells of a frame, and have the cells of what goes drawn in it."""
        self._laid = {widget: overlay for widget, overlay in self._laid.items() if widget.is_attached}
        self._wanted = dict(self._in_sight(screens))
        for widget, place in list(self._shown.items()):
            if self._wanted.get(widget) != place:
                terminal.uncover(place.region)
                self.stale += place.overlay.hide
                del self._shown[widget]
        return self.stale

    def laid_over(self, terminal: TerminalScreen) -> str:
        """Return what to write after the cells of a frame."""
        output = []
        for widget, place in self._wanted.items():
            if not (widget in self._shown and terminal.is_covered(place.region)):
                terminal.cover(place.region)
                self._shown[widget] = place
                x, y = place.region.offset
                output.append(f"\x1b7\x1b[{y + 1};{x + 1}H{place.overlay.show}\x1b8")
        return "".join(output)

    def sent(self) -> None:
        """Take note that the terminal got what the last frame returned."""
        self.stale = ""

    def forget(self) -> None:
        """Take nothing for granted about which pictures the terminal shows: it may show any that it ever did."""
        self.stale += "".join(place.overlay.hide for place in self._shown.values())
        self._shown.clear()

    def dropped(self) -> tuple[str, tuple[Widget, ...]]:
        """Give all pictures up; return what takes them away, and the widgets that are to draw cells instead."""
        self.forget()
        stale, widgets = self.stale, tuple(self._laid)
        self._laid.clear()
        self.stale = ""
        return stale, widgets

    def _in_sight(self, screens: Sequence[Screen[Any]]) -> list[tuple[Widget, _Place]]:
        found = []
        for widget, overlay in self._laid.items():
            region = _region(widget, overlay, screens)
            if region is not None:
                found.append((widget, _Place(overlay, region)))
        return found


def _region(widget: Widget, overlay: Overlay, screens: Sequence[Screen[Any]]) -> Region | None:
    """Return where the picture is on the terminal, or None if not all of it is in sight."""
    depth = next((depth for depth, screen in enumerate(screens) if screen is widget.screen), None)
    if depth is None:
        return None
    try:
        at = widget.content_region.offset + overlay.offset
        geometry = widget.screen.find_widget(widget)
    except NoMatches:
        return None
    region = Region(at.x, at.y, overlay.columns, overlay.rows)
    if not geometry.visible_region.contains_region(region) or not widget.screen.region.contains_region(region):
        return None
    covered = _covered(region, widget, screens[depth]) or any(
        not screen.is_modal or _covered(region, screen, screen) for screen in screens[depth + 1 :]
    )
    return None if covered else region


def _covered(region: Region, widget: Widget, screen: Screen[Any]) -> bool:
    """Return whether something stands before `widget` in `region`."""
    # Textual offers no other way to what is in front of what; the widget in front comes first.
    for other, (place, clip) in screen._compositor.visible_widgets.items():  # noqa: SLF001
        if other is widget:
            return False
        if place.intersection(clip).overlaps(region):
            return True
    return True
