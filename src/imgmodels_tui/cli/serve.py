"""The HTTP API on the command line: the server, the keys of programs, and what they drew."""

from __future__ import annotations

import csv
import os
import sys
from datetime import UTC, datetime

import click

from imgmodels_tui.api import usage as uses
from imgmodels_tui.api.keys import ApiKey
from imgmodels_tui.api.server_keys import open_keys
from imgmodels_tui.catalog import prices
from imgmodels_tui.cli.context import Run, as_json, command, no_formula, print_columns, print_json, say
from imgmodels_tui.generator.engines.hosts.accounts import HostAccounts
from imgmodels_tui.generator.engines.hosts.engine import HostEngine
from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.settings import EngineMode, load
from imgmodels_tui.text import counted, harmless
from imgmodels_tui.workspace.errors import NotPermitted
from imgmodels_tui.workspace.file_store.state_file import utc_now

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_DAY = click.DateTime(["%Y-%m-%d"])


@command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="On which port; 0 takes a free one."
)
@click.option("--placeholder", is_flag=True, help="Draw placeholders where there is no key for a model's host.")
@click.option(
    "--allow-remote", is_flag=True, help="Allow an address that other machines reach; put TLS in front of it."
)
def serve(run: Run, host: str, port: int, placeholder: bool, allow_remote: bool) -> None:
    """Let other programs draw, by OpenAI's images API, with the models that are enabled.

    Programs need a key from `imgmodels keys add`, and the base URL that is printed here. A change of the settings holds
    for them at once. Ctrl+c, or SIGTERM, ends the server.
    """
    if host not in _LOOPBACK and not allow_remote:
        raise click.UsageError(
            f"{host} can be reached by other machines: keys and images would travel unencrypted. Listen on 127.0.0.1 "
            "behind a server with TLS, or say --allow-remote"
        )
    try:
        from imgmodels_tui.api import server  # noqa: PLC0415 - nothing else loads it
    except ImportError as error:
        raise click.UsageError("the server is an extra: pip install 'imgmodels[serve]'") from error
    run.store.read()  # a broken workspace is said before anything listens
    keys = open_keys(run.store, run.locations)
    if keys.path.exists() and not os.access(keys.path, os.R_OK):
        raise NotPermitted("Serving with keys that are another's", str(keys.path))
    known = keys.read().keys
    settings = load(run.locations.settings)
    hosts = HostAccounts(run.locations.settings, settings.hosts)
    asks_hosts = not placeholder or settings.engine is EngineMode.AUTO
    engine = HostEngine(hosts, placeholders=placeholder, asks_hosts=lambda: asks_hosts)
    with server.listen(host, port) as listening:
        address = f"[{host}]" if ":" in host else host
        port = listening.getsockname()[1]
        say(f"Listening on http://{address}:{port}/v1 with {counted(len(known), 'key')}; ctrl+c ends")
        if not known:
            say("There is no key yet: `imgmodels keys add NAME` makes one, also while this runs")
        paths = user_paths(run.locations)
        server.serve(run.store, keys, paths, run.locations.usage, listening, engine=engine, say=say)


@click.group()
def keys() -> None:
    """Make, list and revoke the keys with which programs draw through the HTTP API."""


@keys.command("add")
@click.argument("name")
@click.option("--front-end", is_flag=True, help="It may speak for its users, whom a header names.")
@as_json
@click.make_pass_decorator(Run)
def add_key(run: Run, name: str, front_end: bool, as_json: bool) -> None:
    """Make a key for a user or a program called NAME, and show it once."""
    run.require_admin("Making a key")
    store = open_keys(run.store, run.locations)
    key, secret = store.add(name, by=run.store.user, at=utc_now(), front_end=front_end)
    if as_json:
        print_json({**_as_json(key), "key": secret})
    else:
        say(f"The key of {key.name}; it is shown this once:")
        click.echo(secret)


@keys.command("list")
@as_json
@click.make_pass_decorator(Run)
def list_keys(run: Run, as_json: bool) -> None:
    """List the keys, without the keys themselves."""
    run.require_admin("The list of keys")
    known = open_keys(run.store, run.locations).read().keys
    if as_json:
        print_json([_as_json(key) for key in known])
    elif not known:
        say("No keys yet; `imgmodels keys add NAME` makes one")
    else:
        lines = [("NAME", "ID", "ADDED", "BY", "")]
        lines += [
            (key.name, key.id, f"{key.added_at:%Y-%m-%d}", harmless(key.added_by, 32), "front end" * key.front_end)
            for key in known
        ]
        print_columns(lines)


@keys.command("revoke")
@click.argument("name")
@click.make_pass_decorator(Run)
def revoke_key(run: Run, name: str) -> None:
    """Revoke the key called NAME; it is refused at once."""
    run.require_admin("Revoking a key")
    key = open_keys(run.store, run.locations).revoke(name)
    click.echo(f"The key of {key.name} is revoked")


def _as_json(key: ApiKey) -> dict[str, object]:
    return {
        "name": key.name,
        "id": key.id,
        "front_end": key.front_end,
        "added_at": f"{key.added_at:%Y-%m-%dT%H:%M:%SZ}",
        "added_by": key.added_by,
    }


@command()
@click.option("--by", type=click.Choice([by.value for by in uses.By]), default="user", help="What to add up by.")
@click.option("--since", type=_DAY, metavar="DAY", help="From this day on; by default from the first of this month.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet.")
@as_json
def usage(run: Run, by: str, since: datetime | None, as_csv: bool, as_json: bool) -> None:
    """Show how many images programs drew through the HTTP API, and what these cost by the catalog's prices."""
    run.require_admin("The usage of the API")
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    first = utc_now().date().replace(day=1) if since is None else since.replace(tzinfo=UTC).date()
    found = uses.add_up(uses.read_all(run.store, run.locations.usage), uses.By(by), first)
    rows = [
        {by: each.name, "images": each.images, "cost_eur": prices.exact(each.euros), "switches": each.switches}
        for each in found
    ]
    if as_json:
        print_json(rows)
    elif as_csv:
        table = csv.DictWriter(sys.stdout, (by, "images", "cost_eur", "switches"), lineterminator="\n")
        table.writeheader()
        table.writerows({**row, by: no_formula(harmless(str(row[by])))} for row in rows)
    elif not rows:
        say(f"Nothing was drawn through the API since {first}")
    else:
        lines = [(by.upper(), "IMAGES", "EUR", "SWITCHED")]
        lines += [
            (harmless(each.name, 80), f"{each.images:,}", f"{each.euros:,.2f}", str(each.switches)) for each in found
        ]
        print_columns(lines, right=(1, 2, 3))


COMMANDS = (serve, keys, usage)
