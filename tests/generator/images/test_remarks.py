"""What an image says beside its pixels: large or broken remarks do no harm, and turned images are turned back."""

import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from imgmodels_tui.generator.images.decode import decode

WIDE = Image.new("RGB", (40, 20), "red")
LARGE = 3 * 1024 * 1024
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def with_chunk(kind: bytes, body: bytes, png: bytes | None = None) -> bytes:
    """A PNG with one more chunk, right behind its header."""
    png = png or saved(WIDE)
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return png[:33] + chunk + png[33:]


def with_text(add: Callable[[PngInfo], None]) -> bytes:
    texts = PngInfo()
    add(texts)
    return saved(WIDE, pnginfo=texts)


def exif() -> bytes:
    """Exif by which an image is to be turned by a quarter."""
    found = Image.Exif()
    found[0x112] = 6
    return found.tobytes()


def imagemagicks(name: str) -> bytes:
    """The same as ImageMagick writes it."""
    digits = exif().hex()
    lines = [digits[start : start + 72] for start in range(0, len(digits), 72)]
    text = "\n".join(["", "exif", f"{len(exif()):8}", *lines, ""])
    return with_chunk(b"zTXt", name.encode() + b"\0\0" + zlib.compress(text.encode()))


@pytest.mark.parametrize(
    "data",
    [
        saved(WIDE, icc_profile=os.urandom(LARGE)),
        saved(WIDE, icc_profile=bytes(LARGE)),
        with_text(lambda texts: texts.add_text("Comment", "x" * LARGE, zip=True)),
        with_text(lambda texts: texts.add_itxt("Comment", "x" * LARGE, zip=True)),
        with_text(lambda texts: texts.add_itxt("XML:com.adobe.xmp", "x" * LARGE, zip=True)),
        with_chunk(b"zTXt", b"Raw profile type exif\0\0no zlib"),
        with_chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\n\n\nno digits")),
        with_chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"),
        with_chunk(b"eXIf", b"no exif"),
        with_chunk(b"iTXt", b""),
    ],
    ids=range(10),
)
def test_a_large_or_broken_remark_is_no_damage(data: bytes) -> None:
    image = decode(data, 64)
    assert (image.size, image.getpixel((0, 0))) == ((40, 20), (255, 0, 0))


@pytest.mark.parametrize(
    "data",
    [
        saved(WIDE, exif=exif()),
        saved(WIDE, "JPEG", exif=exif()),
        saved(WIDE, "JPEG", xmp=XMP),
        saved(WIDE, "WEBP", xmp=XMP),
        with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP)),
        imagemagicks("Raw profile type exif"),
        imagemagicks("Raw profile type APP1"),
    ],
    ids=range(8),
)
def test_an_image_is_turned_as_it_says_wherever_it_says_so(data: bytes) -> None:
    assert decode(data, 64).size == (20, 40)


def test_a_transparent_value_of_16_bits_is_transparent() -> None:
    grey = Image.new("I;16", (40, 20), 1000)
    grey.putpixel((0, 0), 40_000)
    image = decode(with_chunk(b"tRNS", struct.pack(">H", 1000), saved(grey)), 64)
    assert image.getpixel((20, 10)) == (255, 255, 255)
    assert image.getpixel((0, 0)) == (156, 156, 156)
