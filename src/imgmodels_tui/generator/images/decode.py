"""Decodes image bytes that may be damaged or hostile, within limits and in silence."""

from __future__ import annotations

import contextlib
import struct
import warnings
import zlib
from collections.abc import Callable
from io import BytesIO
from threading import Lock
from typing import TypeVar

from PIL import Image, ImageMath, ImageOps, UnidentifiedImageError

LARGEST_PIXELS = 50_000_000
"""Pixels that a header may announce: a phone's largest photograph.

Decoding takes up to 5 bytes of memory for each of them, so that the whole program stays below 300 MiB.
"""

LARGEST_WEBP_PIXELS = 13_000_000
"""The same for a WebP, each pixel of which takes 16 to 20 bytes: a phone's usual photograph."""

LONGEST_SIDE = 65_535
"""Pixels of a side: what a JPEG can have; each row of a decoded image costs memory of its own."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
"""The decoders that are offered the bytes, by Pillow's names; all others stay out of reach."""

_TILE_PIXELS = 1_000_000

END_OF_PNG = b"\0\0\0\0IEND\xaeB`\x82"
"""The last part of every whole PNG."""

PNG = b"\x89PNG\r\n\x1a\n"
_REMARKS = {b"iCCP", b"tEXt", b"zTXt", b"iTXt"}
_LONGEST_REMARK = 256 * 1024

_APP1 = "Raw profile type APP1"
_ORIENTATIONS = ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif", _APP1)
"""By which of an image's remarks Pillow knows how it is to be turned: of Exif, of XMP, of ImageMagick."""

_Used = TypeVar("_Used")

# Filters of warnings belong to the whole process: without the lock, two threads that restore them could leave
# the wrong ones behind.
_silence = Lock()


class DecodeError(Exception):
    """The bytes are no usable image; the message is half a line that says what to do."""


def decode(data: bytes, largest_side: int) -> Image.Image:
    """Return `data` as an RGB image, upright, its longer side reduced to `largest_side` if it is longer.

    Of an animation, the first frame; transparent parts become white. Raises `DecodeError`.
    """
    return _with_image(data, lambda image: _reduced(image, largest_side))


def size_of(data: bytes) -> tuple[int, int]:
    """Return width and height of an image, all of which could be decoded. Raises `DecodeError`."""

    def loaded_size(image: Image.Image) -> tuple[int, int]:
        image.load()
        return image.size

    return _with_image(data, loaded_size)


def _with_image(data: bytes, use: Callable[[Image.Image], _Used]) -> _Used:
    """Return what `use` makes of an image. Raises `DecodeError`, whatever goes wrong."""
    if not data:
        raise DecodeError("empty: choose an image file")
    with _silence, warnings.catch_warnings(action="ignore"):
        try:
            with Image.open(BytesIO(without_remarks(data)), formats=FORMATS) as image:
                _check_size(image)
                return use(image)
        except DecodeError:
            raise
        except UnidentifiedImageError as error:
            raise DecodeError("not a PNG, JPEG, WebP or GIF image: convert it to one of these") from error
        except Image.DecompressionBombError as error:
            raise DecodeError(_too_many_pixels()) from error
        except MemoryError as error:
            raise DecodeError("too large for this machine's memory: reduce it first") from error
        except Exception as error:
            # Decoders of damaged files raise whatever they trip over: struct, zlib, index and type errors too.
            raise DecodeError("damaged or cut short: save the image again, or choose another") from error


def _check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > LARGEST_PIXELS:
        raise DecodeError(_too_many_pixels())
    if max(image.size) > LONGEST_SIDE:
        raise DecodeError(f"a side of more than {LONGEST_SIDE} pixels: reduce it first")
    if image.format == "WEBP" and pixels > LARGEST_WEBP_PIXELS:
        most = LARGEST_WEBP_PIXELS // 10**6
        raise DecodeError(f"more than {most} million pixels in a WebP: reduce it first, or convert it to JPEG")
    if min(image.size) < 1:
        raise DecodeError("has no pixels: choose another image")


def _too_many_pixels() -> str:
    return f"more than {LARGEST_PIXELS // 10**6} million pixels: reduce it first"


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """Decode, reduce, then turn upright and flatten."""
    image.draft("RGB", (side, side))  # lets JPEG decode at a fraction of its size
    small = _in_tiles(image, max(1, max(image.size) // (2 * side)))
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    with contextlib.suppress(Exception):  # a broken remark on how it is to be turned leaves it as it is
        small = ImageOps.exif_transpose(small)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    return small.convert("RGB")


def _in_tiles(image: Image.Image, factor: int) -> Image.Image:
    """Return `image` as RGB or RGBA, each side divided by `factor`, its orientation kept.

    Whatever copies pixels does so to a tile at a time, in either direction: an image of the largest size, and of
    whatever shape, is big enough once.
    """
    mode = "RGBA" if image.has_transparency_data else "RGB"
    small = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    width = min(image.width, factor * max(1, _TILE_PIXELS // factor**2))
    height = factor * max(1, _TILE_PIXELS // (width * factor))
    for top in range(0, image.height, height):
        for left in range(0, image.width, width):
            tile = image.crop((left, top, min(image.width, left + width), min(image.height, top + height)))
            if tile.mode.startswith("I"):
                tile = _from_16_bits(tile, image.info.get("transparency"))
            small.paste(tile.convert(mode).reduce(factor), (left // factor, top // factor))
    small.info.update({key: image.info[key] for key in _ORIENTATIONS if key in image.info})
    if _APP1 in small.info:  # another name of the same
        small.info.setdefault("Raw profile type exif", small.info[_APP1])
    return small


def _from_16_bits(tile: Image.Image, transparent: int | None) -> Image.Image:
    """Return 16 bits of grey per pixel, which Pillow would cut off at 255, as 8; `transparent` is the value of none."""
    tile = tile.convert("I")
    grey = tile.point(lambda value: value * (1 / 256)).convert("L")
    if transparent is None:
        return grey
    is_seen = ImageMath.lambda_eval(lambda a: a["convert"](a["notequal"](a["tile"], transparent) * 255, "L"), tile=tile)
    return Image.merge("LA", (grey, is_seen))


def without_remarks(data: bytes) -> bytes:
    """Return a PNG without profiles and texts, which can be larger than the image and are of no use here.

    What says how the image is to be turned stays. Of what is no PNG, or is cut short, all stays.
    """
    if not data.startswith(PNG):
        return data
    at, kept = len(PNG), [PNG]
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if kind not in _REMARKS or _turns(kind, chunk[8:-4]):
            kept.append(chunk)
        if chunk == END_OF_PNG:
            return b"".join(kept)  # what follows belongs to no image
        at += 12 + length
    return b"".join([*kept, data[at:]])


def _turns(kind: bytes, body: bytes) -> bool:
    """Whether a text of a PNG can say how the image is to be turned, and is not too long for that."""
    keyword, _, rest = body.partition(b"\0")
    if kind == b"iCCP" or keyword.decode("latin-1") not in _ORIENTATIONS or len(body) > _LONGEST_REMARK:
        return False
    packed = {b"zTXt": rest[1:], b"iTXt": rest[2:].split(b"\0", 2)[-1] if rest[:1] == b"\1" else b""}.get(kind, b"")
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed, _LONGEST_REMARK)
    except zlib.error:
        return False
    return not unpacker.unconsumed_tail
