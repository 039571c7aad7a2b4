"""The hosts on the command line: which can draw, and this user's own keys for them. No key is ever shown."""

from __future__ import annotations

import sys
from typing import Any

import click

from imgmodels_tui.cli.context import Run, as_json, print_columns, print_json, say
from imgmodels_tui.generator import HostError
from imgmodels_tui.generator.engines.hosts.accounts import (
    ACCOUNTS,
    OPENAI_COMPATIBLE,
    Account,
    HostAccounts,
    account_of,
    how_to_get,
)
from imgmodels_tui.generator.engines.hosts.keys import LONGEST, remove_key, store_key
from imgmodels_tui.settings import load
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import NotSaved, UnknownHost


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def hosts(context: click.Context, as_json: bool) -> None:
    """List the hosts that can draw: where their keys are found, or what is missing, and the models that each draws.

    A key is taken from the environment, else from the `key_command` in your settings, else from what
    `imgmodels hosts set` stored.
    """
    if context.invoked_subcommand is not None:
        return
    run: Run = context.obj
    accounts = _accounts(run)
    found = [_described(run, accounts, account) for account in ACCOUNTS]
    found = [each for each in found if each["id"] != OPENAI_COMPATIBLE.id or each["models"] or each["key"]]
    if as_json:
        print_json(found)
        return
    lines = [("ID", "HOST", "KEY", "MODELS")]
    for each in found:
        key = each["key"] if each["problem"] is None else f"missing; {each['problem']}"
        lines.append((each["id"], each["host"], harmless(key, 200), str(len(each["models"]))))
    print_columns(lines, right=(3,))


@hosts.command("set")
@click.argument("host")
@click.make_pass_decorator(Run)
def set_key(run: Run, host: str) -> None:
    """Store your own key for HOST, an id that `imgmodels hosts` lists; it is asked for, or read from standard input.

    It is kept in a file that only you can read. A key in the environment, or a `key_command`, comes first.
    """
    accounts, account = _accounts(run), _account(host)
    if sys.stdin.isatty():
        key = click.prompt(f"Key for {account.name}", hide_input=True, err=True)
    else:
        key = sys.stdin.read(LONGEST + 2)
    try:
        path = store_key(accounts, account, key)
    except HostError as error:
        raise click.UsageError(f"{error}; nothing was stored") from error
    except OSError as error:
        raise NotSaved.because_of(error, accounts.folder / account.id) from error
    click.echo(f"The key for {account.name} is stored")
    if (source := accounts.key_source(account)) != str(path):
        say(f"It is not used while there is {source}, which comes first")


@hosts.command("remove")
@click.argument("host")
@click.make_pass_decorator(Run)
def remove(run: Run, host: str) -> None:
    """Remove your own stored key for HOST."""
    accounts, account = _accounts(run), _account(host)
    try:
        was_there = remove_key(accounts, account)
    except OSError as error:
        raise NotSaved.because_of(error, accounts.folder / account.id) from error
    click.echo(f"The key for {account.name} is removed" if was_there else f"No key for {account.name} is stored")


def _accounts(run: Run) -> HostAccounts:
    return HostAccounts(run.locations.settings, load(run.locations.settings).hosts)


def _account(name: str) -> Account:
    for account in ACCOUNTS:
        if name.casefold() in {account.id, account.name.casefold()}:
            return account
    raise UnknownHost(name, tuple(account.id for account in ACCOUNTS))


def _described(run: Run, accounts: HostAccounts, account: Account) -> dict[str, Any]:
    """One host as JSON: where its key is found, what is missing, and the models that it draws."""
    models = [model for model in run.overview.catalog.models.values() if account_of(model) == account]
    key, problem = accounts.key_source(account), None
    if key is None:
        problem = how_to_get(account)
    elif models:
        problem = accounts.problem(models[0], run.catalog.hosts[models[0].host].name)
    return {
        "id": account.id,
        "host": account.name,
        "key": key,
        "problem": problem,
        "models": [model.id for model in models],
    }


COMMANDS = (hosts,)
