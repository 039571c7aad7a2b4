"""An abstract: bands that follow an invisible current."""

from __future__ import annotations

from math import exp, pi, sin
from typing import TYPE_CHECKING

from imgmodels_tui.generator.preview.curves import flow, ribbon
from imgmodels_tui.generator.preview.scene import Area, Disc, Glow, Polygon, Shape, mix, spread

if TYPE_CHECKING:
    from random import Random

    from imgmodels_tui.generator.preview.palettes import Palette


def ribbons(rng: Random, palette: Palette) -> list[Shape]:
    """Bands that follow an invisible current around one bright disc."""
    colours = palette.all
    centre = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.6)
    ground = ((-0.05, -0.05), (1.05, -0.05), (1.05, 1.05), (-0.05, 1.05))
    shapes: list[Shape] = [
        Area(ground, spread((colours[0], mix(colours[0], colours[2], 0.5), colours[1]))),
        Glow(centre, 0.62, palette.accent, 0.5),
        Disc(centre, rng.uniform(0.12, 0.18), palette.light),
    ]
    a, b, c = (rng.uniform(0, 2 * pi) for _ in range(3))
    lean = rng.uniform(-0.6, 0.6)

    def angle(x: float, y: float) -> float:
        return lean + 1.1 * sin(3.1 * x + a) + 0.9 * sin(4.3 * y + b) + 0.5 * sin(5 * (x + y) + c)

    count = 230
    for band in range(count):
        start = rng.uniform(-0.2, 1), rng.uniform(-0.1, 1.1)
        path = flow(start, angle, rng.randint(18, 44), 0.016)
        near = band / count
        tone = mix(rng.choice(colours), rng.choice(colours), rng.random() * 0.5)
        # Bands grow finer and brighter towards the front, so that the last ones read as light.
        wide = 0.05 * exp(-2.6 * near) * rng.uniform(0.5, 1.2)
        shapes.append(Polygon(ribbon(path, wide), mix(tone, palette.light, 0.25 * near), 0.55 + 0.3 * near))
    return shapes
