"""The vector-only model's documents: well-formed whatever the prompt, labelled, and showable in a terminal."""

from __future__ import annotations

from io import BytesIO
from xml.parsers import expat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from imgmodels_tui.generator.engines.interface import MediaType, Request
from imgmodels_tui.generator.images.metadata import embed, extract
from imgmodels_tui.generator.preview import label
from imgmodels_tui.generator.preview.svg import preview_of

from .conftest import PROMPTS, VECTOR, draw, facts


def texts(document: bytes) -> dict[str, list[str]]:
    """Parse `document` strictly and return the text of its elements by their name."""
    found: dict[str, list[str]] = {}
    open_elements: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        open_elements.append(name)
        found.setdefault(name, []).append("")

    def end(_: str) -> None:
        open_elements.pop()

    def data(text: str) -> None:
        found[open_elements[-1]][-1] += text

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.Parse(document, True)
    return found


@settings(max_examples=40, deadline=None)
@given(prompt=PROMPTS)
@example(prompt="\0\x1b\x7f\x85\u2028\ufffe\uffff]]><!--&")
def test_any_prompt_becomes_a_well_formed_document_with_its_facts(prompt: str) -> None:
    picture = draw(Request(prompt, VECTOR, 1), 16)
    stored = facts(VECTOR, prompt=prompt)
    document = embed(picture.data, picture.media_type, stored)
    assert texts(document)["svg"]
    assert extract(document) == stored


@pytest.mark.parametrize("name", ["Model <&\"'>", "]]>", "x" * 400, "\ufffe\uffff\x0b"])
def test_any_model_name_is_escaped(name: str) -> None:
    found = texts(draw(Request("a logo", VECTOR.replace(name=name), 1), 16).data)
    assert found["text"][0].startswith("LOCAL PREVIEW · not an output of ")


def test_the_label_stands_in_the_drawing_and_in_the_title() -> None:
    picture = draw(Request("<script>alert(1)</script>", VECTOR, 1), 128)
    found = texts(picture.data)
    assert picture.media_type is MediaType.SVG
    assert found["text"] == found["title"] == ["LOCAL PREVIEW · not an output of Recraft V3 SVG"]
    assert found["desc"] == ["<script>alert(1)</script>"]
    assert "script" not in found


@pytest.mark.parametrize("subject", ["city", "mountain", "forest", "dunes", "sea", "abstract"])
def test_every_subject_can_be_drawn_as_vectors(subject: str) -> None:
    found = texts(draw(Request(subject, VECTOR, 1), 64).data)
    assert len(found["path"]) > 10
    assert len(found["path"]) + len(found["circle"]) > 30


def test_the_document_carries_a_raster_of_itself() -> None:
    preview = preview_of(draw(Request("a sea at sunset", VECTOR, 1), 128).data)
    assert preview is not None
    with Image.open(BytesIO(preview)) as image:
        drawn = image.convert("RGB")
    assert drawn.size == (128, 128)
    strip = drawn.crop((0, 128 - label.strip_height(128), 128, 128)).convert("L")
    assert strip.getextrema()[0] < 30, "the label's ground"  # type: ignore[operator]
    assert strip.getextrema()[1] > 120, "the label's letters"  # type: ignore[operator]
    assert strip.getpixel((127, 3)) == strip.getpixel((2, 3)), "the strip is as wide as the picture"


@given(st.binary(max_size=200))
def test_a_damaged_preview_is_none(noise: bytes) -> None:
    assert preview_of(noise) is None
    assert preview_of(b'<metadata id="imgmodels-preview">abc</metadata>') is None
