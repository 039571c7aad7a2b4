"""The sea: a low sun, its path on the water, islands and a boat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.generator.preview.curves import Noise, lens, skyline
from imgmodels_tui.generator.preview.scene import Area, Polygon, Shape, Stop, mix, spread
from imgmodels_tui.generator.preview.sky import heavens

if TYPE_CHECKING:
    from random import Random

    from imgmodels_tui.generator.preview.palettes import Palette
    from imgmodels_tui.generator.preview.scene import Point


def sea(rng: Random, palette: Palette) -> list[Shape]:
    """A low sun over water, islands at the horizon, its light broken by waves, one sail."""
    horizon = rng.uniform(0.52, 0.6)
    sun = rng.uniform(0.3, 0.7), horizon - rng.uniform(0.05, 0.14)
    shapes = heavens(rng, palette, sun, rng.uniform(0.06, 0.095))
    for layer in range(2):
        noise = Noise(rng)
        shift = rng.uniform(0, 50)

        def island(x: float, n: Noise = noise, s: float = shift, k: int = layer) -> float:
            return horizon + 0.012 - max(0.0, n.fractal(x * 2.3 + s, 5) - 0.5 + 0.03 * k) * 0.42

        tone = mix(palette.far, palette.sky[2], 0.35 - 0.3 * layer)
        shapes.append(Area(skyline(island, 200, horizon + 0.02), (Stop(0, tone), Stop(1, tone))))
    deep = mix(palette.near, palette.sky[0], 0.45)
    water = ((-0.05, horizon), (1.05, horizon), (1.05, 1.05), (-0.05, 1.05))
    shine = mix(palette.sky[3], palette.sky[2], 0.35)
    shapes.append(Area(water, spread((shine, mix(palette.sky[2], deep, 0.45), deep, palette.near))))
    shapes += waves(rng, palette, horizon, sun[0])
    return shapes + sail(rng, palette, (sun[0] + rng.choice((-1, 1)) * rng.uniform(0.14, 0.24), horizon + 0.05))


def waves(rng: Random, palette: Palette, horizon: float, sun_x: float) -> list[Shape]:
    """Return the dark and light strokes of moving water, with the sun's path at `sun_x`."""
    shapes: list[Shape] = []
    rows = 130
    strokes = (palette.near, 0.22), (palette.near, 0.22), (palette.sky[2], 0.2)
    for row in range(rows):
        near = (row / rows) ** 1.7
        y = horizon + 0.003 + (1.02 - horizon) * near
        wide, thick = 0.02 + 0.12 * near, 0.0008 + 0.0045 * near
        for _ in range(2):
            tone, opacity = rng.choice(strokes)
            shapes.append(Polygon(lens((rng.uniform(-0.1, 1.1), y), wide * rng.uniform(0.5, 2), thick), tone, opacity))
        for _ in range(3):
            x = rng.gauss(sun_x, 0.022 + 0.075 * near)
            glint = wide * rng.uniform(0.15, 0.55)
            shapes.append(Polygon(lens((x, y), glint, thick * 0.9), palette.light, 0.75 - 0.4 * near))
    return shapes


def sail(rng: Random, palette: Palette, place: Point) -> list[Shape]:
    """Return a small boat and what the water mirrors of it."""
    x, y = place
    s = rng.uniform(0.05, 0.075)
    deck, keel = y - 0.1 * s, y + 0.06 * s
    hull = ((x - 0.42 * s, deck), (x + 0.45 * s, deck), (x + 0.28 * s, keel), (x - 0.3 * s, keel))
    main = ((x + 0.02 * s, y - 1.3 * s), (x + 0.45 * s, y - 0.2 * s), (x + 0.02 * s, y - 0.16 * s))
    jib = ((x - 0.03 * s, y - 1.15 * s), (x - 0.03 * s, y - 0.18 * s), (x - 0.36 * s, y - 0.16 * s))
    mirrored = ((x - 0.2 * s, y + 0.1 * s), (x + 0.3 * s, y + 0.1 * s), (x + 0.04 * s, y + 0.8 * s))
    return [
        Polygon(mirrored, palette.near, 0.3),
        Polygon(main, mix(palette.light, palette.accent, 0.12)),
        Polygon(jib, palette.accent),
        Polygon(hull, palette.near),
    ]
