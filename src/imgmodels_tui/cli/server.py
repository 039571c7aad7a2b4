"""Opening a workspace that is on a server; loaded only where a URL names one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imgmodels_tui.cli.context import Run, say
from imgmodels_tui.files import make_folder, replace_file
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import Refusal, ServerError, StateError
from imgmodels_tui.workspace.file_store.codec import encode
from imgmodels_tui.workspace.file_store.locations import Locations, locate, machine_state, machine_url
from imgmodels_tui.workspace.file_store.price_file import read_book
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.postgres_store.address import parse_address

if TYPE_CHECKING:
    from imgmodels_tui.workspace.postgres_store.store import PostgresStore


def open_url(url: str, locations: Locations) -> PostgresStore:
    """The store of the workspace at `url`. Raises `ServerError`."""
    address = parse_address(url)
    try:
        from imgmodels_tui.workspace.postgres_store.store import PostgresStore  # noqa: PLC0415 - it is an extra
    except ImportError as error:
        way = "pip install 'imgmodels[postgres]'"
        raise ServerError(address.place.full, "needs a driver that is not installed", way) from error
    os.environ.setdefault("PGSSLMODE", "verify-full")  # for what a service file leaves open; the URL has the last word
    return PostgresStore(address, locations.cache)


def open_server(locations: Locations) -> PostgresStore:
    """The store of the workspace in use. Raises `ServerError`."""
    return open_url(locations.url or "", locations)


def check(store: PostgresStore) -> None:
    """Check a workspace on a server. Raises `ServerError` where something does not fit together."""
    from imgmodels_tui.workspace.postgres_store.findings import problems  # noqa: PLC0415 - it loads the driver

    state = store.read()
    found = problems(store)
    if found:
        raise ServerError(store.place.full, "; ".join(found), "restore a backup of the database, or ask its operator")
    click.echo(f"{store.place.full}: valid, revision {state.revision}, {len(store.catalog.models)} models")


def init(run: Run, url: str, file: Path | None, *, only_print: bool, upgrade: bool) -> None:
    """Make a workspace on a server, with what a file holds; or print the SQL, or upgrade the layout."""
    store = open_url(url, run.locations)
    from imgmodels_tui.workspace.postgres_store import layout  # noqa: PLC0415 - it loads the driver

    address = store.address
    try:
        if only_print:
            click.echo(layout.sql(address), nl=False)
        elif upgrade:
            before, after = store.run_upgrade()
            text = f"has layout {after} already" if before == after else f"has layout {after} now, it had {before}"
            click.echo(f"{address.place.full}: {text}")
        else:
            _make(store, None if file is None else FileStore(locate(file)))
            grant = f"GRANT {address.admin_role} TO NAME; GRANT {address.user_role} TO NAME;"
            say(f"Next: say who administers it and who uses it: {grant}")
            say(f"Tell the program where it is: export IMGMODELS_STATE='{address.place.full}'")
    finally:
        store.close()


def _make(store: PostgresStore, source: FileStore | None) -> None:
    from imgmodels_tui.workspace.postgres_store import layout  # noqa: PLC0415 - it loads the driver

    place = store.place.full
    if source is None:
        store.make_layout()
        click.echo(f"{place}: made, a fresh workspace")
        return
    locations = source.locations
    if not locations.resolved_state.exists():
        raise StateError(locations.state, "does not exist")
    with source.writing():  # nobody changes it while it is moved
        state = source.read()
        changes = [*source.history(state)][::-1]
        prices = read_book(locations.prices)
        moved = layout.Moved(state, changes, source.contents(), prices.to_json() if prices.seen else None)
        store.make_layout(moved)
        kept = locations.resolved_state.with_name(f"{locations.resolved_state.name}.moved-{source.now():%Y-%m-%d}")
        if locations.resolved_state == machine_state().resolve():
            replace_file(machine_url(), f"{store.address.original}\n".encode(), 0o644)
        locations.resolved_state.rename(kept)
    click.echo(f"{place}: made, with revision {state.revision} and {len(changes)} changes; the file is now {kept}")


def paths(run: Run) -> dict[str, str]:
    """Where everything of a workspace on a server lives."""
    own = user_paths(run.locations)
    return {
        "state": run.store.place.full,
        "own_sessions": str(own.own_file),
        "images": str(own.pictures),
        "settings": str(run.locations.settings),
    }


def export_all(run: Run, folder: Path) -> None:
    """Write the whole workspace as files into a folder: the way back from a server."""
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(f"{harmless(str(folder))} is not empty; name another folder")
    store = run.store
    state = store.read()
    locations = run.locations.replace(state=folder.absolute() / "workspace.json", url=None)
    make_folder(locations.state.parent)
    count = 0
    with locations.history.open("w", encoding="utf-8") as history:
        for change in reversed([*store.history(state)]):
            history.write(json.dumps(change.to_json(defaults=False), ensure_ascii=False) + "\n")
            count += 1
    for file, content in store.contents():
        make_folder(locations.catalog)
        replace_file(locations.catalog / file.name, content)
    replace_file(locations.state, encode(state))
    say(f"{harmless(str(folder))}: revision {state.revision} with {count} changes written")
