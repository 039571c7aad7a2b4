"""A picture in terminal cells: its shape is kept, its colours are few."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgmodels_tui.generator.engines.interface import Request
from imgmodels_tui.generator.images.gallery import PictureError
from imgmodels_tui.generator.images.rendering import as_raster, half_blocks
from tests.generator.conftest import RASTER, VECTOR, draw, encoded


@settings(max_examples=80, deadline=None)
@given(size=st.tuples(st.integers(1, 300), st.integers(1, 300)), columns=st.integers(-1, 200), rows=st.integers(-1, 80))
def test_a_picture_fits_and_keeps_its_shape(size: tuple[int, int], columns: int, rows: int) -> None:
    cells = half_blocks(encoded(Image.new("L", size)), columns, rows)
    wide, high = len(cells[0]), len(cells)
    assert {len(row) for row in cells} == {wide}
    assert 1 <= wide <= max(1, columns)
    assert 1 <= high <= max(1, rows)
    scale = min(max(1, columns) / size[0], 2 * max(1, rows) / size[1])
    assert abs(wide - size[0] * scale) <= 1
    assert abs(2 * high - size[1] * scale) <= 2


def test_each_cell_has_the_colour_above_over_the_colour_below() -> None:
    image = Image.new("RGB", (2, 4), "red")
    image.putpixel((1, 0), (0, 0, 255))
    image.putpixel((0, 3), (0, 255, 0))
    red, blue, green = (255, 0, 0), (0, 0, 255), (0, 255, 0)
    assert half_blocks(encoded(image), 2, 2, None) == (((red, red), (blue, red)), ((red, green), (red, red)))


@pytest.mark.parametrize("colours", [2, 16, 48])
def test_the_palette_is_limited(colours: int) -> None:
    picture = draw(Request("a city at sunset", RASTER, 1))

    def used(limit: int | None) -> int:
        return len({half for row in half_blocks(picture.data, 60, 30, limit) for cell in row for half in cell})

    assert used(colours) <= colours < used(None)


def test_a_vector_picture_is_shown_by_the_raster_it_carries() -> None:
    picture = draw(Request("a sea at night", VECTOR, 1))
    cells = half_blocks(picture.data, 20, 10)
    assert (len(cells[0]), len(cells)) == (20, 10)
    assert len({cell for row in cells for cell in row}) > 10
    assert as_raster(picture.data).startswith(b"\x89PNG")


def test_data_with_pixels_is_its_own_raster() -> None:
    data = encoded(Image.new("L", (1, 1)))
    assert as_raster(data) is data


@pytest.mark.parametrize("data", [b"", b"noise", b"<svg></svg>", b"<?xml version='1.0'?><svg/>", b"\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_shown_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(PictureError) as error:
        half_blocks(data, 10, 10)
    assert str(error.value).isprintable()


def test_a_vector_picture_with_a_hostile_raster_is_refused() -> None:
    with pytest.raises(PictureError, match="cannot be shown"):
        half_blocks(b'<svg><metadata id="imgmodels-preview">AAAA</metadata></svg>', 10, 10)
