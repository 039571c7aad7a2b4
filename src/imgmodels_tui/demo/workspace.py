"""The demonstration's workspace: invented users with sessions of their own, all of it in one folder to throw away.

Every change goes through the same rules, stores and engine as in a real workspace; only the people are made up. What
is stored at one moment is a checkpoint, so that a script can go back to it.
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
from imgmodels_tui.generator.sessions.store import SessionStore, UserPaths
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.file_store.locations import Locations
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.overview import Overview

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.generator.service import GenerationStarted

ADMIN = "ada"
"""Who changes the settings in the demonstration."""

_PROMPT = "a lighthouse at dusk"


class UserSession(Record):
    """A session that an invented user has, or will make."""

    user: str
    name: str


SESSIONS = (
    UserSession("mia", "posters"),
    UserSession("mia", "icons"),
    UserSession("jonas", "shop"),
    UserSession("sam", "newsletter"),
    UserSession("sam", "drafts"),
)
"""All sessions of the demonstration, each user's together."""

_USERS = tuple(dict.fromkeys(session.user for session in SESSIONS))


class SessionStatus(Record):
    """What the workspace means to one session now."""

    session: UserSession
    held: str | None
    """The id of the model that the session holds; None before it is made."""
    closed: fallback.Closed | None
    next_model: fallback.NextModel | None
    """What the next image uses; None where nothing can be generated."""
    last_image: GenerationStarted | None
    """The last image, as long as the session holds the model that it used."""


class Checkpoint(Record):
    """All that is stored at one moment: the content of each file (None: there is none), and the last images."""

    files: Mapping[Path, bytes | None]
    last_images: Mapping[UserSession, GenerationStarted]


class DemoWorkspace:
    """The workspace and its users. Making one blocks on the disk, and so does everything that changes something."""

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
                self.store, SessionStore(_paths(folder / "users" / user)), PlaceholderEngine(), clock=clock
            )
            for user in _USERS
        }
        self._last_images: dict[UserSession, GenerationStarted] = {}
        self._read_sessions()

    def _read_sessions(self) -> None:
        """Note what the users' sessions are: nobody else changes them, and the page never waits for the disk."""
        self._sessions = {user: service.sessions.read() for user, service in self._services.items()}

    @property
    def overview(self) -> Overview:
        """The newest state of the workspace. Blocking."""
        return Overview(self.store.read(), self.store.catalog)

    def service(self, user: str) -> GeneratorService:
        """The generator as one of the users has it."""
        return self._services[user]

    def statuses(self, overview: Overview) -> tuple[SessionStatus, ...]:
        """What `overview` means to each session, by the rules of the generator itself."""
        return tuple(self._status(session, overview) for session in SESSIONS)

    def _status(self, session: UserSession, overview: Overview) -> SessionStatus:
        known = self._sessions[session.user].find(session.name)
        held, closed, last = known.model if known else None, fallback.closed(overview), self._last_images.get(session)
        return SessionStatus(
            session,
            held,
            closed,
            None if closed else fallback.resolve(held, overview),
            last if last and last.entry.id == held else None,
        )

    def counts(self) -> SessionCounts:
        """How many sessions of these users hold which model."""
        held = enumerate(self._sessions.values())
        return SessionCounts({number: Counter(each.model for each in sessions.sessions) for number, sessions in held})

    def start(self, session: UserSession) -> None:
        """Make a session with the default of the moment (R11)."""
        self.service(session.user).start(session.name)
        self._read_sessions()

    def select(self, session: UserSession, model: str) -> str:
        """Select a model as the session's user; returns a sentence about that. Raises as the generator does."""
        self.service(session.user).select(session.name, model)
        self._read_sessions()
        return f"{session.user}: {session.name} uses {harmless(self.overview.name(model), 80)}"

    def generate(self, session: UserSession) -> str:
        """Generate an image as the session's user (R12); returns a sentence. Raises as the generator does."""
        wanted = GenerationRequest(_PROMPT, session=session.name, seed=0)
        started = self._last_images[session] = self.service(session.user).generate(wanted).started
        self._read_sessions()
        notice = fallback.notice_after(started, self.overview, session.name)
        return f"{session.user}: {notice or started.summary}"

    def checkpoint(self) -> Checkpoint:
        """All that is stored now. Blocking."""
        return Checkpoint({file: _content(file) for file in self._files}, dict(self._last_images))

    def restore(self, checkpoint: Checkpoint) -> None:
        """Store again what was stored at another moment."""
        with self.store.writing():
            for file, content in checkpoint.files.items():
                if content is None:
                    file.unlink(missing_ok=True)
                else:
                    replace_file(file, content)
        self._last_images = dict(checkpoint.last_images)
        self._read_sessions()

    @property
    def _files(self) -> tuple[Path, ...]:
        shared = (service.sessions.paths.shared_file for service in self._services.values())
        return (self.store.locations.state, self.store.locations.history, *shared)


def _paths(folder: Path) -> UserPaths:
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
