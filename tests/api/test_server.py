"""The real server: official clients, changes while it runs, clients that go away, and its end."""

import base64
import socket
import subprocess
import time
from pathlib import Path

import httpx
import openai
import pytest

from imgmodels_tui.api.keys import KeyStore
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.state_file import utc_now
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.api.conftest import TWO, Server, served
from tests.real.terminal import IMGMODELS

pytestmark = pytest.mark.real


@pytest.fixture
def secret(store: FileStore) -> str:
    store.update(rules.Enable(TWO))
    return KeyStore(store.locations.api_keys).add("me", by="alice", at=utc_now())[1]


def client_of(server: Server, secret: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.url, api_key=secret)


def until_seen(server: Server, secret: str, revision: int) -> None:
    """Wait until the server knows a revision; it says so where its health is asked."""
    deadline = time.monotonic() + 30
    address = server.url.removesuffix("/v1") + "/healthz"
    while httpx.get(address, headers={"authorization": secret}).json().get("revision") != revision:
        assert time.monotonic() < deadline


def test_the_official_client_draws_falls_back_and_is_refused(store: FileStore, secret: str) -> None:
    with served(store, "--placeholder") as server:
        client = client_of(server, secret)
        assert [model.id for model in client.models.list()] == list(TWO)
        drawn = client.images.generate(prompt="a lamp")
        assert drawn.data is not None
        assert drawn.data[0].b64_json
        assert drawn.model_extra is not None
        assert drawn.model_extra["imgmodels"]["model"] == "flux-2-pro"
        store.update(rules.Disable(("flux-2-pro",), "gpt-image-2"))
        until_seen(server, secret, 2)
        answer = client.images.with_raw_response.generate(prompt="a lamp", model="flux-2-pro")
        assert answer.headers["x-imgmodels-model"] == "gpt-image-2"
        assert answer.headers["x-imgmodels-instead-of"] == "flux-2-pro"
        with pytest.raises(openai.PermissionDeniedError, match="is not enabled"):
            client.images.generate(prompt="a lamp", model="recraft-v3")
        with pytest.raises(openai.NotFoundError):
            client.images.generate(prompt="a lamp", model="nothing")
        with pytest.raises(openai.BadRequestError):
            client.images.generate(prompt="", model="gpt-image-2")
        store.update(rules.Configure(image_generation=False))
        until_seen(server, secret, 3)
        with pytest.raises(openai.PermissionDeniedError, match="Image generation is off"):
            client.images.generate(prompt="a lamp")
        with pytest.raises(openai.AuthenticationError):
            client_of(server, "imgm_wrong").models.list()
        assert server.end() == 0


def test_the_official_client_edits_with_several_images(store: FileStore, secret: str, tmp_path: Path) -> None:
    with served(store, "--placeholder") as server:
        client = client_of(server, secret)
        drawn = client.images.generate(prompt="a lamp", response_format="b64_json")
        assert drawn.data is not None
        assert drawn.data[0].b64_json is not None
        image = tmp_path / "a.png"
        image.write_bytes(base64.b64decode(drawn.data[0].b64_json))
        edited = client.images.edit(image=[image, image], prompt="at night")
        assert edited.data is not None
        assert edited.data[0].b64_json


def test_a_refusal_is_sent_once(store: FileStore, secret: str) -> None:
    with served(store, "--placeholder") as server:
        with pytest.raises(openai.PermissionDeniedError):
            client_of(server, secret).images.generate(prompt="a lamp", model="recraft-v3")
        text = httpx.get(server.url.removesuffix("/v1") + "/metrics").text
        assert 'imgmodels_requests_total{route="generations",status="403"} 1\n' in text


def test_without_a_host_the_client_does_not_ask_again(store: FileStore, secret: str) -> None:
    with served(store) as server:
        with pytest.raises(openai.InternalServerError, match="no key for Microsoft Azure"):
            client_of(server, secret).images.generate(prompt="a lamp")
        text = httpx.get(server.url.removesuffix("/v1") + "/metrics").text
        assert 'imgmodels_requests_total{route="generations",status="502"} 1\n' in text


def test_a_port_that_is_taken_is_said_in_one_line(store: FileStore, secret: str) -> None:
    assert secret
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = start(store, "--port", str(taken.getsockname()[1]))
    assert run.returncode == 3
    assert "cannot be taken" in run.stderr
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["::", "192.0.2.1", "example.org"])
def test_another_address_than_loopback_has_to_be_allowed(store: FileStore, secret: str, host: str) -> None:
    assert secret
    run = start(store, "--host", host)
    assert run.returncode == 2
    assert "--allow-remote" in run.stderr


@pytest.mark.parametrize("content", [b"{", b"", b"[]"])
def test_a_broken_workspace_is_said_before_anything_listens(store: FileStore, secret: str, content: bytes) -> None:
    assert secret
    store.path.write_bytes(content)
    run = start(store, "--port", "0")
    assert run.returncode == 3
    assert "workspace.json" in run.stderr
    assert run.stderr.count("\n") == 1


def start(store: FileStore, *options: str) -> subprocess.CompletedProcess[str]:
    command = [IMGMODELS, "--state", str(store.path), "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_client_that_goes_away_takes_its_images_along(store: FileStore, secret: str) -> None:
    with served(store, "--placeholder") as server:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{server.url}/images/generations",
                json={"prompt": "a lamp", "n": 10},
                headers={"authorization": f"Bearer {secret}"},
                timeout=httpx.Timeout(30, read=0.05),
            )
        address = server.url.removesuffix("/v1") + "/metrics"
        deadline = time.monotonic() + 30
        while 'route="generations",status="499"' not in httpx.get(address).text:
            assert time.monotonic() < deadline
        drawn = httpx.get(address).text.partition('imgmodels_images_total{model="flux-2-pro",host="microsoft-azure"} ')[
            2
        ]
        assert not drawn.startswith("10")


def test_it_ends_with_sigterm_while_clients_are_connected(store: FileStore, secret: str) -> None:
    with served(store, "--placeholder") as server, httpx.Client(headers={"authorization": f"Bearer {secret}"}) as http:
        assert http.get(f"{server.url}/models").status_code == 200
        assert server.end() == 0
