"""The facts of a picture, and how they travel inside the file: a PNG text chunk or SVG metadata.

Reading looks at bytes only, never at pixels, and takes nothing on trust: lengths are capped, checksums are
checked, and whatever is not a valid record is no record.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from datetime import UTC, datetime
from html import unescape
from typing import Annotated, Literal
from xml.sax.saxutils import escape  # nosec B406

from imgmodels_tui.catalog import Model
from imgmodels_tui.catalog.prices import exact
from imgmodels_tui.catalog.records import Id
from imgmodels_tui.generator.billing import Billing, Cost
from imgmodels_tui.generator.engines.interface import PROMPT_LIMIT, SEED_LIMIT, MediaType, Picture, Reported, Request
from imgmodels_tui.record import Apply, InvalidRecord, Limits, Record
from imgmodels_tui.record_reader import read_json
from imgmodels_tui.text import harmless

KEYWORD = "imgmodels"
"""Keyword of the PNG `iTXt` chunk whose text is the facts as JSON."""

SVG_ID = "imgmodels-facts"
"""The id of the SVG `<metadata>` element whose text is the facts as JSON."""

HEAD = 256 * 1024
"""Bytes at the start of a picture's file that hold its facts; the longest possible ones take half of it."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_IHDR_END = len(_SIGNATURE) + 12 + 13
_MOST_CHUNKS = 64
_SVG_OPENING = re.compile(rb"<svg\b[^<>]*>")
_SVG_FACTS = re.compile(rb'<metadata id="imgmodels-facts">([^<]*)</metadata>')


def _with_zone(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("should have a time zone")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("should be a time between the years 1 and 9999") from error


ShortText = Annotated[str, Limits(max_length=400)]
Pixels = Annotated[int, Limits(gt=0, le=65536)]


class PictureFacts(Record, kw_only=True, ignores_unknown=True):
    """What was asked for, what drew it and what it cost.

    `cost_eur` has four decimals and is None where no price is known. The texts are stored as they were given:
    they pass through `text.harmless` on their way to a terminal.
    """

    version: Literal[1] = 1
    model_requested: Id
    model_used: Id
    prompt: Annotated[str, Limits(min_length=1, max_length=PROMPT_LIMIT)]
    seed: Annotated[int, Limits(ge=0, le=SEED_LIMIT - 1)] | None
    """None where the host takes no seed."""
    cost_eur: Annotated[str, Limits(pattern=r"^[0-9]{1,9}\.[0-9]{4}$")] | None
    billing: Billing
    created_at: Annotated[datetime, Apply(_with_zone)]
    engine: ShortText
    session: ShortText
    width: Pixels
    height: Pixels
    reference_used: bool
    reported: Reported | None = None
    """What the host reports beside the price, which is an estimate."""


def facts_of(
    request: Request, picture: Picture, *, requested: Model, cost: Cost, created_at: datetime, session: str
) -> PictureFacts:
    """Return the facts of `picture`, which was drawn for `request`; its model is the one that was used."""
    return PictureFacts(
        model_requested=requested.id,
        model_used=request.model.id,
        prompt=request.prompt,
        seed=request.seed if picture.has_seed else None,
        cost_eur=None if cost.euros is None else exact(cost.euros),
        billing=cost.billing,
        created_at=created_at,
        engine=picture.engine,
        session=session,
        width=picture.width,
        height=picture.height,
        reference_used=bool(request.references),
        reported=picture.reported,
    )


def embed(data: bytes, media_type: MediaType, facts: PictureFacts) -> bytes:
    """Return the picture `data` with `facts` inside; raises `ValueError` if it is not of `media_type`."""
    if media_type is MediaType.PNG:
        if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR":
            raise ValueError("not a PNG file")
        texts = {
            KEYWORD: _json(facts),
            "Software": f"imgmodels ({harmless(facts.engine)})",
            "Description": harmless(facts.prompt, limit=PROMPT_LIMIT),
        }
        chunks = b"".join(_text_chunk(keyword, text) for keyword, text in texts.items())
        return data[:_IHDR_END] + chunks + data[_IHDR_END:]
    opening = _SVG_OPENING.search(data)
    if opening is None:
        raise ValueError("not an SVG document")
    metadata = f'\n<metadata id="{SVG_ID}">{escape(_json(facts))}</metadata>'
    return data[: opening.end()] + metadata.encode() + data[opening.end() :]


def extract(head: bytes) -> PictureFacts | None:
    """Return the facts in `head`, the first `HEAD` bytes of a picture's file, or None if there are none."""
    text = _png_text(head) if head.startswith(_SIGNATURE) else _svg_text(head)
    if text is None:
        return None
    try:
        return read_json(PictureFacts, text, strict=False)
    except InvalidRecord:
        return None


def _json(facts: PictureFacts) -> str:
    """Return the facts as ASCII: a prompt's control characters are allowed neither in `iTXt` nor in XML."""
    return json.dumps(facts.to_json(), ensure_ascii=True).replace("\x7f", "\\u007f")


def _text_chunk(keyword: str, text: str) -> bytes:
    """Return an uncompressed `iTXt` chunk without language (PNG specification, third edition, 11.3.3.4)."""
    body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _png_text(head: bytes) -> bytes | None:
    """Return the JSON of the facts' chunk, looking no further than the first image data."""
    at = len(_SIGNATURE)
    wanted = KEYWORD.encode() + b"\0\0\0\0\0"
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(head):
            return None
        length, kind = struct.unpack_from(">I4s", head, at)
        if kind in {b"IDAT", b"IEND"} or at + 12 + length > len(head):
            return None
        body = head[at + 8 : at + 8 + length]
        if kind == b"iTXt" and body.startswith(wanted):
            (checksum,) = struct.unpack_from(">I", head, at + 8 + length)
            return body[len(wanted) :] if checksum == zlib.crc32(kind + body) else None
        at += 12 + length
    return None


def _svg_text(head: bytes) -> bytes | None:
    """Return the JSON of the facts' element; no XML parser, and so none of what XML can do to one."""
    opening = _SVG_OPENING.search(head)
    found = _SVG_FACTS.search(head, opening.end()) if opening else None
    return unescape(found[1].decode("utf-8", "replace")).encode() if found else None
