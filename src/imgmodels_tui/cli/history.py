"""The command that tells what happened."""

from __future__ import annotations

from itertools import islice

import click

from imgmodels_tui.cli.context import Session, as_json, pass_session, print_json
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.queries import history_filter
from imgmodels_tui.workspace.queries.times import local


@click.command()
@click.argument("words", nargs=-1, metavar="[FILTER...]")
@click.option("-n", "count", type=click.IntRange(min=1), default=20, show_default=True, help="How many changes.")
@as_json
@pass_session
def history(session: Session, words: tuple[str, ...], count: int, as_json: bool) -> None:
    """Show who changed what, newest first.

    For admins only. FILTER words must all hold: bare words match what is said of a change; user: model: action:
    narrow.
    """
    session.require_admin("The history")
    wanted = history_filter.parse(" ".join(words))
    entries = (history_filter.history_entry(c, local(c.at), session.catalog) for c in session.store.history()[::-1])
    found = list(islice(filter(wanted.matches, entries), count))
    if as_json:
        print_json([entry.change.to_json(defaults=False) for entry in found])
        return
    for entry in found:
        click.echo(f"{entry.change.revision:>5}  {entry.when}  {harmless(entry.change.by, 32):<12}  {entry.what}")


COMMANDS = (history,)
