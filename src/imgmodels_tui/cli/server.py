"""What commands do with a workspace that is on a server; loaded only where a URL names one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imgmodels_tui.api import usage
from imgmodels_tui.api.keys import KeyStore
from imgmodels_tui.api.server_keys import open_keys
from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.cli.context import Run, say
from imgmodels_tui.files import make_folder, replace_file
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.text import counted, harmless
from imgmodels_tui.workspace.errors import NotSaved, Refusal, ServerError, StateError
from imgmodels_tui.workspace.file_store.codec import encode, encode_json
from imgmodels_tui.workspace.file_store.locations import Locations, locate, machine_state, machine_url
from imgmodels_tui.workspace.file_store.price_file import encode_book, read_book
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.postgres_store.opening import open_url
from imgmodels_tui.workspace.prices import PriceBook
from imgmodels_tui.workspace.state import Change, WorkspaceState
from imgmodels_tui.workspace.store import Store

if TYPE_CHECKING:
    from imgmodels_tui.workspace.file_store.doctor import Finding
    from imgmodels_tui.workspace.postgres_store.store import PostgresStore

_PART = 1000
"""Lines of usage that are written at a time."""


@contextlib.contextmanager
def _opened(locations: Locations) -> Iterator[PostgresStore]:
    """The workspace in use, until the block ends. Raises `ServerError`."""
    store = open_url(locations.url or "", locations.cache)
    try:
        yield store
    finally:
        store.close()


def check(locations: Locations) -> None:
    """Check a workspace on a server. Raises `ServerError` where something does not fit together."""
    with _opened(locations) as store:
        from imgmodels_tui.workspace.postgres_store import findings as of_server  # noqa: PLC0415 - it loads the driver

        state = store.read()
        if found := of_server.problems(store):
            raise ServerError(store.place.full, "; ".join(found), "restore a backup of the database")
        if found := of_server.wrong_rights(store):
            raise ServerError(store.place.full, "; ".join(found))
        click.echo(f"{store.place.full}: valid, revision {state.revision}, {len(store.catalog.models)} models")


def findings(locations: Locations) -> tuple[Finding, ...]:
    """What can be found out about the server."""
    with _opened(locations) as store:
        from imgmodels_tui.workspace.postgres_store import findings as of_server  # noqa: PLC0415 - as above

        return of_server.findings(store)


def init(run: Run, url: str, file: Path | None, *, only_print: bool, upgrade: bool) -> None:
    """Make a workspace on a server, with what a file holds; or print the SQL, or upgrade the layout."""
    store = open_url(url, run.locations.cache)
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
            say(f"Tell the program where it is: export IMGMODELS_STATE='{address.for_everybody}'")
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
        prices, keys = read_book(locations.prices), KeyStore(locations.api_keys).read()
        moved = layout.Moved(
            state,
            changes,
            source.contents(),
            prices.to_json() if prices.seen else None,
            keys.to_json() if keys.keys else None,
            usage.as_lines(usage.read(locations.usage)),
        )
        store.make_layout(moved)
        kept = locations.resolved_state.with_name(f"{locations.resolved_state.name}.moved-{source.now():%Y-%m-%d}")
        if locations.resolved_state == machine_state().resolve():
            replace_file(machine_url(), f"{store.address.for_everybody}\n".encode(), 0o644)
        locations.resolved_state.rename(kept)
    click.echo(
        f"{place}: made, with revision {state.revision} and {counted(len(changes), 'change')}; the file is now {kept}"
    )


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
    """Write the whole workspace as files into a folder: the way back from a server. Sessions are their users' own.

    Raises `Refusal` where something is in that folder, and `NotSaved`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(f"{harmless(str(folder))} is not empty; name another folder")
    locations = run.locations.replace(state=folder.absolute() / "workspace.json", url=None)
    state, changes, contents = _at_one_moment(run.store)
    prices, keys = _prices_of(run), open_keys(run.store, run.locations).read()
    try:
        make_folder(locations.state.parent)
        lines = (json.dumps(change.to_json(defaults=False), ensure_ascii=False) + "\n" for change in changes)
        replace_file(locations.history, "".join(lines).encode())
        for file, content in contents:
            make_folder(locations.catalog)
            replace_file(locations.catalog / file.name, content)
        if prices.seen:
            replace_file(locations.prices, encode_book(prices))
        if keys.keys:
            replace_file(locations.api_keys, encode_json(keys.to_json()), 0o600)
        uses = usage.read_all(run.store, run.locations.usage)
        while part := [*islice(uses, _PART)]:
            usage.append(locations.usage, part)
        replace_file(locations.state, encode(state))  # last: a folder with a state is whole
    except OSError as error:
        raise NotSaved.because_of(error, folder) from error
    say(f"{harmless(str(folder))}: revision {state.revision} with {counted(len(changes), 'change')} written")


def _at_one_moment(store: Store) -> tuple[WorkspaceState, Sequence[Change], Contents]:
    """State, history and records that belong together: read again where somebody made a change meanwhile."""
    while True:
        state, contents = store.read(), store.contents()
        changes = [*store.history(state)][::-1]
        if store.read().revision == state.revision:
            return state, changes, contents


def _prices_of(run: Run) -> PriceBook:
    """The prices seen last. Raises `StateError`."""
    if run.locations.url is None:
        return read_book(run.locations.prices)
    with _opened(run.locations) as store:
        from imgmodels_tui.workspace.postgres_store import price_book  # noqa: PLC0415 - it loads the driver

        return price_book.read(store)
