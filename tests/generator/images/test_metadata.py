"""The facts inside a picture survive, and nothing that is found in a file can pass for them by accident."""

import struct
import zlib
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgmodels_tui.generator.billing import Billing, Cost
from imgmodels_tui.generator.engines.interface import PROMPT_LIMIT, SEED_LIMIT, MediaType, Request
from imgmodels_tui.generator.images.metadata import HEAD, KEYWORD, PictureFacts, embed, extract, facts_of
from tests.generator.conftest import PROMPTS, RASTER, VECTOR, blank, facts, reference

PNG = blank().data
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>'
IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True)
LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
ANY_FACTS = st.builds(
    PictureFacts,
    model_requested=IDS,
    model_used=IDS,
    prompt=PROMPTS,
    seed=st.integers(0, SEED_LIMIT - 1),
    cost_eur=st.none() | st.decimals(0, 10**6, places=4).map("{:f}".format),
    billing=st.sampled_from(Billing),
    created_at=st.datetimes(timezones=st.just(UTC)),
    engine=LINES,
    session=LINES,
    width=st.integers(1, 65536),
    height=st.integers(1, 65536),
    reference_used=st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(known=ANY_FACTS)
def test_facts_come_back_as_they_went_in(known: PictureFacts) -> None:
    for data, media_type in ((PNG, MediaType.PNG), (SVG, MediaType.SVG)):
        assert extract(embed(data, media_type, known)[:HEAD]) == known


def test_the_longest_facts_fit_into_the_head_of_a_file() -> None:
    known = facts(prompt="\U0010ffff" * PROMPT_LIMIT, session="\U0010ffff" * 400, engine="\0" * 400)
    for data, media_type in ((PNG, MediaType.PNG), (SVG, MediaType.SVG)):
        embedded = embed(data, media_type, known)
        assert len(embedded) - len(data) < HEAD / 2
        assert extract(embedded[:HEAD]) == known


def test_a_png_with_facts_is_the_same_picture_for_every_viewer() -> None:
    with Image.open(BytesIO(embed(PNG, MediaType.PNG, facts(prompt="bell \a and ä")))) as image:
        assert image.convert("RGB").getcolors() == [(64, (0, 128, 128))]
        assert set(image.text) == {KEYWORD, "Software", "Description"}  # type: ignore[attr-defined]
        assert image.text["Description"] == "bell \\x07 and ä"  # type: ignore[attr-defined]
        assert image.text["Software"] == "imgmodels (placeholder)"  # type: ignore[attr-defined]


def test_a_time_keeps_its_moment_whatever_its_zone() -> None:
    moment = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    found = extract(embed(PNG, MediaType.PNG, facts(created_at=moment)))
    assert found is not None
    assert found.created_at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("euros", "written"), [(Decimal("0.03125"), "0.0313"), (None, None)])
def test_facts_say_what_was_asked_for_and_what_drew_it(euros: Decimal | None, written: str | None) -> None:
    request = Request("a boat", RASTER, 5, (reference(Image.new("L", (2, 2))),))
    found = facts_of(
        request,
        blank(),
        requested=VECTOR,
        cost=Cost(euros, Billing.CREDITS),
        created_at=facts().created_at,
        session="morning",
    )
    assert found == facts(
        model_requested=VECTOR.id,
        prompt="a boat",
        seed=5,
        cost_eur=written,
        billing=Billing.CREDITS,
        reference_used=True,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"cost_eur": "0.03"},
        {"cost_eur": "-1.0000"},
        {"cost_eur": 0.031},
        {"billing": "free"},
        {"created_at": datetime(2026, 1, 1)},  # noqa: DTZ001 - a time without zone is the point
        {"model_used": "../../etc"},
        {"prompt": ""},
        {"prompt": "x" * (PROMPT_LIMIT + 1)},
        {"seed": SEED_LIMIT},
        {"width": 0},
    ],
    ids=str,
)
def test_facts_that_cannot_be_are_no_facts(changes: dict[str, Any]) -> None:
    assert extract(embed(PNG, MediaType.PNG, facts(**changes))) is None


def test_facts_are_immutable() -> None:
    with pytest.raises(AttributeError):
        facts().seed = 8  # type: ignore[misc]


@pytest.mark.parametrize("media_type", MediaType)
def test_facts_do_not_go_into_what_is_no_picture(media_type: MediaType) -> None:
    with pytest.raises(ValueError, match=r"^not an? "):
        embed(b"nothing of the sort", media_type, facts())


@pytest.mark.parametrize(("data", "media_type"), [(PNG, MediaType.PNG), (SVG, MediaType.SVG)], ids=["png", "svg"])
def test_a_picture_cut_short_has_all_its_facts_or_none(data: bytes, media_type: MediaType) -> None:
    whole = embed(data, media_type, facts())
    found = [extract(whole[:length]) for length in range(len(whole) + 1)]
    assert set(found) == {None, facts()}
    assert found[0] is None


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(embed(PNG, MediaType.PNG, facts())) - 1), bits=st.integers(1, 255))
def test_a_png_with_a_changed_byte_has_the_same_facts_or_none(place: int, bits: int) -> None:
    damaged = bytearray(embed(PNG, MediaType.PNG, facts()))
    damaged[place] ^= bits
    assert extract(bytes(damaged)) in {None, facts()}


@settings(max_examples=300, deadline=None)
@given(noise=st.binary(max_size=300), start=st.sampled_from([b"", PNG[:8], PNG[:33], b"<svg>", SVG[:90]]))
def test_noise_has_no_facts(noise: bytes, start: bytes) -> None:
    assert extract(start + noise) is None


def chunk(body: bytes) -> bytes:
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    "text",
    [b"", b"null", b"[" * 100_000, b'{"version": 1}', b'{"version": 2}', b"\xff\xfe", b'"' + b"x" * 200_000 + b'"'],
    ids=["empty", "null", "deep", "incomplete", "newer", "not UTF-8", "large"],
)
def test_hostile_json_is_no_facts(text: bytes) -> None:
    iTXt = b"iTXt" + KEYWORD.encode() + b"\0\0\0\0\0" + text  # noqa: N806 - the chunk's name
    assert extract(PNG[:33] + chunk(iTXt) + PNG[33:]) is None
    assert extract(b'<svg><metadata id="imgmodels-facts">' + text + b"</metadata></svg>") is None


def test_a_compressed_chunk_is_not_inflated() -> None:
    body = b"iTXt" + KEYWORD.encode() + b"\0\1\0\0\0" + zlib.compress(b"\0" * 10_000_000)
    assert extract(PNG[:33] + chunk(body) + PNG[33:]) is None


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]><svg><metadata id="imgmodels-facts">&a;&a;</metadata></svg>'
    assert extract(bomb) is None
