"""The API on the test's workspace: its app asked directly, or the real server in a process of its own."""

import os
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from imgmodels_tui.api.app import Api, ServerParts
from imgmodels_tui.api.keys import KeyStore
from imgmodels_tui.generator.engines.interface import Engine
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.workspace.file_store.state_file import utc_now
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.live import LiveWorkspace
from imgmodels_tui.workspace.rules import Enable, Rule
from tests.conftest import apply
from tests.real.terminal import IMGMODELS

TWO = ("flux-2-pro", "gpt-image-2")


class Client:
    """Asks the app without a network, and makes changes of the workspace known to it at once."""

    def __init__(self, api: Api, live: LiveWorkspace, store: FileStore, http: httpx.AsyncClient) -> None:
        self.api, self._live, self.store, self.http = api, live, store, http
        self.said: list[str] = []

    async def change(self, *rules: Rule) -> None:
        """Change the settings, and let the server see it."""
        apply(self.store, *rules)
        await self._live.catch_up()

    async def post(self, body: object, *, path: str = "generations", **headers: str) -> httpx.Response:
        """Ask for images; names of headers have underscores here."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return await self.http.post(f"/v1/images/{path}", json=body, headers=named)

    async def draw(self, model: str | None = None, **headers: str) -> dict[str, Any]:
        """Draw one image; what the answer says of it."""
        answer = await self.post({"prompt": "a lamp"} | ({"model": model} if model else {}), **headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["imgmodels"]
        return found

    async def refusal(self, model: str | None = None, **headers: str) -> tuple[int, str]:
        """Status and code of the error that is answered."""
        answer = await self.post({"prompt": "a lamp"} | ({"model": model} if model else {}), **headers)
        return answer.status_code, answer.json()["error"]["code"]


class Asking:
    """Opens the API of the test's workspace."""

    def __init__(self, store: FileStore) -> None:
        self.store = store
        self.keys = KeyStore(store.locations.api_keys)

    @asynccontextmanager
    async def __call__(
        self, *enabled: str, front_end: bool = False, engine: Engine | None = None
    ) -> AsyncIterator[Client]:
        apply(self.store, Enable(enabled or TWO))
        _, secret = self.keys.add("me", by="alice", at=utc_now(), front_end=front_end)
        live = LiveWorkspace(self.store, admin=False)
        said: list[str] = []
        locations = self.store.locations
        parts = ServerParts(
            live, self.keys, user_paths(locations), locations.usage, engine or PlaceholderEngine(), said.append
        )
        api = Api(parts)
        headers = {"authorization": f"Bearer {secret}"}
        transport = httpx.ASGITransport(api.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as http:
            client = Client(api, live, self.store, http)
            client.said = said
            yield client


@pytest.fixture
def asking(store: FileStore) -> Asking:
    return Asking(store)


class Server:
    """The real server in a process of its own."""

    def __init__(self, state: Path | str, *options: str) -> None:
        command = [IMGMODELS, "--state", str(state), "serve", "--port", "0", *options]
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, "LANG": "C.UTF-8"}
        )
        assert self.process.stderr is not None
        first = self.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:[0-9]+/v1", first)
        assert found is not None, first
        self.url = found[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def end(self) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def served(store: FileStore, *options: str) -> Iterator[Server]:
    """The server on a workspace."""
    with Server(store.locations.state, *options) as server:
        yield server
