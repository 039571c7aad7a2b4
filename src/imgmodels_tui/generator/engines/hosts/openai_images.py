"""OpenAI's images API, as Microsoft Azure and gateways speak it."""

from __future__ import annotations

from collections.abc import Mapping

from imgmodels_tui.generator.engines.hosts.accounts import AZURE_OPENAI
from imgmodels_tui.generator.engines.hosts.answers import HostImage, Tell, from_base64
from imgmodels_tui.generator.engines.hosts.connection import HostConnection, Json, at, text_at
from imgmodels_tui.generator.engines.interface import Reported, Request

_SIZE = "1024x1024"
_DATA_URL = "data:image/"


async def draw(connection: HostConnection, request: Request, _: Tell) -> HostImage:
    """Draw one image; the request waits for it. Raises `HostError`."""
    access = connection.access
    is_azure = access.account is AZURE_OPENAI
    base = f"{access.base_url.removesuffix('/openai/v1')}/openai/v1" if is_azure else access.base_url
    headers = {"api-key": connection.key} if is_azure else {"authorization": f"Bearer {connection.key}"}
    body: dict[str, Json] = {"model": access.deployment, "prompt": request.prompt, "n": 1, "size": _SIZE}
    if is_azure:  # the quality that the catalog's prices are for; other models than GPT Image know neither
        body |= {"quality": "medium", "output_format": "png"}
    if request.references:
        files = [("image[]", (f"image-{i}.png", ref.png, "image/png")) for i, ref in enumerate(request.references, 1)]
        fields = {name: str(value) for name, value in body.items()}
        answer = await connection.post(f"{base}/images/edits", headers, fields=fields, files=files)
    else:
        answer = await connection.post(f"{base}/images/generations", headers, body=body)
    return HostImage(await image_in(connection, answer), _reported(at(answer, "usage")))


async def image_in(connection: HostConnection, answer: Json, headers: Mapping[str, str] | None = None) -> bytes:
    """The first image of an answer, in itself or at an address. Raises `HostError`."""
    first = at(answer, "data", 0)
    text, url = text_at(first, "b64_json"), text_at(first, "url")
    if text or not url:
        return from_base64(connection, text)
    if url.startswith(_DATA_URL):
        return from_base64(connection, url.partition(";base64,")[2])
    return await connection.download(url, headers or {})


def _reported(usage: Json) -> Reported:
    tokens = at(usage, "total_tokens")
    return Reported(tokens=tokens) if isinstance(tokens, int) and 0 <= tokens < 10**9 else Reported()
