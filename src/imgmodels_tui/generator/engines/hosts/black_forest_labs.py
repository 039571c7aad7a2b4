"""Black Forest Labs: a task is begun, and asked after until it is ready."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from urllib.parse import quote

from imgmodels_tui.generator import Failure, HostError
from imgmodels_tui.generator.engines.hosts.answers import HostImage, Tell, references
from imgmodels_tui.generator.engines.hosts.azure_foundry import numbered
from imgmodels_tui.generator.engines.hosts.connection import HostConnection, Json, at, text_at
from imgmodels_tui.generator.engines.interface import STANDARD_SIZE, Reported, Request

_WAITING = {"Pending", "Reasoning", "Generating"}
_REFUSED = {"Request Moderated": "prompt", "Content Moderated": "image"}
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
"""Seconds between two questions; they grow by half each time."""

_MOST_CREDITS = 10**6


async def draw(connection: HostConnection, request: Request, tell: Tell) -> HostImage:
    """Draw one image. Raises `HostError`."""
    access = connection.access
    headers = {"x-key": connection.key}
    body: dict[str, Json] = {"prompt": request.prompt, "seed": request.seed, "output_format": "png"}
    takes_shape_only = "kontext" in access.deployment
    body |= {"aspect_ratio": "1:1"} if takes_shape_only else {"width": STANDARD_SIZE, "height": STANDARD_SIZE}
    body |= numbered(references(request))
    task = await connection.post(f"{access.base_url}/v1/{quote(access.deployment, safe='')}", headers, body=body)
    url, pause = text_at(task, "polling_url"), _FIRST_PAUSE
    while True:
        answer = await connection.get(url, headers)
        status = text_at(answer, "status")
        if status == "Ready":
            data = await connection.download(text_at(answer, "result", "sample"))
            return HostImage(data, _reported(task, answer), has_seed=True)
        if status in _REFUSED:
            raise connection.refused(_REFUSED[status], status)
        if status not in _WAITING:
            said = connection.harmless(text_at(answer, "details") or status or "no status")
            raise HostError(Failure.TROUBLE, f"{access.host} drew no image: {said}. Try again")
        done = at(answer, "progress")
        if isinstance(done, int | float) and 0 < done <= 1:
            tell(done)
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE, 1.5 * pause)


def _reported(*answers: Json) -> Reported:
    """The credits, of 0.01 USD, that the newest answer names."""
    named = [at(answer, "cost") for answer in reversed(answers)]
    known = [each for each in named if isinstance(each, int | float) and 0 <= each < _MOST_CREDITS]
    return Reported(credits=Decimal(str(known[0]))) if known else Reported()
