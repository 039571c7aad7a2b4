"""Replicate: a prediction is begun, asked after until it is done, and cancelled when its user leaves."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from urllib.parse import quote

from imgmodels_tui.generator import Failure, HostError
from imgmodels_tui.generator.engines.hosts.answers import HostImage, Tell
from imgmodels_tui.generator.engines.hosts.connection import HostConnection, Json, at, text_at
from imgmodels_tui.generator.engines.interface import STANDARD_SIZE, Reported, Request

_WAITING = {"starting", "processing", "queued"}
_REFUSED = ("sensitive", "nsfw", "flagged", "moderat")
"""Words of the sentence by which alone a refusal is known."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
_MOST_SECONDS = 10**6


async def draw(connection: HostConnection, request: Request, _: Tell) -> HostImage:
    """Draw one image. Raises `HostError`."""
    access = connection.access
    headers = {"authorization": f"Bearer {connection.key}"}
    body = {"input": {"prompt": request.prompt, "size": f"{STANDARD_SIZE}x{STANDARD_SIZE}"}}
    url = f"{access.base_url}/v1/models/{quote(access.deployment, safe='/')}/predictions"
    prediction = await connection.post(url, headers | {"prefer": "wait=1"}, body=body)
    try:
        prediction = await _finished(connection, prediction)
    except asyncio.CancelledError:
        await _cancel(connection, prediction)
        raise
    status, error = text_at(prediction, "status"), text_at(prediction, "error")
    if status != "succeeded":
        if any(word in error.lower() for word in _REFUSED):
            raise connection.refused("prompt or the image", error)
        said = connection.harmless(error or status or "no status")
        raise HostError(Failure.TROUBLE, f"{access.host} drew no image: {said}. Try again")
    output = text_at(prediction, "output") or text_at(prediction, "output", 0)
    # Its document wants the key for results too, which lie in a domain of its own.
    data = await connection.download(output, headers if access.is_own(output) else {})
    return HostImage(data, _reported(prediction))


async def _finished(connection: HostConnection, prediction: Json) -> Json:
    pause, headers = _FIRST_PAUSE, {"authorization": f"Bearer {connection.key}"}
    while text_at(prediction, "status") in _WAITING:
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE, 1.5 * pause)
        prediction = await connection.get(text_at(prediction, "urls", "get"), headers)
    return prediction


async def _cancel(connection: HostConnection, prediction: Json) -> None:
    """Have the host stop; whether it does is its own affair."""
    url = text_at(prediction, "urls", "cancel")
    if connection.access.is_own(url):
        await connection.post(url, {"authorization": f"Bearer {connection.key}"})


def _reported(prediction: Json) -> Reported:
    seconds = at(prediction, "metrics", "predict_time")
    is_known = isinstance(seconds, int | float) and 0 <= seconds < _MOST_SECONDS
    return Reported(seconds=Decimal(str(round(seconds, 3)))) if is_known else Reported()
