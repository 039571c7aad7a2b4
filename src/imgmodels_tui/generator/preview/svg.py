"""A scene as an SVG document: the same shapes, gradients written as definitions, every text escaped.

The document carries a small PNG of itself in a `<metadata>` element, so that a terminal can show it without an
SVG renderer, and later versions of the engine show old pictures as they were drawn.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr  # nosec B406

from imgmodels_tui.generator.preview.label import label_text
from imgmodels_tui.generator.preview.scene import Area, Disc, Glow, Polygon
from imgmodels_tui.text import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgmodels_tui.generator.engines.progress import Watch
    from imgmodels_tui.generator.preview.scene import Colour, Point, Scene, Shape, Stop

PREVIEW_ID = "imgmodels-preview"
"""The id of the `<metadata>` element with the small PNG, base64."""

_FITS = 70
_PREVIEW = re.compile(rb'<metadata id="imgmodels-preview">([A-Za-z0-9+/=]*)</metadata>')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_svg(scene: Scene, size: int, *, prompt: str, model_name: str, preview: bytes, watch: Watch) -> bytes:
    """Return the document, UTF-8, `size` units wide and high; `preview` is its small PNG."""
    definitions = [_linear("sky", scene.sky)]
    body: list[str] = [f'<rect width="{size}" height="{size}" fill="url(#sky)"/>']
    for place, shape in enumerate(scene.shapes):
        watch.at(place / len(scene.shapes))
        definition, element = _element(shape, size, f"g{place}")
        definitions.append(definition)
        body.append(element)
    label = label_text(model_name)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}">',
        f"<title>{_text(label)}</title>",
        f"<desc>{_text(harmless(prompt))}</desc>",
        f"<defs>{''.join(definitions)}</defs>",
        *body,
        *_strip(label, size),
        f'<metadata id="{PREVIEW_ID}">{base64.b64encode(preview).decode()}</metadata>',
        "</svg>",
    ]
    return "\n".join(lines).encode()


def preview_of(document: bytes) -> bytes | None:
    """Return the small PNG that `write_svg` put into `document`, or None for any other document."""
    found = _PREVIEW.search(document)
    try:
        return base64.b64decode(found[1], validate=True) if found else None
    except ValueError:
        return None


def _element(shape: Shape, size: int, name: str) -> tuple[str, str]:
    """Return the gradient that `shape` needs, if any, and its element."""
    match shape:
        case Polygon(points, colour, opacity):
            return (
                "",
                f'<path d="{_path(points, size)}" fill="{_hex(colour)}"{_opacity("fill-opacity", opacity)}/>',
            )
        case Disc((x, y), radius, colour, opacity):
            circle = f'<circle cx="{_n(x * size)}" cy="{_n(y * size)}" r="{_n(radius * size)}"'
            return "", f'{circle} fill="{_hex(colour)}"{_opacity("fill-opacity", opacity)}/>'
        case Glow((x, y), radius, colour, opacity):
            stops = "".join(
                f'<stop offset="{at}" stop-color="{_hex(colour)}" stop-opacity="{opacity * (1 - at) ** 2:.3f}"/>'
                for at in (0, 0.25, 0.5, 0.75, 1)
            )
            circle = f'<circle cx="{_n(x * size)}" cy="{_n(y * size)}" r="{_n(radius * size)}" fill="url(#{name})"/>'
            return f'<radialGradient id="{name}">{stops}</radialGradient>', circle
        case Area(points, stops):
            return _linear(name, stops), f'<path d="{_path(points, size)}" fill="url(#{name})"/>'


def _linear(name: str, stops: Sequence[Stop]) -> str:
    inner = "".join(
        f'<stop offset="{at.offset:.3f}" stop-color="{_hex(at.colour)}"{_opacity("stop-opacity", at.opacity)}/>'
        for at in stops
    )
    return f'<linearGradient id="{name}" x2="0" y2="1">{inner}</linearGradient>'


def _strip(label: str, size: int) -> list[str]:
    """Return the strip and its text; nobody knows the viewer's font, so a long text is told how wide to be."""
    high = size * 0.05
    fit = f' textLength="{_n(size * 0.95)}" lengthAdjust="spacingAndGlyphs"' if len(label) > _FITS else ""
    place = f'x="{_n(size * 0.022)}" y="{_n(size - high * 0.33)}" font-size="{_n(size * 0.024)}"'
    return [
        f'<rect y="{_n(size - high)}" width="{size}" height="{_n(high)}" fill="#0c0c10"/>',
        f'<text {place} fill="#fff" font-family="sans-serif"{fit}>{_text(label)}</text>',
    ]


def _path(points: Sequence[Point], size: int) -> str:
    return "M" + " ".join(f"{_n(x * size)},{_n(y * size)}" for x, y in points) + "Z"


def _n(value: float) -> str:
    """A length with one decimal; a tenth of a unit is finer than anybody sees."""
    return f"{value:.1f}".removesuffix(".0")


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _opacity(name: str, value: float) -> str:
    return "" if value >= 1 else f" {name}={quoteattr(f'{value:.3f}')}"


def _text(text: str) -> str:
    """Return `text` as XML character data, without the characters that XML forbids."""
    return escape(_NOT_XML.sub("\ufffd", text))
