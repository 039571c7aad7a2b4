"""The strip in every picture that says what it is not: a provider's output."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

_STRIP = 0.05
_LETTERS = 0.024
_MARGIN = 0.022
_INK = (255, 255, 255)
_GROUND = (12, 12, 16)
_LONGEST_NAME = 60


def label_text(model_name: str) -> str:
    """Return what the strip says for a model of this name; a very long name is cut."""
    name = model_name if len(model_name) <= _LONGEST_NAME else model_name[: _LONGEST_NAME - 1] + "…"
    return f"LOCAL PREVIEW · not an output of {name}"


def strip_height(size: int) -> int:
    """Return how many pixels at the bottom of a picture of `size` pixels the strip takes."""
    return max(1, round(size * _STRIP))


def stamp(image: Image.Image, model_name: str) -> None:
    """Draw the strip over the bottom of `image`, opaque, as wide as the picture."""
    size = image.width
    high = strip_height(size)
    strip = Image.new("RGB", (size, high), _GROUND)
    text = label_text(model_name)
    letters = max(1, size * _LETTERS)
    font = ImageFont.load_default(letters)
    # Hinting makes small letters wider than their size says, so one division does not do.
    while font.getlength(text) > size * (1 - 2 * _MARGIN) and letters > 1:
        letters *= 0.95
        font = ImageFont.load_default(max(1, letters))
    ImageDraw.Draw(strip).text((size * _MARGIN, high / 2), text, _INK, font, anchor="lm")
    image.paste(strip, (0, image.height - high))
