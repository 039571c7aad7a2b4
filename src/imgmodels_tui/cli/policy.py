"""`imgmodels policy`: what every enabled model has to satisfy."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import click

from imgmodels_tui.catalog import Catalog, Region
from imgmodels_tui.cli.changes import apply_change
from imgmodels_tui.cli.context import (
    REGION,
    How,
    Run,
    as_json,
    changing,
    command,
    host_id,
    print_columns,
    print_json,
    replacement,
    say,
)
from imgmodels_tui.cli.context import (
    hosts as host_words,
)
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.policy import Policy, ceiling
from imgmodels_tui.workspace.queries.hosting import policy_effect


class _Ceiling(click.ParamType[Decimal]):
    """A price in euro."""

    name = "eur"

    def convert(self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Understand a figure such as 0.06."""
        try:
            return ceiling(Decimal(str(value).removeprefix("€")))
        except (ValueError, InvalidOperation) as error:
            problem = str(error) if isinstance(error, ValueError) else "should be a price in euro, such as 0.06"
            self.fail(f"{value!r} {problem}", param, ctx)


@command()
@click.option("--region", "regions", multiple=True, type=REGION, help="Process data only there; can be repeated.")
@click.option(
    "--without",
    "hosts",
    multiple=True,
    metavar="HOST",
    shell_complete=host_words,
    help="Do without this host; can be repeated.",
)
@click.option("--max-price", type=_Ceiling(), metavar="EUR", help="The most that one image may cost, in euro.")
@click.option("--no-premium/--premium", "no_premium", default=None, help="Do without premium models, or allow them.")
@click.option("--clear", is_flag=True, help="Begin without a clause, instead of with the present ones.")
@click.option("--apply", is_flag=True, help="Set it, instead of saying what setting it would mean.")
@replacement
@changing
@as_json
def policy(
    run: Run,
    regions: tuple[str, ...],
    hosts: tuple[str, ...],
    max_price: Decimal | None,
    no_premium: bool | None,
    clear: bool,
    apply: bool,
    replacement: str | None,
    how: How,
    as_json: bool,
) -> None:
    """Show the policy, or set it: what every enabled model has to satisfy, whoever enables it.

    A clause that is given takes the place of the present one; the others stay. Without --apply nothing is changed.
    What the policy forbids is disabled in the same change; a default among it is followed by --replacement, or else
    by the model that is proposed. For admins only.
    """
    run.require_admin("The policy")
    overview = run.overview
    if not (clear or regions or hosts or max_price is not None or no_premium is not None):
        _show(overview.state.policy, run.catalog, as_json=as_json)
        return
    wanted = Policy() if clear else overview.state.policy or Policy()
    if regions:
        wanted = wanted.replace(regions=frozenset(map(Region, regions)))
    if hosts:
        wanted = wanted.replace(without_hosts=frozenset(host_id(run.catalog, host) for host in hosts))
    if max_price is not None:
        wanted = wanted.replace(max_price_eur=max_price)
    if no_premium is not None:
        wanted = wanted.replace(premium=False if no_premium else None)
    follows = replacement or policy_effect(overview, wanted).replacement
    apply_change(run, rules.SetPolicy(wanted or None, follows), how if apply else how.replace(dry_run=True))
    if not apply and not how.dry_run:
        say("`--apply` sets it")


def _show(found: Policy | None, catalog: Catalog, *, as_json: bool) -> None:
    if as_json:
        print_json({"policy": None if found is None else found.to_json(defaults=False)})
    elif not found:
        click.echo("none")
    else:
        print_columns([("", clause) for clause in found.clauses(catalog)])


COMMANDS = (policy,)
