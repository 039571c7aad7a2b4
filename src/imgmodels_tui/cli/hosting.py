"""`imgmodels hosting`: who processes the data, and what excluding some of them would change."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import click

from imgmodels_tui.catalog import Catalog, Region
from imgmodels_tui.cli.context import Run, as_json, command, print_columns, print_json
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.queries.hosting import Effect, Exclusion, host_regions, named, of_host, outside

_REGIONS = click.Choice([region.value for region in Region], case_sensitive=False)


@command()
@click.option("--without", "without", multiple=True, metavar="HOST", help="What if this host may not be used?")
@click.option("--region", "regions", multiple=True, type=_REGIONS, help="What if only this region may be used?")
@as_json
def hosting(run: Run, without: tuple[str, ...], regions: tuple[str, ...], as_json: bool) -> None:
    """Show who processes the data, and where.

    With --without or --region, which can be repeated: show what doing without the other places would change.
    Nothing is changed; the command that would do it is printed.
    """
    overview = run.overview
    if without or regions:
        run.require_admin("What doing without some of them would change")
        given = ("--state", str(run.store.path)) if run.locations.chosen_by == "--state" else ()
        _print_effect(overview, _exclusion(overview, without, regions), given, as_json=as_json)
    elif as_json:
        print_json(
            [
                {
                    "host": each.host.name,
                    "region": each.region.value,
                    "countries": list(each.countries),
                    "models": [entry.as_json() for entry in each.entries],
                }
                for each in host_regions(overview)
            ]
        )
    else:
        for each in host_regions(overview):
            click.echo(" · ".join([each.host.name, each.region.value, *each.countries]))
            for entry in each.entries:
                click.echo(f"  {'on ' if entry.enabled else 'off'}  {entry.id:<24}{entry.maker.name}")


def _exclusion(overview: Overview, without: Sequence[str], regions: Sequence[str]) -> Exclusion:
    exclusion = Exclusion()
    for host in without:
        exclusion = exclusion.exclude(of_host(overview, _host(overview.catalog, host)))
    if regions:
        wanted = {region.casefold() for region in regions}
        kept = [region for region in Region if region.value.casefold() in wanted]
        exclusion = exclusion.exclude(outside(overview, *kept))
    return exclusion


def _host(catalog: Catalog, asked: str) -> str:
    """The id of a host that is named by its id, its name or its short name."""
    for host in catalog.hosts.values():
        if asked.casefold() in {name.casefold() for name in (host.id, host.name, host.short)}:
            return host.id
    raise click.UsageError(f"{asked!r} is no host; the hosts are {', '.join(catalog.hosts)}")


def _print_effect(overview: Overview, exclusion: Exclusion, given: Sequence[str], *, as_json: bool) -> None:
    """Print what would change; `given` are the options with which the workspace was chosen."""
    effect = exclusion.effect(overview)
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
    print_columns(
        [
            ("Without", ", ".join(named(overview, exclusion.excluded)) or "no place"),
            ("Goes off", _ids(effect.disabled)),
            ("Stays on", _ids(effect.remaining)),
            ("Default", _default(effect)),
            ("To apply", apply),
        ]
    )


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
    if effect.replaces_default and effect.new_default is not None:
        words += ["--replacement", effect.new_default.id]
    return words


COMMANDS = (hosting,)
