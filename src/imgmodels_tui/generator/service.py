"""Generating an image, the same way for the page and for the command line.

The order is what the rules promise: the session switches first and for good (R12), then the image is generated with
the model that was enabled at that moment, whatever an admin does meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from imgmodels_tui.catalog import Catalog, Model
from imgmodels_tui.generator import fallback
from imgmodels_tui.generator.billing import Cost, cost
from imgmodels_tui.generator.engines.interface import (
    CancelCheck,
    Engine,
    Picture,
    Progress,
    Reference,
    Request,
    check_prompt,
    fresh_seed,
)
from imgmodels_tui.generator.images.gallery import save_picture, save_picture_as
from imgmodels_tui.generator.images.metadata import PictureFacts, facts_of
from imgmodels_tui.generator.sessions.records import Sessions, checked_name
from imgmodels_tui.generator.sessions.store import SessionStore
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import Refusal
from imgmodels_tui.workspace.live import overview_of
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.store import Store

_IMAGES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg"}
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""The ids of models that an image's facts can hold."""


class TakesNoReference(Refusal):
    """The model cannot start from a reference image."""

    def __init__(self, model: Model) -> None:
        super().__init__(
            f"{model.name} takes no reference image; leave it out, or choose a model with reference editing"
        )


class WrongEnding(Refusal):
    """A file is named for another kind of image than the model draws."""


def _check_ending(path: Path | None, model: Model) -> None:
    """Refuse a name that says SVG for a model that draws pixels, or the other way round."""
    ending = "" if path is None else path.suffix.lower()
    if path is not None and ending in _IMAGES and (ending == ".svg") is not model.vector_only:
        kind, right = ("vectors", ".svg") if model.vector_only else ("pixels", ".png")
        raise WrongEnding(f"{model.name} draws {kind}; name the file {harmless(path.stem, 80)}{right}")


class TooManyReferences(Refusal):
    """The model takes fewer reference images."""

    def __init__(self, model: Model, given: int) -> None:
        super().__init__(f"{model.name} takes at most {model.max_reference_images} reference images, not {given}")


class GenerationRequest(Record):
    """One image that a user wants."""

    prompt: str
    session: str | None = None
    """The session's name, upper or lower case; made if there is none. None is the session that its user was in last."""
    model: str | None = None
    """The id of the model that the user selects for the session with this request; None changes nothing."""
    named_each_time: bool = False
    """Whether `model` is named with every request, so that R20 decides what a model that is off means."""
    references: tuple[Reference, ...] = ()
    seed: int | None = None
    """None chooses one that nobody can guess."""
    save_as: Path | None = None
    """Where the image is saved; None saves it among the user's images under a name of its own."""


class GenerationStarted(Record):
    """An image that is being generated: what was decided before."""

    session: str
    entry: Entry
    switched_from: str | None
    """The id of the model that the session was switched away from (R12), or None."""
    cost: Cost
    seed: int

    @property
    def requested(self) -> str:
        """The id of the model that the session held before, or that its user selected."""
        return self.switched_from or self.entry.id

    @property
    def summary(self) -> str:
        """The model and what the image costs, in words."""
        return f"{harmless(self.entry.model.name, 80)}, {self.cost.text}"


class Result(Record):
    """A finished image and where it is."""

    started: GenerationStarted
    path: Path
    facts: PictureFacts


class Drawn(Record):
    """A finished image that is not saved yet."""

    started: GenerationStarted
    picture: Picture
    facts: PictureFacts


class GeneratorService:
    """Generates images for one user in one workspace."""

    def __init__(
        self,
        store: Store,
        sessions: SessionStore,
        engine: Engine,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        overview: Callable[[], Overview] | None = None,
        forgets: bool = False,
    ) -> None:
        """`overview` gives the newest known state where somebody follows the workspace; else it is read each time.

        `forgets` makes room for a new session by forgetting the first, where nobody is there to delete one.
        """
        self.store, self.sessions, self.engine = store, sessions, engine
        self._clock = clock
        self._overview, self._forgets = overview, forgets

    @property
    def catalog(self) -> Catalog:
        """The catalog in use."""
        return self.store.catalog

    @property
    def pictures(self) -> Path:
        """The folder with the user's images."""
        return self.sessions.paths.pictures

    def overview(self) -> Overview:
        """The newest state of the workspace. Raises `StateError`."""
        return overview_of(self.store) if self._overview is None else self._overview()

    def generate(
        self,
        wanted: GenerationRequest,
        *,
        on_start: Callable[[GenerationStarted], object] = lambda _: None,
        progress: Progress = lambda _: None,
        cancelled: CancelCheck = lambda: False,
    ) -> Result:
        """Generate and save an image; as `draw` otherwise."""
        drawn = self.draw(wanted, on_start=on_start, progress=progress, cancelled=cancelled)
        if wanted.save_as is None:
            return Result(drawn.started, save_picture(self.pictures, drawn.picture, drawn.facts), drawn.facts)
        save_picture_as(wanted.save_as, drawn.picture, drawn.facts)
        return Result(drawn.started, wanted.save_as, drawn.facts)

    def draw(
        self,
        wanted: GenerationRequest,
        *,
        on_start: Callable[[GenerationStarted], object] = lambda _: None,
        progress: Progress = lambda _: None,
        cancelled: CancelCheck = lambda: False,
    ) -> Drawn:
        """Generate an image; blocks, so call it in a thread of its own.

        `on_start` is called with what was decided before the engine begins, in the calling thread. Raises `Refusal`
        (`Unavailable` where R10 or R13 forbid it), `GeneratorError`, `Cancelled`, `StateError` and `NotSaved`.
        """
        check_prompt(wanted.prompt)
        started = self._start(wanted)
        on_start(started)
        replaced = self.catalog.models.get(started.switched_from or "")
        request = Request(
            wanted.prompt,
            started.entry.model,
            started.seed,
            wanted.references,
            instead_of=started.switched_from if replaced is None else replaced.name,
            host=started.entry.host.name,
        )
        picture = self.engine.generate(request, progress=progress, cancelled=cancelled)
        return Drawn(started, picture, self._facts(started, request, picture))

    def _facts(self, started: GenerationStarted, request: Request, picture: Picture) -> PictureFacts:
        facts = facts_of(
            request,
            picture,
            requested=self.catalog.models.get(started.requested, request.model),
            cost=started.cost,
            created_at=self._clock(),
            session=started.session,
        )
        if started.requested in self.catalog.models or not _ID.fullmatch(started.requested):
            return facts
        return facts.replace(model_requested=started.requested)  # it left the catalog (R9)

    def start(self, name: str) -> Sessions:
        """Make a session with the default of the moment (R11). Raises as `generate` does."""
        return self.sessions.update(lambda sessions: sessions.start(name, fallback.default(self.overview()).id))

    def open(self, name: str) -> Sessions:
        """The sessions with one of that name, which gets the default of the moment if it is new (R11)."""

        def change(sessions: Sessions) -> Sessions:
            return sessions if sessions.find(name) else sessions.start(name, fallback.default(self.overview()).id)

        return self.sessions.update(change)

    def select(self, name: str, model: str) -> Sessions:
        """Give a session a model that its user selected; the session is made if it does not exist."""

        def change(sessions: Sessions) -> Sessions:
            fallback.selectable(model, self.overview())
            known = sessions.find(name)
            return sessions.start(name, model) if known is None else sessions.select(known.name, model)

        return self.sessions.update(change)

    def _start(self, wanted: GenerationRequest) -> GenerationStarted:
        """Decide which model is used, and store the session as it is from now on."""
        found: list[GenerationStarted] = []

        def change(sessions: Sessions) -> Sessions:
            started = self._decide(wanted, sessions)
            found.append(started)
            if sessions.find(started.session) is None:
                return (sessions.make_room() if self._forgets else sessions).start(started.session, started.entry.id)
            change_model = sessions.select if started.switched_from is None else sessions.switch
            return change_model(started.session, started.entry.id).enter(started.session)

        self.sessions.update(change)
        return found[-1]

    def _decide(self, wanted: GenerationRequest, sessions: Sessions) -> GenerationStarted:
        """Apply R10 to R14 to the newest state."""
        overview = self.overview()
        name = checked_name(wanted.session) if wanted.session is not None else sessions.current_name
        known = sessions.find(name)
        if wanted.model is not None and wanted.named_each_time:
            next_model = fallback.named(wanted.model, known, overview)
        elif wanted.model is not None:
            next_model = fallback.NextModel(fallback.selectable(wanted.model, overview))
        else:
            next_model = fallback.resolve(known.model if known else None, overview)
        model = next_model.entry.model
        _check_ending(wanted.save_as, model)
        if wanted.references and not model.reference_editing:
            raise TakesNoReference(model)
        if model.max_reference_images is not None and len(wanted.references) > model.max_reference_images:
            raise TooManyReferences(model, len(wanted.references))
        return GenerationStarted(
            session=known.name if known else name,
            entry=next_model.entry,
            switched_from=next_model.instead_of,
            cost=cost(next_model.entry),
            seed=fresh_seed() if wanted.seed is None else wanted.seed,
        )
