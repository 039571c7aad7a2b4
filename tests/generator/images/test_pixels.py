"""A picture in a terminal's pixels: its shape is kept, its bytes are bounded, and what is sent can be read back."""

import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgmodels_tui.generator.engines.interface import Request
from imgmodels_tui.generator.images.gallery import PictureError
from imgmodels_tui.generator.images.rendering import BYTES_A_CELL, LARGEST, SIXEL_COLOURS, Pixels, budget, kitty, sixel
from tests.generator.conftest import RASTER, VECTOR, draw, encoded

Show = Callable[[bytes, int, int, tuple[int, int]], Pixels]

CELL = (10, 20)
BOTH = pytest.mark.parametrize("show", [kitty, sixel])
COMMAND = re.compile(r"\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\")
SIXEL = re.compile(r'\x1bP0;[01];0q"1;1;(\d+);(\d+)([^\x1b]*)\x1b\\')
NOISY = Image.effect_noise((700, 700), 200).convert("RGB")


def sent(picture: Pixels) -> Image.Image:
    """The PNG in kitty's commands."""
    data = "".join(payload for _, payload in COMMAND.findall(picture.show))
    return Image.open(BytesIO(b64decode(data)))


@BOTH
@pytest.mark.parametrize("room", [(31, 17), (44, 24), (72, 36), (180, 48)], ids=str)
@pytest.mark.parametrize("prompt", ["a city in the rain at night", "a lighthouse at dusk"])
def test_a_drawing_takes_few_bytes_for_a_far_link(show: Show, room: tuple[int, int], prompt: str) -> None:
    picture = show(draw(Request(prompt, RASTER, 1)).data, *room, CELL)
    assert len(picture.show) <= budget(*room) * 1.02 <= 67_000  # 2 % of it are kitty's commands around the data
    assert picture.rows >= room[1] // 2  # and it is not small for that


@BOTH
@pytest.mark.parametrize("room", [(4, 2), (72, 36), (180, 48)], ids=str)
def test_not_even_noise_takes_more(show: Show, room: tuple[int, int]) -> None:
    assert len(show(encoded(NOISY), *room, CELL).show) <= budget(*room) * 1.02


def test_the_bytes_follow_the_size_within_bounds() -> None:
    assert budget(1, 1) == 32 * 1024
    assert budget(40, 30) == BYTES_A_CELL * 1200
    assert budget(400, 100) == LARGEST == 64 * 1024


@BOTH
@settings(max_examples=40, deadline=None)
@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    room=st.tuples(st.integers(1, 60), st.integers(1, 30)),
    cell=st.tuples(st.integers(4, 20), st.integers(6, 40)),
)
def test_a_picture_fits_into_its_cells(
    show: Show, size: tuple[int, int], room: tuple[int, int], cell: tuple[int, int]
) -> None:
    picture = show(encoded(Image.new("RGB", size, "teal")), *room, cell)
    assert 1 <= picture.columns <= room[0]
    assert 1 <= picture.rows <= room[1]


def test_kitty_is_sent_a_png_in_the_pieces_that_its_protocol_allows() -> None:
    picture = kitty(encoded(NOISY), 40, 20, CELL)
    commands = COMMAND.findall(picture.show)
    first = dict(pair.split("=") for pair in commands[0][0].split(","))
    assert {key: first[key] for key in "afCqcr"} == {"a": "T", "f": "100", "C": "1", "q": "2", "c": "40", "r": "20"}
    assert [keys for keys, _ in commands[1:]] == ["m=1"] * (len(commands) - 2) + ["m=0"]
    assert all(len(payload) <= 4096 for _, payload in commands)
    assert all(len(payload) % 4 == 0 for _, payload in commands)
    assert picture.hide == f"\x1b_Ga=d,d=I,i={first['i']},q=2\x1b\\"
    assert sent(picture).format == "PNG"


def test_a_small_picture_is_enlarged_by_the_terminal_and_not_before_it_is_sent() -> None:
    picture = kitty(encoded(Image.new("RGB", (8, 8), "teal")), 40, 20, CELL)
    assert (picture.columns, picture.rows) == (40, 20)
    assert sent(picture).size == (8, 8)
    assert len(picture.show) < 300


def test_two_pictures_have_two_names_and_one_has_the_same_again() -> None:
    one, other = encoded(Image.new("RGB", (8, 8), "teal")), encoded(Image.new("RGB", (8, 8), "red"))
    assert kitty(one, 9, 9, CELL).hide == kitty(one, 9, 9, CELL).hide != kitty(other, 9, 9, CELL).hide


def test_sixel_has_few_colours_whole_bands_and_the_size_that_it_says() -> None:
    picture = sixel(draw(Request("a city at sunset", RASTER, 1)).data, 40, 20, CELL)
    found = SIXEL.fullmatch(picture.show)
    assert found
    wide, high = int(found[1]), int(found[2])
    assert high % 6 == 0
    assert -(-wide // CELL[0]) == picture.columns
    assert -(-high // CELL[1]) == picture.rows
    assert found[3].rstrip("-").count("-") == high // 6 - 1
    assert len(set(re.findall(r"#(\d+);2;", found[3]))) <= SIXEL_COLOURS == 48
    defined = re.findall(r"#(\d+);2;\d+;\d+;\d+#(\d+)", found[3])  # not every terminal chooses what it defines
    assert len(defined) == found[3].count(";2;")
    assert all(one == other for one, other in defined)
    assert picture.hide == ""


@BOTH
def test_a_vector_picture_is_shown_by_the_raster_it_carries(show: Show) -> None:
    assert show(draw(Request("a sea at night", VECTOR, 1)).data, 20, 10, CELL)[:2] == (20, 10)


@BOTH
@pytest.mark.parametrize("data", [b"", b"noise", b"<svg></svg>", b"\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_shown_is_refused(show: Show, data: bytes) -> None:
    with pytest.raises(PictureError):
        show(data, 10, 10, CELL)


LOADED = """
import sys
from imgmodels_tui.generator.images import rendering
from imgmodels_tui.screens.generator import picture as picture_view
def loaded(): print(*sorted({name.partition(".")[0] for name in sys.modules} & {"PIL", "textual_image"}))
loaded()
data = sys.stdin.buffer.read()
rendering.kitty(data, 4, 2, (10, 20)); loaded()
rendering.sixel(data, 4, 2, (10, 20)); loaded()
"""


def test_the_library_is_loaded_by_the_first_sixel_and_pillow_by_the_first_picture() -> None:
    data = encoded(Image.new("RGB", (8, 8), "teal"))
    run = subprocess.run([sys.executable, "-c", LOADED], input=data, capture_output=True, check=True, timeout=60)
    assert run.stdout.decode() == "\nPIL\nPIL textual_image\n"
