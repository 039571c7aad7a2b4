"""Loads a reference image that may be anything, and lets through only an image of sensible size."""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING

from imgmodels_tui.files import Unreadable, read_file
from imgmodels_tui.generator import ReferenceImageError
from imgmodels_tui.generator.engines.interface import Reference
from imgmodels_tui.text import harmless

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes of a reference image's file."""

LARGEST_SIDE = 1024
"""Pixels of the longer side to which a reference image is reduced; engines draw no larger ones."""


def load_reference(path: Path) -> Reference:
    """Return the image at `path`, upright, on white where it is transparent, without its metadata.

    PNG, JPEG, WebP and the first frame of a GIF are understood; links are followed, for the path is the user's
    own. Raises `ReferenceImageError`, one line that names the file and says what to do. Blocking.
    """
    shown = harmless(os.fspath(path), limit=200)
    try:
        data = read_file(path, LARGEST_FILE)
    except Unreadable as error:
        raise ReferenceImageError(f"{shown}: {error}; choose another image file") from error
    if data is None:
        raise ReferenceImageError(f"{shown}: cannot be read: no such file or directory")
    # Pillow takes 30 ms to load; whoever only asks for the limits does without it.
    from imgmodels_tui.generator.images import decode  # noqa: PLC0415

    try:
        image = decode.decode(data, LARGEST_SIDE)
    except decode.DecodeError as error:
        raise ReferenceImageError(f"{shown}: {error}") from error
    return Reference(path.name, _png(image), image.width, image.height)


def _png(image: Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
