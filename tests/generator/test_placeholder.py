"""The placeholder: it says what it is and what would have been drawn, the same each time, whatever the prompt."""

import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from itertools import groupby
from typing import Any
from xml.parsers import expat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imgmodels_tui.catalog import Model
from imgmodels_tui.generator import Cancelled
from imgmodels_tui.generator.engines.interface import SEED_LIMIT, Engine, MediaType, Request
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.generator.images.metadata import embed, extract
from imgmodels_tui.generator.images.rendering import as_raster, half_blocks
from tests.generator.conftest import CATALOG, PROMPTS, RASTER, VECTOR, draw, facts, pixels, reference

Box = tuple[int, int, int, int]


SEEDS = st.integers(0, SEED_LIMIT - 1)
QUICK = settings(max_examples=10, deadline=None)
ORANGE = (255, 165, 0)
NAME_AND_SWITCH = (0, 120, 1024, 696)
SWITCH = (0, 570, 1024, 696)
PANEL = (0, 696, 1024, 1024)
VECTOR_WITH_REFERENCE = VECTOR.replace(reference_editing=True)
EACH_KIND = pytest.mark.parametrize(
    "request_",
    [
        Request("a city at night", RASTER, 1),
        Request("a logo", VECTOR, 1),
        Request("make it night", RASTER, 1, (reference(Image.new("RGB", (90, 60), ORANGE)),), "FLUX.2 Flex"),
        Request("a logo", VECTOR_WITH_REFERENCE, 1, (reference(Image.new("RGB", (90, 60), ORANGE)),)),
    ],
    ids=["png", "svg", "reference", "svg with reference"],
)


class Document:
    """An SVG document, parsed strictly: every element with its attributes and text, lines between them apart."""

    def __init__(self, data: bytes) -> None:
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: self.elements.append((name, attributes, []))
        parser.CharacterDataHandler = self._text
        parser.Parse(data, True)

    def _text(self, text: str) -> None:
        if text != "\n":
            self.elements[-1][2].append(text)

    def texts(self, name: str) -> list[str]:
        return ["".join(text) for found, _, text in self.elements if found == name]

    def attributes(self, name: str) -> list[dict[str, str]]:
        return [attributes for found, attributes, _ in self.elements if found == name]


def words(**changes: Any) -> str:
    """Every text on the card of a vector model, line by line."""
    asked: dict[str, Any] = {"prompt": "a logo", "model": VECTOR, "seed": 7, **changes}
    return "\n".join(Document(draw(Request(**asked)).data).texts("text"))


def difference(one: Request, other: Request) -> Box:
    """The smallest box around all pixels in which two cards differ."""
    found = ImageChops.difference(pixels(draw(one)), pixels(draw(other))).getbbox()
    assert found is not None
    return found


def within(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def test_it_is_an_engine_that_calls_itself_a_placeholder() -> None:
    engine: Engine = PlaceholderEngine()
    request = Request("a boat", RASTER, 1)
    assert engine.generate(request, progress=lambda _: None, cancelled=lambda: False).engine == "placeholder"


# The same request gives the same bytes.


@QUICK
@given(prompt=PROMPTS, seed=SEEDS, model=st.sampled_from([RASTER, VECTOR]), size=st.none() | st.tuples(*[SEEDS] * 2))
def test_the_same_request_gives_the_same_bytes(
    prompt: str, seed: int, model: Model, size: tuple[int, int] | None
) -> None:
    sides = None if size is None else (size[0] % 200 + 1, size[1] % 200 + 1)
    image = None if sides is None or model is VECTOR else reference(Image.new("RGB", sides, "orange"))
    request = Request(prompt, model, seed, () if image is None else (image,))
    assert draw(request) == draw(request)


DIGEST = """
from hashlib import sha256
from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.generator.engines.interface import Request
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
for name in ("flux-2-pro", "recraft-v3-svg"):
    request = Request("abstract", load_catalog().models[name], 1)
    picture = PlaceholderEngine().generate(request, progress=lambda _: None, cancelled=lambda: False)
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
    one, other = (pixels(draw(Request(prompt, RASTER, seed))) for seed in seeds)
    assert ImageChops.difference(one, other).getbbox() is not None


# What it says.


def test_it_says_what_it_is_and_what_was_asked_for() -> None:
    assert words() == "placeholder\nseed 7\nRecraft V3\nSVG\na logo"


def test_it_names_the_model_that_was_replaced() -> None:
    assert "\ninstead of FLUX.2 Pro\n" in words(instead_of="FLUX.2 Pro")
    kept = Request("a boat", RASTER, 1)
    switched = Request("a boat", RASTER, 1, instead_of="FLUX.2 Flex")
    assert within(difference(kept, switched), SWITCH)


def test_name_and_prompt_each_have_their_place() -> None:
    card = Request("a boat", RASTER, 1)
    assert within(difference(card, Request("a ship", RASTER, 1)), PANEL)
    renamed = RASTER.replace(name="Another Name")
    assert within(difference(card, Request("a boat", renamed, 1)), NAME_AND_SWITCH)


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("model", CATALOG.models.values(), ids=lambda model: model.id)
def test_each_line_of_the_name_is_high_enough_to_be_read_in_half_blocks(model: Model, columns: int) -> None:
    cells = half_blocks(draw(Request("a boat", model, 1)).data, columns, columns // 2, None)
    halves = [[cell[part] for cell in row] for row in cells for part in (0, 1)]
    of_name = halves[columns * 120 // 1024 : columns * 570 // 1024]
    light = [any(min(half) > 100 for half in row) for row in of_name]
    heights = [len(list(rows)) for is_light, rows in groupby(light) if is_light]
    assert 1 <= len(heights) <= 3
    assert min(heights) >= columns // 10, "letters of four halves at 40 columns, of eight at 80"


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("maker", range(24))
def test_every_text_has_enough_contrast_in_the_colours_of_any_maker(maker: int) -> None:
    model = VECTOR.replace(maker=f"maker-{maker}")
    document = Document(draw(Request("a logo", model, maker)).data)
    ground, panel = (rect["fill"] for rect in document.attributes("rect"))
    (disc,) = (circle["fill"] for circle in document.attributes("circle"))
    for text in document.attributes("text"):
        behind = [panel] if int(text["y"]) > 696 else [ground, disc]
        for light, dark in (sorted((luminance(text["fill"]), luminance(one)), reverse=True) for one in behind):
            assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_makers_and_seeds_have_colours_of_their_own() -> None:
    def ground(model: Model, seed: int) -> object:
        return pixels(draw(Request("a boat", model, seed))).getpixel((4, 690))

    makers = {model.maker: model for model in CATALOG.models.values() if not model.vector_only}
    assert len({ground(model, 1) for model in makers.values()}) == len(makers)
    assert len({ground(RASTER, seed) for seed in range(8)}) > 4


# Whatever the prompt and the name are.


@QUICK
@given(prompt=PROMPTS)
def test_any_prompt_becomes_a_png_of_the_size_that_prices_are_for(prompt: str) -> None:
    picture = draw(Request(prompt, RASTER, 3))
    assert picture.media_type is MediaType.PNG
    assert pixels(picture).size == (picture.width, picture.height) == (1024, 1024)


@pytest.mark.parametrize("text", ["x" * 400, "W" * 60, "i" * 400, "long words " * 40, "模型\u202e" * 40, "\u0301" * 90])
@pytest.mark.parametrize("place", ["name", "prompt", "instead_of"])
def test_no_text_leaves_its_place(text: str, place: str) -> None:
    asked: dict[str, Any] = {"prompt": "a logo", "model": VECTOR, "seed": 1, place: text}
    if name := asked.pop("name", None):
        asked["model"] = VECTOR.replace(name=name)
    lines = Document(draw(Request(**asked)).data).attributes("text")
    for line in lines:
        left, baseline, size = (int(line[key]) for key in ("x", "y", "font-size"))
        assert left >= 56
        assert left + int(line["textLength"]) <= 1024 - 56
        assert size < baseline <= 1024 - size // 4
    assert len({line["y"] for line in lines}) == len(lines) - 1, "only the first two share a line"


def test_a_long_prompt_is_cut_with_an_ellipsis() -> None:
    shown = words(prompt="a very long sentence " * 100).splitlines()
    assert shown[4].startswith("a very long")
    assert shown[-1].endswith("…")
    assert len(shown) < 10


@pytest.mark.parametrize(
    ("prompt", "drawn"),
    [("eine Brücke über den Fluß", "eine Brucke uber den Fluss"), ("漢字 and Ж", "?? and ?"), ("„ja“", "?ja“")],
)
def test_letters_that_the_font_lacks_are_replaced_and_that_is_said(prompt: str, drawn: str) -> None:
    shown = words(prompt=prompt).splitlines()
    assert " ".join(shown[4:-1]) == drawn
    assert shown[-1] == "Some letters cannot be drawn here; the file has the prompt as it was typed."
    assert Document(draw(Request(prompt, VECTOR, 1)).data).texts("desc") == [prompt]
    assert "Some letters" not in words(prompt="“plain” text…")


# SVG.


@settings(max_examples=20, deadline=None)
@given(prompt=PROMPTS)
@example(prompt="\0\x1b\x7f\x85\u2028\ufffe\uffff]]><!--&")
@example(prompt='"/><script>alert(1)</script><a href="javascript:alert(1)" onload="x">&bomb;')
def test_any_prompt_becomes_a_safe_document_with_its_facts(prompt: str) -> None:
    picture = draw(Request(prompt, VECTOR, 1))
    stored = facts(VECTOR, prompt=prompt)
    data = embed(picture.data, picture.media_type, stored)
    document = Document(data)
    assert picture.media_type is MediaType.SVG
    assert {name for name, _, _ in document.elements} == {"svg", "title", "desc", "rect", "circle", "text", "metadata"}
    assert not any(key.startswith("on") or "href" in key for _, keys, _ in document.elements for key in keys)
    assert {text["font-family"] for text in document.attributes("text")} == {"sans-serif"}
    assert extract(data) == stored


@pytest.mark.parametrize("name", ["Model <&\"'>", "]]>", "x" * 400, "\ufffe\uffff\x0b"])
def test_any_model_name_is_escaped(name: str) -> None:
    renamed = VECTOR.replace(name=name)
    (title,) = Document(draw(Request("a logo", renamed, 1, instead_of=name)).data).texts("title")
    assert title.startswith("Placeholder, not an output of ")
    assert ", instead of " in title


def test_a_document_carries_the_raster_that_a_png_would_be() -> None:
    raster_model = VECTOR.replace(vector_only=False)
    vector, raster = (draw(Request("a logo", model, 1)) for model in (VECTOR, raster_model))
    assert as_raster(vector.data) == raster.data


# The reference image.


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (1, 1), (1, 900), (1024, 1024)], ids=str)
def test_the_reference_is_shown_whole_in_the_panel(size: tuple[int, int]) -> None:
    drawn = pixels(draw(Request("make it night", RASTER, 1, (reference(Image.new("RGB", size, ORANGE)),))))
    exact = (
        ImageChops.difference(drawn, Image.new("RGB", drawn.size, ORANGE)).convert("L").point(lambda v: 255 * (not v))
    )
    box = exact.getbbox()
    assert box is not None
    assert within(box, PANEL)
    wide, high = box[2] - box[0], box[3] - box[1]
    assert max(wide, high) == 256
    assert abs(wide - 256 * size[0] / max(size)) <= 1
    assert abs(high - 256 * size[1] / max(size)) <= 1


def test_a_document_shows_the_reference_too_and_asks_nobody_for_it() -> None:
    request = Request("a logo", VECTOR_WITH_REFERENCE, 1, (reference(Image.new("RGB", (30, 20), ORANGE)),))
    (image,) = Document(draw(request).data).attributes("image")
    kind, data = image["href"].split(",")
    assert kind == "data:image/png;base64"
    with Image.open(BytesIO(b64decode(data))) as shown:
        assert shown.getcolors() == [(256 * 171, ORANGE)]


# Progress and cancelling.


@EACH_KIND
def test_progress_rises_to_one(request_: Request) -> None:
    told: list[float | None] = []
    PlaceholderEngine().generate(request_, progress=told.append, cancelled=lambda: False)
    assert told == sorted({done for done in told if done is not None})
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert len(told) >= 4


@EACH_KIND
def test_it_stops_at_whichever_check_says_so(request_: Request) -> None:
    def cancel_at(check: int) -> tuple[Callable[[], bool], list[int]]:
        calls = [0]

        def cancelled() -> bool:
            calls[0] += 1
            return calls[0] == check

        return cancelled, calls

    never, calls = cancel_at(-1)
    PlaceholderEngine().generate(request_, progress=lambda _: None, cancelled=never)
    for check in range(1, calls[0] + 1):
        cancelled, made = cancel_at(check)
        with pytest.raises(Cancelled):
            PlaceholderEngine().generate(request_, progress=lambda _: None, cancelled=cancelled)
        assert made[0] == check, "nothing goes on after the cancellation"
