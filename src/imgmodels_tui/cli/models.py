"""Commands that show models: all of them, one, how they are used here, which one suits which use."""

from __future__ import annotations

import click

from imgmodels_tui.cli.context import (
    MODEL,
    Run,
    as_json,
    command,
    completing,
    hosts,
    makers,
    note_old_prices,
    print_columns,
    print_json,
    regions,
    say,
)
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import UnknownModel
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.policy import in_words
from imgmodels_tui.workspace.queries import model_filter
from imgmodels_tui.workspace.queries.messages import workspace_warnings
from imgmodels_tui.workspace.queries.model_order import Order, arrange

_ORDERS = click.Choice([order.value for order in Order])
filter_words = completing(lambda overview: model_filter.possible(overview.catalog))


@command("list")
@click.argument("words", nargs=-1, metavar="[FILTER...]", shell_complete=filter_words)
@click.option("--enabled", is_flag=True, help="Only models that users may pick.")
@click.option("--maker", metavar="M", shell_complete=makers, help="Only models of this maker.")
@click.option(
    "--region", metavar="R", shell_complete=regions, help="Only models whose data is processed there: EU, US or Global."
)
@click.option("--host", metavar="H", shell_complete=hosts, help="Only models run by this host.")
@click.option("--sort", "order", type=_ORDERS, default="page", help="In which order.")
@as_json
def list_models(run: Run, words: tuple[str, ...], enabled: bool, order: str, as_json: bool, **only: str | None) -> None:
    """List the models of the catalog; users see those that are enabled.

    FILTER words must all hold: bare words match name, maker and host; region: host: maker: stars:>=3 price:<0.05
    ref:yes premium:no preview: deprecated: retired: enabled:yes allowed: own: narrow.
    """
    options = {**only, "enabled": "yes" if enabled else None}
    text = " ".join([*words, *(f"{key}:{''.join(value.split())}" for key, value in options.items() if value)])
    groups = arrange(run.overview, model_filter.parse(text), Order(order))
    found = [entry for group in groups for entry in group.entries]
    if as_json:
        print_json([entry.as_json() for entry in found])
        return
    headings = ("", "ID", "NAME", "MAKER", "HOSTED BY", "REGION", "REF", "STARS", "PRICE", "")
    if not found:
        say(f"No model matches; there are {len(run.overview.entries)}" if text else "No model is enabled")
        return
    print_columns([headings, *map(_row, found)], right=(8,))
    _warn(run)
    note_old_prices(found)


def _row(entry: Entry) -> tuple[str, ...]:
    model = entry.model
    badges = {
        "premium": model.premium,
        "preview": entry.is_preview,
        "deprecated": entry.is_deprecated,
        "retired": entry.is_retired,
        "forbidden": entry.forbidden is not None,
    }
    return (
        "default" if entry.is_default else "on" if entry.enabled else "off",
        entry.id,
        model.name,
        entry.maker.name,
        entry.host.name,
        model.region.value,
        "yes" if model.reference_editing else "no",
        "★" * model.stars,
        entry.price_shown,
        " ".join(badge for badge, holds in badges.items() if holds),
    )


def _warn(run: Run) -> None:
    """Say on stderr what the page says in its banners."""
    overview = run.overview
    for _, warning in workspace_warnings(overview):
        say(warning)
    if not run.is_admin:
        from imgmodels_tui.generator.fallback import closed  # noqa: PLC0415 - only users are told

        why = closed(overview)
        if why is not None:
            say(f"{why.heading}: nothing can be generated. {why.advice}")
        return
    if overview.departed:
        gone = harmless(", ".join(overview.departed))
        say(f"Enabled, but no longer in the catalog: {gone}; `imgmodels tidy` forgets them")
    if not overview.state.image_generation:
        say("Image generation is off: users see no generator; `imgmodels config image-generation on` turns it on")


@command()
@click.argument("model", type=MODEL)
@as_json
def show(run: Run, model: str, as_json: bool) -> None:
    """Show everything that is known of MODEL; users see those that are enabled."""
    entry = run.overview.entries.get(model)
    if entry is None:
        raise UnknownModel(model, run.overview.catalog.nearest(model))
    from imgmodels_tui.workspace.queries.model_facts import facts  # noqa: PLC0415 - only this command needs it

    if as_json:
        catalog, model_ = entry.catalog, entry.model
        sources = {name: catalog.sources[name].to_json(nones=False) for name in sorted(set(model_.sources.values()))}
        print_json({**model_.to_json(nones=False), **entry.as_json(), "sources": sources})
    else:
        known = [(fact.label, fact.text) for fact in facts(entry, run.overview.catalog)]
        print_columns([("Name", entry.model.name), *known])


@command()
@as_json
def status(run: Run, as_json: bool) -> None:
    """Show how the workspace is set up."""
    overview, state = run.overview, run.overview.state
    default, role = overview.default, "admin" if run.is_admin else "user"
    if as_json:
        print_json(
            {
                "state_path": run.store.place.full,
                "revision": state.revision,
                "image_generation": state.image_generation,
                "plan": state.plan.value,
                "policy": None if state.policy is None else state.policy.to_json(defaults=False),
                "default_model": default.id if default else None,
                "enabled_models": [entry.id for entry in overview.enabled],
                "departed_models": list(overview.departed) if run.is_admin else [],
                "retired_models": [entry.id for entry in overview.retired],
                "forbidden_models": [entry.id for entry in overview.forbidden],
                "model_count": len(overview.entries),
                "role": role,
            }
        )
        return
    print_columns(
        [
            ("Workspace", harmless(run.store.place.full)),
            ("Revision", str(state.revision)),
            ("Image generation", "on" if state.image_generation else "off"),
            ("Plan", state.plan.label),
            ("Policy", in_words(state.policy, overview.catalog)),
            ("Default", default.model.name if default else "none"),
            ("Enabled", f"{len(overview.enabled)} of {len(overview.entries)} models"),
            ("You are", f"{run.store.user}, {role}"),
        ]
    )
    _warn(run)


@command()
@as_json
def guide(run: Run, as_json: bool) -> None:
    """Show which model suits which use."""
    entries = run.overview.entries
    cases = run.overview.catalog.guide.values()
    if as_json:
        recommended = {
            case.id: [{**entries[r.model].as_json(), "reason": r.reason} for r in case.recommended] for case in cases
        }
        print_json([{"id": c.id, "use_case": c.name, "note": c.note, "recommended": recommended[c.id]} for c in cases])
        return
    for number, case in enumerate(cases):
        click.echo(("\n" if number else "") + case.name)
        for recommendation in case.recommended:
            entry = entries[recommendation.model]
            price, stars = entry.price_shown, "★" * entry.model.stars
            known = f"{entry.model.region.value:<6}  {stars:<5}  {price:>7}  {'on' if entry.enabled else 'off':<3}"
            click.echo(f"  {entry.id:<24}{known}  {recommendation.reason or ''}".rstrip())
        if case.note:
            click.echo(f"  {case.note}")
    note_old_prices(entries[r.model] for case in cases for r in case.recommended)


COMMANDS = (list_models, show, status, guide)
