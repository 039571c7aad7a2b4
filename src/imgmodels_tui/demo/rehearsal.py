"""A workspace for an audience: invented users with sessions of their own, all of it in one folder to throw away.

Every change goes through the same rules, stores and engine as in a real workspace; only the people are made up. A
scene is everything that was stored at one moment, so that a script can go back to where it was.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imgmodels_tui.files import replace_file
from imgmodels_tui.generator import fallback
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.generator.service import GenerationRequest, GeneratorService
from imgmodels_tui.generator.sessions.counts import SessionCounts
from imgmodels_tui.generator.sessions.paths import UserPaths
from imgmodels_tui.generator.sessions.store import SessionStore
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.file_store.locations import Locations
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.overview import Overview

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.generator.service import GenerationStarted

ADMIN = "ada"
"""Whoever changes the settings in the demonstration."""

_PROMPT = "a lighthouse at dusk"


class Seat(Record):
    """A session that an invented user has, or is about to begin."""

    user: str
    session: str


SEATS = (
    Seat("mia", "posters"),
    Seat("mia", "icons"),
    Seat("jonas", "shop"),
    Seat("sam", "newsletter"),
    Seat("sam", "drafts"),
)
"""Everybody in the demonstration, a user's sessions together."""

_USERS = tuple(dict.fromkeys(seat.user for seat in SEATS))


class Situation(Record):
    """What the workspace means to one session now."""

    seat: Seat
    held: str | None
    """The id of the model that the session holds; None before it begins."""
    closed: fallback.Closed | None
    coming: fallback.Next | None
    """What the next picture is drawn with; None where nothing can be drawn."""
    made: GenerationStarted | None
    """The last picture, as long as the session holds the model that drew it."""


class Scene(Record):
    """All that is stored at one moment: the content of each file (None: there is none), and the last pictures."""

    files: Mapping[Path, bytes | None]
    made: Mapping[Seat, GenerationStarted]


class Rehearsal:
    """The demonstration's workspace and its users. Everything that changes something blocks on the disk."""

    def __init__(
        self, folder: Path, catalog: Catalog, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        locations = Locations(
            state=folder / "workspace.json",
            chosen_by="the demonstration",
            overrides=folder / "catalog.d",
            overrides_given=False,
            settings=folder / "settings.toml",
            cache=folder / "cache",
        )
        self.store = FileStore(locations, catalog, user=ADMIN, clock=clock)
        self.store.create_if_missing()
        self._services = {
            user: GeneratorService(
                self.store, SessionStore(_places(folder / "users" / user)), PlaceholderEngine(), clock=clock
            )
            for user in _USERS
        }
        self._made: dict[Seat, GenerationStarted] = {}

    @property
    def overview(self) -> Overview:
        """The newest state of the workspace."""
        return Overview(self.store.read(), self.store.catalog)

    def service(self, user: str) -> GeneratorService:
        """The generator as one of the users has it."""
        return self._services[user]

    def situations(self, overview: Overview) -> tuple[Situation, ...]:
        """What `overview` means to everybody, by the rules that the generator itself goes by."""
        sessions = {user: service.sessions.read() for user, service in self._services.items()}
        closed = fallback.closed(overview)
        found = []
        for seat in SEATS:
            known = sessions[seat.user].find(seat.session)
            held = known.model if known else None
            made = self._made.get(seat)
            found.append(
                Situation(
                    seat,
                    held,
                    closed,
                    None if closed else fallback.resolve(held, overview),
                    made if made and made.entry.id == held else None,
                )
            )
        return tuple(found)

    def counts(self) -> SessionCounts:
        """How many sessions of these users hold which model."""
        read = [service.sessions.read().sessions for service in self._services.values()]
        return SessionCounts({number: Counter(session.model for session in held) for number, held in enumerate(read)})

    def start(self, seat: Seat) -> None:
        """Begin a session with the default of the moment (R11)."""
        self.service(seat.user).start(seat.session)

    def select(self, seat: Seat, model: str) -> None:
        """Let a session's user select a model. Raises as the generator does."""
        self.service(seat.user).select(seat.session, model)

    def generate(self, seat: Seat) -> GenerationStarted:
        """Let a session's user generate a picture (R12). Raises as the generator does."""
        begun = self.service(seat.user).generate(GenerationRequest(_PROMPT, session=seat.session, seed=0)).begun
        self._made[seat] = begun
        return begun

    # Going back.

    def scene(self) -> Scene:
        """All that is stored now."""
        return Scene({file: _content(file) for file in self._files}, dict(self._made))

    def restore(self, scene: Scene) -> None:
        """Store again what was stored at another moment."""
        with self.store.writing():
            for file, content in scene.files.items():
                if content is None:
                    file.unlink(missing_ok=True)
                else:
                    replace_file(file, content)
        self._made = dict(scene.made)

    @property
    def _files(self) -> tuple[Path, ...]:
        locations = self.store.locations
        return (
            locations.state,
            locations.history,
            *(service.sessions.places.shared_file for service in self._services.values()),
        )


def _places(folder: Path) -> UserPaths:
    """A home for an invented user; the files in it belong to whoever runs the demonstration."""
    return UserPaths(
        shared=folder / "sessions",
        own=folder / "state",
        pictures=folder / "pictures",
        workspace="demo",
        uid=os.geteuid(),
    )


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None
