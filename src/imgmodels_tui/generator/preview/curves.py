"""Outlines that look grown rather than drawn: ridges, ribbons and lenses."""

from __future__ import annotations

from math import cos, floor, hypot, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from imgmodels_tui.generator.preview.scene import Point

_TABLE = 256


class Noise:
    """Smooth one-dimensional value noise: the same x always gives the same value, from 0 to 1."""

    def __init__(self, rng: Random) -> None:
        self._values = [rng.random() for _ in range(_TABLE)]

    def at(self, x: float) -> float:
        """Return the noise at `x`, with one new random value per unit of x."""
        cell = floor(x)
        t = x - cell
        low, high = self._values[cell % _TABLE], self._values[(cell + 1) % _TABLE]
        return low + (high - low) * t * t * (3 - 2 * t)

    def fractal(self, x: float, octaves: int, *, ridged: bool = False) -> float:
        """Return octaves of noise added up, 0 to 1; `ridged` folds them into sharp crests."""
        total, weight, norm = 0.0, 1.0, 0.0
        for octave in range(octaves):
            value = self.at(x * 2**octave + 37.7 * octave)
            total += weight * (1 - abs(2 * value - 1) if ridged else value)
            norm += weight
            weight *= 0.5
        return total / norm


def skyline(height_at: Callable[[float], float], steps: int, bottom: float = 1.05) -> tuple[Point, ...]:
    """Return the closed outline of land whose upper edge is y = `height_at(x)`, filled down to `bottom`."""
    edge = [(x, height_at(x)) for x in (step / steps * 1.1 - 0.05 for step in range(steps + 1))]
    return (*edge, (1.05, bottom), (-0.05, bottom))


def lens(centre: Point, half_width: float, half_height: float, steps: int = 14) -> tuple[Point, ...]:
    """Return a thin shape that tapers to a point on the left and on the right."""
    x, y = centre
    xs = [step / steps * 2 - 1 for step in range(steps + 1)]
    upper = [(x + half_width * at, y - half_height * cos(at * pi / 2)) for at in xs]
    lower = [(x + half_width * at, y + half_height * cos(at * pi / 2)) for at in reversed(xs[1:-1])]
    return (*upper, *lower)


def ribbon(path: Sequence[Point], width: float) -> tuple[Point, ...]:
    """Return the outline of a band along `path` that is `width` wide in its middle and tapers to its ends."""
    left: list[Point] = []
    right: list[Point] = []
    for place, (x, y) in enumerate(path):
        before, after = path[max(0, place - 1)], path[min(len(path) - 1, place + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = hypot(dx, dy) or 1.0
        half = width / 2 * max(0.0, sin(pi * place / (len(path) - 1))) ** 0.7
        left.append((x - dy / length * half, y + dx / length * half))
        right.append((x + dy / length * half, y - dx / length * half))
    return (*left, *reversed(right))


def flow(start: Point, angle_at: Callable[[float, float], float], steps: int, stride: float) -> list[Point]:
    """Return the path of a particle that drifts from `start` through a field of directions in radians."""
    x, y = start
    path = [(x, y)]
    for _ in range(steps):
        angle = angle_at(x, y)
        x, y = x + cos(angle) * stride, y + sin(angle) * stride
        path.append((x, y))
    return path
