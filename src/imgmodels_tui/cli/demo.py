"""A demonstration for an audience, in a workspace to throw away."""

from __future__ import annotations

import click

from imgmodels_tui.cli.context import has_terminal


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


COMMANDS = (demo,)
