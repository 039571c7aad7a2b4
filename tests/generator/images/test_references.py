"""Reference images: whatever a path leads to, either an image of sensible size or one clear line."""

import os
import re
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imgmodels_tui.generator import ReferenceImageError
from imgmodels_tui.generator.engines.interface import Reference
from imgmodels_tui.generator.images import gallery
from imgmodels_tui.generator.images.decode import LARGEST_PIXELS, LARGEST_WEBP_PIXELS
from imgmodels_tui.generator.images.gallery import load_reference
from tests.generator.conftest import encoded

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HALVES = Image.new("RGB", (60, 30), "red")
HALVES.paste("blue", (30, 0, 60, 30))
GOOD = {
    "PNG": encoded(HALVES),
    "JPEG": encoded(HALVES, "JPEG"),
    "WEBP": encoded(HALVES, "WEBP"),
    "GIF": encoded(HALVES, "GIF", save_all=True, append_images=[Image.new("RGB", (60, 30), "lime")]),
}


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return SIGNATURE + header + b"".join(chunks) + chunk(b"IEND", b"")


BAD = {
    "empty": b"",
    "text": b"this is no image",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "bmp": encoded(HALVES, "BMP"),
    "tiff": encoded(HALVES, "TIFF"),
    "ico": encoded(HALVES, "ICO"),
    "signature only": SIGNATURE,
    "no pixels": png(0, 10),
    "lying header": png(6000, 6000, chunk(b"IDAT", zlib.compress(b"\0" * 100))),
    "bomb": png(100_000, 100_000, chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000))),
    "half a bomb": png(10_000, 10_000),
    "largest header": png(2**31 - 1, 2**31 - 1),
    "text bomb": png(4, 4, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 80_000_000))),
    "no data": png(4, 4),
    "cut png": GOOD["PNG"][:-30],
    "cut jpeg": GOOD["JPEG"][:-200],
    "cut webp": GOOD["WEBP"][:-20],
    "cut gif": GOOD["GIF"][:60],
    "gif of nothing": b"GIF89a\xff\xff\xff\xff\0\0\0",
    "webp of nothing": b"RIFF\xff\xff\xff\xffWEBPVP8 ",
}


def refused(path: Path, capfd: pytest.CaptureFixture[str]) -> str:
    with warnings.catch_warnings(record=True, action="always") as warned:  # noqa: SIM117 - two different things
        with pytest.raises(ReferenceImageError) as error:
            load_reference(path)
    assert warned == []
    message = str(error.value)
    assert message.isprintable()
    assert path.name[:20] in message
    assert capfd.readouterr() == ("", "")
    return message


def shown(reference: Reference) -> Image.Image:
    with Image.open(BytesIO(reference.png)) as image:
        assert image.mode == "RGB"
        assert image.size == (reference.width, reference.height)
        return image.copy()


@pytest.mark.parametrize("kind", GOOD)
def test_each_promised_format_loads(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.of.whatever.name"
    path.write_bytes(GOOD[kind])
    reference = load_reference(path)
    assert (reference.name, reference.width, reference.height) == (path.name, 60, 30)
    left, right = (shown(reference).getpixel((x, 15)) for x in (10, 50))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > right[0], "the first frame, its left half red"
    assert right[2] > 200 > left[2]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_each_way_to_store_pixels_loads(mode: str, tmp_path: Path) -> None:
    image = Image.new(mode, (20, 10), 0x8000 if mode == "I;16" else 0)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    (tmp_path / "image").write_bytes(encoded(image, kind))
    grey = shown(load_reference(tmp_path / "image")).getpixel((3, 3))
    if mode == "I;16":
        assert grey == (128, 128, 128), "16 bits are scaled, not cut off"
    else:
        assert grey in {(0, 0, 0), (255, 255, 255)}


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(encoded(Image.new("RGBA", (4, 4), (255, 0, 0, 0))))
    assert shown(load_reference(tmp_path / "image")).getcolors() == [(16, (255, 255, 255))]


def test_an_image_is_turned_upright_and_loses_its_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    exif[0x010E] = "where I live"
    (tmp_path / "image").write_bytes(encoded(HALVES, "JPEG", exif=exif))
    reference = load_reference(tmp_path / "image")
    assert (reference.width, reference.height) == (30, 60)
    assert b"where I live" not in reference.png
    assert not shown(reference).getexif()


def test_a_large_image_is_reduced(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(encoded(Image.new("L", (3000, 1000))))
    reference = load_reference(tmp_path / "image")
    assert (reference.width, reference.height) == (1024, 341)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_reduced_image_looks_like_the_large_one(mode: str, tmp_path: Path) -> None:
    tile = Image.radial_gradient("L").resize((4500, 2700)).convert(mode)
    (tmp_path / "image").write_bytes(encoded(tile, compress_level=1))
    expected = tile.convert("RGB").resize((1024, 614), Image.Resampling.LANCZOS)
    difference = ImageChops.difference(shown(load_reference(tmp_path / "image")), expected)
    assert max(high for _, high in difference.getextrema()) <= 3  # type: ignore[misc]


@pytest.mark.parametrize("name", BAD)
def test_a_broken_or_hostile_image_is_refused_in_one_line(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "holiday.png"
    path.write_bytes(BAD[name])
    assert ": " in refused(path, capfd)


def test_the_pixel_limit_is_exact(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(encoded(Image.new("L", (20, 10))))
    monkeypatch.setattr("imgmodels_tui.generator.images.decode.LARGEST_PIXELS", 200)
    assert load_reference(path).width == 20
    monkeypatch.setattr("imgmodels_tui.generator.images.decode.LARGEST_PIXELS", 199)
    assert "million pixels: reduce it first" in refused(path, capfd)
    assert LARGEST_PIXELS == 50_000_000


def test_a_webp_may_have_fewer_pixels_than_others_for_each_costs_more_memory(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "image"
    size = (4096, LARGEST_WEBP_PIXELS // 4096 + 1)
    path.write_bytes(encoded(Image.new("L", size)))
    assert load_reference(path).width == 1024
    path.write_bytes(encoded(Image.new("RGB", size), "WEBP", method=0))
    expected = "more than 13 million pixels in a WebP: reduce it first, or convert it to JPEG"
    assert refused(path, capfd) == f"{path}: {expected}"
    path.write_bytes(encoded(Image.new("RGB", (size[0], size[1] - 1)), "WEBP", method=0))
    assert load_reference(path).width == 1024


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(GOOD)),
    cut=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=8),
)
def test_no_damage_gives_anything_but_an_image_or_a_refusal(
    kind: str, cut: float, flips: list[tuple[float, int]]
) -> None:
    data = bytearray(GOOD[kind][: round(len(GOOD[kind]) * cut)])
    for place, bits in flips:
        if data:
            data[int(place * len(data))] ^= bits
    with TemporaryDirectory() as folder:
        path = Path(folder, "image")
        path.write_bytes(data)
        try:
            shown(load_reference(path))
        except ReferenceImageError as error:
            assert str(error).isprintable()  # noqa: PT017 - either outcome is right


def test_a_large_file_is_refused_unread(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(GOOD["PNG"])
    os.truncate(path, gallery.LARGEST_REFERENCE_FILE)
    assert load_reference(path).width == 60, "exactly the limit is allowed"
    os.truncate(path, gallery.LARGEST_REFERENCE_FILE + 1)
    assert "larger than 20 MiB" in refused(path, capfd)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), Path("/dev/tty")):
        assert re.search("not a (regular )?file", refused(path, capfd)) or path.name == "tty"


def test_paths_that_lead_nowhere_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    for name in ("missing", "loop", "x" * 300):
        assert "cannot be read" in refused(tmp_path / name, capfd)
    assert "is a link to a file that does not exist" in refused(tmp_path / "dangling", capfd)
    with pytest.raises(ReferenceImageError, match="cannot be read"):
        load_reference(Path("nul\0byte"))


def test_a_file_that_lies_about_its_size_is_read_no_further_than_the_limit(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "LARGEST_REFERENCE_FILE", 1)
    assert "larger than" in refused(Path("/proc/self/status"), capfd)


def test_a_users_own_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(GOOD["PNG"])
    (tmp_path / "link").symlink_to(tmp_path / "image")
    assert load_reference(tmp_path / "link").width == 60


def test_a_hostile_file_name_is_shown_harmless(tmp_path: Path) -> None:
    path = tmp_path / "\x1b]52;c;aGk=\x07\n\u202egnp.exe"
    path.write_bytes(b"no image")
    with pytest.raises(ReferenceImageError) as error:
        load_reference(path)
    assert str(error.value).isprintable()
    assert "\\x1b]52" in str(error.value)
