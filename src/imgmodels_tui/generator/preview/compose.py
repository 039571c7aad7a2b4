"""From a prompt, a model and a seed to a scene: the words choose subject and colours, the rest is chance."""

from __future__ import annotations

import hashlib
from random import Random
from typing import TYPE_CHECKING

from imgmodels_tui.generator.preview.city import city
from imgmodels_tui.generator.preview.land import dunes, forest, mountains
from imgmodels_tui.generator.preview.palettes import PALETTES, choose, words_of
from imgmodels_tui.generator.preview.ribbons import ribbons
from imgmodels_tui.generator.preview.scene import Scene, spread
from imgmodels_tui.generator.preview.sea import sea

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imgmodels_tui.generator.engines.interface import Request
    from imgmodels_tui.generator.preview.palettes import Palette
    from imgmodels_tui.generator.preview.scene import Shape

_MOTIFS: Mapping[str, tuple[Callable[[Random, Palette], list[Shape]], str]] = {
    "city": (city, "city town skyline street tower house building office car robot stadt haus straße"),
    "mountains": (mountains, "mountain alp peak hill valley rock volcano landscape berg gebirge tal"),
    "forest": (forest, "forest tree wood jungle park fox deer bear wolf owl wald baum"),
    "dunes": (dunes, "desert dune sand camel pyramid mars planet wüste"),
    "sea": (sea, "sea ocean lake beach boat ship sail harbour island lighthouse meer schiff boot strand"),
    "ribbons": (
        ribbons,
        "abstract logo icon pattern music wave dream portrait brand poster emotion cat dog muster musik welle",
    ),
}


def chance(request: Request, purpose: str) -> Random:
    """Return the chance that belongs to `request`: the same for the same prompt, model id and seed, always."""
    facts = f"{purpose}\0{request.model.id}\0{request.seed}\0{request.prompt}"
    digest = hashlib.blake2b(facts.encode(), digest_size=16).digest()
    # Chance that draws clouds and guards nothing.
    return Random(int.from_bytes(digest, "big"))  # noqa: S311  # nosec B311


def palette_for(request: Request) -> Palette:
    """Return the palette that the prompt's words ask for, else one by chance."""
    by_words = {name: palette.words for name, palette in PALETTES.items()}
    return PALETTES[choose(words_of(request.prompt), by_words, chance(request, "palette"))]


def compose(request: Request) -> Scene:
    """Return the scene of `request`."""
    palette = palette_for(request)
    by_words = {name: words for name, (_, words) in _MOTIFS.items()}
    motif = _MOTIFS[choose(words_of(request.prompt), by_words, chance(request, "motif"))][0]
    return Scene(spread(palette.sky), tuple(motif(chance(request, "scene"), palette)))
