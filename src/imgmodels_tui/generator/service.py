"""Generating a picture, the same way for the page and for the command line.

The order of things is what the rules promise: the session switches first and for good (R12), then the picture is
drawn with the model that was enabled at that moment, whatever an admin does meanwhile.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imgmodels_tui.generator import fallback
from imgmodels_tui.generator.billing import Cost, cost
from imgmodels_tui.generator.engines.interface import Request, check_prompt, fresh_seed
from imgmodels_tui.generator.engines.placeholder import PlaceholderEngine
from imgmodels_tui.generator.images.gallery import facts_of, save_picture, save_picture_as
from imgmodels_tui.generator.sessions.records import checked_name
from imgmodels_tui.generator.sessions.store import SessionStore
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.errors import Refusal
from imgmodels_tui.workspace.overview import Overview

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imgmodels_tui.catalog import Catalog, Model
    from imgmodels_tui.generator.engines.interface import CancelCheck, Engine, Picture, Progress, Reference
    from imgmodels_tui.generator.images.metadata import PictureFacts
    from imgmodels_tui.generator.sessions.paths import UserPaths
    from imgmodels_tui.generator.sessions.records import Sessions
    from imgmodels_tui.workspace.overview import Entry
    from imgmodels_tui.workspace.store import Store


_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a picture's facts take for the id of a model."""


class TakesNoReference(Refusal):
    """The model cannot start from a reference image."""

    def __init__(self, model: Model) -> None:
        super().__init__(
            f"{model.name} takes no reference image; leave it out, or choose a model with reference editing"
        )


class GenerationRequest(Record):
    """One picture that somebody wants."""

    prompt: str
    session: str | None = None
    """The session's name, in which case ever; made on demand. None is the session its user was in last."""
    model: str | None = None
    """The id of the model that the user selects for the session with this order; None leaves it as it is."""
    reference: Reference | None = None
    seed: int | None = None
    """None draws one that nobody can guess."""
    save_as: Path | None = None
    """Where the picture goes; None puts it among the user's pictures under a name of its own."""


class GenerationStarted(Record):
    """A picture that is being drawn: everything that was decided before."""

    session: str
    entry: Entry
    requested: str
    """The id of the model that the session held before."""
    switched_from: str | None
    """The id of the model that the session was switched away from (R12), or None."""
    cost: Cost
    seed: int


class Result(Record):
    """A finished picture and where it is."""

    begun: GenerationStarted
    path: Path
    facts: PictureFacts


def service_for(store: Store, paths: UserPaths) -> GeneratorService:
    """The generator of the user whose sessions are at `paths`; it draws placeholders and asks no host."""
    return GeneratorService(store, SessionStore(paths), PlaceholderEngine())


class GeneratorService:
    """Generates pictures for one user in one workspace."""

    def __init__(
        self,
        store: Store,
        sessions: SessionStore,
        engine: Engine,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store, self.sessions, self.engine = store, sessions, engine
        self._clock = clock

    @property
    def catalog(self) -> Catalog:
        """The catalog in use."""
        return self.store.catalog

    @property
    def pictures(self) -> Path:
        """The folder with the user's pictures."""
        return self.sessions.places.pictures

    def overview(self) -> Overview:
        """The newest state of the workspace. Raises `StateError`."""
        return Overview(self.store.read(), self.catalog)

    def generate(
        self,
        order: GenerationRequest,
        *,
        begun: Callable[[GenerationStarted], None] = lambda _: None,
        progress: Progress = lambda _: None,
        cancelled: CancelCheck = lambda: False,
    ) -> Result:
        """Draw and save a picture; blocks, so call it in a thread of its own.

        `begun` is told what was decided before anything is drawn, in the calling thread. Raises `Refusal`
        (`Unavailable` where R10 or R13 forbid it), `GeneratorError`, `Cancelled`, `StateError` and `NotSaved`.
        """
        check_prompt(order.prompt)
        decided = self._begin(order)
        begun(decided)
        replaced = self.catalog.models.get(decided.switched_from or "")
        request = Request(
            order.prompt,
            decided.entry.model,
            decided.seed,
            order.reference,
            instead_of=decided.switched_from if replaced is None else replaced.name,
        )
        picture = self.engine.generate(request, progress=progress, cancelled=cancelled)
        facts = self._facts(decided, request, picture)
        if order.save_as is None:
            return Result(decided, save_picture(self.pictures, picture, facts), facts)
        save_picture_as(order.save_as, picture, facts)
        return Result(decided, order.save_as, facts)

    def _facts(self, decided: GenerationStarted, request: Request, picture: Picture) -> PictureFacts:
        facts = facts_of(
            request,
            picture,
            requested=self.catalog.models.get(decided.requested, request.model),
            cost=decided.cost,
            created_at=self._clock(),
            engine=self.engine.label,
            session=decided.session,
        )
        if decided.requested in self.catalog.models or not _ID.fullmatch(decided.requested):
            return facts
        return facts.replace(model_requested=decided.requested)  # it left the catalog (R9)

    def start(self, name: str) -> Sessions:
        """Make a session with the default of the moment (R11). Raises as `generate` does."""
        return self.sessions.update(lambda sessions: sessions.start(name, fallback.default(self.overview()).id))

    def select(self, name: str, model: str) -> Sessions:
        """Give a session a model that its user selected; the session is made if it was not yet."""

        def change(sessions: Sessions) -> Sessions:
            fallback.selectable(model, self.overview())
            known = sessions.find(name)
            return sessions.start(name, model) if known is None else sessions.select(known.name, model)

        return self.sessions.update(change)

    def _begin(self, order: GenerationRequest) -> GenerationStarted:
        """Decide which model draws, and store the session as it is from now on."""
        found: list[GenerationStarted] = []

        def change(sessions: Sessions) -> Sessions:
            decided = self._decide(order, sessions)
            found.append(decided)
            if sessions.find(decided.session) is None:
                return sessions.start(decided.session, decided.entry.id)
            return sessions.select(decided.session, decided.entry.id).enter(decided.session)

        self.sessions.update(change)
        return found[-1]

    def _decide(self, order: GenerationRequest, sessions: Sessions) -> GenerationStarted:
        """Apply R10 to R14 to the newest state."""
        overview = self.overview()
        name = checked_name(order.session) if order.session is not None else sessions.here
        known = sessions.find(name)
        if order.model is not None:
            coming = fallback.Next(fallback.selectable(order.model, overview))
        else:
            coming = fallback.resolve(known.model if known else None, overview)
        model = coming.entry.model
        if order.reference is not None and not model.reference_editing:
            raise TakesNoReference(model)
        return GenerationStarted(
            session=known.name if known else name,
            entry=coming.entry,
            requested=coming.instead_of or model.id,
            switched_from=coming.instead_of,
            cost=cost(self.catalog, model, overview.state.plan),
            seed=fresh_seed() if order.seed is None else order.seed,
        )
