"""Commands that change the workspace. Each asks the store for one change and says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from imgmodels_tui.cli.context import MODEL, Session, as_json, pass_session, print_json, say
from imgmodels_tui.generator.sessions.impact import impact_of
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.overview import Overview
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.state import Plan

if TYPE_CHECKING:
    from imgmodels_tui.workspace.rules import Rule

_PLANS = {plan.value.replace("_", "-"): plan for plan in Plan}


def _apply(session: Session, rule: Rule, nothing: str) -> None:
    if session.as_user:
        session.require_admin("Changing the workspace")
    outcome = session.store.update(rule)
    if outcome.change is None:
        click.echo(f"Nothing to do: {nothing}")
    else:
        click.echo(f"{messages.describe(outcome.change, session.catalog)} (revision {outcome.state.revision})")
        said = impact_of(outcome.change, Overview(outcome.state, session.catalog), session.locations.sessions)
        if said is not None:
            say(said)


@click.command()
@click.argument("models", nargs=-1, required=True, type=MODEL, metavar="MODEL...")
@pass_session
def enable(session: Session, models: tuple[str, ...]) -> None:
    """Let users pick these models.

    All of them as one change. The first becomes the default if there is none yet.
    """
    _apply(session, rules.Enable(models), f"{messages.names(models, session.catalog)} already enabled")


@click.command()
@click.argument("models", nargs=-1, required=True, type=MODEL, metavar="MODEL...")
@click.option("--replacement", type=MODEL, metavar="MODEL", help="The new default, if the default is disabled.")
@pass_session
def disable(session: Session, models: tuple[str, ...], replacement: str | None) -> None:
    """Take these models away from users.

    All of them as one change, together with the new default where the present one is among them.
    """
    _apply(
        session,
        rules.Disable(models, replacement),
        f"{messages.names(models, session.catalog)} already disabled",
    )


@click.command()
@click.argument("model", required=False, type=MODEL, metavar="[MODEL]")
@as_json
@pass_session
def default(session: Session, model: str | None, as_json: bool) -> None:
    """Print the default model, or make MODEL the default."""
    if model is not None:
        _apply(session, rules.SetDefault(model), f"{messages.name(model, session.catalog)} is the default already")
        return
    current = session.overview.default
    if as_json:
        print_json({"default_model": current.id if current else None})
    else:
        click.echo(current.id if current else "none")


@click.command()
@click.argument("setting", required=False, type=click.Choice(["image-generation", "plan"]))
@click.argument("value", required=False)
@as_json
@pass_session
def config(session: Session, setting: str | None, value: str | None, as_json: bool) -> None:
    r"""Print the product configuration, or change it.

    \b
    imgmodels config image-generation on|off
    imgmodels config plan self-service|enterprise

    For admins only.
    """
    if value is None or session.as_user:
        session.require_admin("The configuration")
    state = session.overview.state
    on_or_off = {"on": True, "off": False}
    if value is not None and setting == "image-generation":
        _require(value, tuple(on_or_off), setting)
        _apply(session, rules.Configure(image_generation=on_or_off[value]), f"image generation is {value} already")
    elif value is not None and setting == "plan":
        _require(value, tuple(_PLANS), setting)
        _apply(session, rules.Configure(plan=_PLANS[value]), f"the plan is {value} already")
    else:
        shown: dict[str, object] = {"image_generation": state.image_generation, "plan": state.plan.value}
        wanted = {setting.replace("-", "_"): shown[setting.replace("-", "_")]} if setting else shown
        if as_json:
            print_json(wanted)
            return
        words = {
            "image_generation": "on" if state.image_generation else "off",
            "plan": state.plan.replace("_", "-"),
        }
        for key in wanted:
            click.echo(f"{key.replace('_', '-'):<16}  {words[key]}" if setting is None else words[key])


def _require(value: str, possible: tuple[str, ...], setting: str) -> None:
    if value not in possible:
        raise click.UsageError(f"{setting} is {' or '.join(possible)}, not {value!r}")


@click.command()
@pass_session
def undo(session: Session) -> None:
    """Take back the last change, as a new change.

    Undoing an undo repeats the change.
    """
    _apply(session, rules.Undo(), "the last change left nothing to restore")


@click.command()
@pass_session
def tidy(session: Session) -> None:
    """Forget enabled models that left the catalog."""
    _apply(session, rules.Tidy(), "every enabled model is in the catalog")


COMMANDS = (enable, disable, default, config, undo, tidy)
