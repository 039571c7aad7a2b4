"""How many sessions of how many users hold which model, and how many a change of the enabled models will switch."""

from __future__ import annotations

import contextlib
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from imgmodels_tui.files import Unreadable, read_file, reason
from imgmodels_tui.record import Record
from imgmodels_tui.text import counted, harmless
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.codec import decode_as
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.state import Change

MOST_USERS = 10_000
"""Users whose sessions are counted; of more it is said that there are more."""

MOST_FILES = 1_000_000
"""Names that are looked at: a folder that everybody can write may be filled by anybody."""

_MOST_WARNINGS = 20

_NAMED_BY_UID = re.compile(r"((0|[1-9][0-9]{0,9})(\.[0-9a-z]{1,40})?)\.json")
"""The file of a user, or of one of those whom a server of that user serves."""


class Count(Record):
    """Some sessions and how many users they belong to."""

    sessions: int
    users: int
    at_least: bool = False
    """Whether there may be more, because not all could be counted."""

    @property
    def text(self) -> str:
        """Both in words."""
        both = f"{counted(self.sessions, 'session')} of {counted(self.users, 'user')}"
        return f"at least {both}" if self.at_least else both


class SessionCounts(Record):
    """The sessions of every user by model."""

    by_user: Mapping[str, Counter[str]] = MappingProxyType({})
    """For each user, how many sessions hold each model id."""
    warnings: tuple[str, ...] = ()
    """Files that were ignored, and why, one line each; of very many of a kind, how many."""
    is_complete: bool = True
    """Whether the sessions of all users are counted; what somebody planted in another's place hides none."""

    @property
    def summary(self) -> str:
        """How many there are, and what was ignored."""
        return "; ".join((self.all.text, *self.warnings))

    @property
    def all(self) -> Count:
        """All sessions."""
        return Count(sum(map(Counter.total, self.by_user.values())), len(self.by_user), not self.is_complete)

    def count_for(self, models: Collection[str]) -> Count:
        """The sessions that hold one of `models`."""
        counts = [sum(held[model] for model in models) for held in self.by_user.values()]
        return Count(sum(counts), sum(count > 0 for count in counts), not self.is_complete)


def count_sessions(folder: Path) -> SessionCounts:
    """Read everybody's sessions in `folder`; what cannot be trusted is ignored with a warning. Blocking.

    A file counts for its owner, and only under that owner's own number: nobody can count twice, for another user, or
    so often that others are not counted.
    """
    try:
        users, strange = _users(folder)
    except FileNotFoundError:
        return SessionCounts()
    except OSError as error:
        problem = _warning(folder, f"cannot be read: {reason(error)}")
        return SessionCounts(warnings=(problem,), is_complete=False)
    by_user, problems = _read_all(folder, users[:MOST_USERS])
    warnings = problems[:_MOST_WARNINGS]
    if len(problems) > _MOST_WARNINGS:
        warnings.append(_warning(folder, f"{len(problems) - _MOST_WARNINGS} files more cannot be read"))
    if strange:
        files = "1 file is" if strange == 1 else f"{strange} files are"
        warnings.append(_warning(folder, f"{files} not the sessions of the file's owner"))
    if len(users) > MOST_USERS:
        warnings.append(harmless(f"{folder}: over {MOST_USERS:,} users have sessions; the others are not counted"))
    return SessionCounts(by_user, tuple(warnings), is_complete=not problems and len(users) <= MOST_USERS)


def _read_all(folder: Path, users: Iterable[tuple[str, int]]) -> tuple[dict[str, Counter[str]], list[str]]:
    """How many sessions of each user hold each model, and which files cannot be read."""
    by_user, problems = {}, []
    for user, uid in users:
        file = folder / f"{user}.json"
        try:
            held = _held(file, uid)
        except Unreadable as error:
            problems.append(_warning(file, str(error)))
        except StateError as error:
            problems.append(f"{error}; ignored")
        else:
            if held is not None:
                by_user[user] = held
    return by_user, problems


def _users(folder: Path) -> tuple[list[tuple[str, int]], int]:
    """Who has a file of their own in `folder`, each with its owner's number; and how many names are something else."""
    users, strange = [], 0
    with os.scandir(folder) as found:
        for entry in islice(found, MOST_FILES):
            if entry.name.startswith("."):
                continue
            named = _NAMED_BY_UID.fullmatch(entry.name)
            with contextlib.suppress(FileNotFoundError):
                if named is not None and entry.stat(follow_symlinks=False).st_uid == int(named[2]):
                    users.append((named[1], int(named[2])))
                else:
                    strange += 1
    return sorted(users, key=lambda user: (user[1], user[0])), strange


def impact(counts: SessionCounts, leaving: Collection[str], new: str) -> str | None:
    """Say how many sessions hold one of the models `leaving` and will switch to the one named `new`; None if none."""
    count = counts.count_for(leaving)
    return f"{count.text} will switch to {harmless(new, 80)}" if count.sessions else None


def impact_of(change: Change, overview: Overview, count: Callable[[], SessionCounts]) -> str | None:
    """Say what a change that led to `overview` does to the sessions that `count` finds, or None. Blocking."""
    switched_off = change.image_generation is not None and not change.image_generation.to
    if not switched_off and (not change.disabled or overview.default is None):
        return None
    new = None if overview.default is None else overview.default.model.name
    return whole_impact(count(), change.disabled, new, closing=switched_off)


def whole_impact(counts: SessionCounts, leaving: Collection[str], new: str | None, *, closing: bool) -> str | None:
    """Say what switching off models, and perhaps image generation, does to sessions, or None. `new` is the default."""
    stopped = closes(counts) if closing else None
    switching = None if new is None else impact(counts, leaving, new)
    return "; ".join(filter(None, (stopped, switching))) or None


def closes(counts: SessionCounts) -> str | None:
    """Say how many sessions cannot draw while image generation is off; None where there are none."""
    count = counts.all
    return f"{count.text} cannot draw until it is on again" if count.sessions else None


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
