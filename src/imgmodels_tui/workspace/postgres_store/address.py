"""The address of a workspace on a server: `postgresql://host/database#team`, which never holds a password."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import ServerError
from imgmodels_tui.workspace.store import Place

SCHEMA = "imgmodels"
"""The schema of the workspace that has no name; that of `#team` is `imgmodels_team`."""

_TEAM = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SHOWN = ("host", "hostaddr", "port", "service", "dbname")
_INSTEAD = "put it into ~/.pgpass or a service file, or use a client certificate"


class ServerAddress(Record):
    """Where a workspace is, as libpq takes it, and as it may be shown."""

    url: str
    """What libpq takes; without the name of the workspace."""
    original: str
    """As it was given."""
    schema: str
    place: Place

    @property
    def for_everybody(self) -> str:
        """The address without the name of a user: each is known by a role of their own."""
        parts = urlsplit(self.original)
        query = urlencode([each for each in parse_qsl(parts.query) if each[0] != "user"], safe="/,:")
        host, team = parts.netloc.rpartition("@")[2], parts.fragment
        return f"postgresql://{host}{parts.path}" + (query and f"?{query}") + (team and f"#{team}")

    @property
    def admin_role(self) -> str:
        """The group role whose members administer the workspace."""
        return f"{self.schema}_admin"

    @property
    def user_role(self) -> str:
        """The group role whose members use the workspace."""
        return f"{self.schema}_user"


def parse_address(url: str) -> ServerAddress:
    """Read an address. Raises `ServerError`, whose text repeats nothing that may be a secret."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ServerError("the server's address", "is no valid URL", "write postgresql://host/database") from error
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    user, _, hosts = parts.netloc.rpartition("@")
    if ":" in user or any("password" in key.lower() for key in given):
        raise ServerError("the server's address", "holds a password, which others could see", _INSTEAD)
    if parts.fragment and not _TEAM.fullmatch(parts.fragment):
        named = "names a workspace by #team: a lower-case letter, then letters, digits or _, at most 40"
        raise ServerError("the server's address", named)
    schema = f"{SCHEMA}_{parts.fragment}" if parts.fragment else SCHEMA
    shown = urlencode({key: given[key] for key in _SHOWN if key in given}, safe="/,:")
    base = f"postgresql://{parts.netloc}{parts.path}"
    full = "".join((base, shown and f"?{shown}", parts.fragment and f"#{parts.fragment}"))
    host = given.get("host") or unquote(hosts)
    database = unquote(parts.path.lstrip("/")) or given.get("dbname", "")
    brief = "/".join(filter(None, ("" if host.startswith("/") else host, database, parts.fragment)))
    place = Place(harmless(brief or "PostgreSQL", 80), harmless(full, 300))
    return ServerAddress(f"{base}?{parts.query}" if parts.query else base, url, schema, place)
