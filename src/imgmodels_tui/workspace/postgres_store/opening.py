"""Opens a workspace on a server, and says what to install where its driver is not there."""

from __future__ import annotations

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
    return PostgresStore(address, cache)
