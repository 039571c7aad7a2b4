"""Black Forest Labs' models on Microsoft Azure AI Foundry."""

from __future__ import annotations

from imgmodels_tui.generator.engines.hosts.answers import HostImage, Tell, references
from imgmodels_tui.generator.engines.hosts.connection import HostConnection, Json
from imgmodels_tui.generator.engines.hosts.openai_images import image_in
from imgmodels_tui.generator.engines.interface import STANDARD_SIZE, Request

_SEEDS = 2**31


async def draw(connection: HostConnection, request: Request, _: Tell) -> HostImage:
    """Draw one image; the request waits for it. Raises `HostError`."""
    access = connection.access
    body: dict[str, Json] = {
        "model": access.deployment,
        "prompt": request.prompt,
        "width": STANDARD_SIZE,
        "height": STANDARD_SIZE,
        "num_images": 1,
        "n": 1,  # without it and the model some were answered with status 500
        "output_format": "png",
        "seed": request.seed % _SEEDS,
    }
    body |= numbered(references(request))
    path = request.model.provider_id.lower().replace(".", "-")
    url = f"{access.base_url}/providers/blackforestlabs/v1/{path}?api-version=preview"
    answer = await connection.post(url, {"authorization": f"Bearer {connection.key}"}, body=body)
    return HostImage(await image_in(connection, answer), has_seed=True)


def numbered(images: list[str]) -> dict[str, str]:
    """Reference images under the names that FLUX gives them: `input_image`, `input_image_2` and so on."""
    return {"input_image" if i == 1 else f"input_image_{i}": image for i, image in enumerate(images, 1)}
