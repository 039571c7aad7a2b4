"""What an engine is: the contract between whoever asks for a picture and whoever draws it.

Importing this loads no imaging library. A `Request` that exists is valid: what no engine could serve is refused when
the request is made, so that a screen can show that before anything starts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Protocol

from imgmodels_tui.catalog import Model
from imgmodels_tui.generator import PromptError, ReferenceImageError
from imgmodels_tui.record import Limits, Record
from imgmodels_tui.workspace.overview import Entry

PROMPT_LIMIT = 4000
"""Longest prompt in characters; it has to fit into a picture's metadata even when every one is escaped."""

SEED_LIMIT = 2**32
"""Seeds are whole numbers from 0 up to, but without, this one."""

STANDARD_SIZE = 1024
"""Width and height in pixels of a picture at the resolution that the catalog's prices are for."""

PLACEHOLDER = "placeholder"
"""What drew a picture that no host drew."""

Progress = Callable[[float | None], object]
"""Called in the thread that draws with how much is done, from 0 to 1, never falling; None where nobody knows."""

CancelCheck = Callable[[], bool]
"""Called often; returns at once whether to stop. `threading.Event().is_set` is one."""


class MediaType(StrEnum):
    """What a picture's bytes are."""

    PNG = "image/png"
    SVG = "image/svg+xml"

    @property
    def suffix(self) -> str:
        """The ending of a file of this type, with its dot."""
        return ".png" if self is MediaType.PNG else ".svg"


class Reference(Record):
    """A reference image that was checked on loading (see `gallery.load_reference`).

    `png` is the upright image as an RGB PNG without metadata, `width` × `height` pixels.
    """

    name: str
    png: bytes
    width: int
    height: int


class Request(Record):
    """One picture asked for. Raises `PromptError`, `ReferenceImageError` or `ValueError` (seed) when made."""

    prompt: str
    model: Model
    seed: int
    references: tuple[Reference, ...] = ()
    instead_of: str | None = None
    """The name of the model that the session was switched away from for this picture (R12), if it was."""
    host: str = ""
    """The name of the model's host."""

    def check(self) -> None:
        """Refuse what no engine could draw."""
        check_prompt(self.prompt)
        if not 0 <= self.seed < SEED_LIMIT:
            raise ValueError(f"seed must be from 0 to {SEED_LIMIT - 1}")
        if self.references:
            check_takes_reference(self.model)


class Reported(Record):
    """What a host reports of one picture's cost, as far as it does."""

    tokens: Annotated[int, Limits(ge=0, le=1_000_000_000)] | None = None
    credits: Annotated[Decimal, Limits(ge=0, max_digits=12, decimal_places=6)] | None = None
    """Of 0.01 USD each at Black Forest Labs."""
    seconds: Annotated[Decimal, Limits(ge=0, max_digits=12, decimal_places=6)] | None = None
    """How long the host computed."""

    @property
    def text(self) -> str:
        """All of it in words; empty where nothing is reported."""
        parts = ((self.tokens, "tokens"), (self.credits, "credits"), (self.seconds, "seconds of computing"))
        return ", ".join(f"{number:,} {unit}" for number, unit in parts if number is not None)


class Picture(Record):
    """A finished picture: the encoded bytes, what they are, and the size in pixels (of an SVG: nominal)."""

    data: bytes
    media_type: MediaType
    width: int
    height: int
    engine: str = PLACEHOLDER
    """What drew it: the name of a host, or this program itself."""
    has_seed: bool = True
    """Whether the request's seed had a say."""
    reported: Reported | None = None


class Engine(Protocol):
    """Draws pictures. Blocking: callers run it in a thread of their own."""

    def describe(self, entry: Entry) -> str:
        """Who draws with a model, or why only a placeholder is drawn, for a screen."""

    def look(self) -> object:
        """Look anew at what there is to draw with; what is returned differs where that differs. Blocking."""

    def generate(self, request: Request, *, progress: Progress, cancelled: CancelCheck) -> Picture:
        """Draw `request`.

        Raises `Cancelled` soon after `cancelled` turns true, `GeneratorError` for what this engine cannot do.
        """


def check_prompt(prompt: str) -> None:
    """Raise `PromptError` unless `prompt` can be drawn and stored."""
    if len(prompt) > PROMPT_LIMIT:
        raise PromptError(f"the prompt has {len(prompt)} characters; at most {PROMPT_LIMIT} are possible: shorten it")
    if not prompt.strip():
        raise PromptError("the prompt is empty: describe the picture in a few words")
    if any("\ud800" <= character <= "\udfff" for character in prompt):
        raise PromptError("the prompt is not valid UTF-8 text: type it again or check the terminal's encoding")


def check_takes_reference(model: Model) -> None:
    """Raise `ReferenceImageError` unless `model` can start from a reference image."""
    if not model.reference_editing:
        raise ReferenceImageError(
            f"{model.name} takes no reference image: leave it out, or choose a model with reference editing"
        )


def fresh_seed() -> int:
    """Return a seed that nobody can guess, for a picture that nobody asked to repeat."""
    return int.from_bytes(os.urandom(4))
