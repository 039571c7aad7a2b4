"""A city: towers behind towers, with lit windows in the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.generator.preview.scene import Area, Polygon, Shape, Stop, mix
from imgmodels_tui.generator.preview.sky import heavens

if TYPE_CHECKING:
    from random import Random

    from imgmodels_tui.generator.preview.palettes import Palette
    from imgmodels_tui.generator.preview.scene import Colour


_LIT = 0.42
"""Share of the windows behind which somebody is still awake."""

_STOREY = 0.019
_RIGHT_EDGE = 1.05


def city(rng: Random, palette: Palette) -> list[Shape]:
    """Blocks behind blocks, lit windows in the nearest, the sun or moon between the towers."""
    sun = rng.uniform(0.25, 0.75), rng.uniform(0.24, 0.4)
    shapes = heavens(rng, palette, sun, rng.uniform(0.06, 0.1))
    for depth, has_windows in ((0.0, False), (0.33, False), (0.67, True), (1.0, True)):
        tone = mix(mix(palette.far, palette.sky[3], 0.3 * (1 - depth)), palette.near, depth**0.8)
        haze = mix(tone, palette.sky[3], 0.45 * (1 - depth))
        x = -0.04 - 0.05 * rng.random()
        while x < _RIGHT_EDGE:
            wide = rng.uniform(0.03, 0.07) * (1 + 0.8 * depth)
            top = 0.86 - rng.uniform(0.06, 0.42 - 0.1 * depth) + 0.1 * depth
            shapes += tower(rng, (x, top, wide), (tone, haze))
            if has_windows:
                shapes += windows(rng, (x, top, wide), palette)
            x += wide + rng.uniform(-0.006, 0.012)
    return shapes


def tower(rng: Random, box: tuple[float, float, float], tones: tuple[Colour, Colour]) -> list[Shape]:
    """Return one building whose left edge, top and width are `box`, some with a mast."""
    x, top, wide = box
    roof, has_mast = rng.choice(((0.0, False), (0.0, False), (0.02, False), (0.05, True)))
    inset = wide * 0.28
    outline = ((x, top), (x + inset, top - roof), (x + wide - inset, top - roof), (x + wide, top))
    shapes: list[Shape] = [
        Area((*outline, (x + wide, 1.05), (x, 1.05)), (Stop(0, tones[0]), Stop(1, tones[1]))),
    ]
    if has_mast:
        mast = x + wide / 2
        shapes.append(Polygon(((mast - 0.0014, top), (mast, top - roof - 0.06), (mast + 0.0014, top)), tones[0]))
    return shapes


def windows(rng: Random, box: tuple[float, float, float], palette: Palette) -> list[Shape]:
    """Return the lit windows of the building `box`."""
    x, top, wide = box
    columns = max(2, int(wide / 0.014))
    step = wide / (columns + 0.4)
    shapes: list[Shape] = []
    for row in range(int((0.95 - top) / _STOREY)):
        for column in range(columns):
            if rng.random() < _LIT:
                left, upper = x + step * (column + 0.45), top + 0.014 + row * _STOREY
                right, lower = left + step * 0.5, upper + 0.0085
                pane = ((left, upper), (right, upper), (right, lower), (left, lower))
                light = mix(palette.accent, palette.light, rng.random())
                shapes.append(Polygon(pane, light, rng.uniform(0.3, 0.95)))
    return shapes
