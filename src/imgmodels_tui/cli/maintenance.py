"""Commands for whoever looks after a workspace: set it up for a machine, recover its state, examine everything."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import click

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.cli.context import FILE, Run, as_json, command, print_columns, print_json, say
from imgmodels_tui.files import Unreadable, read_file
from imgmodels_tui.generator.sessions.counts import SessionCounts, count_sessions
from imgmodels_tui.text import counted, harmless
from imgmodels_tui.workspace.errors import NotSaved, Refusal, StateError
from imgmodels_tui.workspace.file_store.codec import LARGEST_STATE, encode
from imgmodels_tui.workspace.file_store.locations import machine_state
from imgmodels_tui.workspace.file_store.recoverable import RecoverableState
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.queries import messages

_MOST_LINES = 60


@command()
@click.option(
    "--shared",
    "folder",
    type=FILE,
    metavar="DIR",
    help=f"The workspace's folder; {machine_state().parent} is found without --state.",
)
@click.option("--group", metavar="GROUP", help="The group whose members are the admins.")
@click.option("--server", metavar="URL", help="Make it on a server for many machines: postgresql://host/database#team.")
@click.option("--from", "source", type=FILE, metavar="FILE", help="Move this workspace to the server.")
@click.option("--print", "only_print", is_flag=True, help="Print the SQL for a database administrator; change nothing.")
@click.option("--upgrade", is_flag=True, help="Bring the layout on the server to this program's version.")
def init(
    run: Run,
    folder: Path | None,
    group: str | None,
    server: str | None,
    source: Path | None,
    only_print: bool,
    upgrade: bool,
) -> None:
    """Prepare a workspace for everybody on this machine, or on a server for many machines.

    Members of GROUP administer it; everybody else can generate images with what they enable. A workspace that is
    there already is kept; only its modes are set. Run it as root, or as a member of GROUP who may write there.
    """
    from imgmodels_tui.workspace.file_store import sharing  # noqa: PLC0415 - only this command needs it

    if run.as_user:
        run.require_admin("Preparing a workspace")
    if server is not None:
        if folder is not None or group is not None:
            raise click.UsageError("--server and --shared exclude each other")
        from imgmodels_tui.cli import server as servers  # noqa: PLC0415 - nothing of it is loaded for a file

        servers.init(run, server, source, only_print=only_print, upgrade=upgrade)
        return
    if source is not None or only_print or upgrade:
        raise click.UsageError("--from, --print and --upgrade go with --server URL")
    if folder is None or group is None:
        missing = "--shared" if folder is None else "--group"
        raise click.UsageError(f"Missing option '{missing}'")
    locations = run.locations.replace(state=folder.absolute() / "workspace.json")
    steps = sharing.prepare(locations, FileStore(locations, run.catalog).create_if_missing, sharing.group_id(group))
    print_columns([(f"{step.mode:04o} {group}", harmless(str(step.path))) for step in steps])
    closed = sharing.closed_parent(locations.state.parent)
    if closed is not None:
        say(f"Users cannot reach it: {closed} is closed to others; `sudo chmod o+x {closed}` lets them pass")
    name = harmless(str(locations.state))
    say(f"Next: add each admin to the group: sudo usermod -aG {group} NAME; it counts from their next login")
    if locations.state != machine_state():
        say(f"Tell the program where it is, for everybody: export IMGMODELS_STATE={name} in /etc/profile.d/")
    say(f"Then enable a first model: imgmodels --state {name} enable flux-2-pro")


@command()
@click.option("--yes", is_flag=True, help="Do it without asking.")
def recover(run: Run, yes: bool) -> None:
    """Bring the last good state back when the state file is broken or gone.

    It is taken from the backup of the state before the last change and from the history. Shows what differs and asks;
    the broken file stays beside the new one.
    """
    from imgmodels_tui.workspace.file_store import recoverable, recovery  # noqa: PLC0415 - only this command needs it

    if run.locations.url is not None:
        revision = run.store.read().revision
        click.echo(f"Nothing to do: {run.store.place.full} keeps its own log; the workspace is at revision {revision}")
        return
    store = run.file_store
    read_only_reason = store.read_only_reason()
    if read_only_reason:
        raise NotSaved(store.path, read_only_reason, permission=True)
    error = recoverable.state_file_error(run.locations)
    if error is None:
        click.echo(f"Nothing to do: {harmless(str(store.path))} is good, revision {store.read().revision}")
        return
    found = recoverable.recoverable_states(run.locations)
    if not found:
        problem = f"{error.problem}; there is no backup and no complete history to recover it from"
        raise StateError(error.path, problem, error.key, remedy=error.remedy)
    _print_recoverable(found[0], error, run.catalog)
    if not yes and not os.isatty(0):
        raise click.UsageError("there is nobody to ask; --yes brings this state back")
    if not yes and not click.confirm("Bring this state back?", err=True):
        raise Refusal("Nothing was changed")
    recovered = recovery.recover(store, found[0])
    kept = recovered.broken_file and f"; the broken file is kept as {harmless(str(recovered.broken_file))}"
    click.echo(f"The last good state is back as revision {recovered.state.revision}{kept or ''}")


def _print_recoverable(found: RecoverableState, error: StateError, catalog: Catalog) -> None:
    state, missing = found.state, found.missing_changes
    enabled = harmless(", ".join(messages.name(model, catalog) for model in sorted(state.enabled_models)))
    print_columns(
        [
            ("Broken", str(error)),
            ("Last good", f"revision {state.revision}, from {found.source}"),
            ("Default", "none" if state.default_model is None else messages.name(state.default_model, catalog)),
            ("Enabled", enabled or "none"),
            ("Image generation", "on" if state.image_generation else "off"),
            ("Plan", state.plan.label),
        ]
    )
    if missing:
        changes = counted(missing, "later change")
        click.echo(f"The history names {changes} that cannot be repeated on it: `imgmodels history` shows them")
    click.echo("\n" + "\n".join(_difference(error.path, encode(state))))


def _difference(path: Path, good: bytes) -> list[str]:
    """The first lines of what differs between the broken file and the good state, as far as it is text."""
    try:
        broken = (read_file(path, LARGEST_STATE) or b"").decode()
    except (Unreadable, UnicodeDecodeError):
        return ["The broken file is no text that could be compared."]
    before, after = broken[: 64 * 1024].splitlines(), good.decode().splitlines()
    lines = [
        harmless(line, 200) for line in difflib.unified_diff(before, after, "broken", "last good", n=1, lineterm="")
    ]
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else [*lines[:_MOST_LINES], f"… and {more} lines more"]


@command("doctor")
@as_json
def examine(run: Run, as_json: bool) -> None:
    """Look everything over that can be wrong: versions, terminal, files, workspace.

    Lines marked with ! keep the program from doing all it can. Safe to put into a bug report: nothing of what the
    files hold is printed, and your home folder is written as ~.
    """
    from imgmodels_tui.workspace.file_store import doctor  # noqa: PLC0415 - only this command needs it

    try:
        home = Path.home()
    except RuntimeError:
        home = Path("/")  # which shortens no path
    pictures, problem = _graphics(run.locations.settings)
    findings: tuple[doctor.Finding, ...]
    if run.locations.url is not None:
        from imgmodels_tui.cli import server  # noqa: PLC0415 - nothing of it is loaded for a file

        findings = (*doctor.versions(), *doctor.terminal(os.environ, pictures), *server.findings(run.locations))
    else:
        counts = count_sessions(run.locations.sessions) if run.is_admin else SessionCounts()
        ignored = counts.summary if counts.warnings else ""
        findings = doctor.examine(
            run.locations, home, pictures=pictures, settings_problem=problem, ignored_sessions=ignored
        )
    if as_json:
        print_json(doctor.by_topic(findings))
        return
    topic = "versions"  # which needs no heading: with one more line the screen of a small terminal would not hold all
    for finding in findings:
        if finding.topic != topic:
            click.echo(finding.topic.capitalize())
            topic = finding.topic
        click.echo(f"{' ' if finding.well else '!'} {finding.label:<15}{finding.brief or finding.text}")


def _graphics(settings: Path) -> tuple[str, str]:
    """How the page would show an image here, and why; and what is wrong with the settings. Asks the terminal."""
    from imgmodels_tui.settings import Pictures, SettingsError, load  # noqa: PLC0415 - only this command needs it
    from imgmodels_tui.terminal import capabilities  # noqa: PLC0415 - likewise

    problem = ""
    try:
        wanted = load(settings).pictures
    except SettingsError as error:
        wanted, problem = Pictures.AUTO, str(error)
    answered = capabilities.query_terminal(os.environ)
    known = capabilities.with_system_cell_size(answered or capabilities.Capabilities())
    protocol = None if wanted is Pictures.AUTO else capabilities.GraphicsProtocol(wanted)
    chosen = capabilities.choose_protocol(protocol, known, os.environ)
    if known.answered:
        kitty, sixel = ("yes" if able else "no" for able in (known.kitty, known.sixel))
        cell = f", a cell is {known.cell_size[0]}x{known.cell_size[1]}" if known.cell_size else ""
        return f"{chosen}, preferred {wanted}; kitty {kitty}, sixel {sixel}{cell}", problem
    reason = "the terminal was not asked" if answered is None else "the terminal did not answer"
    return f"{chosen}, preferred {wanted}; {reason}", problem


@click.command()
@as_json
def bindings(as_json: bool) -> None:
    """List every action of the pages with its id and its keys, as `[keys]` in settings.toml changes them."""
    import imgmodels_tui.app  # noqa: PLC0415, F401 - its bindings are among them
    from imgmodels_tui.screens.keys import all_bindings  # noqa: PLC0415 - it loads every page

    found = [(name, each.key, each.tooltip or each.description) for name, each in all_bindings().items()]
    if as_json:
        print_json([{"id": name, "keys": keys.split(","), "does": does} for name, keys, does in found])
    else:
        print_columns([("ACTION", "KEYS", "DOES"), *found])


COMMANDS = (init, recover, examine, bindings)
