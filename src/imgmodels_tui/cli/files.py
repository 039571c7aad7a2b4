"""Commands about files: where they are, whether they are valid, taking the settings to another workspace."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path

import click

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.cli.changes import tell_outcome
from imgmodels_tui.cli.context import (
    FILE,
    STREAM,
    How,
    Run,
    as_json,
    changing,
    command,
    print_change,
    print_columns,
    print_json,
    say,
)
from imgmodels_tui.files import may_exist, replace_file
from imgmodels_tui.generator.engines.hosts.accounts import keys_folder
from imgmodels_tui.generator.sessions.counts import impact_of
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.settings import load
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError
from imgmodels_tui.workspace.file_store.codec import LARGEST_STATE, read_state
from imgmodels_tui.workspace.queries import export, messages
from imgmodels_tui.workspace.rules import AtRevision, Replace
from imgmodels_tui.workspace.state import WorkspaceState

STANDARD_INPUT = Path("standard input")


@command()
@click.argument("path", required=False, type=FILE)
def check(run: Run, path: Path | None) -> None:
    """Validate a state file or a catalog directory.

    Without PATH, validates the ones in use. Nothing is changed.
    """
    if path is None and run.locations.url is not None:
        from imgmodels_tui.cli import server  # noqa: PLC0415 - nothing of it is loaded for a file

        server.check(run.locations)
    elif path is None:
        state = run.store.read()
        _report(run.locations.catalog, f"valid, {len(run.catalog.models)} models with the bundled ones")
        _report(run.file_store.path, f"valid, revision {state.revision}")
        _warn_of_misspelt_keys(run.file_store.path, state)
        load(run.locations.settings)
        if run.locations.settings.exists():
            _report(run.locations.settings, "valid")
    elif path.is_dir():
        catalog = load_catalog(path)
        _report(path, f"valid, {len(catalog.models)} models with the bundled ones")
    elif not path.exists() and not path.is_symlink():
        raise StateError(path, "does not exist")
    else:
        state = read_state(path)
        _report(path, f"valid, revision {state.revision}")
        _warn_of_misspelt_keys(path, state)


def _warn_of_misspelt_keys(path: Path, state: WorkspaceState) -> None:
    """Name keys that no version knows and that look like one that this version does: they are kept, and do nothing."""
    known = [field for field in WorkspaceState.record_fields if field != "extra"]
    for key in state.extra:
        near = get_close_matches(key, known, n=1)
        if near:
            say(f"{harmless(str(path))}: {harmless(key, 40)} is no key and does nothing; did you mean {near[0]}?")


def _report(path: Path, verdict: str) -> None:
    click.echo(f"{harmless(str(path))}: {verdict}")


@click.command()
def schema() -> None:
    """Print the JSON Schema of the state file."""
    from imgmodels_tui.record_schema import json_schema  # noqa: PLC0415 - only this command needs all of it

    described = json_schema(WorkspaceState, "imgmodels workspace")
    print_json({"$schema": "https://json-schema.org/draft/2020-12/schema", **described})


@command("path")
@as_json
def show_path(run: Run, as_json: bool) -> None:
    """Print where everything lives."""
    locations = run.locations
    if locations.url is not None:
        from imgmodels_tui.cli import server  # noqa: PLC0415 - nothing of it is loaded for a file

        found = server.paths(run)
        if as_json:
            print_json({**found, "state_chosen_by": locations.chosen_by})
        else:
            print_columns([(name, harmless(path)) for name, path in found.items()])
        return
    own = user_paths(locations)
    paths = {
        "state": locations.state,
        "backup": locations.backup,
        "history": locations.history,
        "prices": locations.prices,
        "lock": locations.lock,
        "sessions": own.shared_file,
        "own_sessions": own.own_file,
        "images": own.pictures,
        "catalog": locations.catalog,
        "settings": locations.settings,
        "host_keys": keys_folder(locations.settings),
    }
    if as_json:
        print_json({**{name: str(path) for name, path in paths.items()}, "state_chosen_by": locations.chosen_by})
        return
    remarks = {name: "" if path.exists() else " (not there yet)" for name, path in paths.items()}
    remarks["state"] = f" ({locations.chosen_by}){remarks['state']}"
    print_columns([(name, harmless(str(path)) + remarks[name]) for name, path in paths.items()])


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  eval "$(imgmodels completion bash)"       in ~/.bashrc
    zsh:   eval "$(imgmodels completion zsh)"        in ~/.zshrc
    fish:  imgmodels completion fish | source        in ~/.config/fish/config.fish
    """  # noqa: D301 - click's mark of lines that are not wrapped
    from click.shell_completion import get_completion_class  # noqa: PLC0415 - only this command needs it

    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"no completion for {shell}")
    root = context.find_root()
    click.echo(script(root.command, {}, "imgmodels", "_IMGMODELS_COMPLETE").source())


@command("export")
@click.argument("file", required=False, type=FILE, default=STREAM, metavar="[FILE]")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option("--all", "folder", type=FILE, metavar="DIR", help="Write state, history and records as files into DIR.")
def export_settings(run: Run, file: Path, force: bool, folder: Path | None) -> None:
    """Print the settings as JSON, or write them to FILE.

    For admins only. What is exported: image generation, plan, default and enabled models; no history and no names of
    people.
    """
    run.require_admin("Exporting the settings")
    if folder is not None:
        from imgmodels_tui.cli import server  # noqa: PLC0415 - few ask for it

        server.export_all(run, folder)
        return
    content = export.exported(run.store.read(), run.catalog)
    if file == STREAM:
        click.echo(content, nl=False)
        return
    if may_exist(file) and not force:
        raise Refusal(f"{harmless(str(file))} is there already; `--force` overwrites it")
    try:
        replace_file(file, content)
    except OSError as error:
        raise NotSaved.because_of(error, file) from error
    say(f"{harmless(str(file))}: {len(run.overview.enabled)} enabled models and the configuration written")


@command("import")
@click.argument("file", type=FILE, metavar="FILE")
@click.option("-y", "--yes", is_flag=True, help="Apply the difference without asking.")
@changing
def import_settings(run: Run, file: Path, yes: bool, how: How) -> None:
    """Take over the settings of FILE as one change, after showing what will differ.

    FILE is an export, another workspace's state file, or - for standard input. At a terminal asks before anything
    is changed; elsewhere only shows the difference unless --yes is given.
    """
    run.require_admin("Importing settings")
    rule = _settings_of(file)
    before = run.store.read()
    after = rule(before, run.catalog)
    if after is before:
        click.echo("Nothing to change: the workspace has these settings already")
        return
    facts = export.difference(before, after, run.catalog)
    width = max(len(fact.label) for fact in facts)
    for fact in facts:  # on stderr: the result, on stdout, is what was done
        say(f"  {fact.label:<{width}}  {fact.text}")
    judged = run.store.preview(rule, reason=how.reason)
    if how.dry_run:
        tell_outcome(run, judged, how)
        return
    if judged.change and (impact := impact_of(judged.change, run.seen(judged.state), run.count_sessions)):
        say(f"  {'Sessions':<{width}}  {impact}")
    can_ask = file != STREAM and sys.stdin.isatty() and sys.stderr.isatty()
    if not yes and not (can_ask and click.confirm("Apply these changes?", err=True)):
        raise Refusal("Nothing was changed; `--yes` applies the difference above")
    outcome = run.store.update(AtRevision(rule, before.revision), reason=how.reason)
    if outcome.change is not None:
        print_change(messages.describe(outcome.change, run.catalog), outcome.state.revision)


def _settings_of(file: Path) -> Replace:
    """The settings of a file, or of standard input. Raises `StateError`."""
    if file != STREAM:
        return export.read_settings(file)
    content = sys.stdin.buffer.read(LARGEST_STATE + 1)
    if len(content) > LARGEST_STATE:
        raise StateError(STANDARD_INPUT, f"is larger than {LARGEST_STATE // 2**20} MiB")
    if not content.strip():
        raise StateError(STANDARD_INPUT, "is empty", remedy="give it what `imgmodels export` printed")
    return export.parse_settings(STANDARD_INPUT, content)


COMMANDS = (check, schema, show_path, completion, export_settings, import_settings)
