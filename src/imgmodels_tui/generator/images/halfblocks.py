"""A picture reduced to what every terminal can show: cells of two coloured halves, "▀" over a background.

Pure data; a screen turns it into styled text. An SVG document is shown by the small PNG that it carries.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import NamedTuple, TypeAlias

from imgmodels_tui.generator.images.gallery import PictureError

Colour: TypeAlias = tuple[int, int, int]

COLOURS = 48
"""Colours to which a picture is reduced by default: equal neighbours need not be sent twice over a slow link."""


RASTER_ID = "imgmodels-preview"
"""The id of the `<metadata>` element in which an SVG document carries a PNG of itself, base64."""

_RASTER = re.compile(rb'<metadata id="imgmodels-preview">([A-Za-z0-9+/=]*)</metadata>')


class Cell(NamedTuple):
    """One character cell: the sRGB colours of its upper and of its lower half."""

    top: Colour
    bottom: Colour


Cells: TypeAlias = tuple[tuple[Cell, ...], ...]
"""Rows of cells, all equally long."""


def half_blocks(data: bytes, columns: int, rows: int, colours: int | None = COLOURS) -> Cells:
    """Return the picture `data` (PNG, JPEG, WebP, GIF or this program's SVG) as rows of cells.

    The picture keeps its shape, for half a cell is about square: it is as large as fits into `columns` × `rows`
    and so often narrower or lower than that. `colours` (2 to 256) limits its palette, None leaves it whole.
    Raises `PictureError` for data that cannot be shown. Blocking, some 50 ms for a megapixel.
    """
    # Pillow takes 30 ms to load, and a start without a picture does without it.
    from PIL import Image  # noqa: PLC0415

    from imgmodels_tui.generator.images import decode  # noqa: PLC0415

    columns, rows = max(1, columns), max(1, rows)
    try:
        image = decode.decode(as_raster(data), 2 * max(columns, 2 * rows))
    except decode.DecodeError as error:
        raise PictureError(f"the picture cannot be shown: {error}") from error
    scale = min(columns / image.width, 2 * rows / image.height)
    wide = max(1, min(columns, round(image.width * scale)))
    high = 2 * max(1, min(rows, round(image.height * scale / 2)))
    image = image.resize((wide, high), Image.Resampling.LANCZOS)
    if colours is not None:
        image = image.quantize(colours, dither=Image.Dither.NONE).convert("RGB")
    return _cells(image.tobytes(), wide, high)


def as_raster(data: bytes) -> bytes:
    """Return image data that has pixels: of an SVG document the PNG inside it, of anything else `data` itself.

    Raises `PictureError` for an SVG document without one.
    """
    if not data.lstrip()[:5].startswith((b"<?xml", b"<svg")):
        return data
    found = _RASTER.search(data)
    try:
        raster = b64decode(found[1], validate=True) if found else None
    except ValueError:
        raster = None
    if raster is None:
        raise PictureError("this vector picture has no preview for a terminal: open its file in a browser")
    return raster


def _cells(pixels: bytes, wide: int, high: int) -> Cells:
    """Pair each even row of RGB `pixels` with the odd one below it."""
    colours = list(zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True))
    return tuple(
        tuple(
            Cell(top, bottom)
            for top, bottom in zip(
                colours[row * wide : (row + 1) * wide], colours[(row + 1) * wide : (row + 2) * wide], strict=True
            )
        )
        for row in range(0, high, 2)
    )
