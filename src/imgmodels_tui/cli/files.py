"""Commands about the files themselves: validate them, describe them, say where they are."""

from __future__ import annotations

from pathlib import Path

import click

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.cli.context import Session, as_json, pass_session, print_facts, print_json
from imgmodels_tui.generator.sessions.paths import places_for
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.codec import read_state
from imgmodels_tui.workspace.state import WorkspaceState


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, readable=False))
@pass_session
def check(session: Session, path: Path | None) -> None:
    """Validate a state file or a catalog directory.

    Without PATH, validates the ones in use. Nothing is changed.
    """
    if path is None:
        _report(Path("catalog"), f"{len(session.catalog.models)} models")
        state = session.store.read()
        _report(session.store.path, f"valid, revision {state.revision}")
    elif path.is_dir():
        catalog = load_catalog((path,))
        _report(path, f"valid, {len(catalog.models)} models with the bundled ones")
    elif not path.exists() and not path.is_symlink():
        raise StateError(path, "does not exist")
    else:
        _report(path, f"valid, revision {read_state(path).revision}")


def _report(path: Path, verdict: str) -> None:
    click.echo(f"{harmless(str(path))}: {verdict}")


@click.command()
def schema() -> None:
    """Print the JSON Schema of the state file."""
    from imgmodels_tui.record_schema import json_schema  # noqa: PLC0415 - only this command needs all of it

    print_json(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **json_schema(WorkspaceState, "imgmodels workspace"),
        }
    )


@click.command("path")
@as_json
@pass_session
def show_path(session: Session, as_json: bool) -> None:
    """Print where everything lives."""
    locations = session.locations
    places = places_for(locations)
    paths = {
        "state": locations.state,
        "backup": locations.backup,
        "history": locations.history,
        "prices": locations.prices,
        "lock": locations.lock,
        "sessions": places.shared_file,
        "own_sessions": places.own_file,
        "images": places.pictures,
        "catalog": locations.overrides,
        "settings": locations.settings,
    }
    if as_json:
        print_json({**{name: str(path) for name, path in paths.items()}, "state_chosen_by": locations.chosen_by})
        return
    remarks = {"state": f" ({locations.chosen_by})"}
    print_facts(
        [
            (name, harmless(str(path)) + remarks.get(name, "") + ("" if path.exists() else " (not there yet)"))
            for name, path in paths.items()
        ]
    )


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    r"""Print the completion script for a shell.

    \b
    bash:  eval "$(imgmodels completion bash)"       in ~/.bashrc
    zsh:   eval "$(imgmodels completion zsh)"        in ~/.zshrc
    fish:  imgmodels completion fish | source        in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415 - only this command needs it

    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"no completion for {shell}")
    root = context.find_root()
    click.echo(script(root.command, {}, "imgmodels", "_IMGMODELS_COMPLETE").source())


COMMANDS = (check, schema, show_path, completion)
