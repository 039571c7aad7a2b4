"""What an image through the API costs beside passing the request on, and 200 clients while the settings change.

python benchmarks/api_load.py [SECONDS]
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from api import IMGMODELS, run, running
from imgmodels_tui.generator.images.decode import size_of

ROOT = Path(__file__).resolve().parent.parent
CLIENTS, KEYS, IMAGES, ROUNDS = 200, 20, 30, 3
OBEYS_AFTER = 0.5
"""Seconds after which a change has to hold."""
KEY = "a-secret-key-of-this-test"

UPSTREAM = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from tests.generator.engines.hosts.stand_in import StandIn
with StandIn() as hosts:
    print(hosts.url, file=sys.stderr, flush=True)
    threading.Event().wait()
"""
FORWARD = """
import socket, sys, httpx2, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
client = httpx2.AsyncClient(timeout=60)
async def answer(request):
    headers = {"content-type": "application/json", "authorization": f"Bearer {sys.argv[2]}"}
    there = await client.post(f"{sys.argv[1]}/v1/images/generations", content=await request.body(), headers=headers)
    return Response(there.content, there.status_code, media_type="application/json")
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listening.bind(("127.0.0.1", 0))
listening.listen()
print(f"http://127.0.0.1:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
app = Starlette(routes=[Route("/v1/images/generations", answer, methods=["POST"])])
uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False)).run([listening])
"""
GATEWAY = """
[hosts.gateway]
name = "Gateway"
short = "Gateway"
regions = ["EU"]

[models.flux-2-pro]
host = "gateway"
provider_id = "flux-2-pro"
"""


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Memory of a process in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


def pid_at(port: int) -> int:
    """The process that listens on a port of this machine."""
    wanted = f":{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inode = next(line[9] for line in lines if line[1].endswith(wanted) and line[3] == "0A")
    for process in Path("/proc").glob("[0-9]*"):
        for descriptor in process.glob("fd/*"):
            try:
                if descriptor.readlink().name == f"socket:[{inode}]":
                    return int(process.name)
            except OSError:
                continue
    raise LookupError(port)


async def ask(port: int, key: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
    """Ask for an image; status and answer."""
    content = json.dumps(body).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    head = f"POST /v1/images/generations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\nconnection: close\r\n"
    writer.write(f"{head}content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n".encode() + content)
    answer = await reader.read()
    writer.close()
    _, _, told = answer.partition(b"\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    return status, json.loads(told) if status < 500 else {"text": told.decode()}


def cost_of_images(port: int, key: str) -> float:
    """Seconds of CPU that a server takes for one image, after it has warmed up."""
    pid, body = pid_at(port), {"model": "flux-2-pro", "prompt": "a lamp", "n": 1, "size": "1024x1024"}

    async def some(number: int) -> None:
        for _ in range(number):
            status, _answer = await ask(port, key, body)
            assert status == 200, _answer

    asyncio.run(some(3))
    before = cpu(pid)
    asyncio.run(some(IMAGES))
    return (cpu(pid) - before) / IMAGES


async def picture_from(port: int, key: str) -> bytes:
    """An image as a client gets it."""
    _, answer = await ask(port, key, {"model": "flux-2-pro", "prompt": "a lamp"})
    images = answer["data"]
    assert isinstance(images, list)
    return base64.b64decode(images[0]["b64_json"])


def beside_passing_on(folder: str) -> None:
    """An image by a gateway, through the API, and through a route that only passes the request on."""
    state = f"{folder}/gateway.json"
    Path(folder, "gateway.toml").write_text(GATEWAY)
    run(state, "catalog", "add", f"{folder}/gateway.toml")
    run(state, "enable", "flux-2-pro")
    key = run(state, "keys", "add", "bench")
    with running(sys.executable, "-c", UPSTREAM, str(ROOT)) as upstream:
        url = f"http://127.0.0.1:{upstream}"
        os.environ |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{url}/v1"}
        with (
            running(IMGMODELS, "--state", state, "serve", "--port", "0") as own,
            running(sys.executable, "-c", FORWARD, url, KEY) as plain,
        ):
            rounds = [(cost_of_images(plain, key), cost_of_images(own, key)) for _ in range(ROUNDS)]
            picture = asyncio.run(picture_from(own, key))
        del os.environ["OPENAI_API_KEY"], os.environ["OPENAI_BASE_URL"]
    plain_cpu, own_cpu = (1000 * median(costs) for costs in zip(*rounds, strict=True))
    what = f"CPU of an image, of a route that passes the request on ({own_cpu:.0f} of {plain_cpu:.0f} ms)"
    print(f"| {what} | {own_cpu / plain_cpu:.1f}× | 3× |")
    decoding = cost_of_decoding(picture)
    what = f"the same but for the check of what the host gave, which decodes it ({decoding:.0f} ms)"
    print(f"| {what} | {(own_cpu - decoding) / plain_cpu:.1f}× | 3× |")


def cost_of_decoding(picture: bytes) -> float:
    """Milliseconds of CPU that it takes to see whether all of an image can be decoded."""
    size_of(picture)  # which loads the decoder
    before = time.process_time()
    for _ in range(IMAGES):
        size_of(picture)
    return 1000 * (time.process_time() - before) / IMAGES


async def crowd(state: str, port: int, keys: list[str], seconds: float) -> None:
    """Clients that never stop asking while an admin changes the default, as often as twice a second."""
    pid, end = pid_at(port), time.monotonic() + seconds
    outcomes: Counter[str] = Counter()
    off_since: dict[str, float] = {}  # when each model was made known to be off
    sizes: list[int] = []

    async def client(number: int) -> None:
        pause = 0.01 * (number % 10)  # so that they do not all ask at once
        while time.monotonic() < end:
            began, before = time.monotonic(), dict(off_since)
            status, answer = await ask(port, keys[number % len(keys)], {"prompt": "a lamp", "user": f"user{number}"})
            facts = answer.get("imgmodels")
            drawn = facts["model"] if isinstance(facts, dict) else ""
            was_off = before.get(drawn, began) + OBEYS_AFTER < began and off_since.get(drawn) == before[drawn]
            outcomes["wrong model" if was_off else f"status {status}"] += 1
            await asyncio.sleep(pause)

    async def admin() -> None:
        models, turn = ("flux-2-pro", "gpt-image-2"), 0
        while time.monotonic() < end:
            began = time.monotonic()
            going, coming = models[turn % 2], models[(turn + 1) % 2]
            off_since.pop(coming, None)
            await asyncio.to_thread(run, state, "enable", coming)
            await asyncio.to_thread(run, state, "disable", going, "--replacement", coming)
            off_since[going] = time.monotonic()
            sizes.append(memory(pid))
            turn += 1
            await asyncio.sleep(max(0, 1 - (time.monotonic() - began)))  # two changes each

    await asyncio.gather(admin(), *(client(number) for number in range(CLIENTS)))
    settled = sizes[len(sizes) // 3 :]
    lost = sum(count for outcome, count in outcomes.items() if outcome != "status 200")
    what = (
        f"{CLIENTS} clients for {seconds:.0f} s, {2 * len(sizes)} changes: {dict(outcomes)}; not answered with an image"
    )
    print(f"| {what} | {lost} | 0 |")
    spread = (max(settled) - min(settled)) / (max(settled) + min(settled))
    what = f"memory of the server after a third of the time, {min(settled)} to {max(settled)} MiB"
    print(f"| {what} | ±{spread:.0%} | ±10 % |")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    print("| what | figure | budget |\n|---|---|---|")
    with TemporaryDirectory() as folder:
        beside_passing_on(folder)
        state = f"{folder}/workspace.json"
        run(state, "enable", "flux-2-pro")
        keys = [run(state, "keys", "add", f"bench {number}") for number in range(KEYS)]
        with running(IMGMODELS, "--state", state, "serve", "--placeholder", "--port", "0") as port:
            asyncio.run(crowd(state, port, keys, seconds))


if __name__ == "__main__":
    main()
