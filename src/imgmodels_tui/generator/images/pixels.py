"""A picture as a terminal with pixels is sent it: in kitty's protocol or as sixel, small enough for a far link.

Pure data; what is written where is the terminal layer's matter. kitty's protocol takes a PNG and fits it into cells
by itself. For sixel a library makes the characters; it is loaded with the first such picture.
"""

from __future__ import annotations

import math
import re
from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from imgmodels_tui.generator.images.gallery import PictureError
from imgmodels_tui.generator.images.halfblocks import as_raster

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

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


class Pixels(NamedTuple):
    """What shows a picture with the cursor at its upper left cell, and what takes it away, over so many cells."""

    columns: int
    rows: int
    show: str
    hide: str


def budget(columns: int, rows: int) -> int:
    """Return the bytes that a picture in `columns` × `rows` cells may take."""
    return min(LARGEST, max(_LEAST, BYTES_A_CELL * columns * rows))


def kitty(data: bytes, columns: int, rows: int, cell: tuple[int, int]) -> Pixels:
    """Return the picture `data` for kitty's graphics protocol, as large as fits into `columns` × `rows`.

    `cell` is the width and height of a cell in pixels. Where the picture would take too many bytes it has fewer
    pixels, and the terminal enlarges it. Raises `PictureError`. Blocking, some 100 ms.
    """
    image = _decoded(data)
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
    # The library's widgets ask the terminal when they are loaded, which then belongs to the program; its encoder
    # has no such wishes.
    from textual_image._sixel import SixelOptions, image_to_sixels  # noqa: PLC0415

    options = SixelOptions(colors=SIXEL_COLOURS, quantize="maxcoverage")

    def encode(part: Image.Image) -> bytes:
        # A colour that was just defined is to be drawn with, but in xterm and WezTerm it is not until it is chosen.
        return _DEFINED.sub(r"\g<0>#\1", image_to_sixels(part, options)).encode("ascii")

    image = _decoded(data)
    size = _fitting(image.size, (columns * cell[0], rows * cell[1]))
    encoded, size = _within(budget(*_covered(size, cell)), image, size, encode, _BAND)
    return Pixels(*_covered(size, cell), encoded.decode("ascii"), "")


def _decoded(data: bytes) -> Image.Image:
    # Pillow takes 30 ms to load, and a start without a picture does without it.
    from imgmodels_tui.generator.images import decode  # noqa: PLC0415

    try:
        return decode.decode(as_raster(data), _LARGEST_SIDE)
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
