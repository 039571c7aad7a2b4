"""`imgmodels catalog`: the workspace's own records of models, makers, hosts, prices and rates (R16)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from imgmodels_tui.catalog import CatalogError
from imgmodels_tui.catalog.loader import BUNDLED, contents_of, read_toml
from imgmodels_tui.catalog.own import OwnChange, judge, own_tables
from imgmodels_tui.cli.changes import tell_outcome
from imgmodels_tui.cli.context import (
    FILE,
    STREAM,
    How,
    Run,
    as_json,
    changing,
    command,
    print_columns,
    print_json,
    replacement,
    say,
)
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import UnknownRecord
from imgmodels_tui.workspace.queries.messages import workspace_warnings

_STANDARD_INPUT = Path("standard input")
_LARGEST = 16 * 1024 * 1024


@click.group("catalog", invoke_without_command=True)
@click.pass_context
def catalog(context: click.Context) -> None:
    """Show, add, correct and remove the workspace's own records.

    A record is a table of a TOML file: [models.ID], [makers.ID], [hosts.ID], [sources.ID], [exchange.USD], [guide.ID],
    [notes.ID] or [platform]. A table with an id that is bundled names only the keys that it corrects. All who use the
    workspace see the same.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_records)


@command("list")
@as_json
def list_records(run: Run, as_json: bool) -> None:
    """List the workspace's own records."""
    found = own_tables(run.store.contents())
    bundled = own_tables(contents_of(BUNDLED))
    if as_json:
        print_json(
            [
                {"record": name, "file": str(file), "corrects_bundled": name in bundled}
                for name, file in sorted(found.items())
            ]
        )
    elif found:
        rows = [
            (name, "corrects the bundled one" if name in bundled else "own", file.name) for name, file in found.items()
        ]
        print_columns(sorted((harmless(name), how, harmless(file)) for name, how, file in rows))
    else:
        where = str(run.locations.catalog) if run.locations.url is None else run.store.place.full
        say(f"No own records; `imgmodels catalog add FILE` puts them into {harmless(where)}")


@command()
@click.argument("file", type=FILE, metavar="FILE")
@replacement
@changing
@as_json
def add(run: Run, file: Path, replacement: str | None, how: How, as_json: bool) -> None:
    """Add the records of FILE, or - for standard input; one that is there already is replaced."""
    _change(run, OwnChange(added=((_named(file), _content(file)),)), replacement, how, as_json=as_json)


@command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@replacement
@changing
@as_json
def remove(run: Run, ids: tuple[str, ...], replacement: str | None, how: How, as_json: bool) -> None:
    """Remove records: a model by its id, any other by its table, such as hosts.acme.

    A model that leaves the catalog is disabled in the same change; of a bundled one only the correction goes.
    """
    known = own_tables(run.store.contents())
    names = [name if name in known else f"models.{name}" for name in ids]
    unknown = next((name for name, table in zip(ids, names, strict=True) if table not in known), None)
    if unknown is not None:
        raise UnknownRecord(unknown, tuple(table.removeprefix("models.") for table in sorted(known)))
    _change(run, OwnChange(removed=tuple(names)), replacement, how, as_json=as_json)


@command()
@click.argument("file", type=FILE, metavar="FILE")
def check(run: Run, file: Path) -> None:
    """Check the records of FILE, or - for standard input, as `add` would; nothing is changed."""
    name, content = _named(file), _content(file)
    folder, change = run.locations.catalog, OwnChange(added=((name, content),))
    found = judge(folder, [(folder / own.name, text) for own, text in run.store.contents()], change).catalog
    tables = own_tables(change.added)
    click.echo(
        f"{harmless(str(name))}: valid, {len(tables)} records; the catalog would have {len(found.models)} models"
    )


def _named(file: Path) -> Path:
    return _STANDARD_INPUT if file == STREAM else file


def _content(file: Path) -> bytes:
    if file == STREAM:
        return sys.stdin.buffer.read(_LARGEST)
    content = read_toml(file)
    if content is None:
        raise CatalogError(file, None, None, "does not exist")
    return content


def _change(run: Run, change: OwnChange, replacement: str | None, how: How, *, as_json: bool) -> None:
    if run.as_user:
        run.require_admin("Changing the catalog")
    make = run.store.preview_catalog if how.dry_run else run.store.change_catalog
    outcome = make(change, replacement=replacement, reason=how.reason)
    if as_json:
        changed = None if outcome.change is None else outcome.change.to_json(defaults=False)
        print_json({"changed": changed, "dry_run": how.dry_run})
    elif outcome.change is None:
        click.echo("Nothing to change: the catalog has these records already")
    else:
        tell_outcome(run, outcome, how)
    if outcome.change is not None and not how.dry_run:
        for label, warning in workspace_warnings(run.seen(outcome.state)):
            if label == "forbidden":
                say(warning)


for _command in (list_records, add, remove, check):
    catalog.add_command(_command)

COMMANDS = (catalog,)
