"""How much the API costs beside a bare Starlette route, and how soon it obeys; prints a table.

python benchmarks/api.py
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

IMGMODELS = str(Path(sys.executable).with_name("imgmodels"))
SECONDS, CONNECTIONS, ROUNDS = 3.0, 16, 3

BARE = """
import socket, sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
content = open(sys.argv[1], "rb").read()
async def answer(_): return Response(content, media_type="application/json")
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else answers wait for each other
listening.bind(("127.0.0.1", 0))
listening.listen()
print(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", file=sys.stderr, flush=True)
config = uvicorn.Config(Starlette(routes=[Route("/v1/models", answer)]), log_level="critical", access_log=False)
uvicorn.Server(config).run([listening])
"""


@contextmanager
def running(*command: str) -> Iterator[int]:
    """A server in a process of its own; the port it listens on."""
    environ = {**os.environ, "LANG": "C.UTF-8"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ) as server:
        try:
            found = re.search(r"127\.0\.0\.1:([0-9]+)", server.stderr.readline() if server.stderr else "")
            assert found is not None
            yield int(found[1])
        finally:
            server.kill()


async def rate(port: int, key: str) -> float:
    """Requests a second over some connections that are kept."""
    request = f"GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n".encode()
    end, count = time.monotonic() + SECONDS, 0

    async def ask() -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: ([0-9]+)", head)
            assert length is not None
            await reader.readexactly(int(length[1]))
            count += 1
        writer.close()

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return count / SECONDS


async def asked(port: int, key: str, body: dict[str, str]) -> int:
    """The status of one request for an image."""
    content = json.dumps(body).encode()
    head = f"POST /v1/images/generations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\nconnection: close\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{head}content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n".encode() + content)
    status = int((await reader.read()).split(b" ", 2)[1])
    writer.close()
    return status


def obedience(state: str, port: int, key: str) -> float:
    """Seconds from a change that is made to the first request that is refused."""
    run(state, "config", "image-generation", "off")
    started = time.monotonic()
    while asyncio.run(asked(port, key, {"prompt": "a", "model": "gpt-image-2"})) != 403:  # refused
        continue
    seconds = time.monotonic() - started
    run(state, "config", "image-generation", "on")
    time.sleep(1)
    return seconds


def run(state: str, *words: str) -> str:
    return subprocess.run(
        [IMGMODELS, "--state", state, *words], check=True, capture_output=True, text=True
    ).stdout.strip()


def main() -> None:
    with TemporaryDirectory() as folder:
        state = f"{folder}/workspace.json"
        run(state, "enable", "flux-2-pro", "gpt-image-2", "flux-2-klein")
        key = run(state, "keys", "add", "bench")
        with running(IMGMODELS, "--state", state, "serve", "--placeholder", "--port", "0") as port:
            listed = Path(folder, "models.json")
            listed.write_bytes(b"x" * _length(port, key))
            with running(sys.executable, "-c", BARE, str(listed)) as bare:
                rounds = [(asyncio.run(rate(bare, key)), asyncio.run(rate(port, key))) for _ in range(ROUNDS)]
            waits = [obedience(state, port, key) for _ in range(5)]
    plain, own = (median(rates) for rates in zip(*rounds, strict=True))
    print("| what | figure | budget |\n|---|---|---|")
    print(f"| `GET /v1/models`, of a bare Starlette route with the same bytes | {own / plain:.2f}× | 0.5× |")
    print(f"| from a change that is made to the first request refused | {median(waits):.2f} s | 0.5 s |")


def _length(port: int, key: str) -> int:
    async def ask() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n".encode())
        found = re.search(rb"content-length: ([0-9]+)", await reader.readuntil(b"\r\n\r\n"))
        writer.close()
        return int(found[1]) if found else 0

    return asyncio.run(ask())


if __name__ == "__main__":
    main()
