"""The demonstration's workspace, and the script that changes it step by step.

It has invented users with sessions of their own, all in one folder to throw away. Every change is made by the same
rules, stores and engine as in a real workspace. What is stored at one moment is a checkpoint, to which the script can
go back.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.generator import fallback
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.generator.service import GenerationRequest, GeneratorService, Result
from imgmodels_tui.generator.sessions.counts import SessionCounts
from imgmodels_tui.generator.sessions.store import SessionStore, UserPaths
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import Locations
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries.messages import describe
from imgmodels_tui.workspace.rules import Rule

ADMIN = "ada"
"""Who changes the settings in the demonstration."""


class UserSession(Record):
    """A session that an invented user has, or will make."""

    user: str
    name: str
    asks_for: str | None = None
    """The id of the model that a program names with each request; None for a person."""

    @property
    def key(self) -> str:
        """User and name."""
        return f"{self.user}/{self.name}"


SESSIONS = (
    UserSession("mia", "posters"),
    UserSession("mia", "icons"),
    UserSession("jonas", "shop"),
    UserSession("sam", "newsletter"),
    UserSession("sam", "drafts"),
    UserSession("webshop", "HTTP API", asks_for="flux-2-max"),
)
"""All sessions of the demonstration, each user's together."""


class SessionStatus(Record):
    """What the workspace means to one session now."""

    session: UserSession
    held: str | None
    """The id of the model that the session holds; None before it is made."""
    closed: fallback.Closed | None
    next_model: fallback.NextModel | None
    """What the next image uses; None where nothing can be generated, or where a program is refused."""
    pictures: tuple[Result, ...]
    """The last images, two at most, the newest at the end."""

    @property
    def last_image(self) -> Result | None:
        """The last image, as long as the session holds the model that it used."""
        return self.pictures[-1] if self.pictures and self.pictures[-1].started.entry.id == self.held else None


class Checkpoint(Record):
    """All that is stored at one moment: the content of each file (None: there is none), and the last images."""

    files: Mapping[Path, bytes | None]
    pictures: Mapping[UserSession, tuple[Result, ...]]


class DemoWorkspace:
    """The workspace and its users. Making one blocks on the disk, and so does everything that changes something."""

    def __init__(
        self, folder: Path, catalog: Catalog, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        locations = Locations(
            state=folder / "workspace.json",
            chosen_by="the demonstration",
            old_catalog=folder / "old" / "catalog.d",
            settings=folder / "settings.toml",
            cache=folder / "cache",
        )
        self.store = FileStore(locations, catalog, user=ADMIN, clock=clock)
        self.store.create_if_missing()
        self._services = {}
        for user in {session.user for session in SESSIONS}:
            sessions = SessionStore(_paths(folder / "users" / user))
            self._services[user] = GeneratorService(self.store, sessions, PlaceholderEngine(), clock=clock)
        self._pictures: dict[UserSession, tuple[Result, ...]] = {}
        self._read_sessions()

    def _read_sessions(self) -> None:
        """Note what the users' sessions are: nobody else changes them, and the page never waits for the disk."""
        self._sessions = {user: service.sessions.read() for user, service in self._services.items()}

    def service(self, user: str) -> GeneratorService:
        """The generator of one of the users."""
        return self._services[user]

    def statuses(self, overview: Overview) -> tuple[SessionStatus, ...]:
        """What `overview` means to each session, by the rules of the generator itself."""
        return tuple(self._status(session, overview) for session in SESSIONS)

    def _status(self, session: UserSession, overview: Overview) -> SessionStatus:
        known = self._sessions[session.user].find(session.name)
        held, closed = known.model if known else None, fallback.closed(overview)
        next_model = None
        if closed is None and session.asks_for is None:
            next_model = fallback.resolve(held, overview)
        elif closed is None and session.asks_for is not None:
            with contextlib.suppress(fallback.NotSelectable):
                next_model = fallback.named(session.asks_for, known, overview)
        return SessionStatus(session, held, closed, next_model, self._pictures.get(session, ()))

    def counts(self) -> SessionCounts:
        """How many sessions of these users hold which model."""
        held = self._sessions.items()
        return SessionCounts({user: Counter(each.model for each in sessions.sessions) for user, sessions in held})

    def start(self, session: UserSession) -> None:
        """Make a session with the default of the moment (R11)."""
        self.service(session.user).start(session.name)
        self._read_sessions()

    def select(self, session: UserSession, model: str) -> str:
        """Select a model as the session's user; returns a sentence about that. Raises as the generator does."""
        service = self.service(session.user)
        service.select(session.name, model)
        self._read_sessions()
        return f"{session.user}: {session.name} uses {harmless(service.overview().name(model), 80)}"

    def generate(self, session: UserSession) -> str:
        """Generate an image as the session's user (R12); returns a sentence. Raises as the generator does."""
        service = self.service(session.user)
        wanted = GenerationRequest(
            "a lighthouse at dusk",
            session=session.name,
            model=session.asks_for,
            named_each_time=session.asks_for is not None,
            seed=0,
        )
        made = service.generate(wanted)
        self._pictures[session] = (*self._pictures.get(session, ()), made)[-2:]
        self._read_sessions()
        notice = fallback.notice_after(made.started.switched_from, made.started.entry, service.overview(), session.name)
        if session.asks_for is not None:
            overview = service.overview()
            asked, drawn = harmless(overview.name(session.asks_for), 40), made.started.entry.model.name
            notice = f"asked for {asked}, answered with {drawn}" + (" and told so" if asked != drawn else "")
        return f"{session.user}: {notice or made.started.summary}"

    def checkpoint(self) -> Checkpoint:
        """All that is stored now. Blocking."""
        files = {file: file.read_bytes() if file.exists() else None for file in self._files}
        return Checkpoint(files, dict(self._pictures))

    def restore(self, checkpoint: Checkpoint) -> None:
        """Store again what was stored at another moment."""
        with self.store.writing() as replace:
            for file, content in checkpoint.files.items():
                if content is None:
                    file.unlink(missing_ok=True)
                else:
                    replace(file, content)
        self._pictures = dict(checkpoint.pictures)
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


POSTERS, ICONS, SHOP, NEWSLETTER, DRAFTS, PROGRAM = SESSIONS


class Step(Record):
    """A step: its title, what to look at, and what it does; `act` returns a sentence about that."""

    title: str
    watch: str
    act: Callable[[DemoWorkspace], str]


def _change(workspace: DemoWorkspace, rule: Rule) -> str:
    """Change the settings as the admin."""
    change = workspace.store.update(rule).change
    return f"{ADMIN}: {describe(change, workspace.store.catalog)}" if change else ""


def _offer_choice(workspace: DemoWorkspace) -> str:
    text = _change(workspace, rules.Enable(("flux-2-max", "flux-2-flex", "gpt-image-2")))
    workspace.start(POSTERS)
    workspace.select(ICONS, "flux-2-flex")
    workspace.select(SHOP, "flux-2-max")
    workspace.select(NEWSLETTER, "gpt-image-2")
    return text


def _switch_default(workspace: DemoWorkspace) -> str:
    text = _change(workspace, rules.SetDefault("flux-2-max"))
    workspace.start(DRAFTS)
    return text


def _generate_twice(workspace: DemoWorkspace) -> str:
    workspace.generate(PROGRAM)
    return workspace.generate(SHOP)


STEPS = (
    Step(
        "A fresh workspace",
        "Nothing is enabled, so the generator is closed for every user. n goes on, p back; the settings take all "
        "their usual keys.",
        lambda _: "",
    ),
    Step(
        "Enable the first model",
        "FLUX.2 Pro is on and, as the first, becomes the default in the same change. The generator opens for all.",
        lambda workspace: _change(workspace, rules.Enable(("flux-2-pro",))),
    ),
    Step(
        "Offer a choice",
        "Three more models in one change. jonas picks FLUX.2 Max, sam GPT Image 2; mia keeps the default for her "
        "posters and picks FLUX.2 Flex for icons.",
        _offer_choice,
    ),
    Step(
        "Switch the default",
        "FLUX.2 Max is the default now. Sessions that were there keep their model; drafts, which sam begins, starts "
        "with FLUX.2 Max.",
        _switch_default,
    ),
    Step(
        "A user generates",
        "jonas draws with FLUX.2 Max in shop; webshop, a program with a key of the HTTP API, names that model itself. "
        "No host is asked: placeholders name their model.",
        _generate_twice,
    ),
    Step(
        "Disable the default",
        "FLUX.2 Max goes off and GPT Image 2 becomes the default, both in one step. The three sessions on FLUX.2 Max "
        "say what their next image uses.",
        lambda workspace: _change(workspace, rules.Disable(("flux-2-max",), replacement="gpt-image-2")),
    ),
    Step(
        "The next image switches",
        "jonas generates: shop moves to GPT Image 2 for good and says so. drafts has generated nothing yet and still "
        "waits to switch.",
        lambda workspace: workspace.generate(SHOP),
    ),
    Step(
        "The program obeys",
        "webshop names FLUX.2 Max again. It had that model, so it gets GPT Image 2 and is told so; a program that "
        "never had it would be refused.",
        lambda workspace: workspace.generate(PROGRAM),
    ),
    Step(
        "Image generation off",
        "The generator is closed for everybody while the settings stay open. Every session keeps its model until "
        "it is on again.",
        lambda workspace: _change(workspace, rules.Configure(image_generation=False)),
    ),
    Step(
        "Your turn",
        "It is on again. Switch models with space; on the other side (tab) let a user generate with enter or choose "
        "with m. p goes back, q leaves; nothing is kept.",
        lambda workspace: _change(workspace, rules.Configure(image_generation=True)),
    ),
)
"""The script; the first step is how the demonstration begins."""


class Script:
    """A position in the script. What each step left is kept, so that the next step always finds it."""

    def __init__(self, workspace: DemoWorkspace) -> None:
        self.workspace = workspace
        self._checkpoints: list[Checkpoint] = [workspace.checkpoint()]

    @property
    def position(self) -> int:
        """The number of the step that was done last."""
        return len(self._checkpoints) - 1

    @property
    def at_end(self) -> bool:
        """Whether no step is left."""
        return len(self._checkpoints) == len(STEPS)

    def forward(self) -> str:
        """Undo other changes since the last step, do the next step and return a sentence about it."""
        if self.at_end:
            return ""
        is_changed = self.workspace.checkpoint() != self._checkpoints[-1]
        if is_changed:
            self.workspace.restore(self._checkpoints[-1])
        text = STEPS[len(self._checkpoints)].act(self.workspace)
        self._checkpoints.append(self.workspace.checkpoint())
        return f"{text} (from where the script was)" if is_changed else text

    def back(self) -> str:
        """Restore what was before the last step, and before any other changes since then."""
        if not self.position:
            return ""
        self._checkpoints.pop()
        self.workspace.restore(self._checkpoints[-1])
        return f"Back to: {STEPS[self.position].title}"
