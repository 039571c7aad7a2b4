"""Commands that change the workspace, each by one change of the store, and the one that shows past changes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import islice

import click

from imgmodels_tui.cli.context import (
    DISABLED_MODEL,
    ENABLED_MODEL,
    How,
    Run,
    as_json,
    changing,
    command,
    print_change,
    print_columns,
    print_json,
    replacement,
    say,
)
from imgmodels_tui.generator.sessions.counts import impact_of
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.queries.history import change_of
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import Plan
from imgmodels_tui.workspace.store import Outcome

_VALUES: Mapping[str, Mapping[str, Rule]] = {
    "image-generation": {"on": rules.Configure(True), "off": rules.Configure(False)},
    "plan": {plan.label: rules.Configure(plan=plan) for plan in Plan},
}
"""What can be configured, the values that each setting can have, and the change that sets it."""


def _values(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The values that the setting before can have."""
    possible = _VALUES.get(context.params.get("setting") or "", {})
    return [value for value in possible if value.startswith(incomplete)]


def apply_change(run: Run, rule: Rule, how: How, *, remark: str | None = None) -> None:
    """Make a change, or only judge it, and say what it does, or what is true already (R6)."""
    if run.as_user:
        run.require_admin("Changing the workspace")
    store = run.store
    outcome = store.preview(rule, reason=how.reason) if how.dry_run else store.update(rule, reason=how.reason)
    if outcome.change is None:
        click.echo(f"Nothing to change: {messages.unchanged(rule, run.catalog)}")
    else:
        tell_outcome(run, outcome, how)
    if remark:
        say(remark)


def tell_outcome(run: Run, outcome: Outcome, how: How) -> None:
    """Say what a change did, or would do, and to how many sessions."""
    if outcome.change is None:
        return
    print_change(messages.describe(outcome.change, run.catalog), outcome.state.revision, dry_run=how.dry_run)
    impact = impact_of(outcome.change, run.seen(outcome.state), run.count_sessions)
    if impact is not None:
        say(impact)


@command()
@click.argument("models", nargs=-1, required=True, type=DISABLED_MODEL, metavar="MODEL...")
@changing
def enable(run: Run, models: tuple[str, ...], how: How) -> None:
    """Let users pick these models.

    All of them as one change. The first becomes the default if there is none yet. What the policy forbids is refused.
    """
    apply_change(run, rules.Enable(models), how)


@command()
@click.argument("models", nargs=-1, required=True, type=ENABLED_MODEL, metavar="MODEL...")
@replacement
@changing
def disable(run: Run, models: tuple[str, ...], replacement: str | None, how: How) -> None:
    """Take these models away from users.

    All of them as one change, together with the new default where the present one is among them.
    """
    apply_change(run, rules.Disable(models, replacement), how)


@command()
@click.argument("model", required=False, type=ENABLED_MODEL, metavar="[MODEL]")
@changing
@as_json
def default(run: Run, model: str | None, as_json: bool, how: How) -> None:
    """Print the default model, or make MODEL the default."""
    if model is not None:
        apply_change(run, rules.SetDefault(model), how)
        return
    current = run.overview.default
    if as_json:
        print_json({"default_model": current.id if current else None})
    else:
        click.echo(current.id if current else "none")


@command()
@click.argument("setting", required=False, type=click.Choice(list(_VALUES)))
@click.argument("value", required=False, shell_complete=_values)
@changing
@as_json
def config(run: Run, setting: str | None, value: str | None, as_json: bool, how: How) -> None:
    """Print the product configuration, or change it.

    \b
    imgmodels config image-generation on|off
    imgmodels config plan self-service|enterprise

    For admins only.
    """  # noqa: D301 - click's mark of lines that are not wrapped
    if value is None or run.as_user:
        run.require_admin("The configuration")
    if setting is not None and value is not None:
        possible, value = _VALUES[setting], value.replace("_", "-")
        if value not in possible:
            raise click.UsageError(f"{setting} is {' or '.join(possible)}, not {value!r}")
        apply_change(run, possible[value], how)
        return
    state = run.overview.state
    data = {"image-generation": state.image_generation, "plan": state.plan.value}
    words = {"image-generation": "on" if state.image_generation else "off", "plan": state.plan.label}
    if as_json:
        print_json({key.replace("-", "_"): data[key] for key in ([setting] if setting else data)})
    elif setting:
        click.echo(words[setting])
    else:
        print_columns(list(words.items()))


@command()
@click.argument("revision", required=False, type=click.IntRange(min=1), metavar="[REVISION]")
@replacement
@changing
def undo(run: Run, revision: int | None, replacement: str | None, how: How) -> None:
    """Take back the last change, or what the change of REVISION did, as a new change.

    What later changes replaced is left alone. Undoing an undo repeats the change.
    """
    if run.as_user:
        run.require_admin("Changing the workspace")
    if revision is None:
        apply_change(run, reverting.Undo(), how)
        return
    state = run.store.read()
    change = change_of(revision, run.store.history(state), state.revision)
    apply_change(
        run, reverting.Revert(change, replacement), how, remark=messages.left_alone(change, state, run.catalog)
    )


@command()
@changing
def tidy(run: Run, how: How) -> None:
    """Forget enabled models that left the catalog."""
    apply_change(run, rules.Tidy(), how)


@command()
@click.argument("words", nargs=-1, metavar="[FILTER...]")
@click.option("-n", "count", type=click.IntRange(min=1), default=20, show_default=True, help="How many changes.")
@as_json
def history(run: Run, words: tuple[str, ...], count: int, as_json: bool) -> None:
    """Show who changed what, newest first.

    For admins only. FILTER words must all hold: bare words match what is said of a change; user: model: action:
    reason: since:2026-11-01 until:2026-11-30 narrow.
    """
    from imgmodels_tui.workspace.queries.history import history_entry, parse  # noqa: PLC0415 - only this command needs it
    from imgmodels_tui.workspace.queries.messages import local  # noqa: PLC0415 - likewise

    run.require_admin("The history")
    wanted = parse(" ".join(words))
    entries = (history_entry(c, local(c.at), run.catalog) for c in run.store.history())
    found = list(islice(filter(wanted.matches, entries), min(count, sys.maxsize)))
    if as_json:
        print_json([entry.change.to_json(defaults=False) for entry in found])
        return
    for entry in found:
        why = f" ({harmless(entry.change.reason)})" if entry.change.reason else ""
        click.echo(f"{entry.change.revision:>5}  {entry.when}  {harmless(entry.change.by, 32):<12}  {entry.what}{why}")


COMMANDS = (enable, disable, default, config, undo, tidy, history)
