"""Preparing a workspace for a whole machine."""

from __future__ import annotations

from pathlib import Path

import click

from imgmodels_tui.cli.context import Session, pass_session, print_facts, say
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.file_store.locations import machine_wide
from imgmodels_tui.workspace.file_store.sharing import closed_above, group_number, prepare
from imgmodels_tui.workspace.file_store.store import Store


@click.command()
@click.option(
    "--shared",
    "folder",
    required=True,
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help=f"The workspace's folder; {machine_wide().parent} is found without --state.",
)
@click.option("--group", required=True, metavar="GROUP", help="The group whose members are the admins.")
@pass_session
def init(session: Session, folder: Path, group: str) -> None:
    """Prepare a workspace for everybody on this machine.

    Members of GROUP administer it; everybody else can generate images with what they enable. A workspace that is
    there already is kept; only its modes are set. Run it as root, or as a member of GROUP who may write there.
    """
    if session.as_user:
        session.require_admin("Preparing a workspace")
    locations = session.locations.replace(state=folder.absolute() / "workspace.json")
    steps = prepare(Store(locations, session.catalog), group_number(group))
    print_facts([(f"{step.mode:04o} {group}", harmless(str(step.path))) for step in steps])
    above = closed_above(locations.state.parent)
    if above is not None:
        say(f"Users cannot reach it: {above} is closed to others; `sudo chmod o+x {above}` lets them pass")
    name = harmless(str(locations.state))
    say(f"Next: add each admin to the group: sudo usermod -aG {group} NAME; it counts from their next login")
    if locations.state != machine_wide():
        say(f"Tell the program where it is, for everybody: export IMGMODELS_STATE={name} in /etc/profile.d/")
    say(f"Then enable a first model: imgmodels --state {name} enable flux-2-pro")


COMMANDS = (init,)
