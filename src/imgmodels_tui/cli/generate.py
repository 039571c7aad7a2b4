"""The image generator on the command line, with the sessions and the fallback of its page; and the demonstration."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from imgmodels_tui.catalog import prices
from imgmodels_tui.cli.context import (
    FILE,
    MODEL,
    STREAM,
    Run,
    as_json,
    command,
    has_terminal,
    print_columns,
    print_json,
    say,
)
from imgmodels_tui.files import UnusableFile
from imgmodels_tui.generator import Cancelled, PromptError, fallback
from imgmodels_tui.generator.billing import Cost, cost
from imgmodels_tui.generator.engines.hosts.accounts import HostAccounts
from imgmodels_tui.generator.engines.hosts.engine import HostEngine
from imgmodels_tui.generator.engines.interface import PROMPT_LIMIT, SEED_LIMIT, Progress
from imgmodels_tui.generator.images.gallery import load_reference, read_picture
from imgmodels_tui.generator.service import GenerationRequest, GenerationStarted, GeneratorService, Result
from imgmodels_tui.generator.sessions.opening import open_sessions
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.settings import EngineMode, load
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.file_store.locations import locate


def _session_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of this user's sessions that begin so, for a shell."""
    try:
        run = Run(locate(context.find_root().params.get("state")))
        try:
            names = [each.name for each in open_sessions(run.store, user_paths(run.locations)).read().sessions]
        finally:
            run.close()
    except UnusableFile:
        return []
    return [name for name in names if name.startswith(incomplete)]


@command()
@click.argument("prompt")
@click.option(
    "--session",
    "name",
    metavar="NAME",
    shell_complete=_session_names,
    help="The session; made if you have none of that name.",
)
@click.option("--model", type=MODEL, metavar="MODEL", help="The model this session uses from now on.")
@click.option(
    "--reference",
    "references",
    type=FILE,
    multiple=True,
    help="An image to start from, for models with reference editing; can be repeated.",
)
@click.option("-o", "--output", type=FILE, help="Where the image goes; - is standard output.")
@click.option("--seed", type=click.IntRange(0, SEED_LIMIT - 1), metavar="N", help="Draw the same image again.")
@click.option("--placeholder", is_flag=True, help="Draw a placeholder, whatever keys there are.")
@as_json
def generate(
    run: Run,
    prompt: str,
    name: str | None,
    model: str | None,
    references: tuple[Path, ...],
    output: Path | None,
    seed: int | None,
    placeholder: bool,
    as_json: bool,
) -> None:
    """Generate an image from PROMPT and print where it is; `-` reads the prompt from standard input.

    Without --session, in the session you were in last. If an admin disabled the session's model, the session
    switches to the default first and says so. The model's host draws where there is a key for it (`imgmodels hosts`),
    and may bill for it; else a placeholder is drawn on this machine.
    """
    to_stdout = output == STREAM
    if to_stdout and (as_json or sys.stdout.isatty()):
        raise click.UsageError("an image on standard output needs a program that reads it, and leaves no room for JSON")
    if prompt == str(STREAM):
        prompt = _read_prompt()
    settings = load(run.locations.settings)
    asks_hosts = settings.engine is EngineMode.AUTO and not placeholder
    engine = HostEngine(HostAccounts(run.locations.settings, settings.hosts), asks_hosts=lambda: asks_hosts)
    service = GeneratorService(run.store, open_sessions(run.store, user_paths(run.locations)), engine)
    overview = run.seen(run.store.read())

    def on_start(started: GenerationStarted) -> None:
        notice = fallback.notice_after(started.switched_from, started.entry, overview, f"session {started.session}")
        for said in (notice, fallback.retired_notice(started.entry)):
            if said is not None:
                say(said)

    fallback.default(overview)  # that the generator is closed is said before a file is read
    wanted = GenerationRequest(
        prompt,
        session=name,
        model=model,
        references=tuple(map(load_reference, references)),
        seed=seed,
        save_as=None if output is None or to_stdout else output.absolute(),
    )
    with _cancelling() as stop, _progress() as progress:
        try:
            result = service.generate(wanted, on_start=on_start, progress=progress, cancelled=stop.is_set)
        except Cancelled:
            progress(1.0)
            say("Cancelled; no image was made")
            raise click.Abort from None
    if to_stdout:
        sys.stdout.buffer.write(read_picture(result.path).data)
        sys.stdout.buffer.flush()
    else:
        _print(result, engine.describe(result.started.entry), as_json=as_json)


def _read_prompt() -> str:
    """The prompt from standard input, where no list of processes shows it."""
    content = sys.stdin.buffer.read(4 * PROMPT_LIMIT + 4)  # what is longer is refused all the same
    try:
        return content.decode().removesuffix("\n")
    except UnicodeDecodeError as error:
        raise PromptError(f"The prompt is not UTF-8 (byte {error.start})") from error


def _print(result: Result, drawn_by: str, *, as_json: bool) -> None:
    started = result.started
    if not as_json:
        facts = result.facts
        seed = "no seed" if facts.seed is None else f"seed {facts.seed}"
        reported = f"; the host reports {facts.reported.text}" if facts.reported and facts.reported.text else ""
        say(f"{started.summary}, session {started.session}; {drawn_by}, {seed}{reported}")
        click.echo(harmless(str(result.path), limit=4096))
        return
    print_json(
        {
            "session": started.session,
            "model": started.entry.id,
            "requested_model": started.requested,
            "switched_from": started.switched_from,
            "path": str(result.path),
            **_cost_as_json(started.cost),
            "seed": result.facts.seed,
            "engine": result.facts.engine,
            "reported": result.facts.reported and result.facts.reported.to_json(),
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
    """Show how far the drawing is, or how long it takes, on a terminal and nowhere else; erase it in the end."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    began = time.monotonic()

    def show(done: float | None) -> None:
        far = f"{time.monotonic() - began:.0f} s" if done is None else f"{done:4.0%}"
        click.echo(f"\rDrawing {far}, ctrl+c cancels", file=sys.stderr, nl=False)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", file=sys.stderr, nl=False)


@command()
@as_json
def sessions(run: Run, as_json: bool) -> None:
    """List your sessions and what each draws with next."""
    overview = run.seen(run.store.read())
    stored = open_sessions(run.store, user_paths(run.locations)).read()
    closed = fallback.closed(overview)
    rows = [(known, None if closed else fallback.resolve(known.model, overview)) for known in stored.sessions]
    if as_json:
        print_json(
            [
                {
                    "session": known.name,
                    "current": known.name == stored.current_name,
                    "model": known.model,
                    "next_model": next_model.entry.id if next_model else None,
                    **_cost_as_json(cost(next_model.entry) if next_model else None),
                }
                for known, next_model in rows
            ]
        )
        return
    if closed is not None:
        say(str(fallback.Unavailable(closed)))
    if not rows:
        say("No sessions yet; the first image makes one")
        return
    lines = [("", "SESSION", "MODEL", "NEXT IMAGE")]
    for known, next_model in rows:
        mark, model = "*" if known.name == stored.current_name else "", harmless(overview.name(known.model), 80)
        lines.append((mark, known.name, model, _next_image(next_model)))
    print_columns(lines)


def _next_image(next_model: fallback.NextModel | None) -> str:
    if next_model is None:
        return "nothing can be generated"
    switch = f"{next_model.entry.model.name} instead, " if next_model.instead_of else ""
    return switch + cost(next_model.entry).text


def _cost_as_json(cost: Cost | None) -> dict[str, str | None]:
    return {
        "cost_eur": None if cost is None or cost.euros is None else prices.exact(cost.euros),
        "billing": None if cost is None else cost.billing.value,
    }


@click.command()
@click.pass_context
def demo(context: click.Context) -> None:
    """Demonstrate what a change means to users.

    Settings on one side, the sessions of invented users on the other, and a short script: n goes on, p back. All of
    it is in a temporary folder that is removed at the end; no real workspace, session or preference is touched.
    """
    if not has_terminal():
        raise click.UsageError("the demonstration needs a terminal")
    from imgmodels_tui.demo.app import open_demo  # noqa: PLC0415 - Textual takes most of the start-up time

    open_demo(mouse=not context.find_root().params["no_mouse"])


COMMANDS = (generate, sessions, demo)
