"""What a workspace's schema holds, in which version, and moving a workspace from a file into it.

The version of a layout rises only by `upgrade`, which the owner asks for; a program that finds a newer one than it
knows changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import ServerError
from imgmodels_tui.workspace.postgres_store.address import ServerAddress
from imgmodels_tui.workspace.postgres_store.connection import Connection, Link
from imgmodels_tui.workspace.postgres_store.statements import statements
from imgmodels_tui.workspace.state import Change, WorkspaceState

LAYOUT: Final = 1
"""The newest layout that this program reads and writes."""

UPGRADES: Final[Mapping[int, str]] = {}
"""The SQL that leads from a layout to the next one, by the version it starts from."""


_LONGEST = 3600.0
"""Seconds that moving a workspace may take: a history may have a million lines."""


_USES = 1000
"""Lines of usage that are put in with one request."""


class Moved(Record):
    """What is taken over from another workspace, all of it in one transaction."""

    state: WorkspaceState
    changes: Iterable[Change] = ()
    """Oldest first."""
    catalog: Contents = ()
    prices: Mapping[str, Any] | None = None
    api_keys: Mapping[str, Any] | None = None
    uses: Iterable[str] = ()
    """What programs drew, oldest first, each as JSON."""


def settings_of(state: WorkspaceState) -> str:
    """The settings alone as JSON: the row has the revision, and history the last change."""
    fields = state.to_json()
    del fields["revision"], fields["last_change"], fields["policy"]
    if state.policy is not None:
        fields["policy"] = state.policy.to_json(defaults=False)
    return json.dumps(fields, ensure_ascii=False)


def change_json(change: Change) -> str:
    """A change as JSON, without what the server says itself: revision, time and author."""
    fields = change.to_json(defaults=False)
    return json.dumps({key: value for key, value in fields.items() if key not in {"revision", "at", "by"}})


def line_of(revision: int, at: datetime, by: str, change: dict[str, Any]) -> dict[str, Any]:
    """A line of history as JSON."""
    return {**change, "revision": revision, "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "by": by}


def sql(address: ServerAddress) -> str:
    """The SQL that makes an empty workspace."""
    text = (Path(__file__).parent / "layout.sql").read_text(encoding="utf-8")
    return text.format(
        schema=address.schema,
        admin=address.admin_role,
        user=address.user_role,
        layout=LAYOUT,
        settings=settings_of(WorkspaceState()),
    )


def create(connection: Connection, moved: Moved | None = None) -> None:
    """Make the layout, and put in what is moved, in one transaction. Raises `ServerError`."""
    address = connection.address

    def make(link: Link) -> bool:
        with link.transaction():
            there = link.execute("SELECT FROM pg_namespace WHERE nspname = %s", [address.schema]).fetchone()
            if there is not None:
                return False
            link.execute(sql(address).encode())
            if moved is not None:
                _fill(link, address.schema, moved)
        return True

    if not connection.run(make, _LONGEST):
        raise ServerError(address.place.full, "has a workspace there already", "name another by #team, or use this one")


def _fill(link: Link, schema: str, moved: Moved) -> None:
    state, last, put = moved.state, 0, statements(schema)
    for change in moved.changes:
        if change.revision > last:
            last = change.revision
            link.execute(put.move_change, [change.revision, change.at, change.by, change_json(change)])
    own = state.last_change
    if own is not None and own.revision == state.revision > last:
        last = state.revision
        link.execute(put.move_change, [own.revision, own.at, own.by, change_json(own)])
    revision = state.revision
    if last != revision:  # the file had been put back, or was written by hand
        revision = 1 + max(last, revision)
        link.execute(put.move_remark, [revision, json.dumps({"action": "move", "follows": state.revision})])
    link.execute(put.empty)  # the row is made anew: only a change goes from a revision to the next one
    link.execute(put.move_state, [LAYOUT, revision, revision, settings_of(state)])
    for file, content in moved.catalog:
        link.execute(put.put_file, [file.name, content.decode()])
    if moved.prices is not None:
        link.execute(put.put_prices, [json.dumps(moved.prices)])
    if moved.api_keys is not None:
        link.execute(put.put_keys, [json.dumps(moved.api_keys)])
    uses = iter(moved.uses)
    while lines := [*islice(uses, _USES)]:
        link.execute(put.put_uses, [lines])


def upgrade(connection: Connection) -> tuple[int, int]:
    """Bring the layout to the newest version, as its owner; the versions before and after. Raises `ServerError`."""
    schema = connection.address.schema

    def work(link: Link) -> int:
        with link.transaction():
            row = link.execute(statements(schema).layout).fetchone()
            before = int(row[0]) if row else LAYOUT
            for version in range(before, LAYOUT):
                link.execute(UPGRADES[version].format(schema=schema).encode())
        return before

    return connection.run(work, _LONGEST), LAYOUT
