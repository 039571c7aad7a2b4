"""What was drawn through the HTTP API, for whom and at what price: a line each in `usage.jsonl`; never a prompt."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from imgmodels_tui.files import Unreadable, link_target, read_lines, reason
from imgmodels_tui.record import NO_KEYS, InvalidRecord, Limits, Record, UnknownKeys
from imgmodels_tui.record_reader import read_json
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.state import ModelId, Time
from imgmodels_tui.workspace.store import Store

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes from which the file is put aside under the time of its last line, and a new one is begun."""

_NAME = Limits(max_length=200)


class Use(Record):
    """One image that was drawn for a program."""

    at: Time
    key: Annotated[str, _NAME]
    """The name of the key."""
    user: Annotated[str, _NAME]
    """Whom it was drawn for: the user that a front end names, else the key."""
    session: Annotated[str, _NAME]
    drawn: ModelId
    host: Annotated[str, _NAME]
    billing: Annotated[str, _NAME]
    engine: Annotated[str, _NAME]
    asked: ModelId | None = None
    """The model that the request named, or None."""
    cost_eur: Annotated[str, _NAME] | None = None
    """The catalog's price with four decimals, also for a placeholder; None where none is known."""
    tokens: Annotated[int, Limits(ge=0)] | None = None
    """What the host reports, where it does."""
    credits: Annotated[Decimal, Limits(ge=0, max_digits=12, decimal_places=6)] | None = None
    extra: UnknownKeys = NO_KEYS

    @property
    def euros(self) -> Decimal | None:
        """The price as a number."""
        try:
            return None if self.cost_eur is None else Decimal(self.cost_eur)
        except InvalidOperation:
            return None


class By(StrEnum):
    """What uses are added up by."""

    USER = "user"
    MODEL = "model"
    DAY = "day"

    def of(self, use: Use) -> str:
        """To which sum a use belongs."""
        return {By.USER: use.user, By.MODEL: use.drawn, By.DAY: use.at.date().isoformat()}[self]


class Sum(Record):
    """The images of one user, model or day, and what those with a known price cost."""

    name: str
    images: int
    euros: Decimal
    switches: int
    """How many were drawn with another model than was asked for."""


def as_lines(uses: Iterable[Use]) -> list[str]:
    """Each use as JSON."""
    return [json.dumps(use.to_json(defaults=False), ensure_ascii=False) for use in uses]


def append(path: Path, uses: Iterable[Use]) -> None:
    """Add a line each, after putting a file aside that has grown large. Raises `OSError`."""
    lines = "".join(line + "\n" for line in as_lines(uses))
    _put_aside(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    with os.fdopen(descriptor, "ab") as file:
        file.write(lines.encode())


def _put_aside(path: Path) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if status.st_size >= LARGEST_FILE:
        stamp = datetime.fromtimestamp(status.st_mtime).astimezone().strftime("%Y%m%dT%H%M%S")
        path.replace(path.with_name(f"{path.stem}-{stamp}-{status.st_ino}{path.suffix}"))


def read(path: Path) -> Iterator[Use]:
    """All uses, also those in files that were put aside; lines that say something else are passed over.

    Raises `StateError`.
    """
    aside = sorted(path.parent.glob(f"{path.stem}-*{path.suffix}")) if path.parent.is_dir() else []
    for file in (*aside, path):
        try:
            yield from parsed(read_lines(link_target(file)))
        except Unreadable as error:
            raise StateError(file, str(error)) from error
        except OSError as error:
            raise StateError(file, reason(error)) from error


def read_all(store: Store, path: Path) -> Iterator[Use]:
    """All uses of a workspace: those in its files, or on its server. Raises `StateError`."""
    return read(path) if store.documents is None else parsed(store.documents.uses())


def parsed(lines: Iterable[bytes]) -> Iterator[Use]:
    """The uses that lines hold; what says something else is passed over."""
    for line in lines:
        try:
            yield read_json(Use, line, strict=False)
        except InvalidRecord:
            continue


def add_up(uses: Iterable[Use], by: By, since: date | None = None) -> tuple[Sum, ...]:
    """The sums, the dearest first, days in their order."""
    images: dict[str, int] = {}
    euros: dict[str, Decimal] = {}
    switches: dict[str, int] = {}
    for use in uses:
        if since is not None and use.at.date() < since:
            continue
        name = by.of(use)
        images[name] = images.get(name, 0) + 1
        euros[name] = euros.get(name, Decimal(0)) + (use.euros or 0)
        switches[name] = switches.get(name, 0) + (use.asked is not None and use.asked != use.drawn)
    sums = [Sum(name, images[name], euros[name], switches[name]) for name in images]
    if by is By.DAY:
        return tuple(sorted(sums, key=lambda each: each.name))
    return tuple(sorted(sums, key=lambda each: (-each.euros, -each.images, each.name)))
