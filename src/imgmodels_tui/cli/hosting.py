"""`imgmodels hosting`: who processes the data, and what excluding some of them would change."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import click

from imgmodels_tui.catalog import Region
from imgmodels_tui.cli.changes import apply_change
from imgmodels_tui.cli.context import (
    REGION,
    How,
    Run,
    as_json,
    changing,
    command,
    host_id,
    hosts,
    print_columns,
    print_json,
    replacement,
)
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import Locked
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.policy import Policy
from imgmodels_tui.workspace.queries.hosting import Effect, Exclusion, host_regions, named, of_host, outside


@command()
@click.option(
    "--without",
    "without",
    multiple=True,
    metavar="HOST",
    shell_complete=hosts,
    help="What if this host may not be used?",
)
@click.option("--region", "regions", multiple=True, type=REGION, help="What if only this region may be used?")
@click.option("--apply", is_flag=True, help="Do without them: disable what runs there, in one change.")
@replacement
@changing
@as_json
def hosting(
    run: Run,
    without: tuple[str, ...],
    regions: tuple[str, ...],
    apply: bool,
    replacement: str | None,
    how: How,
    as_json: bool,
) -> None:
    """Show who processes the data, and where.

    With --without or --region, which can be repeated: show what doing without the other places would change, and with
    --apply change it once. `imgmodels policy` keeps it so.
    """
    overview = run.overview
    if without or regions:
        run.require_admin("What doing without some of them would change")
        exclusion = _exclusion(overview, without, regions).replace(wanted_default=replacement)
        if apply or how.dry_run:
            apply_change(run, exclusion.rule(overview), how)
            return
        given = ("--state", run.locations.url or run.store.place.full) if run.locations.chosen_by == "--state" else ()
        effect = exclusion.effect(overview)
        _print_effect(overview, exclusion, effect, given, as_json=as_json)
        if not effect.possible:
            raise Locked(tuple(entry.id for entry in overview.enabled))
    elif apply:
        raise click.UsageError("--apply needs --without or --region")
    elif as_json:
        print_json(
            [
                {
                    "host": each.host.name,
                    "region": each.region.value,
                    "models": [entry.as_json() for entry in each.entries],
                }
                for each in host_regions(overview)
            ]
        )
    else:
        for each in host_regions(overview):
            click.echo(f"{each.host.name} · {each.region.value}")
            for entry in each.entries:
                where = f" · {entry.model.country}" if entry.model.country else ""
                click.echo(f"  {'on ' if entry.enabled else 'off'}  {entry.id:<24}{entry.maker.name}{where}")


def _exclusion(overview: Overview, without: Sequence[str], regions: Sequence[str]) -> Exclusion:
    exclusion = Exclusion()
    for host in without:
        exclusion = exclusion.exclude(of_host(overview, host_id(overview.catalog, host)))
    if regions:
        exclusion = exclusion.exclude(outside(overview, *map(Region, regions)))
    return exclusion


def _print_effect(
    overview: Overview, exclusion: Exclusion, effect: Effect, given: Sequence[str], *, as_json: bool
) -> None:
    """Print what would change; `given` are the options with which the workspace was chosen."""
    words = _command(effect, given)
    if as_json:
        print_json(
            {
                "excluded": [
                    {"host": overview.catalog.hosts[each.host].name, "region": each.region.value}
                    for each in sorted(exclusion.excluded)
                ],
                "disabled": [entry.id for entry in effect.disabled],
                "staying": [entry.id for entry in effect.remaining],
                "default_model": effect.default.id if effect.default else None,
                "new_default_model": effect.new_default.id if effect.new_default else None,
                "possible": effect.possible,
                "command": words,
            }
        )
        return
    if words:
        apply = harmless(shlex.join(words))
    elif effect.possible:
        apply = "nothing to do"
    else:
        apply = "not possible: at least one model must stay enabled; enable one that runs elsewhere first"
    kept = exclusion.as_policy(overview)
    keep = "no policy says just this: it knows whole hosts and whole regions"
    if kept is not None:
        keep = harmless(shlex.join(["imgmodels", *given, "policy", *_clauses(kept), "--apply"]))
    print_columns(
        [
            ("Without", ", ".join(named(overview, exclusion.excluded)) or "no place"),
            ("Goes off", _ids(effect.disabled)),
            ("Stays on", _ids(effect.remaining)),
            ("Default", _default(effect)),
            ("To apply", apply),
            ("To keep it so", keep),
        ]
    )


def _clauses(policy: Policy) -> list[str]:
    """The options that say the places of a policy."""
    regions = [word for region in sorted(policy.regions or ()) for word in ("--region", region.value)]
    return [*regions, *(word for host in sorted(policy.without_hosts) for word in ("--without", host))]


def _ids(entries: Sequence[Entry]) -> str:
    return ", ".join(entry.id for entry in entries) or "none"


def _default(effect: Effect) -> str:
    if effect.default is None:
        return "none"
    if not effect.replaces_default:
        return f"stays {effect.default.id}"
    return f"{effect.new_default.id if effect.new_default else 'none'} instead of {effect.default.id}"


def _command(effect: Effect, given: Sequence[str]) -> list[str]:
    """The words of the command that does it; none where there is nothing to do or it is not possible."""
    if not effect.disabled or not effect.possible:
        return []
    words = ["imgmodels", *given, "disable", *(entry.id for entry in effect.disabled)]
    if effect.replacement is not None:
        words += ["--replacement", effect.replacement]
    return words


COMMANDS = (hosting,)
