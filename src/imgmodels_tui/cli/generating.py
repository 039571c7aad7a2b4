"""The image generator on the command line: the same sessions, the same fallback, the same pictures as its page."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imgmodels_tui.catalog import prices
from imgmodels_tui.cli.context import MODEL, Session, as_json, pass_session, print_json, print_table, say
from imgmodels_tui.generator import fallback, messages
from imgmodels_tui.generator.billing import Cost, cost
from imgmodels_tui.generator.engines.interface import SEED_LIMIT
from imgmodels_tui.generator.errors import Cancelled
from imgmodels_tui.generator.images.references import load_reference
from imgmodels_tui.generator.service import GenerationRequest, service_for
from imgmodels_tui.generator.sessions.paths import places_for
from imgmodels_tui.generator.sessions.store import SessionStore
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.overview import Overview

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgmodels_tui.generator.engines.interface import Progress
    from imgmodels_tui.generator.service import GenerationStarted, Result


@click.command()
@click.argument("prompt")
@click.option("--session", "name", metavar="NAME", help="The session; made if you have none of that name.")
@click.option("--model", type=MODEL, metavar="MODEL", help="The model this session uses from now on.")
@click.option(
    "--reference",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="An image to start from, for models with reference editing.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Where the image goes; without it, among your pictures.",
)
@click.option("--seed", type=click.IntRange(0, SEED_LIMIT - 1), metavar="N", help="Draw the same image again.")
@as_json
@pass_session
def generate(
    session: Session,
    prompt: str,
    name: str | None,
    model: str | None,
    reference: Path | None,
    output: Path | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Generate an image from PROMPT and print where it is.

    Without --session, in the session you were in last. If an admin disabled the session's model, the session
    switches to the default first and says so. Each image is a placeholder drawn on this machine: no host is asked and
    nothing is billed.
    """
    service = service_for(session.store)
    overview = Overview(session.store.read(), session.catalog)

    def begun(decided: GenerationStarted) -> None:
        notice = messages.after(decided, overview, f"session {decided.session}")
        if notice is not None:
            say(notice)

    fallback.default(overview)  # a closed generator is said before a file is looked at
    order = GenerationRequest(
        prompt,
        session=name,
        model=model,
        reference=None if reference is None else load_reference(reference),
        seed=seed,
        save_as=None if output is None else output.absolute(),
    )
    with _cancelling() as stop, _progress() as progress:
        try:
            result = service.generate(order, begun=begun, progress=progress, cancelled=stop.is_set)
        except Cancelled:
            progress(1.0)
            say("Cancelled; no image was made")
            raise click.Abort from None
    _print(result, as_json=as_json)


def _print(result: Result, *, as_json: bool) -> None:
    begun = result.begun
    if not as_json:
        say(f"{messages.done(begun)}, session {begun.session}; {result.facts.engine}, seed {begun.seed}")
        click.echo(harmless(str(result.path), limit=4096))
        return
    print_json(
        {
            "session": begun.session,
            "model": begun.entry.id,
            "requested_model": begun.requested,
            "switched_from": begun.switched_from,
            "path": str(result.path),
            "cost_eur": None if begun.cost.euros is None else prices.exact(begun.cost.euros),
            "billing": begun.cost.billing.value,
            "seed": begun.seed,
            "engine": result.facts.engine,
        }
    )


@contextmanager
def _cancelling() -> Iterator[threading.Event]:
    """Let ctrl+c ask the engine to stop, so that nothing is left half written."""
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show how far the drawing is, on a terminal and nowhere else, and wipe it off in the end."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    try:
        yield lambda done: click.echo(f"\rDrawing {done:4.0%}", file=sys.stderr, nl=False)
    finally:
        click.echo("\r\x1b[K", file=sys.stderr, nl=False)


@click.command()
@as_json
@pass_session
def sessions(session: Session, as_json: bool) -> None:
    """List your sessions and what each draws with next."""
    overview = Overview(session.store.read(), session.catalog)
    stored = SessionStore(places_for(session.locations)).read()
    rows = [(known, _next_of(known.model, overview)) for known in stored.sessions]
    if as_json:
        print_json(
            [
                {
                    "session": known.name,
                    "current": known.name == stored.here,
                    "model": known.model,
                    "next_model": coming.entry.id if coming else None,
                    "cost_eur": _euros(coming),
                    "billing": None if coming is None else _cost(overview, coming).billing.value,
                }
                for known, coming in rows
            ]
        )
        return
    why = fallback.closed(overview)
    if why is not None:
        say(str(fallback.Unavailable(why)))
    if not rows:
        say("No sessions yet; the first image makes one")
        return
    print_table(
        ("", "SESSION", "MODEL", "NEXT IMAGE"),
        [
            (
                "*" if known.name == stored.here else "",
                known.name,
                harmless(overview.name(known.model), 80),
                "nothing can be generated" if coming is None else _said(overview, coming),
            )
            for known, coming in rows
        ],
    )


def _next_of(model: str, overview: Overview) -> fallback.Next | None:
    return None if fallback.closed(overview) else fallback.resolve(model, overview)


def _said(overview: Overview, coming: fallback.Next) -> str:
    switching = f"{coming.entry.model.name} instead, " if coming.instead_of else ""
    return switching + messages.price(_cost(overview, coming))


def _cost(overview: Overview, coming: fallback.Next) -> Cost:
    return cost(overview.catalog, coming.entry.model, overview.state.plan)


def _euros(coming: fallback.Next | None) -> str | None:
    return None if coming is None or coming.entry.price is None else prices.exact(coming.entry.price)


COMMANDS = (generate, sessions)
