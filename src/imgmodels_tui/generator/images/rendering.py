"""A picture as a terminal is sent it: as coloured cells, in kitty's protocol or as sixel, small enough for a far link.

Pure data; screens and the terminal layer write it. Every terminal shows cells of two coloured halves, "▀" over a
background. kitty's protocol takes a PNG and fits it into cells by itself. For sixel a library makes the characters; it
is loaded with the first such picture. An SVG document is shown by the small PNG that it carries.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zlib import crc32

from imgmodels_tui.generator.images.gallery import PictureError

if TYPE_CHECKING:
    from PIL import Image

Colour: TypeAlias = tuple[int, int, int]

CELL_COLOURS = 48
"""Colours to which cells are reduced by default: equal neighbours need not be sent twice over a slow link."""

LARGEST = 64 * 1024
"""Bytes that a picture may take, however large it is shown."""

BYTES_A_CELL = 40
"""Bytes that a picture may take for each cell that it covers: two to four times what half blocks take."""

COLOURS = 128
"""Colours of a PNG."""

SIXEL_COLOURS = 48

_LEAST = 32 * 1024
"""Bytes that any picture may take."""

_CHUNK = 4096
_DEFINED = re.compile(r"#([0-9]+);2;[0-9]+;[0-9]+;[0-9]+")
_BAND = 6
_SMALLEST_SIDE = 16
_BY_BYTES = 0.55
"""The power of the bytes with which the sides of a picture grow, as seen in this program's pictures."""

_LANCZOS = 1
"""Pillow's number for its best filter, known here before Pillow is loaded."""

_LARGEST_SIDE = 2048

RASTER_ID = "imgmodels-preview"
"""The id of the `<metadata>` element in which an SVG document carries a PNG of itself, base64."""

_RASTER = re.compile(rb'<metadata id="imgmodels-preview">([A-Za-z0-9+/=]*)</metadata>')


class Cell(NamedTuple):
    """One character cell: the sRGB colours of its upper and of its lower half."""

    top: Colour
    bottom: Colour


Cells: TypeAlias = tuple[tuple[Cell, ...], ...]
"""Rows of cells, all equally long."""


class Pixels(NamedTuple):
    """What shows a picture with the cursor at its upper left cell, and what takes it away, over so many cells."""

    columns: int
    rows: int
    show: str
    hide: str


def half_blocks(data: bytes, columns: int, rows: int, colours: int | None = CELL_COLOURS) -> Cells:
    """Return the picture `data` (PNG, JPEG, WebP, GIF or this program's SVG) as rows of cells.

    The picture keeps its shape, for half a cell is about square: it is as large as fits into `columns` × `rows`
    and so often narrower or lower than that. `colours` (2 to 256) limits its palette, None leaves it whole.
    Raises `PictureError` for data that cannot be shown. Blocking, some 50 ms for a megapixel.
    """
    columns, rows = max(1, columns), max(1, rows)
    image = _decoded(data, 2 * max(columns, 2 * rows))
    scale = min(columns / image.width, 2 * rows / image.height)
    wide = max(1, min(columns, round(image.width * scale)))
    high = 2 * max(1, min(rows, round(image.height * scale / 2)))
    image = image.resize((wide, high), _LANCZOS)
    if colours is not None:
        image = image.quantize(colours).convert("RGB")
    return _cells(image.tobytes(), wide, high)


def budget(columns: int, rows: int) -> int:
    """Return the bytes that a picture in `columns` × `rows` cells may take."""
    return min(LARGEST, max(_LEAST, BYTES_A_CELL * columns * rows))


def kitty(data: bytes, columns: int, rows: int, cell: tuple[int, int]) -> Pixels:
    """Return the picture `data` for kitty's graphics protocol, as large as fits into `columns` × `rows`.

    `cell` is the width and height of a cell in pixels. Where the picture would take too many bytes it has fewer
    pixels, and the terminal enlarges it. Raises `PictureError`. Blocking, some 100 ms.
    """
    image = _decoded(data, _LARGEST_SIDE)
    size = _fitting(image.size, (columns * cell[0], rows * cell[1]))
    wide, high = (max(1, round(length / side)) for length, side in zip(size, cell, strict=True))
    needed = (min(size[0], image.width), min(size[1], image.height))
    encoded, _ = _within(budget(wide, high), image, needed, lambda part: b64encode(_png(part)))
    name = crc32(encoded) or 1
    show = _chunked(f"a=T,f=100,i={name},p=1,c={wide},r={high},C=1,q=2,", encoded.decode("ascii"))
    return Pixels(wide, high, show, f"\x1b_Ga=d,d=I,i={name},q=2\x1b\\")


def sixel(data: bytes, columns: int, rows: int, cell: tuple[int, int]) -> Pixels:
    """Return the picture `data` as sixel, as large as fits into `columns` × `rows` and its bytes.

    `cell` is the width and height of a cell in pixels. Writing over its cells takes it away. Raises `PictureError`
    and whatever the library raises. Blocking, some 200 ms.
    """
    # The library's widgets query the terminal when they are loaded, but only the program may; its encoder does not.
    from textual_image._sixel import SixelOptions, image_to_sixels  # noqa: PLC0415

    options = SixelOptions(colors=SIXEL_COLOURS, quantize="maxcoverage")

    def encode(part: Image.Image) -> bytes:
        # A colour that was just defined is to be drawn with, but in xterm and WezTerm it is not until it is chosen.
        return _DEFINED.sub(r"\g<0>#\1", image_to_sixels(part, options)).encode("ascii")

    image = _decoded(data, _LARGEST_SIDE)
    size = _fitting(image.size, (columns * cell[0], rows * cell[1]))
    encoded, size = _within(budget(*_covered(size, cell)), image, size, encode, _BAND)
    return Pixels(*_covered(size, cell), encoded.decode("ascii"), "")


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
    lines = [colours[row * wide : (row + 1) * wide] for row in range(high)]
    return tuple(tuple(map(Cell, upper, lower)) for upper, lower in zip(lines[::2], lines[1::2], strict=True))


def _decoded(data: bytes, largest_side: int) -> Image.Image:
    # Pillow takes 30 ms to load, and a start without a picture does without it.
    from imgmodels_tui.generator.images import decode  # noqa: PLC0415

    try:
        return decode.decode(as_raster(data), largest_side)
    except decode.DecodeError as error:
        raise PictureError(f"the picture cannot be shown: {error}") from error


def _fitting(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of the shape of `size` in `room`, in pixels."""
    scale = min(room[0] / size[0], room[1] / size[1])
    return max(1, min(room[0], round(size[0] * scale))), max(1, min(room[1], round(size[1] * scale)))


def _covered(size: tuple[int, int], cell: tuple[int, int]) -> tuple[int, int]:
    """Return the columns and rows that so many pixels cover, if only in part."""
    return math.ceil(size[0] / cell[0]), math.ceil(size[1] / cell[1])


def _within(
    most: int, image: Image.Image, size: tuple[int, int], encode: Callable[[Image.Image], bytes], band: int = 1
) -> tuple[bytes, tuple[int, int]]:
    """Return `image` encoded at `size`, or at the next smaller one that takes at most `most` bytes, and that size.

    The height is a multiple of `band`: terminals fill a band that is not full, which would show in the cells below.
    """
    scale = 1.0
    while True:
        wide, high = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
        high = max(band, high - high % band)
        encoded = encode(image.resize((wide, high), _LANCZOS))
        if len(encoded) <= most or max(wide, high) <= _SMALLEST_SIDE:
            return encoded, (wide, high)
        scale *= min(0.95, max(0.4, (most / len(encoded)) ** _BY_BYTES))


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.quantize(COLOURS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _chunked(keys: str, encoded: str) -> str:
    """Return the commands that send `encoded`, in pieces of the size that the protocol allows."""
    chunks = [encoded[at : at + _CHUNK] for at in range(0, len(encoded), _CHUNK)]
    last = len(chunks) - 1
    return "".join(
        f"\x1b_G{keys if at == 0 else ''}m={int(at != last)};{chunk}\x1b\\" for at, chunk in enumerate(chunks)
    )
