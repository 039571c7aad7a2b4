"""A picture as a list of shapes, before anybody decided whether it becomes pixels or SVG.

Lengths are fractions of the picture's side, from the top left corner; shapes may reach beyond the edges.
Shapes are painted in order, the first one farthest away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""sRGB, 0 to 255 each."""

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Stop:
    """A colour at one place of a gradient: `offset` 0 is its top, 1 its bottom."""

    offset: float
    colour: Colour
    opacity: float = 1.0


@dataclass(frozen=True)
class Polygon:
    """A closed outline in one colour."""

    points: tuple[Point, ...]
    colour: Colour
    opacity: float = 1.0


@dataclass(frozen=True)
class Area:
    """A closed outline filled with a vertical gradient over its own height."""

    points: tuple[Point, ...]
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Disc:
    """A filled circle."""

    centre: Point
    radius: float
    colour: Colour
    opacity: float = 1.0


@dataclass(frozen=True)
class Glow:
    """Light that fades from `opacity` at its centre to nothing at its radius."""

    centre: Point
    radius: float
    colour: Colour
    opacity: float = 1.0


Shape: TypeAlias = Polygon | Area | Disc | Glow


@dataclass(frozen=True)
class Scene:
    """A background gradient that fills the picture, and the shapes on it."""

    sky: tuple[Stop, ...]
    shapes: tuple[Shape, ...]


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with `share` (0 to 1) of it replaced by `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def spread(colours: tuple[Colour, ...]) -> tuple[Stop, ...]:
    """Return a gradient through `colours`, evenly spaced from top to bottom."""
    return tuple(Stop(place / (len(colours) - 1), colour) for place, colour in enumerate(colours))
