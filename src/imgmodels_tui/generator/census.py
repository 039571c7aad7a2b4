"""How many sessions of how many users hold which model, as far as the shared folder tells."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from imgmodels_tui.generator.session_store import read_owned
from imgmodels_tui.generator.sessions import Sessions
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.codec import StateError, decode_as
from imgmodels_tui.workspace.files import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

MOST_USERS = 10_000
"""Files that are looked at; a folder that everybody can write may be filled by anybody."""

_NAMED_BY_UID = re.compile(r"(0|[1-9][0-9]{0,9})\.json")


@dataclass(frozen=True)
class Count:
    """Some sessions and how many users they belong to."""

    sessions: int
    users: int


@dataclass(frozen=True)
class Census:
    """The sessions of every user by model."""

    by_user: Mapping[int, Counter[str]] = field(default_factory=dict)
    """For each user's number, how many sessions hold each model id."""
    warnings: tuple[str, ...] = ()
    """Files that were ignored, and why, one line each."""

    def holding(self, models: Collection[str]) -> Count:
        """The sessions that hold one of `models`."""
        counts = [sum(held[model] for model in models) for held in self.by_user.values()]
        return Count(sum(counts), sum(count > 0 for count in counts))


class RecentCensus:
    """A census for a screen that asks at every key: taken again once it is a few seconds old."""

    def __init__(self, folder: Path, lasts: float = 3.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._lasts, self._clock = folder, lasts, clock
        self._taken: tuple[float, Census] | None = None

    def __call__(self) -> Census:
        """The census as it was at most `lasts` seconds ago."""
        now = self._clock()
        if self._taken is None or now - self._taken[0] > self._lasts:
            self._taken = (now, take_census(self._folder))
        return self._taken[1]

    def on_each(self, models: Collection[str]) -> Mapping[str, int]:
        """How many sessions hold each of some models."""
        census = self()
        return {model: census.holding((model,)).sessions for model in models}


def take_census(folder: Path) -> Census:
    """Read everybody's sessions in `folder`; what cannot be trusted is ignored with a warning. Blocking.

    A file counts for its owner, and only under that owner's own name, so that nobody can count twice or speak for
    somebody else.
    """
    by_user: dict[int, Counter[str]] = {}
    warnings = []
    try:
        with os.scandir(folder) as found:
            names = sorted(islice((entry.name for entry in found if not entry.name.startswith(".")), MOST_USERS))
    except FileNotFoundError:
        return Census()
    except OSError as error:
        return Census(warnings=(_warning(folder, f"cannot be read: {(error.strerror or str(error)).lower()}"),))
    for name in names:
        file = folder / name
        try:
            named = _NAMED_BY_UID.fullmatch(name)
            if named is None:
                raise Unreadable("is not named by a user's number")
            content = read_owned(file, int(named[1]))
            if content is None:
                continue
            sessions = decode_as(Sessions, file, content)
        except Unreadable as error:
            warnings.append(_warning(file, str(error)))
        except StateError as error:
            warnings.append(f"{error}; ignored")
        else:
            by_user[int(named[1])] = Counter(session.model for session in sessions.sessions)
    return Census(by_user, tuple(warnings))


def _warning(path: Path, problem: str) -> str:
    return harmless(f"{path}: {problem}; ignored", limit=300)
