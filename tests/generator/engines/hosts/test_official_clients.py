"""The hosts' own libraries as judges: what they send to the stand-in is what this program sends."""

import base64
from typing import Any

import httpx
import openai
import pytest
from google import genai
from google.genai import types
from google.oauth2.credentials import Credentials
from replicate.client import Client

from tests.generator.conftest import CATALOG, reference
from tests.generator.engines.hosts.conftest import GATEWAY_MODEL, Hosts, at_own_host
from tests.generator.engines.hosts.stand_in import KEY, Asked
from tests.generator.engines.hosts.test_drawing import COLOURS

GIVEN = tuple(map(reference, COLOURS))


def both(hosts: Hosts) -> tuple[Asked, Asked]:
    """What this program asked first, and what the library asked after it."""
    asked = [each for each in hosts.stand_in.asked if not each.path.startswith(("/files", "/v1/predictions"))]
    assert len(asked) == 2
    return asked[0], asked[1]


def test_azure_openai_is_asked_as_openais_library_asks(hosts: Hosts) -> None:
    hosts.draw("gpt-image-2")
    with openai.OpenAI(
        base_url=f"{hosts.stand_in.url}/openai/v1", api_key=KEY, default_headers={"api-key": KEY}
    ) as client:
        answer = client.images.generate(
            model=CATALOG.models["gpt-image-2"].provider_id,
            prompt="a lamp",
            n=1,
            size="1024x1024",
            quality="medium",
            output_format="png",
        )
    assert answer.data is not None
    ours, theirs = both(hosts)
    assert (ours.path, ours.body) == (theirs.path, theirs.body)
    assert ours.headers["api-key"] == theirs.headers["api-key"]


def test_a_gateway_is_asked_as_openais_library_asks(hosts: Hosts) -> None:
    hosts.catalog = at_own_host(CATALOG)
    hosts.draw(GATEWAY_MODEL)
    with openai.OpenAI(base_url=f"{hosts.stand_in.url}/v1", api_key=KEY) as client:
        name = CATALOG.models[GATEWAY_MODEL].provider_id
        client.images.generate(model=name, prompt="a lamp", n=1, size="1024x1024")
    ours, theirs = both(hosts)
    assert (ours.path, ours.body) == (theirs.path, theirs.body)
    assert ours.headers["authorization"] == theirs.headers["authorization"]


def test_several_reference_images_are_sent_as_openais_library_sends_them(hosts: Hosts) -> None:
    hosts.draw("gpt-image-2", references=GIVEN)
    with openai.OpenAI(base_url=f"{hosts.stand_in.url}/openai/v1", api_key=KEY) as client:
        client.images.edit(
            model=CATALOG.models["gpt-image-2"].provider_id,
            prompt="a lamp",
            n=1,
            size="1024x1024",
            quality="medium",
            output_format="png",
            image=[(f"image-{i}.png", each.png, "image/png") for i, each in enumerate(GIVEN, 1)],
        )
    ours, theirs = both(hosts)
    assert (ours.path, ours.body, list(ours.files)) == (theirs.path, theirs.body, list(theirs.files))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("given", [(), GIVEN], ids=["text", "references"])
def test_vertex_is_asked_as_googles_library_asks(hosts: Hosts, given: tuple[Any, ...]) -> None:
    hosts.draw("gemini-2.5-flash-image", references=given)
    client = genai.Client(
        vertexai=True,
        project="a-project",
        location="eu",
        credentials=Credentials(KEY),  # type: ignore[no-untyped-call]
        http_options=types.HttpOptions(base_url=hosts.stand_in.url, api_version="v1"),
    )
    parts = [types.Part(text="a lamp"), *(types.Part.from_bytes(data=g.png, mime_type="image/png") for g in given)]
    answer = client.models.generate_content(
        model=CATALOG.models["gemini-2.5-flash-image"].provider_id,
        contents=[types.Content(role="user", parts=parts)],
        config=types.GenerateContentConfig(
            response_modalities=["TEXT", "IMAGE"], image_config=types.ImageConfig(aspect_ratio="1:1")
        ),
    )
    client.close()
    assert answer.candidates
    ours, theirs = both(hosts)
    assert (ours.path, _standard(ours.body)) == (theirs.path, _standard(theirs.body))
    assert ours.headers["authorization"] == theirs.headers["authorization"]


def _standard(body: Any) -> Any:
    """The same JSON with images as bytes: two alphabets of base64 are in use, and two spellings of one name."""
    if isinstance(body, list):
        return [_standard(each) for each in body]
    if not isinstance(body, dict):
        return body
    if "data" in body:
        text = body["data"].replace("-", "+").replace("_", "/")
        return base64.b64decode(text), body.get("mimeType") or body.get("mime_type")
    return {name: _standard(value) for name, value in body.items()}


def test_replicate_is_asked_as_its_library_asks(hosts: Hosts) -> None:
    hosts.draw("recraft-v3")
    with httpx.HTTPTransport() as transport:  # which its client does not close
        client = Client(api_token=KEY, base_url=hosts.stand_in.url, transport=transport)
        prediction = client.models.predictions.create(
            "recraft-ai/recraft-v3", input={"prompt": "a lamp", "size": "1024x1024"}, wait=1
        )
    assert prediction.urls is not None
    ours, theirs = both(hosts)
    assert (ours.path, ours.body, ours.headers["prefer"]) == (theirs.path, theirs.body, theirs.headers["prefer"])
    assert ours.headers["authorization"] == theirs.headers["authorization"]
