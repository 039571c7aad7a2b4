"""Decodes image bytes that may be damaged or hostile, within limits and in silence."""

from __future__ import annotations

import warnings
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_PIXELS = 50_000_000
"""Pixels that a header may announce: a phone's largest photograph, and 200 MB while it is being reduced."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
"""The decoders that are offered the bytes, by Pillow's names; all others stay out of reach."""

# Filters of warnings belong to the whole process: without the lock, two threads that restore them could leave
# the wrong ones behind.
_silence = Lock()


class DecodeError(Exception):
    """The bytes are no usable image; the message is half a line that says what to do."""


def decode(data: bytes, largest_side: int) -> Image.Image:
    """Return `data` as an RGB image, upright, its longer side reduced to `largest_side` if it is longer.

    Of an animation, the first frame; transparent parts become white. Raises `DecodeError`.
    """
    if not data:
        raise DecodeError("empty: choose an image file")
    with _silence, warnings.catch_warnings(action="ignore"):
        try:
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                _check_size(image)
                return _reduced(image, largest_side)
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
    if image.width * image.height > LARGEST_PIXELS:
        raise DecodeError(_too_many_pixels())
    if min(image.size) < 1:
        raise DecodeError("has no pixels: choose another image")


def _too_many_pixels() -> str:
    return f"more than {LARGEST_PIXELS // 10**6} million pixels: reduce it first"


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """Decode, reduce before anything that would copy all pixels, then turn upright and flatten."""
    image.draft("RGB", (side, side))  # lets JPEG decode at a fraction of its size
    if image.mode.startswith("I"):  # 16 bits of grey per pixel; Pillow would cut them off at 255
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode not in {"L", "RGB"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = ImageOps.exif_transpose(image)
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    return image.convert("RGB")
