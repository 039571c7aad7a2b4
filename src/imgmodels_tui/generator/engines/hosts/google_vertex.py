"""Google's models on Vertex."""

from __future__ import annotations

from urllib.parse import quote

from imgmodels_tui.generator import Failure, HostError
from imgmodels_tui.generator.engines.hosts.answers import HostImage, Tell, from_base64, references
from imgmodels_tui.generator.engines.hosts.connection import HostConnection, Json, at, text_at
from imgmodels_tui.generator.engines.interface import Reported, Request

_REFUSALS = ("SAFETY", "PROHIBITED", "RECITATION", "BLOCKLIST", "SPII")


async def draw(connection: HostConnection, request: Request, _: Tell) -> HostImage:
    """Draw one image; the request waits for it. Raises `HostError`."""
    access = connection.access
    images = [{"inlineData": {"mimeType": "image/png", "data": image}} for image in references(request)]
    body: dict[str, Json] = {
        "contents": [{"role": "user", "parts": [{"text": request.prompt}, *images]}],
        "generationConfig": {"responseModalities": ["TEXT", "IMAGE"], "imageConfig": {"aspectRatio": "1:1"}},
    }
    project, location, model = (quote(each, safe="") for each in (access.project, access.location, access.deployment))
    url = f"{access.base_url}/v1/projects/{project}/locations/{location}/publishers/google/models/{model}"
    answer = await connection.post(f"{url}:generateContent", {"authorization": f"Bearer {connection.key}"}, body=body)
    if blocked := text_at(answer, "promptFeedback", "blockReason"):
        raise connection.refused("prompt", text_at(answer, "promptFeedback", "blockReasonMessage") or blocked)
    parts = at(answer, "candidates", 0, "content", "parts")
    for part in parts if isinstance(parts, list) else []:
        if data := text_at(part, "inlineData", "data"):
            return HostImage(from_base64(connection, data), _reported(answer))
    why = text_at(answer, "candidates", 0, "finishReason")
    if any(word in why for word in _REFUSALS):
        raise connection.refused("image", why)
    said = f": {connection.harmless(why)}" if why else ""
    raise HostError(Failure.TROUBLE, f"{access.host} gave no image{said}. Change the prompt, or try again")


def _reported(answer: Json) -> Reported:
    tokens = at(answer, "usageMetadata", "totalTokenCount")
    return Reported(tokens=tokens) if isinstance(tokens, int) and 0 <= tokens < 10**9 else Reported()
