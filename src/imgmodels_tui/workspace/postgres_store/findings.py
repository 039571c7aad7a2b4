"""What can be found out about a server and the workspace on it, for `doctor` and `check`; safe for a bug report."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from imgmodels_tui.workspace.errors import ServerError
from imgmodels_tui.workspace.file_store.doctor import Finding
from imgmodels_tui.workspace.file_store.recoverable import replay
from imgmodels_tui.workspace.state import WorkspaceState

if TYPE_CHECKING:
    from imgmodels_tui.workspace.postgres_store.connection import Link
    from imgmodels_tui.workspace.postgres_store.store import PostgresStore

_TOPIC = "server"
_HEARD_WITHIN = 2.0


def findings(store: PostgresStore) -> tuple[Finding, ...]:
    """Everything about the server; where it cannot be used, why."""
    try:
        return _findings(store)
    except ServerError as error:
        return (Finding(_TOPIC, "server", str(error), well=False),)


def _findings(store: PostgresStore) -> tuple[Finding, ...]:
    look = store.look_again()
    version, tls = store.ask(_version_and_tls)
    began = time.perf_counter()
    store.ask(lambda link: link.execute(b"SELECT").fetchone())
    trip = (time.perf_counter() - began) * 1000
    heard = is_heard(store)
    why = store.read_only_reason()
    role = f"{look.user}, admin: a member of {store.address.admin_role}" if look.may_write else f"{look.user}, user"
    kind = "standby" if look.is_standby else "primary, read-only" if look.is_read_only else "primary"
    return (
        Finding(_TOPIC, "place", store.place.full),
        Finding(_TOPIC, "version", f"PostgreSQL {version}"),
        Finding(_TOPIC, "tls", tls),
        Finding(_TOPIC, "role", f"{role}{'' if why is None else f'; {why}'}"),
        Finding(_TOPIC, "kind", kind, well=not (look.is_standby or look.is_read_only)),
        Finding(_TOPIC, "layout", str(look.layout)),
        Finding(_TOPIC, "push", "heard" if heard else "only asked for: a pooler or a standby swallows LISTEN", heard),
        Finding(_TOPIC, "round trip", f"{trip:.1f} ms"),
        Finding(_TOPIC, "state", f"good, revision {store.read().revision}"),
        *(Finding(_TOPIC, "history", problem, well=False) for problem in problems(store)),
        *(Finding(_TOPIC, "rights", problem, well=False) for problem in wrong_rights(store)),
    )


def _version_and_tls(link: Link) -> tuple[str, str]:
    row = link.execute(
        b"SELECT current_setting('server_version'), ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    ).fetchone()
    if row is None:
        return "unknown", "unknown"
    if row[1]:
        tls = str(row[2])
    elif link.pgconn.ssl_in_use:
        tls = "as far as what stands before the server"
    else:
        tls = "none, a socket of this machine" if link.info.host.startswith("/") else "none: the line can be read"
    return str(row[0]).split()[0], tls


def is_heard(store: PostgresStore) -> bool:
    """Whether what the server announces arrives here."""
    rung = threading.Event()
    schema = store.address.schema
    stop = store.connection.follow(rung.set)
    try:
        store.ask(lambda link: None)  # noqa: ARG005 - the connection listens before it takes what is asked next
        rung.clear()
        if not store.connection.is_listening:
            store.ask(lambda link: link.execute(f'LISTEN "{schema}"'.encode()))
        store.ask(lambda link: link.execute(b"SELECT pg_notify(%s, '')", [schema]))
        return rung.wait(_HEARD_WITHIN)
    except ServerError:
        return False
    finally:
        stop()


def problems(store: PostgresStore) -> list[str]:
    """What does not fit together: history against the revision, and against the settings."""
    found = []
    row = store.ask(lambda link: link.execute(store.sql.count).fetchone())
    assert row is not None  # noqa: S101  # nosec B101 - there is a workspace
    revision, begun, _, since = row
    if since != revision - begun:
        found.append(f"history has {since} changes since revision {begun}, not {revision - begun}")
    state = store.read()
    changes = [*store.history()][::-1]
    again, missing = replay(WorkspaceState(), changes)
    if begun == 0 and (missing or again.replace(last_change=None) != state.replace(last_change=None)):
        found.append("the changes of the history, made again, do not lead to the settings")
    return found


_MAY = {
    "admin": {
        "workspace": "+UPDATE -DELETE", "history": "+INSERT -UPDATE -DELETE", "catalog_file": "+INSERT",
        "prices": "+UPDATE", "api_keys": "+SELECT", "usage": "+SELECT -UPDATE",
    },
    "user": {
        "workspace": "+SELECT -UPDATE -DELETE", "history": "+SELECT -INSERT -UPDATE -DELETE", "prices": "-UPDATE",
        "catalog_file": "-INSERT -UPDATE", "api_keys": "-SELECT -UPDATE", "usage": "+INSERT -SELECT -UPDATE",
        "sessions": "+INSERT",
    },
    "public": {
        "workspace": "-UPDATE -DELETE", "history": "-INSERT -UPDATE", "catalog_file": "-INSERT -UPDATE",
        "prices": "-UPDATE", "api_keys": "-SELECT", "sessions": "-SELECT", "usage": "-SELECT",
    },
}  # fmt: skip
"""What each group has to be able to do (+), and must not (-), with a table or with any column of it."""

_WRONG = """SELECT role, name, may, wanted
  FROM unnest(%(roles)s::text[], %(names)s::text[], %(mays)s::text[], %(wanteds)s::bool[])
    AS r (role, name, may, wanted)
  WHERE wanted <> CASE WHEN may = 'DELETE' THEN has_table_privilege(role, '"{s}".' || name, may)
                       ELSE has_any_column_privilege(role, '"{s}".' || name, may) END
UNION ALL SELECT '{admin}', 'history.' || stamped, 'INSERT', false FROM unnest(ARRAY['at', 'by']) AS stamped
  WHERE has_column_privilege('{admin}', '"{s}".history', stamped, 'INSERT')
UNION ALL SELECT 'whoever has sessions', 'those of others', 'SELECT', false FROM pg_class
  WHERE oid = '"{s}".sessions'::regclass AND NOT relrowsecurity"""


def wrong_rights(store: PostgresStore) -> list[str]:
    """What a role of the workspace may do and should not, or should and may not (R15)."""
    address = store.address
    roles = {"admin": address.admin_role, "user": address.user_role}
    rights = [
        (roles.get(group, group), name, right[1:], right[0] == "+")
        for group, tables in _MAY.items()
        for name, words in tables.items()
        for right in words.split()
    ]
    values = dict(zip(("roles", "names", "mays", "wanteds"), map(list, zip(*rights, strict=True)), strict=True))
    statement = _WRONG.format(s=address.schema, admin=address.admin_role).encode()
    rows = store.ask(lambda link: link.execute(statement, values).fetchall())
    said = {True: "may not {} {}, which its owner has to GRANT", False: "may {} {}, which its owner has to REVOKE"}
    return [f"{role} {said[wanted].format(may, name)}" for role, name, may, wanted in rows]
