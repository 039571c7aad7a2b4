"""Draws one image with a host: asks, waits, stops when its user does, and trusts nothing that comes back."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO

from imgmodels_tui.generator import Cancelled, Failure, HostError
from imgmodels_tui.generator.engines.hosts import (
    accounts,
    azure_foundry,
    black_forest_labs,
    google_vertex,
    openai_images,
    replicate,
)
from imgmodels_tui.generator.engines.hosts.accounts import Access
from imgmodels_tui.generator.engines.hosts.answers import HostImage, Tell
from imgmodels_tui.generator.engines.hosts.connection import LARGEST_IMAGE, HostConnection, client
from imgmodels_tui.generator.engines.interface import (
    STANDARD_SIZE,
    CancelCheck,
    MediaType,
    Picture,
    Progress,
    Request,
)

Adapter = Callable[[HostConnection, Request, Tell], Awaitable[HostImage]]

MOST_SECONDS = 300.0
"""How long one image may take."""

_STEP = 0.1
"""Seconds between two looks at whether to stop."""

_CANCEL_SECONDS = 0.7
"""How long a host may take to be told that its task is not wanted any more."""

_LONGEST_SIDE = 8192

_ADAPTERS: Mapping[str, Adapter] = {
    accounts.AZURE_OPENAI.id: openai_images.draw,
    accounts.AZURE_FOUNDRY.id: azure_foundry.draw,
    accounts.BFL.id: black_forest_labs.draw,
    accounts.VERTEX.id: google_vertex.draw,
    accounts.REPLICATE.id: replicate.draw,
    accounts.OPENAI_COMPATIBLE.id: openai_images.draw,
}


def draw(access: Access, key: str, request: Request, progress: Progress, cancelled: CancelCheck) -> Picture:
    """Draw `request` at the host of `access`. Raises `HostError`, `Cancelled`. Blocking."""
    image = asyncio.run(_drawn(access, key, request, progress, cancelled))
    data, media_type, width, height = _checked(access.host, request, image.data)
    return Picture(
        data, media_type, width, height, engine=access.host, has_seed=image.has_seed, reported=image.reported
    )


async def _drawn(access: Access, key: str, request: Request, progress: Progress, cancelled: CancelCheck) -> HostImage:
    """Run the adapter, and look meanwhile whether to stop."""
    began = time.monotonic()
    async with client() as http:
        connection = HostConnection(http, access, key)
        drawing = asyncio.ensure_future(_ADAPTERS[access.account.id](connection, request, progress))
        try:
            while not (await asyncio.wait({drawing}, timeout=_STEP))[0]:
                if cancelled():
                    raise Cancelled
                if time.monotonic() - began > MOST_SECONDS:
                    text = f"{access.host} has not finished after {MOST_SECONDS:.0f} seconds; try again later"
                    raise HostError(Failure.TOO_SLOW, text)
                progress(None)
        finally:
            if not drawing.done():
                drawing.cancel()
                await asyncio.wait({drawing}, timeout=_CANCEL_SECONDS)
        return drawing.result()


def _checked(host: str, request: Request, data: bytes) -> tuple[bytes, MediaType, int, int]:
    """What came back as a PNG or SVG file, with its size in pixels. Raises `HostError`."""
    if len(data) > LARGEST_IMAGE:
        raise _not_promised(host, f"more than {LARGEST_IMAGE // 1024**2} MiB")
    is_svg = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if request.model.vector_only is not is_svg:
        raise _not_promised(host, "pixels instead of an SVG document" if request.model.vector_only else "no pixels")
    return _checked_svg(host, data) if is_svg else _checked_pixels(host, data)


def _checked_svg(host: str, data: bytes) -> tuple[bytes, MediaType, int, int]:
    from imgmodels_tui.generator.images.svg_check import SvgError, check_svg  # noqa: PLC0415 - two models need it

    try:
        drawing = check_svg(data)
    except SvgError as error:
        raise _not_promised(host, f"an SVG document that {error}") from error
    whole = b'<?xml version="1.0" encoding="UTF-8"?>\n' + data[drawing.start :]
    return whole, MediaType.SVG, _nominal(drawing.width), _nominal(drawing.height)


def _nominal(length: str) -> int:
    """A length in pixels, such as `1024` or `1024.0px`; the standard one where it is something else."""
    found = re.fullmatch(r"([1-9][0-9]{0,3})(\.[0-9]{1,9})?(px)?", length.strip(), re.ASCII)
    return int(found[1]) if found else STANDARD_SIZE


def _checked_pixels(host: str, data: bytes) -> tuple[bytes, MediaType, int, int]:
    # Pillow takes 30 ms to load, and is loaded once the host has drawn.
    from imgmodels_tui.generator.images import decode  # noqa: PLC0415

    try:
        if data.startswith(decode.PNG):
            whole = decode.without_remarks(data)
            if not whole.endswith(decode.END_OF_PNG):
                raise decode.DecodeError("cut short")
            return whole, MediaType.PNG, *decode.size_of(whole)
        image = decode.decode(data, _LONGEST_SIDE)
    except decode.DecodeError as error:
        raise _not_promised(host, "something that is no image, or too large a one") from error
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue(), MediaType.PNG, image.width, image.height


def _not_promised(host: str, what: str) -> HostError:
    return HostError(Failure.BAD_ANSWER, f"{host} gave {what}; nothing was stored. Try again, or choose another model")
