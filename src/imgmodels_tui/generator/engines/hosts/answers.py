"""What a host gives for an image: its bytes as they came, and what it reports of their cost."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from imgmodels_tui.generator.engines.hosts.connection import LARGEST_IMAGE, HostConnection
from imgmodels_tui.generator.engines.interface import Reported, Request
from imgmodels_tui.record import Record

Tell = Callable[[float], object]
"""Called with how far the host says it is, from 0 to 1."""


class HostImage(Record):
    """An image as a host gave it, unchecked."""

    data: bytes
    reported: Reported = Reported()
    has_seed: bool = False
    """Whether the request's seed was sent along."""


def from_base64(connection: HostConnection, text: str) -> bytes:
    """The bytes of an image in an answer. Raises `HostError`."""
    if not text:
        raise connection.bad_answer("answered without an image")
    if len(text) > LARGEST_IMAGE * 4 // 3 + 4:
        raise connection.bad_answer(f"answered with more than {LARGEST_IMAGE // 1024**2} MiB")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise connection.bad_answer("answered with an image that is no base64") from error


def references(request: Request) -> list[str]:
    """The request's reference images as base64."""
    return [base64.b64encode(reference.png).decode() for reference in request.references]
