"""A placeholder's card: laid out once, then written as PNG or as SVG. All lengths are pixels of the picture."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Sequence
from colorsys import hls_to_rgb
from io import BytesIO
from typing import NamedTuple, TypeAlias
from xml.sax.saxutils import escape  # nosec B406
from zlib import crc32

from PIL import Image, ImageDraw, ImageFont

from imgmodels_tui.generator.engines.interface import STANDARD_SIZE, Reference, Request
from imgmodels_tui.generator.images.rendering import RASTER_ID
from imgmodels_tui.text import harmless

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_SIDE = STANDARD_SIZE
_MARGIN = 56
_PANEL_TOP = 696
"""Where the lower part begins, with the prompt and the reference image."""

_REFERENCE_SIDE = 256
_LONGEST_PROMPT = 400
"""Characters of a prompt that are laid out; usually fewer than half of them fit."""

_LEADING = 1.12
"""From one line to the next, in sizes of the font."""

_ASCENT = 0.92
"""From the top of a box to its first baseline, in sizes of the font."""

_NAME_SIZES = (272, 256, 240, 224, 208, 192, 176, 160, 136, 112, 88)
_SWITCH_SIZES = (80, 72, 64, 56)
_PROMPT_SIZES = (72, 60, 50, 42)
_SMALL = 48
_TINY = 25

_NOT_IN_FONT = re.compile("[^\x20-\x7e…“”‘’]")
"""What Pillow's own font has no sign for: it knows ASCII and little more."""

_NOTE = "Some letters cannot be drawn here; the file has the prompt as it was typed."


class Colours(NamedTuple):
    """A card's colours as `#rrggbb`; `text` and `accent` are for the ground and the disc, `prompt` for the panel."""

    ground: str
    disc: str
    text: str
    accent: str
    panel: str
    prompt: str


class Box(NamedTuple):
    """The place of a text."""

    left: int
    top: int
    width: int
    height: int


class TextLine(NamedTuple):
    """A line of text from (`left`, `baseline`), `width` wide in Pillow's font."""

    text: str
    left: int
    baseline: int
    size: int
    colour: str
    width: int
    bold: bool = False


class Thumbnail(NamedTuple):
    """The reference image, reduced, and where its upper left corner is."""

    image: Image.Image
    left: int
    top: int


class Card(NamedTuple):
    """Everything that is on a card; `label` says in words what it is, the disc is a centre and a radius."""

    label: str
    prompt: str
    colours: Colours
    disc: tuple[int, int, int]
    lines: tuple[TextLine, ...]
    reference: Thumbnail | None


def lay_out(request: Request) -> Card:
    """Return the card for `request`: colours from maker and seed, every text cut to its place."""
    colours = _colours(request.model.maker, request.seed)
    name, prompt = harmless(request.model.name, 80), harmless(request.prompt, _LONGEST_PROMPT)
    switch = "" if request.instead_of is None else f"instead of {harmless(request.instead_of, 80)}"
    reference = _thumbnail(request.references[0]) if request.references else None
    wide = _SIDE - 2 * _MARGIN
    beside = (_SIDE if reference is None else reference.left) - 2 * _MARGIN
    texts = name + switch + prompt
    note = "" if _drawable(texts) == texts else _NOTE
    chance = crc32(f"disc: {request.seed}".encode())
    return Card(
        label=f"Placeholder, not an output of {name}{switch and ', '}{switch}",
        prompt=prompt,
        colours=colours,
        disc=(560 + chance % 400, 60 + (chance >> 10) % 480, 260 + (chance >> 20) % 180),
        lines=(
            *_text("placeholder", Box(_MARGIN, 40, wide // 2, 72), (_SMALL,), colours.accent),
            *_text(f"seed {request.seed}", Box(_SIDE // 2, 40, wide // 2, 72), (_SMALL,), colours.accent, right=True),
            *_text(name, Box(_MARGIN, 108, wide, 460), _NAME_SIZES, colours.text, bold=True),
            *_text(switch, Box(_MARGIN, 576, wide, 96), _SWITCH_SIZES, colours.accent),
            *_text(prompt, Box(_MARGIN, _PANEL_TOP + 24, beside, 240), _PROMPT_SIZES, colours.prompt),
            *_text(note, Box(_MARGIN, _SIDE - 56, wide, 40), (_TINY,), colours.prompt),
        ),
        reference=reference,
    )


def to_png(card: Card) -> bytes:
    """Return `card` as a PNG file."""
    image = Image.new("RGB", (_SIDE, _SIDE), card.colours.ground)
    draw = ImageDraw.Draw(image)
    draw.circle(card.disc[:2], card.disc[2], card.colours.disc)
    draw.rectangle((0, _PANEL_TOP, _SIDE, _SIDE), card.colours.panel)
    for line in card.lines:
        stroke = line.size // 40 if line.bold else 0
        font = ImageFont.load_default(line.size)
        draw.text((line.left, line.baseline), line.text, line.colour, font, anchor="ls", stroke_width=stroke)
    if card.reference is not None:
        image.paste(card.reference.image, (card.reference.left, card.reference.top))
    return _encoded(image)


def to_svg(card: Card, *, raster: bytes) -> bytes:
    """Return `card` as an SVG document that carries `raster`, a PNG of itself, for viewers without SVG."""
    x, y, radius = card.disc
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}" width="{_SIDE}" height="{_SIDE}">',
        f"<title>{_xml(card.label)}</title>",
        f"<desc>{_xml(card.prompt)}</desc>",
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="{card.colours.ground}"/>',
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{card.colours.disc}"/>',
        f'<rect y="{_PANEL_TOP}" width="{_SIDE}" height="{_SIDE - _PANEL_TOP}" fill="{card.colours.panel}"/>',
        *map(_text_element, card.lines),
    ]
    if card.reference is not None:
        image, left, top = card.reference
        parts.append(
            f'<image x="{left}" y="{top}" width="{image.width}" height="{image.height}"'
            f' href="data:image/png;base64,{b64encode(_encoded(image)).decode()}"/>'
        )
    parts += [f'<metadata id="{RASTER_ID}">{b64encode(raster).decode()}</metadata>', "</svg>"]
    return "\n".join(parts).encode()


def _text_element(line: TextLine) -> str:
    """Return a line as SVG with its width, because the viewer's font is not known."""
    weight = "bold" if line.bold else "normal"
    return (
        f'<text x="{line.left}" y="{line.baseline}" font-family="sans-serif" font-size="{line.size}"'
        f' font-weight="{weight}" fill="{line.colour}" textLength="{line.width}" lengthAdjust="spacingAndGlyphs">'
        f"{_xml(line.text)}</text>"
    )


def _colours(maker: str, seed: int) -> Colours:
    """Return deep colours around the maker's hue, shifted by the seed; contrast holds for every hue."""
    hue = crc32(f"maker: {maker}".encode()) % 360 + crc32(f"seed: {seed}".encode()) % 37 - 18

    def colour(turn: int, lightness: float, saturation: float) -> str:
        parts = hls_to_rgb((hue + turn) % 360 / 360, lightness, saturation)
        return "#" + "".join(f"{round(255 * part):02x}" for part in parts)

    return Colours(
        ground=colour(0, 0.18, 0.55),
        disc=colour(16, 0.25, 0.55),
        text="#ffffff",
        accent=colour(30, 0.84, 0.8),
        panel=colour(0, 0.93, 0.4),
        prompt=colour(0, 0.13, 0.45),
    )


def _thumbnail(reference: Reference) -> Thumbnail:
    """Return the reference image, whole, at the right of the panel."""
    with Image.open(BytesIO(reference.png), formats=("PNG",)) as image:
        scale = _REFERENCE_SIDE / max(image.size)
        small = image.convert("RGB").resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    return Thumbnail(small, _SIDE - _MARGIN - small.width, (_PANEL_TOP + _SIDE - small.height) // 2)


def _text(
    text: str, box: Box, sizes: Sequence[int], colour: str, *, bold: bool = False, right: bool = False
) -> list[TextLine]:
    """Return `text` in lines that fit into `box`, as large as `sizes` allow, else cut with an ellipsis."""
    drawable = _drawable(text)
    for size in sizes:
        font, room = ImageFont.load_default(size), int(box.height / (size * _LEADING))
        lines = _wrapped(drawable, font, box.width)
        if len(lines) <= room and all(font.getlength(word) <= box.width for word in drawable.split()):
            break
    if len(lines) > room:
        last = lines[room - 1]
        lines = [*lines[: room - 1], last[: _fitting(last, font, box.width - font.getlength("…"))].rstrip() + "…"]
    found = []
    for number, line in enumerate(lines):
        width = round(font.getlength(line))
        left = box.left + box.width - width if right else box.left
        baseline = round(box.top + size * (_ASCENT + number * _LEADING))
        found.append(TextLine(line, left, baseline, size, colour, width, bold))
    return found


def _wrapped(text: str, font: Font, width: float) -> list[str]:
    """Return `text` in lines of at most `width`, between words where that is possible."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
            continue
        lines += [line] if line else []
        line = word
        while (fits := _fitting(line, font, width)) < len(line):
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def _fitting(text: str, font: Font, width: float) -> int:
    """Return how many of the first characters of `text` are at most `width` wide together, at least one."""
    return max(1, bisect_right(range(1, len(text) + 1), width, key=lambda count: font.getlength(text[:count])))


def _drawable(text: str) -> str:
    """Return `text` with base letters or question marks for what the font has no sign for."""
    return _NOT_IN_FONT.sub(lambda found: _base(found[0]) or _base(found[0].casefold()) or "?", text)


def _base(character: str) -> str:
    return _NOT_IN_FONT.sub("", unicodedata.normalize("NFKD", character))


def _encoded(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _xml(text: str) -> str:
    """Return harmless `text` as XML character data, without the two characters that XML still forbids."""
    return escape(re.sub("[\ufffe\uffff]", "\ufffd", text))
