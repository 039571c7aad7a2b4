"""What an admin sees of the programs that draw through the HTTP API: their keys, and what was drawn this month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from imgmodels_tui.api.keys import ApiKeys, KeyStore
from imgmodels_tui.api.usage import By, Sum, add_up, read
from imgmodels_tui.files import Unreadable, UnusableFile, reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless


class Programs(Record):
    """Keys and sums; where one of them cannot be read, `problem` says why."""

    since: date
    keys: ApiKeys = ApiKeys()
    sums: Mapping[By, tuple[Sum, ...]] = {}
    problem: str | None = None


Reader = Callable[[], Programs]
"""Reads them. Blocking."""


def read_programs(keys: Path, usage: Path, today: date) -> Programs:
    """What the files of a workspace say, from the first of the month on. Blocking."""
    since = today.replace(day=1)
    try:
        known = KeyStore(keys).read()
        uses = tuple(use for use in read(usage) if use.at.date() >= since)
    except (UnusableFile, Unreadable) as error:
        return Programs(since, problem=harmless(str(error), 300))
    except OSError as error:
        return Programs(since, problem=f"{harmless(str(usage), 200)}: {reason(error)}")
    return Programs(since, known, {by: add_up(uses, by) for by in By})
