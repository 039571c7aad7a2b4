"""A scene as pixels, by Pillow alone: drawn at twice the size and halved, which smooths every edge."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imgmodels_tui.generator.preview.scene import Area, Disc, Glow, Polygon

if TYPE_CHECKING:
    from random import Random

    from imgmodels_tui.generator.engines.progress import Watch
    from imgmodels_tui.generator.preview.scene import Colour, Point, Scene, Shape, Stop

_OVERSAMPLING = 2
_GRADIENT_STEPS = 256
_GRAIN_TILE = 256
_GRAIN = 5
_RIM = 180
"""Value of Pillow's radial gradient where its circle touches the square; its corners have 255."""


def draw_scene(scene: Scene, size: int, watch: Watch) -> Image.Image:
    """Return `scene` as an RGB image of `size` × `size` pixels."""
    side = size * _OVERSAMPLING
    canvas = _gradient(scene.sky, (side, side))
    for place, shape in enumerate(scene.shapes):
        watch.at(place / len(scene.shapes))
        paint(canvas, shape, side)
    return canvas.reduce(_OVERSAMPLING)


def finish(image: Image.Image, rng: Random, watch: Watch) -> Image.Image:
    """Return `image` with a little bloom, darker corners and film grain, which also hides gradient bands."""
    size = image.width
    small = image.resize((max(1, size // 8),) * 2, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(size / 160))
    bloom = small.resize((size, size), Image.Resampling.BICUBIC)
    image = Image.blend(image, ImageChops.screen(image, bloom), 0.22)
    watch.at(0.4)
    corners = Image.radial_gradient("L").resize((size, size)).point(lambda value: max(0, value - 120) * 0.55)
    image.paste((0, 0, 0), mask=corners)
    watch.at(0.7)
    return ImageChops.add(image, _grain(size, rng), offset=-(_GRAIN // 2))


def paint(canvas: Image.Image, shape: Shape, side: int) -> None:
    """Paint one shape onto `canvas`, whose unit of length is `side` pixels."""
    match shape:
        case Polygon(points, colour, opacity):
            ImageDraw.Draw(canvas, "RGBA").polygon(_scaled(points, side), (*colour, round(255 * opacity)))
        case Disc((x, y), radius, colour, opacity):
            box = tuple(value * side for value in (x - radius, y - radius, x + radius, y + radius))
            ImageDraw.Draw(canvas, "RGBA").ellipse(box, (*colour, round(255 * opacity)))
        case Glow((x, y), radius, colour, opacity):
            reach = max(1, round(radius * side))
            light = Image.radial_gradient("L").point(lambda value: opacity * 255 * max(0, 1 - value / _RIM) ** 2)
            mask = light.resize((2 * reach, 2 * reach), Image.Resampling.BILINEAR)
            canvas.paste(colour, (round(x * side) - reach, round(y * side) - reach), mask)
        case Area(points, stops):
            _paint_area(canvas, _scaled(points, side), stops)


def _paint_area(canvas: Image.Image, points: list[Point], stops: tuple[Stop, ...]) -> None:
    """Fill an outline with a gradient, working only on the part of the canvas that it covers."""
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    left, right = max(0, int(min(x for x, _ in points))), min(canvas.width, int(max(x for x, _ in points)) + 1)
    upper, lower = max(0, int(top)), min(canvas.height, int(bottom) + 1)
    if right <= left or lower <= upper:
        return
    mask = Image.new("L", (right - left, lower - upper))
    ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in points], 255)
    tall = max(1, round(bottom - top))
    part = (0, upper - int(top), right - left, lower - int(top))
    if any(stop.opacity < 1 for stop in stops):
        opacity = [round(255 * _between(stops, row / tall)[1]) for row in range(part[1], part[3])]
        column = Image.frombytes("L", (1, len(opacity)), bytes(opacity))
        mask = ImageChops.multiply(mask, column.resize(mask.size))
    colours = b"".join(bytes(_between(stops, row / tall)[0]) for row in range(part[1], part[3]))
    fill = Image.frombytes("RGB", (1, part[3] - part[1]), colours).resize(mask.size)
    canvas.paste(fill, (left, upper), mask)


def _between(stops: tuple[Stop, ...], at: float) -> tuple[Colour, float]:
    """Return colour and opacity of a gradient at `at`, 0 to 1."""
    for low, high in pairwise(stops):
        if at <= high.offset:
            share = max(0.0, (at - low.offset) / ((high.offset - low.offset) or 1))
            red, green, blue = (round(a + (b - a) * share) for a, b in zip(low.colour, high.colour, strict=True))
            return (red, green, blue), low.opacity + (high.opacity - low.opacity) * share
    return stops[-1].colour, stops[-1].opacity


def _gradient(stops: tuple[Stop, ...], size: tuple[int, int]) -> Image.Image:
    rows = b"".join(bytes(_between(stops, row / (size[1] - 1))[0]) for row in range(size[1]))
    return Image.frombytes("RGB", (1, size[1]), rows).resize(size)


def _grain(size: int, rng: Random) -> Image.Image:
    """Return faint noise, 0 to `_GRAIN` per pixel, tiled from one small square."""
    noise = bytes(value % (_GRAIN + 1) for value in rng.randbytes(_GRAIN_TILE * _GRAIN_TILE))
    tile = Image.frombytes("L", (_GRAIN_TILE, _GRAIN_TILE), noise)
    whole = Image.new("L", (size, size))
    for x in range(0, size, _GRAIN_TILE):
        for y in range(0, size, _GRAIN_TILE):
            whole.paste(tile, (x, y))
    return Image.merge("RGB", (whole, whole, whole))


def _scaled(points: tuple[Point, ...], side: int) -> list[Point]:
    return [(x * side, y * side) for x, y in points]
