"""Mountains, forest and desert: land in layers, paler the farther."""

from __future__ import annotations

from functools import partial
from math import pi, sin
from typing import TYPE_CHECKING

from imgmodels_tui.generator.preview.curves import Noise, skyline
from imgmodels_tui.generator.preview.scene import Area, Glow, Polygon, Shape, Stop, mix
from imgmodels_tui.generator.preview.sky import birds, heavens

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from imgmodels_tui.generator.preview.palettes import Palette
    from imgmodels_tui.generator.preview.scene import Colour, Point


def mountains(rng: Random, palette: Palette) -> list[Shape]:
    """Ridges one behind another, paler the farther, and firs in front."""
    sun = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.36)
    shapes = heavens(rng, palette, sun, rng.uniform(0.045, 0.075))
    layers = 6
    for layer in range(layers):
        depth = layer / (layers - 1)
        noise = Noise(rng)
        tall, base, waves = 0.34 - 0.16 * depth, 0.66 + 0.3 * depth, 1.6 + 1.6 * depth

        def crest(x: float, n: Noise = noise, h: float = tall, b: float = base, w: float = waves) -> float:
            crag = n.fractal(x * w + 5, 6, ridged=True)
            return b - h * crag * (0.45 + 0.55 * crag)

        tone = mix(palette.far, palette.near, 0.88 * depth**1.1)
        haze = mix(tone, palette.sky[3], 0.5 * (1 - depth))
        shapes.append(Area(skyline(crest, 240), (Stop(0, tone), Stop(0.55, haze), Stop(1, haze))))
        if layer == layers // 3:
            shapes += birds(rng, palette, (1 - sun[0], rng.uniform(0.3, 0.4)))
    return shapes + firs(rng, lambda x: 0.97 - 0.03 * sin(x * 5 + sun[0]), palette.near, (0.05, 0.13), 46)


def forest(rng: Random, palette: Palette) -> list[Shape]:
    """Rows of firs that sink into mist towards the light."""
    sun = rng.uniform(0.25, 0.75), rng.uniform(0.22, 0.34)
    shapes = heavens(rng, palette, sun, rng.uniform(0.04, 0.06))
    rows = 6
    mist = mix(palette.sky[3], palette.light, 0.3)
    for row in range(rows):
        depth = row / (rows - 1)
        noise = Noise(rng)
        base = 0.56 + 0.36 * depth

        def ground(x: float, lift: float = 0.0, n: Noise = noise, b: float = base) -> float:
            return b - 0.12 * n.fractal(x * 1.7 + 3, 3) - lift

        tone = mix(mix(palette.far, mist, 0.45), palette.near, depth**0.9)
        tall = 0.06 + 0.3 * depth**1.7
        shapes += firs(rng, ground, tone, (tall * 0.45, tall), round(64 - 34 * depth))
        undergrowth = skyline(partial(ground, lift=0.3 * tall), 60)
        shapes.append(Area(undergrowth, (Stop(0, tone), Stop(1, tone))))
        if row < rows - 1:
            veil = skyline(partial(ground, lift=0.05), 40, base + 0.16)
            shapes.append(Area(veil, (Stop(0, mist, 0), Stop(0.6, mist, 0.5 * (1 - depth)), Stop(1, mist, 0))))
    return [*shapes, Glow(sun, 0.75, palette.light, 0.28)]


def dunes(rng: Random, palette: Palette) -> list[Shape]:
    """Long sand waves, each with a lit and a shaded flank."""
    sun = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.34)
    shapes = heavens(rng, palette, sun, rng.uniform(0.05, 0.08))
    layers = 6
    for layer in range(layers):
        depth = layer / (layers - 1)
        phase, base = rng.uniform(0, 2 * pi), 0.56 + 0.4 * depth
        swell, length = 0.035 + 0.07 * depth, rng.uniform(3, 4.6) / (0.6 + depth)

        def crest(x: float, p: float = phase, b: float = base, s: float = swell, w: float = length) -> float:
            t = x * w + p
            return b - s * (sin(t) + 0.35 * sin(2 * t + 0.6) + 0.12 * sin(5 * t))

        tone = mix(palette.far, palette.near, depth**1.4 * 0.9)
        lit = mix(tone, palette.light, 0.42 - 0.3 * depth)
        shapes.append(
            Area(skyline(crest, 120), (Stop(0, lit), Stop(0.4, tone), Stop(1, mix(tone, palette.near, 0.35))))
        )
        shade = [(x, crest(x)) for x in (i / 120 * 1.1 - 0.05 for i in range(121))]
        drop = [(x - 0.05, y + swell * (0.8 + 0.7 * sin(x * length * 2 + phase))) for x, y in reversed(shade)]
        shapes.append(Polygon((*shade, *drop), mix(tone, palette.near, 0.7), 0.22))
    return shapes


def firs(
    rng: Random, ground: Callable[[float], float], colour: Colour, sizes: tuple[float, float], count: int
) -> list[Shape]:
    """Return `count` firs of heights between `sizes` that stand on `ground(x)`."""
    shapes: list[Shape] = []
    for place in range(count):
        x = (place + rng.random()) / count * 1.1 - 0.05
        tall = rng.uniform(*sizes)
        foot, wide = ground(x) + 0.02, tall * rng.uniform(0.17, 0.23)
        tiers = 9
        right: list[Point] = []
        for tier in range(tiers):
            t = (tier + 1) / tiers
            reach = wide * t**0.85 * rng.uniform(0.8, 1.1)
            right += [(reach, foot - tall * (1 - t)), (reach * 0.55, foot - tall * (1 - t) - tall * 0.012)]
        left = [(-reach * rng.uniform(0.9, 1.05), y) for reach, y in reversed(right)]
        outline = [(0.0, foot - tall), *right, *left]
        shapes.append(Polygon(tuple((x + dx, y) for dx, y in outline), colour))
    return shapes
