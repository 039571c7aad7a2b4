"""Whatever a request says, it is answered with a sentence in OpenAI's shape; never with a bare failure."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgmodels_tui.api.bodies import LARGEST_BODY
from tests.api.conftest import Asking, Client
from tests.generator.conftest import blank

JSON = {"content-type": "application/json"}
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}


def is_in_words(answer: httpx.Response) -> bool:
    """Whether an answer is an error as OpenAI's clients understand it, with a sentence."""
    error = answer.json()["error"]
    return set(error) == {"message", "type", "param", "code"} and len(error["message"]) > 10 and bool(error["code"])


ODD: dict[str, Any] = {
    "no prompt": {},
    "null as prompt": {"prompt": None},
    "a number as prompt": {"prompt": 7},
    "a list as prompt": {"prompt": ["a"]},
    "an empty prompt": {"prompt": ""},
    "a blank prompt": {"prompt": " \n"},
    "half a character": {"prompt": "\ud800"},
    "a prompt that is too long": {"prompt": "x" * 4_001},
    "a list as model": {"prompt": "x", "model": ["flux-2-pro"]},
    "an object as model": {"prompt": "x", "model": {}},
    "a number as model": {"prompt": "x", "model": 7},
    "a model with an escape": {"prompt": "x", "model": "\x1b[31m"},
    "n of 0": {"prompt": "x", "n": 0},
    "n of 1000": {"prompt": "x", "n": 1000},
    "n of -1": {"prompt": "x", "n": -1},
    "n of 1.5": {"prompt": "x", "n": 1.5},
    "true as n": {"prompt": "x", "n": True},
    "a very large n": {"prompt": "x", "n": 10**400},
    "text as n": {"prompt": "x", "n": "many"},
    "a negative seed": {"prompt": "x", "seed": -1},
    "a very large seed": {"prompt": "x", "seed": 2**32},
    "a size of nothing": {"prompt": "x", "size": "0x0"},
    "a size in words": {"prompt": "x", "size": "large"},
    "a list as size": {"prompt": "x", "size": [1024, 1024]},
    "streaming": {"prompt": "x", "stream": True},
    "an unknown format": {"prompt": "x", "response_format": "tiff"},
    "a list as user": {"prompt": "x", "user": ["me"]},
    "a very long user": {"prompt": "x", "user": "x" * 10_000},
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
async def test_an_odd_body_is_refused_in_words(asking: Asking, body: object) -> None:
    async with asking() as client:
        answer = await client.http.post("/v1/images/generations", content=json.dumps(body), headers=JSON)
        assert 400 <= answer.status_code < 500
        assert is_in_words(answer)


RAW: dict[str, tuple[bytes, dict[str, str]]] = {
    "nothing": (b"", JSON),
    "no JSON": (b"{", JSON),
    "a list": (b"[]", JSON),
    "a text": (b'"x"', JSON),
    "NaN": (b'{"prompt": NaN}', JSON),
    "very deep": (b"[" * 100_000, JSON),
    "two prompts": (b'{"prompt": "a lamp", "prompt": "a hat"}', JSON),
    "two of a field inside": (b'{"prompt": "a", "metadata": {"a": 1, "a": 2}}', JSON),
    "another charset": ('{"prompt": "ä"}'.encode("utf-16"), JSON),
    "a wrong byte": (b'{"prompt": "\xff"}', JSON),
    "another kind": (b"prompt=x", {"content-type": "application/x-www-form-urlencoded"}),
    "no kind": (b"prompt=x", {"content-type": ";;;"}),
    "no boundary": (b"--x\r\n", {"content-type": "multipart/form-data"}),
    "a prompt given twice": (
        b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na lamp\r\n' * 2 + b"--x--\r\n",
        MULTIPART,
    ),
    "a form cut short": (b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nx', MULTIPART),
    "a form that is none": (b"\x00" * 1_000, MULTIPART),
    "a part without a name": (b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n", MULTIPART),
    "a boundary that is too long": (b"", {"content-type": "multipart/form-data; boundary=" + "x" * 5_000}),
    "very many fields": (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(10_000))
        + b"--x--",
        MULTIPART,
    ),
    "a very long field": (
        b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n' + b"x" * 200_000 + b"\r\n--x--\r\n",
        MULTIPART,
    ),
}


@pytest.mark.parametrize("path", ["generations", "edits"])
@pytest.mark.parametrize(("content", "headers"), RAW.values(), ids=RAW)
async def test_a_body_that_cannot_be_read_is_refused_in_words(
    asking: Asking, content: bytes, headers: dict[str, str], path: str
) -> None:
    async with asking() as client:
        answer = await client.http.post(f"/v1/images/{path}", content=content, headers=headers)
        assert 400 <= answer.status_code < 500
        assert is_in_words(answer)


@pytest.mark.parametrize("headers", [JSON, MULTIPART], ids=["JSON", "form"])
async def test_a_body_that_is_too_large_is_refused_before_it_is_kept(asking: Asking, headers: dict[str, str]) -> None:
    async def chunks() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
        for _ in range(LARGEST_BODY // 1024**2 + 2):
            yield b" " * 1024**2

    async with asking() as client:
        answer = await client.http.post("/v1/images/edits", content=chunks(), headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")


async def test_a_request_that_does_not_arrive_takes_no_place_for_ever(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def chunks() -> Any:
        yield b'{"prompt": '
        await asyncio.Event().wait()  # the rest never comes

    monkeypatch.setattr("imgmodels_tui.api.bodies.ARRIVES_WITHIN", 0.05)
    async with asking() as client:
        answer = await client.http.post("/v1/images/generations", content=chunks(), headers=JSON)
        assert (answer.status_code, answer.json()["error"]["code"]) == (408, "request_timeout")
        assert (await client.draw())["model"] == "flux-2-pro"


@pytest.mark.parametrize("name", ["authorization", "x-openwebui-user-id", "x-openwebui-chat-id", "x-imgmodels-session"])
async def test_who_somebody_is_is_said_once(asking: Asking, name: str) -> None:
    async with asking(front_end=True) as client:
        sent = client.http.headers.get(name, "ada")
        headers = [(name, sent), (name, "eve")] if name != "authorization" else [(name, "Bearer imgm_x")]
        request = client.http.build_request("POST", "/v1/images/generations", json={"prompt": "a lamp"})
        request.headers = httpx.Headers([*request.headers.raw, *((a.encode(), b.encode()) for a, b in headers)])
        answer = await client.http.send(request)
        assert answer.status_code == 400
        assert answer.json()["error"]["message"] == f"{name} is sent twice"


IMAGES: dict[str, object] = {
    "an address": [{"image_url": "https://example.org/a.png"}],
    "a file": [{"image_url": "file:///etc/passwd"}],
    "no base64": [{"image_url": "data:image/png;base64,%%%"}],
    "no image": [{"image_url": "data:image/png;base64,AAAA"}],
    "nothing": [{"image_url": "data:,"}],
    "a number": [7],
    "a list": [[["x"]]],
    "none": [],
    "too many": ["data:image/png;base64,AAAA"] * 17,
}


@pytest.mark.parametrize("images", IMAGES.values(), ids=IMAGES)
async def test_an_image_that_is_none_is_refused_in_words(asking: Asking, images: object) -> None:
    async with asking() as client:
        answer = await client.post({"prompt": "x", "images": images}, path="edits")
        assert answer.status_code == 400
        assert is_in_words(answer)


@pytest.mark.parametrize("name", ["", "a" * 5_000, "../../x.png", "\x1b[31m.png", 'a"b.png'])
async def test_any_name_of_a_file_will_do(asking: Asking, name: str) -> None:
    async with asking() as client:
        files = {"image": (name, blank().data, "image/png")}
        answer = await client.http.post("/v1/images/edits", data={"prompt": "x"}, files=files)
        assert answer.status_code in {200, 400}
        assert answer.status_code == 200 or is_in_words(answer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/images/generations", 405),
        ("DELETE", "/v1/models", 405),
        ("GET", "/v1/chat/completions", 404),
        ("GET", "/v1/models/" + "x" * 5_000, 404),
        ("GET", "/v1/models/%00%ff", 404),
    ],
)
async def test_any_other_address_is_answered_in_words(asking: Asking, method: str, path: str, status: int) -> None:
    async with asking() as client:
        answer = await client.http.request(method, path)
        assert answer.status_code == status
        assert is_in_words(answer)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "imgm_x", "Bearer imgm_\xff"])
async def test_without_a_key_nobody_learns_anything(asking: Asking, header: str) -> None:
    async with asking() as client:
        for path in ("/v1/models", "/v1/models/flux-2-pro"):
            answer = await client.http.get(path, headers=[(b"authorization", header.encode("latin-1"))])
            assert answer.status_code == 401
            assert is_in_words(answer)
            assert answer.headers["www-authenticate"] == "Bearer"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "prompt",
    "model",
    "n",
    "seed",
    "size",
    "response_format",
    "stream",
    "user",
    "safety_identifier",
    "images",
    "x",
]
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6) | VALUES


async def test_two_thousand_bodies_end_in_words_or_an_image(asking: Asking) -> None:
    examples: list[object] = []

    @settings(max_examples=2_000, suppress_health_check=list(HealthCheck))
    @given(BODIES)
    def collect(body: object) -> None:
        examples.append(body)

    collect()
    async with asking() as client:
        for body in examples:
            await check(client, body)
    assert len(examples) >= 2_000


async def check(client: Client, body: object) -> None:
    content = json.dumps(body).encode()
    answer = await client.http.post("/v1/images/generations", content=content, headers=JSON)
    assert answer.status_code < 500, content
    assert answer.status_code == 200 or is_in_words(answer), content
