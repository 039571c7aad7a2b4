"""The embedded engine: repeatable, labelled, interruptible."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageStat

from imgmodels_tui.generator.embedded import EmbeddedEngine
from imgmodels_tui.generator.engines.interface import SEED_LIMIT, CancelCheck, Engine, MediaType, Request
from imgmodels_tui.generator.errors import Cancelled, ReferenceImageError
from imgmodels_tui.generator.preview import compose, label
from imgmodels_tui.generator.preview.palettes import PALETTES

from .conftest import PROMPTS, RASTER, VECTOR, draw, pixels, reference

if TYPE_CHECKING:
    from imgmodels_tui.catalog import Model

SEEDS = st.integers(0, SEED_LIMIT - 1)
QUICK = settings(max_examples=25, deadline=None)
SPLIT = Image.new("RGB", (90, 60), "black")
SPLIT.paste("white", (45, 0, 90, 60))


def above_the_strip(image: Image.Image) -> Image.Image:
    return image.crop((0, 0, image.width, image.height - label.strip_height(image.height)))


def light(image: Image.Image) -> float:
    return float(ImageStat.Stat(image.convert("L")).mean[0])


def test_it_is_an_engine() -> None:
    engine: Engine = EmbeddedEngine()
    assert engine.label == "local preview"


@QUICK
@given(prompt=PROMPTS, seed=SEEDS, model=st.sampled_from([RASTER, VECTOR]))
def test_the_same_request_gives_the_same_bytes(prompt: str, seed: int, model: Model) -> None:
    request = Request(prompt, model, seed)
    assert draw(request) == draw(request)


DIGEST = """
from hashlib import sha256
from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.generator.embedded import EmbeddedEngine
from imgmodels_tui.generator.engines.interface import Request
for name in ("flux-2-pro", "recraft-v3-svg"):
    request = Request("abstract", load_catalog().models[name], 1)
    picture = EmbeddedEngine(64).generate(request, progress=lambda _: None, cancelled=lambda: False)
    print(sha256(picture.data).hexdigest())
"""


def test_another_process_draws_the_same_bytes() -> None:
    drawn = [
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert len(set(drawn[0].split())) == 2
    assert drawn[0] == drawn[1]


@QUICK
@given(prompt=PROMPTS, seeds=st.lists(SEEDS, min_size=2, max_size=2, unique=True))
def test_another_seed_gives_another_picture(prompt: str, seeds: list[int]) -> None:
    one, other = (above_the_strip(pixels(draw(Request(prompt, RASTER, seed)))) for seed in seeds)
    assert ImageChops.difference(one, other).getbbox() is not None


def test_another_model_or_prompt_gives_another_picture() -> None:
    asked = [("a boat", RASTER), ("a ship", RASTER), ("a boat", RASTER.replace(id="flux-9"))]
    drawn = {above_the_strip(pixels(draw(Request(prompt, model, 1)))).tobytes() for prompt, model in asked}
    assert len(drawn) == len(asked)


@QUICK
@given(prompt=PROMPTS)
def test_any_prompt_becomes_a_png_of_the_size_asked_for(prompt: str) -> None:
    picture = draw(Request(prompt, RASTER, 3))
    assert picture.media_type is MediaType.PNG
    assert pixels(picture).size == (picture.width, picture.height) == (64, 64)


def test_the_standard_picture_has_the_resolution_that_prices_are_for() -> None:
    picture = EmbeddedEngine().generate(
        Request("a lighthouse", RASTER, 1), progress=lambda _: None, cancelled=lambda: False
    )
    assert pixels(picture).size == (1024, 1024)


@pytest.mark.parametrize("subject", ["city", "mountain", "forest", "dunes", "sea", "abstract"])
@pytest.mark.parametrize("light_word", ["sunset", "night"])
def test_every_subject_can_be_drawn_in_any_light(subject: str, light_word: str) -> None:
    drawn = pixels(draw(Request(f"{subject} at {light_word}", RASTER, 1)))
    assert all(low < high - 30 for low, high in drawn.getextrema())  # type: ignore[misc]


def test_words_of_the_prompt_choose_the_colours() -> None:
    def palette(prompt: str) -> object:
        return compose.palette_for(Request(prompt, RASTER, 1))

    assert palette("Mountain LAKE, at night!") is PALETTES["night"]
    assert palette("forests") is PALETTES["forest"]
    chosen = {id(palette(f"xyzzy {number}")) for number in range(30)}
    assert len(chosen) > 5, "without a known word, chance decides"


def test_a_night_is_darker_than_a_day() -> None:
    night, day = (light(pixels(draw(Request(f"mountains by {when}", RASTER, 5)))) for when in ("night", "day"))
    assert night < day - 40


def test_the_strip_says_in_the_picture_that_it_is_no_output_of_the_model() -> None:
    drawn = pixels(draw(Request("a boat", RASTER, 1), 512))
    expected = Image.new("RGB", (512, 512))
    label.stamp(expected, RASTER.name)
    strip = (0, 512 - label.strip_height(512), 512, 512)
    assert drawn.crop(strip).tobytes() == expected.crop(strip).tobytes()
    assert drawn.crop(strip).convert("L").getextrema() == (12, 255)
    assert label.label_text(RASTER.name) == "LOCAL PREVIEW · not an output of FLUX.2 Pro"


def test_the_strip_names_the_model_and_nothing_else_depends_on_the_name() -> None:
    renamed = RASTER.replace(name="Another Name")
    one, other = (pixels(draw(Request("a boat", model, 1), 256)) for model in (RASTER, renamed))
    changed = ImageChops.difference(one, other).getbbox()
    assert changed is not None
    assert changed[1] >= 256 - label.strip_height(256)


@pytest.mark.parametrize("name", ["x" * 400, "W" * 60, "模型\u202e" * 40], ids=["long", "wide", "foreign"])
def test_a_strange_model_name_stays_within_the_strip(name: str) -> None:
    picture = Image.new("RGB", (256, 256), "red")
    label.stamp(picture, name)
    assert picture.crop((0, 0, 256, 256 - label.strip_height(256))).getcolors() == [(243 * 256, (255, 0, 0))]
    assert picture.crop((252, 244, 256, 256)).getcolors() == [(48, (12, 12, 16))], "the margin stays free"


@pytest.mark.parametrize("model", [RASTER, VECTOR], ids=["png", "svg"])
def test_progress_rises_in_many_small_steps_to_one(model: Model) -> None:
    told: list[float] = []
    EmbeddedEngine(128).generate(Request("a forest at dawn", model, 1), progress=told.append, cancelled=lambda: False)
    assert told == sorted(set(told))
    assert len(told) >= 20
    assert 0 <= told[0] < 0.1
    assert told[-1] == 1.0
    assert max(after - before for before, after in pairwise(told)) < 0.35


def cancel_at(check: int) -> tuple[CancelCheck, list[int]]:
    """A cancellation check that turns true at its `check`-th call, and the count of its calls."""
    calls = [0]

    def cancelled() -> bool:
        calls[0] += 1
        return calls[0] >= check

    return cancelled, calls


@pytest.mark.parametrize(
    "request_",
    [
        Request("a city at night", RASTER, 1),
        Request("a logo", VECTOR, 1),
        Request("make it night", RASTER, 1, reference(SPLIT)),
    ],
    ids=["png", "svg", "reference"],
)
def test_it_stops_at_whichever_check_says_so(request_: Request) -> None:
    never, calls = cancel_at(10**9)
    EmbeddedEngine(64).generate(request_, progress=lambda _: None, cancelled=never)
    total = calls[0]
    assert total >= 50, "a cancellation would be noticed too late"
    for check in (1, 2, total // 3, total // 2, total - 1, total):
        cancelled, calls = cancel_at(check)
        with pytest.raises(Cancelled):
            EmbeddedEngine(64).generate(request_, progress=lambda _: None, cancelled=cancelled)
        assert calls[0] == check, "nothing goes on after the cancellation"


def test_a_reference_is_recognisable_in_the_result() -> None:
    for image in (SPLIT, ImageOps.mirror(SPLIT)):
        drawn = pixels(draw(Request("make it autumn", RASTER, 1, reference(image)), 128))
        left, right = (light(drawn.crop((x, 20, x + 40, 100))) for x in (8, 80))
        assert (left < right - 40) is (image is SPLIT)


def test_a_reference_takes_the_colours_of_the_prompt() -> None:
    grey = reference(Image.linear_gradient("L").convert("RGB"))
    drawn = [draw(Request(f"as in {when}", RASTER, 1, grey)) for when in ("autumn", "ocean")]
    red, _, blue = ImageStat.Stat(above_the_strip(pixels(drawn[0]))).mean
    assert red > blue + 15
    red, _, blue = ImageStat.Stat(above_the_strip(pixels(drawn[1]))).mean
    assert blue > red + 15
    for picture in drawn:
        column = pixels(picture).resize((1, 16), Image.Resampling.BOX).convert("L")
        assert column.getpixel((0, 1)) < 95, "dark stays dark"  # type: ignore[operator]
        assert column.getpixel((0, 13)) > 180, "light stays light"  # type: ignore[operator]


@QUICK
@given(prompt=PROMPTS, seed=SEEDS, size=st.tuples(st.integers(1, 200), st.integers(1, 200)))
def test_a_reference_of_any_shape_gives_the_same_bytes(prompt: str, seed: int, size: tuple[int, int]) -> None:
    request = Request(prompt, RASTER, seed, reference(Image.new("RGB", size, "orange")))
    picture = draw(request)
    assert picture == draw(request)
    assert pixels(picture).size == (64, 64)


def test_a_vector_model_with_a_reference_is_refused_in_one_line() -> None:
    editing = VECTOR.replace(reference_editing=True)
    with pytest.raises(ReferenceImageError, match="draws vectors and takes no reference image") as refused:
        draw(Request("a logo", editing, 1, reference(SPLIT)))
    assert str(refused.value).isprintable()
