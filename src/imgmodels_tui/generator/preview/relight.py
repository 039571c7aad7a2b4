"""A picture made from a reference image: its shapes stay, its light and colours become those of the prompt."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter, ImageOps

from imgmodels_tui.generator.preview.palettes import brightness
from imgmodels_tui.generator.preview.raster import paint
from imgmodels_tui.generator.preview.ribbons import ribbons
from imgmodels_tui.generator.preview.scene import Glow, Polygon

if TYPE_CHECKING:
    from random import Random

    from imgmodels_tui.generator.engines.interface import Reference
    from imgmodels_tui.generator.engines.progress import Watch
    from imgmodels_tui.generator.preview.palettes import Palette

_TONES = 7
_KEPT_COLOUR = 0.3
_RIBBON_OPACITY = 0.4


def relight(reference: Reference, palette: Palette, size: int, rng: Random, watch: Watch) -> Image.Image:
    """Return the reference, cropped to a square of `size` pixels, redrawn in the colours of `palette`.

    Its tones are gathered into a few flat ones and mapped to the palette from dark to light, its edges drawn
    over, and in its dark parts a current of ribbons shows through, chosen by chance.
    """
    with Image.open(BytesIO(reference.png), formats=("PNG",)) as image:
        square = ImageOps.fit(image.convert("RGB"), (size, size), Image.Resampling.LANCZOS)
    watch.at(0.15)
    tones = ImageOps.autocontrast(square.convert("L"), cutoff=1)
    # The median of the halved image is as smooth, and quick enough for a cancellation to be noticed.
    smooth = tones.resize((max(1, size // 2),) * 2).filter(ImageFilter.MedianFilter(3)).resize((size, size))
    watch.at(0.3)
    painted = _mapped(_posterised(smooth), palette)
    painted = Image.blend(painted, square, _KEPT_COLOUR)
    watch.at(0.4)
    painted = _with_ribbons(painted, ImageOps.invert(smooth), palette, rng, watch)
    edges = smooth.filter(ImageFilter.FIND_EDGES).filter(ImageFilter.GaussianBlur(size / 1400))
    painted.paste(palette.all[0], mask=edges.point(lambda value: min(190, value * 3)))
    watch.at(0.95)
    painted = ImageOps.autocontrast(painted, cutoff=0.5, preserve_tone=True)
    paint(painted, Glow((rng.uniform(0.1, 0.9), 0.05), 0.9, palette.light, 0.35), size)
    return painted


def _posterised(tones: Image.Image) -> Image.Image:
    """Return `tones` in a few flat steps with soft borders, as a brush would lay them."""
    step = 255 / (_TONES - 1)
    flat = tones.point(lambda value: round(value / step) * step)
    return Image.blend(tones, flat, 0.7)


def _mapped(tones: Image.Image, palette: Palette) -> Image.Image:
    """Return `tones` in the palette's colours, dark to dark and light to light."""
    colours = palette.all
    low, high = brightness(colours[0]), brightness(colours[-1])
    places = [(brightness(colour) - low) / (high - low) for colour in colours]
    table: list[list[int]] = [[], [], []]
    for value in range(256):
        at = value / 255
        upper = next(place for place, where in enumerate(places) if where >= at - 1e-9)
        lower = max(0, upper - 1)
        share = (at - places[lower]) / ((places[upper] - places[lower]) or 1)
        for channel, column in enumerate(table):
            a, b = colours[lower][channel], colours[upper][channel]
            column.append(round(a + (b - a) * share))
    return Image.merge("RGB", [tones.point(column) for column in table])


def _with_ribbons(image: Image.Image, where: Image.Image, palette: Palette, rng: Random, watch: Watch) -> Image.Image:
    """Return `image` with ribbons over it, strongest where `where` is white."""
    size = image.width
    layer = image.resize((2 * size, 2 * size))
    bands = [shape for shape in ribbons(rng, palette) if isinstance(shape, Polygon)]
    for place, band in enumerate(bands):
        paint(layer, band, 2 * size)
        watch.at(0.4 + 0.5 * place / len(bands))
    mask = ImageChops.multiply(where, where).point(lambda value: value * _RIBBON_OPACITY)
    image.paste(layer.reduce(2), mask=mask)
    return image
