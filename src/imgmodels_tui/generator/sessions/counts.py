"""How many sessions of how many users hold which model, and how many a change of the enabled models will switch."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from imgmodels_tui.files import Unreadable, read_file, reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.codec import decode_as
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.state import Change

MOST_USERS = 10_000
"""Files that are looked at; a folder that everybody can write may be filled by anybody."""

_NAMED_BY_UID = re.compile(r"(0|[1-9][0-9]{0,9})\.json")


class Count(Record):
    """Some sessions and how many users they belong to."""

    sessions: int
    users: int

    @property
    def text(self) -> str:
        """Both in words."""
        sessions = "1 session" if self.sessions == 1 else f"{self.sessions} sessions"
        return f"{sessions} of {'1 user' if self.users == 1 else f'{self.users} users'}"


class SessionCounts(Record):
    """The sessions of every user by model."""

    by_user: Mapping[int, Counter[str]] = MappingProxyType({})
    """For each user's number, how many sessions hold each model id."""
    warnings: tuple[str, ...] = ()
    """Files that were ignored, and why, one line each."""

    def count_for(self, models: Collection[str]) -> Count:
        """The sessions that hold one of `models`."""
        counts = [sum(held[model] for model in models) for held in self.by_user.values()]
        return Count(sum(counts), sum(count > 0 for count in counts))


def count_sessions(folder: Path) -> SessionCounts:
    """Read everybody's sessions in `folder`; what cannot be trusted is ignored with a warning. Blocking.

    A file counts for its owner, and only under that owner's own number: nobody can count twice, or for another user.
    """
    by_user: dict[int, Counter[str]] = {}
    warnings = []
    try:
        with os.scandir(folder) as found:
            names = sorted(islice((entry.name for entry in found if not entry.name.startswith(".")), MOST_USERS))
    except FileNotFoundError:
        return SessionCounts()
    except OSError as error:
        return SessionCounts(warnings=(_warning(folder, f"cannot be read: {reason(error)}"),))
    for name in names:
        file = folder / name
        try:
            named = _NAMED_BY_UID.fullmatch(name)
            if named is None:
                raise Unreadable("is not named by a user's number")
            held = _held(file, int(named[1]))
        except Unreadable as error:
            warnings.append(_warning(file, str(error)))
        except StateError as error:
            warnings.append(f"{error}; ignored")
        else:
            if held is not None:
                by_user[int(named[1])] = held
    return SessionCounts(by_user, tuple(warnings))


def impact(counts: SessionCounts, leaving: Collection[str], new: str) -> str | None:
    """Say how many sessions hold one of the models `leaving` and will switch to the one named `new`; None if none."""
    count = counts.count_for(leaving)
    return f"{count.text} will switch to {harmless(new, 80)}" if count.sessions else None


def impact_of(change: Change, overview: Overview, folder: Path) -> str | None:
    """Say what a change that was just made will do to the sessions in `folder`, or None. Blocking."""
    if not change.disabled or overview.default is None:
        return None
    return impact(count_sessions(folder), change.disabled, overview.default.model.name)


def _held(file: Path, owner: int) -> Counter[str] | None:
    """How many sessions in a user's file hold each model. Raises `Unreadable` and `StateError`."""
    from imgmodels_tui.generator.sessions.records import Sessions  # noqa: PLC0415 - many workspaces have no sessions
    from imgmodels_tui.generator.sessions.store import LARGEST_FILE  # noqa: PLC0415 - likewise

    content = read_file(file, LARGEST_FILE, follow_links=False, owner=owner)
    if content is None:
        return None
    return Counter(session.model for session in decode_as(Sessions, file, content).sessions)


def _warning(path: Path, problem: str) -> str:
    return harmless(f"{path}: {problem}; ignored", limit=300)
