"""`imgmodels export` and `imgmodels import`: the settings as a file, to keep or to take to another workspace."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imgmodels_tui.cli.context import Session, pass_session, say
from imgmodels_tui.files import may_exist, replace_file
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import NotSaved, Refusal
from imgmodels_tui.workspace.queries import export, messages
from imgmodels_tui.workspace.rules import AsSeen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgmodels_tui.workspace.queries.model_facts import Fact

_STREAM = Path("-")


class NotConfirmed(Refusal):
    """A preview was shown and nobody agreed to it."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed; `--yes` applies the difference above")


class AlreadyThere(Refusal):
    """A file would have been overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{harmless(str(path))} is there already; `--force` overwrites it")


@click.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path), default=_STREAM, metavar="[FILE]")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@pass_session
def export_settings(session: Session, file: Path, force: bool) -> None:
    """Print the settings as JSON, or write them to FILE.

    For admins only. What is exported: image generation, plan, default and enabled models; no history and no names of
    people.
    """
    session.require_admin("Exporting the settings")
    content = export.exported(session.store.read(), session.catalog)
    if file == _STREAM:
        click.echo(content, nl=False)
        return
    if may_exist(file) and not force:
        raise AlreadyThere(file)
    try:
        replace_file(Path(os.path.realpath(file)), content)
    except OSError as error:
        raise NotSaved.because_of(error, file) from error
    say(f"{harmless(str(file))}: {len(session.overview.enabled)} enabled models and the configuration written")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("-y", "--yes", is_flag=True, help="Apply the difference without asking.")
@pass_session
def import_settings(session: Session, file: Path, yes: bool) -> None:
    """Take over the settings of FILE as one change, after showing what will differ.

    FILE is an export, another workspace's state file, or - for standard input. At a terminal asks before anything
    is changed; elsewhere only shows the difference unless --yes is given.
    """
    session.require_admin("Importing settings")
    if file == _STREAM:
        rule = export.parse_settings(Path("standard input"), sys.stdin.buffer.read())
    else:
        rule = export.read_settings(file)
    before = session.store.read()
    after = rule(before, session.catalog)
    if after is before:
        click.echo("Nothing to do: the workspace has these settings already")
        return
    _preview(export.difference(before, after, session.catalog))
    if not yes and not _confirmed(from_stream=file == _STREAM):
        raise NotConfirmed
    outcome = session.store.update(AsSeen(rule, before.revision))
    if outcome.change is not None:
        click.echo(f"{messages.describe(outcome.change, session.catalog)} (revision {outcome.state.revision})")


def _preview(facts: Sequence[Fact]) -> None:
    """Show the difference on stderr: the result, on stdout, is what was done."""
    width = max(len(fact.label) for fact in facts)
    for fact in facts:
        say(f"  {fact.label:<{width}}  {fact.text}")


def _confirmed(*, from_stream: bool) -> bool:
    """Ask somebody who sits at a terminal; nobody else agrees to anything."""
    if from_stream or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return click.confirm("Apply these changes?", err=True)


COMMANDS = (export_settings, import_settings)
