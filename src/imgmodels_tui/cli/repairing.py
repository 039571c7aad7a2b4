"""Commands for the day on which something is broken: bring the last good state back, look the surroundings over."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imgmodels_tui.cli.context import Session, as_json, pass_session, print_facts, print_json
from imgmodels_tui.files import Unreadable, read_file
from imgmodels_tui.settings import Pictures, SettingsError, load
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace import doctor
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError
from imgmodels_tui.workspace.file_store.codec import LARGEST_STATE, encode
from imgmodels_tui.workspace.file_store.recoverable import recoverable_states, state_file_error
from imgmodels_tui.workspace.file_store.recovery import recover as recover_state
from imgmodels_tui.workspace.queries import messages

if TYPE_CHECKING:
    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.file_store.recoverable import RecoverableState

_MOST_LINES = 60


class Declined(Refusal):
    """Whoever was asked did not want the last good state back."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed")


@click.command()
@click.option("--yes", is_flag=True, help="Do it without asking.")
@pass_session
def recover(session: Session, yes: bool) -> None:
    """Bring the last good state back when the state file is broken or gone.

    It is taken from the backup of the state before the last change and from the history. Shows what differs and asks;
    the broken file stays beside the new one.
    """
    store = session.store
    read_only_reason = store.read_only_reason()
    if read_only_reason:
        raise NotSaved(store.path, read_only_reason, permission=True)
    read_error = state_file_error(session.locations)
    if read_error is None:
        click.echo(f"Nothing to do: {harmless(str(store.path))} is good, revision {store.read().revision}")
        return
    found = recoverable_states(session.locations)
    if not found:
        problem = f"{read_error.problem}; there is no backup and no complete history to recover it from"
        raise StateError(read_error.path, problem, read_error.key, remedy=read_error.remedy)
    _show(found[0], read_error, session.catalog)
    if not yes:
        _ask()
    recovered = recover_state(store, found[0])
    kept = f"; the broken file is kept as {harmless(str(recovered.broken_file))}" if recovered.broken_file else ""
    click.echo(f"The last good state is back as revision {recovered.state.revision}{kept}")


def _ask() -> None:
    if not os.isatty(0):
        raise click.UsageError("there is nobody to ask; --yes brings this state back")
    if not click.confirm("Bring this state back?", err=True):
        raise Declined


def _show(offer: RecoverableState, read_error: StateError, catalog: Catalog) -> None:
    state = offer.state
    default = "none" if state.default_model is None else messages.name(state.default_model, catalog)
    enabled = harmless(", ".join(messages.name(model, catalog) for model in sorted(state.enabled_models)))
    print_facts(
        [
            ("Broken", str(read_error)),
            ("Last good", f"revision {state.revision}, from {offer.source}"),
            ("Default", default),
            ("Enabled", enabled or "none"),
            ("Image generation", "on" if state.image_generation else "off"),
            ("Plan", state.plan.value.replace("_", "-")),
        ]
    )
    if offer.missing_changes:
        changes = f"{offer.missing_changes} later change{'' if offer.missing_changes == 1 else 's'}"
        click.echo(f"The history names {changes} that cannot be repeated on it: `imgmodels history` shows them")
    click.echo()
    for line in _difference(read_error.path, encode(state)):
        click.echo(line)


def _difference(path: Path, good: bytes) -> list[str]:
    """What differs between the broken file and the good state, as far as it is text, and not for ever."""
    try:
        broken = (read_file(path, LARGEST_STATE) or b"").decode()
    except (Unreadable, UnicodeDecodeError):
        return ["The broken file is no text that could be compared."]
    lines = [
        harmless(line, 200)
        for line in difflib.unified_diff(
            broken[: 64 * 1024].splitlines(), good.decode().splitlines(), "broken", "last good", lineterm="", n=1
        )
    ]
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else [*lines[:_MOST_LINES], f"… and {more} lines more"]


@click.command("doctor")
@as_json
@pass_session
def examine(session: Session, as_json: bool) -> None:
    """Look everything over that can be wrong: versions, terminal, files, workspace.

    Lines marked with ! keep the program from doing all it can. Safe to put into a bug report: nothing of what the
    files hold is printed, and your home folder is written as ~.
    """
    findings = doctor.examine(session.locations, _home(), pictures=_pictures(session.locations.settings))
    if as_json:
        print_json(doctor.by_topic(findings))
        return
    topic = "versions"  # which needs no heading: with one more line the screen of a small terminal would not hold all
    for finding in findings:
        if finding.topic != topic:
            click.echo(finding.topic.capitalize())
            topic = finding.topic
        click.echo(f"{' ' if finding.well else '!'} {finding.label:<15}{finding.brief or finding.text}")


def _pictures(settings: Path) -> str:
    """By which means the page would show an image here, and why. Asks the terminal, which takes a moment."""
    from imgmodels_tui.terminal import asking, capabilities  # noqa: PLC0415 - only this command asks

    try:
        wanted = load(settings).pictures
    except SettingsError:
        wanted = Pictures.AUTO
    told = asking.ask(os.environ)
    known = capabilities.measured(told or capabilities.Capabilities())
    means = capabilities.choose(
        None if wanted is Pictures.AUTO else capabilities.GraphicsProtocol(wanted), known, os.environ
    )
    said = "the terminal was not asked" if told is None else "the terminal did not answer"
    if known.answered:
        said = f"kitty {_yes(known.kitty)}, sixel {_yes(known.sixel)}"
        said += f", a cell is {known.cell[0]}x{known.cell[1]}" if known.cell else ""
    return f"{means}, preferred {wanted}; {said}"


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _home() -> Path:
    """The home folder of this user; the root where they have none, which shortens nothing."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


COMMANDS = (recover, examine)
