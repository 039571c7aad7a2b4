"""Commands that only ask: what there is, what is known of it, how things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from imgmodels_tui.catalog import prices
from imgmodels_tui.cli.context import (
    MODEL,
    Session,
    as_json,
    pass_session,
    print_facts,
    print_json,
    print_table,
    say,
)
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import UnknownModel
from imgmodels_tui.workspace.queries import model_filter

if TYPE_CHECKING:
    from imgmodels_tui.workspace.overview import Entry


@click.command("list")
@click.argument("words", nargs=-1, metavar="[FILTER...]")
@click.option("--enabled", is_flag=True, help="Only models that users may pick.")
@click.option("--maker", metavar="M", help="Only models of this maker.")
@click.option("--region", metavar="R", help="Only models whose data is processed there: EU, US or Global.")
@click.option("--host", metavar="H", help="Only models run by this host.")
@as_json
@pass_session
def list_models(
    session: Session,
    words: tuple[str, ...],
    enabled: bool,
    maker: str | None,
    region: str | None,
    host: str | None,
    as_json: bool,
) -> None:
    """List the models of the catalog; users see those that are enabled.

    FILTER words must all hold: bare words match name, maker and host; region: host: maker: stars:>=3 price:<0.05
    ref:yes premium:no preview: deprecated: enabled:yes narrow.
    """
    narrowed = {"maker": maker, "region": region, "host": host, "enabled": "yes" if enabled else None}
    text = " ".join([*words, *(f"{key}:{''.join(value.split())}" for key, value in narrowed.items() if value)])
    found = model_filter.parse(text).select(session.overview.entries.values())
    if as_json:
        print_json([entry.as_json() for entry in found])
    else:
        _print_models(found)
        _warn(session)


def _print_models(found: tuple[Entry, ...]) -> None:
    rows = [
        (
            "default" if entry.is_default else "on" if entry.enabled else "off",
            entry.id,
            entry.model.name,
            entry.maker.name,
            entry.host.name,
            entry.model.region.value,
            "yes" if entry.model.reference_editing else "no",
            "★" * entry.model.stars,
            prices.shown(entry.price),
            " ".join(_badges(entry)),
        )
        for entry in found
    ]
    print_table(("", "ID", "NAME", "MAKER", "HOSTED BY", "REGION", "REF", "STARS", "PRICE", ""), rows, right=(8,))


def _badges(entry: Entry) -> list[str]:
    model = entry.model
    flags = {"premium": model.premium, "preview": model.preview, "deprecated": model.deprecated}
    return [badge for badge, holds in flags.items() if holds]


def _warn(session: Session) -> None:
    """Say on stderr what the page says in its banners."""
    overview = session.overview
    if not session.is_admin:
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


@click.command()
@click.argument("model", type=MODEL)
@as_json
@pass_session
def show(session: Session, model: str, as_json: bool) -> None:
    """Show everything that is known of MODEL; users see those that are enabled."""
    entry = session.overview.entries.get(model)
    if entry is None:
        raise UnknownModel(model, session.overview.catalog.nearest(model))
    from imgmodels_tui.workspace.queries.model_facts import facts  # noqa: PLC0415 - only this command needs it

    if as_json:
        details = entry.model.to_json(nones=False)
        print_json({**details, **entry.as_json()})
    else:
        named = [(fact.label, fact.text) for fact in facts(entry, session.overview.catalog)]
        print_facts([("Name", entry.model.name), *named])


@click.command()
@as_json
@pass_session
def status(session: Session, as_json: bool) -> None:
    """Show how the workspace stands."""
    overview = session.overview
    state = overview.state
    data = {
        "state_path": str(session.store.path),
        "revision": state.revision,
        "image_generation": state.image_generation,
        "plan": state.plan.value,
        "default_model": overview.default.id if overview.default else None,
        "enabled_models": [entry.id for entry in overview.enabled],
        "departed_models": list(overview.departed) if session.is_admin else [],
        "model_count": len(overview.entries),
        "role": "admin" if session.is_admin else "user",
    }
    if as_json:
        print_json(data)
        return
    print_facts(
        [
            ("State file", harmless(str(session.store.path))),
            ("Revision", str(state.revision)),
            ("Image generation", "on" if state.image_generation else "off"),
            ("Plan", state.plan.value.replace("_", "-")),
            ("Default", overview.default.model.name if overview.default else "none"),
            ("Enabled", f"{len(overview.enabled)} of {len(overview.entries)} models"),
            ("You are", f"{session.store.user}, {data['role']}"),
        ]
    )
    _warn(session)


@click.command()
@as_json
@pass_session
def guide(session: Session, as_json: bool) -> None:
    """Show which model suits which use."""
    overview = session.overview
    cases = overview.catalog.guide.values()
    if as_json:
        print_json(
            [
                {
                    "id": case.id,
                    "use_case": case.name,
                    "recommended": [
                        {**overview.entries[r.model].as_json(), "reason": r.reason} for r in case.recommended
                    ],
                }
                for case in cases
            ]
        )
        return
    for number, case in enumerate(cases):
        click.echo(("\n" if number else "") + case.name)
        for recommendation in case.recommended:
            entry = overview.entries[recommendation.model]
            price, stars = prices.shown(entry.price), "★" * entry.model.stars
            known = f"{entry.model.region.value:<6}  {stars:<5}  {price:>7}  {'on' if entry.enabled else 'off':<3}"
            click.echo(f"  {entry.id:<24}{known}  {recommendation.reason or ''}".rstrip())


COMMANDS = (list_models, show, status, guide)
