"""Reads the updates that Textual's compositor makes. All that is known of their insides is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual._compositor import ChopsUpdate, LayoutUpdate

from .lines import Line, cropped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.segment import Segment
    from textual.screen import Screen


def is_readable(update: object) -> bool:
    """Return whether `pieces_of` knows this kind of update."""
    return isinstance(update, (ChopsUpdate, LayoutUpdate))


def whole(screen: Screen[object]) -> object:
    """Return the update that shows all of `screen`."""
    background = screen.app._background_screens  # noqa: SLF001 - no public name, as with the compositor
    return screen._compositor.render_update(full=True, screen_stack=background)  # noqa: SLF001


def pieces_of(update: object, line: Callable[[Iterable[Segment]], Line]) -> Iterator[tuple[int, int, Line]]:
    """Yield row, column and cells of every piece of the terminal that `update` draws.

    Args:
        update: An update for which `is_readable` is true.
        line: Turns segments into cells.

    """
    if isinstance(update, LayoutUpdate):
        return _whole_rows(update, line)
    return _spans(cast("ChopsUpdate", update), line)


def _whole_rows(update: LayoutUpdate, line: Callable[[Iterable[Segment]], Line]) -> Iterator[tuple[int, int, Line]]:
    column = update.region.x
    for row, strips in enumerate(update.strips, update.region.y):
        yield row, column, line([segment for strip in strips for segment in strip])


def _spans(update: ChopsUpdate, line: Callable[[Iterable[Segment]], Line]) -> Iterator[tuple[int, int, Line]]:
    """Yield what overlaps a span that changed, from the left edge of each strip, as Textual itself writes it."""
    for row, first, last in update.spans:
        for end, (column, strip) in zip(update.chop_ends[row], update.chops[row].items(), strict=False):
            if strip is None or column >= last or end <= first:
                continue
            piece = line(strip)
            if not first <= column < last or end > last:
                piece = cropped(piece, min(end, last) - column)
            yield row, column, piece
