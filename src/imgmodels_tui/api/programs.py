"""What an admin sees of the programs that draw through the HTTP API: their keys, and what was drawn this month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from imgmodels_tui.api.keys import ApiKeys
from imgmodels_tui.api.server_keys import open_keys
from imgmodels_tui.api.usage import By, Sum, add_up, read_all
from imgmodels_tui.files import UnusableFile
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.store import Store

if TYPE_CHECKING:
    from imgmodels_tui.workspace.file_store.locations import Locations


class Programs(Record):
    """Keys and sums; where one of them cannot be read, `problem` says why."""

    since: date
    keys: ApiKeys = ApiKeys()
    sums: Mapping[By, tuple[Sum, ...]] = {}
    problem: str | None = None


Reader = Callable[[], Programs]
"""Reads them. Blocking."""


def read_programs(store: Store, locations: Locations, today: date) -> Programs:
    """What the files of a workspace say, or its server, from the first of the month on. Blocking."""
    since = today.replace(day=1)
    try:
        known = open_keys(store, locations).read()
        uses = tuple(use for use in read_all(store, locations.usage) if use.at.date() >= since)
    except UnusableFile as error:
        return Programs(since, problem=harmless(str(error), 300))
    return Programs(since, known, {by: add_up(uses, by) for by in By})
