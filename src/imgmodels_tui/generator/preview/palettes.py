"""The colours of a scene, chosen by words of the prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

    from imgmodels_tui.generator.preview.scene import Colour

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Palette:
    """Colours that go together: `sky` from the top to the horizon, land from `far` to `near`."""

    words: str
    sky: tuple[Colour, Colour, Colour, Colour]
    light: Colour
    far: Colour
    near: Colour
    accent: Colour
    stars: bool = False

    @property
    def all(self) -> tuple[Colour, ...]:
        """Every colour, from the darkest to the lightest."""
        return tuple(sorted((*self.sky, self.light, self.far, self.near, self.accent), key=brightness))


def brightness(colour: Colour) -> float:
    """Return how light `colour` looks, 0 to 255 (the luma weights of ITU-R BT.601)."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def words_of(prompt: str) -> tuple[str, ...]:
    """Return the words of `prompt` in lower case, in order; a plural "s" is dropped."""
    return tuple(word.removesuffix("s") for word in _WORD.findall(prompt.lower()))


def choose(words: Iterable[str], by_words: Mapping[str, str], rng: Random) -> str:
    """Return the first key of `by_words` of whose words the prompt mentions one, or a key at random."""
    mentioned = set(words)
    for key, listed in by_words.items():
        if not mentioned.isdisjoint(words_of(listed)):
            return key
    return rng.choice(tuple(by_words))


def _rgb(code: str) -> Colour:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def _palette(words: str, codes: str, *, stars: bool = False) -> Palette:
    a, b, c, d, light, far, near, accent = (_rgb(code) for code in codes.split())
    return Palette(words, (a, b, c, d), light, far, near, accent, stars)


# Four sky colours from top to horizon, then the light, far land, near land and an accent. Light and weather come
# before places, because "a mountain lake at night" should be dark.
PALETTES: Mapping[str, Palette] = {
    "neon": _palette(
        "neon cyberpunk synthwave retro electric purple violet future robot futuristic",
        "0b0221 2a0a4f 8a1f86 ff5c9e ffe56b 7a2a93 0a0320 27e0ff",
        stars=True,
    ),
    "night": _palette(
        "night midnight moon star dark space galaxy nacht mond sterne dunkel",
        "050a1f 0e1a40 25376f 55659c f6f1da 3c4d82 050813 ffd27d",
        stars=True,
    ),
    "sunset": _palette(
        "sunset dusk evening romantic fire red orange sonnenuntergang abend feuer rot",
        "1d1a4b 6a2c70 e2574c ffb86b fff0c2 b0506f 1a0f2e ff7b54",
    ),
    "dawn": _palette(
        "dawn sunrise morning mist pastel soft sonnenaufgang morgen nebel",
        "34497b 8b7aa8 f0a999 ffe3bd fff6dc b692ae 2b2342 f7c59f",
    ),
    "storm": _palette(
        "storm rain thunder cloud grey gray sturm regen gewitter",
        "1a222c 3b4a58 76889a c9d0cf f4f1e2 74858f 11181f d9b36c",
    ),
    "winter": _palette(
        "winter snow ice cold arctic frost white schnee eis kalt",
        "4f709a 97b5d2 d5e3ef fbf5f0 ffffff b6cadd 27405c e58a76",
    ),
    "autumn": _palette(
        "autumn fall october leaf brown coffee harvest herbst",
        "4a3c58 a3655e e79e5d fbdda6 fff3d0 bd7a52 351a1b d1462f",
    ),
    "spring": _palette(
        "spring blossom flower pink cherry rose love frühling blume rosa",
        "6f7fc0 b59bd0 f3b6c8 ffe9df fffaf2 c08fb0 3b2a4d ef6f91",
    ),
    "desert": _palette(
        "desert dune sand canyon dry gold yellow wüste",
        "3a7196 8fbdc0 f2d3a0 fde8c2 fffaf0 dda274 6a2d28 e0723c",
    ),
    "forest": _palette(
        "forest green jungle wood tree moss garden meadow wald grün baum garten",
        "24483f 57896f a9cca1 f0f4d3 fffbdc 88b08f 0d211a e9b44c",
    ),
    "ocean": _palette(
        "ocean sea underwater turquoise teal lake beach meer ozean see strand",
        "07324f 136a8c 5dbac2 dcf4e8 fffbe8 6fa9b5 05263b ffb66e",
    ),
    "day": _palette(
        "day noon summer blue clear sunny sky tag sommer himmel blau",
        "1f64ad 5aa6dc a8d8f0 f6f3e0 fffdf0 93b9cf 1d4457 f2b84b",
    ),
}
