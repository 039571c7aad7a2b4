"""What hangs above the land: sun or moon, stars, clouds, birds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.generator.preview.curves import lens
from imgmodels_tui.generator.preview.scene import Disc, Glow, Polygon, Shape, mix

if TYPE_CHECKING:
    from random import Random

    from imgmodels_tui.generator.preview.palettes import Palette
    from imgmodels_tui.generator.preview.scene import Point

_BRIGHT_STAR = 0.0014
"""Radius from which on a star has a halo."""


def heavens(rng: Random, palette: Palette, sun: Point, radius: float) -> list[Shape]:
    """Return everything far above the horizon, with the sun or moon at `sun`."""
    shapes: list[Shape] = []
    if palette.stars:
        shapes += stars(rng, palette)
    shapes += [
        Glow(sun, radius * 9, mix(palette.light, palette.sky[3], 0.6), 0.55),
        Glow(sun, radius * 3.2, palette.light, 0.6),
        Disc(sun, radius, palette.light),
    ]
    if palette.stars:
        shapes += craters(rng, palette, sun, radius)
    return shapes + clouds(rng, palette)


def stars(rng: Random, palette: Palette) -> list[Shape]:
    """Return stars, denser towards the top, a few of them with a halo."""
    shapes: list[Shape] = []
    for _ in range(170):
        place = rng.random(), 0.6 * rng.random() ** 1.5
        size = 0.0005 + 0.0016 * rng.random() ** 4
        shapes.append(Disc(place, size, palette.light, 0.35 + 0.6 * rng.random()))
        if size > _BRIGHT_STAR:
            shapes.append(Glow(place, size * 8, palette.light, 0.35))
    return shapes


def craters(rng: Random, palette: Palette, moon: Point, radius: float) -> list[Shape]:
    """Return the grey plains of a moon."""
    tone = mix(palette.light, palette.sky[2], 0.35)
    shapes: list[Shape] = []
    for _ in range(5):
        size = radius * rng.uniform(0.08, 0.3)
        place = moon[0] + radius * rng.uniform(-0.55, 0.55), moon[1] + radius * rng.uniform(-0.5, 0.5)
        shapes.append(Disc(place, size, tone, 0.25))
    return shapes


def clouds(rng: Random, palette: Palette) -> list[Shape]:
    """Return a few banks of thin cloud, each a stack of lenses with a lit upper side."""
    shapes: list[Shape] = []
    for _ in range(rng.randint(2, 4)):
        centre = rng.uniform(-0.1, 1.1), rng.uniform(0.08, 0.42)
        lit = mix(palette.sky[3], palette.light, 0.5)
        for _ in range(rng.randint(5, 9)):
            wide = rng.uniform(0.06, 0.24)
            place = centre[0] + rng.gauss(0, 0.09), centre[1] + rng.gauss(0, 0.014)
            thick = wide * rng.uniform(0.025, 0.06)
            shapes += [
                Polygon(lens(place, wide, thick), lit, 0.16),
                Polygon(lens((place[0], place[1] + thick * 0.5), wide * 0.9, thick * 0.6), palette.sky[1], 0.12),
            ]
    return shapes


def birds(rng: Random, palette: Palette, around: Point) -> list[Shape]:
    """Return a loose flock of far birds."""
    shapes: list[Shape] = []
    for _ in range(rng.randint(4, 8)):
        x, y = around[0] + rng.gauss(0, 0.06), around[1] + rng.gauss(0, 0.025)
        span = rng.uniform(0.006, 0.013)
        lift = span * rng.uniform(0.35, 0.7)
        wings = (
            (x - span, y - lift * 0.6),
            (x - span * 0.45, y - lift),
            (x, y),
            (x + span * 0.45, y - lift),
            (x + span, y - lift * 0.6),
            (x + span * 0.45, y - lift * 0.75),
            (x, y + span * 0.22),
            (x - span * 0.45, y - lift * 0.75),
        )
        shapes.append(Polygon(wings, palette.near, 0.85))
    return shapes
