"""Opens a workspace on a server, and says what to install where its driver is not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.workspace.errors import ServerError
from imgmodels_tui.workspace.postgres_store.address import parse_address

if TYPE_CHECKING:
    from imgmodels_tui.workspace.postgres_store.store import PostgresStore


def open_url(url: str, cache: Path | None = None) -> PostgresStore:
    """The store of the workspace at `url`; nothing is asked of the server yet. Raises `ServerError`."""
    address = parse_address(url)
    try:
        from imgmodels_tui.workspace.postgres_store.store import PostgresStore  # noqa: PLC0415 - it is an extra
    except ImportError as error:
        way = "pip install 'imgmodels[postgres]'"
        raise ServerError(address.place.full, "needs a driver that is not installed", way) from error
    if address.by_service:  # what its file leaves open is filled by nothing else; the file and the URL come first
        os.environ.setdefault("PGSSLMODE", "verify-full")
    return PostgresStore(address, cache)
