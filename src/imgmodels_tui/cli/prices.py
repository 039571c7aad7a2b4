"""`imgmodels prices`: what an image costs, how that comes about, and what changed."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence

import click

from imgmodels_tui.catalog import prices
from imgmodels_tui.cli.context import Run, as_json, command, no_formula, note_old_prices, print_columns, print_json, say
from imgmodels_tui.cli.models import filter_words
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace import prices as price_book
from imgmodels_tui.workspace.overview import Entry
from imgmodels_tui.workspace.prices import PriceChange
from imgmodels_tui.workspace.queries import messages, model_filter
from imgmodels_tui.workspace.queries.messages import guide_notes, local
from imgmodels_tui.workspace.queries.model_facts import rates_in_words

_PRICE_COLUMNS = (
    *("id", "name", "maker", "host", "region", "stars", "price_eur", "list_price", "currency", "tier", "billing"),
    *("enabled", "source", "source_address", "source_day"),
)
_CHANGE_COLUMNS = ("at", "id", "name", "old_eur", "new_eur", "percent", "old_list_price", "new_list_price", "new")


@command("prices")
@click.argument("words", nargs=-1, metavar="[FILTER...]", shell_complete=filter_words)
@click.option("--changed", is_flag=True, help="The price changes this workspace noticed, newest first.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet.")
@as_json
def show_prices(run: Run, words: tuple[str, ...], changed: bool, as_csv: bool, as_json: bool) -> None:
    """Show the price per image, cheapest first, and how it comes about; FILTER words are those of `list`.

    With --changed, compares the catalog with the prices that this workspace saw last, and keeps what differs. The
    page still shows it once.
    """
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    if changed:
        run.require_admin("The history of prices")
        _show_changes(run, as_csv=as_csv, as_json=as_json)
        return
    selected = model_filter.parse(" ".join(words)).select(run.overview.entries.values())
    known = [entry for entry in selected if entry.price is not None]
    ordered = sorted(known, key=lambda entry: run.catalog.prices[entry.id])
    if as_json:
        print_json([_price(entry) for entry in ordered])
    elif as_csv:
        _print_csv(_PRICE_COLUMNS, [_flat_price(entry) for entry in ordered])
    else:
        _print_prices(run, ordered)


def _price(entry: Entry) -> dict[str, object]:
    listed, source = entry.model.list_price, entry.price_source
    return {
        "id": entry.id,
        "price_eur": None if entry.price is None else prices.exact(entry.price),
        "list_price": None if listed is None else {**listed.to_json(), "source": source and source.to_json()},
        "old": entry.price_is_old,
        "stars": entry.model.stars,
        "billing": "included" if entry.included else "credits",
        "enabled": entry.enabled,
    }


def _flat_price(entry: Entry) -> Mapping[str, object]:
    """A model's prices as cells of a row."""
    known, listed = entry.as_json(), entry.model.list_price
    row = {column: known.get(column) for column in _PRICE_COLUMNS}
    if listed is not None:
        amount = f"{listed.amount.normalize():f}"
        row.update(list_price=amount, currency=listed.currency, tier=listed.tier)
    if (source := entry.price_source) is not None:
        row.update(source=source.name, source_address=source.address, source_day=source.as_of)
    return row


def _print_prices(run: Run, ordered: Sequence[Entry]) -> None:
    catalog = run.catalog
    if not ordered:
        say("No model with a known price matches")
        return
    rows = [
        (
            entry.price_shown,
            entry.id,
            "★" * entry.model.stars,
            f"{listed.amount.normalize():f} {listed.currency}",
            "included" if entry.included else "credits",
            listed.tier or "",
        )
        for entry in ordered
        if (listed := entry.model.list_price) is not None
    ]
    print_columns([("PRICE", "ID", "STARS", "LIST PRICE", "BILLING", "TIER"), *rows], right=(0, 3))
    rates = "; ".join(rates_in_words(catalog, run.overview.today))
    click.echo(f"Per image at 1024×1024. {rates}, margin {prices.percent(catalog.platform.margin)}.")
    for note in guide_notes(catalog):
        click.echo(note)
    note_old_prices(ordered)


def _show_changes(run: Run, *, as_csv: bool, as_json: bool) -> None:
    news = run.store.compare_prices()
    fresh = {change.number for change in news.fresh}
    rows = [_change(run, change, new=change.number in fresh) for change in news.changes]
    if as_json:
        print_json(rows)
    elif as_csv:
        _print_csv(_CHANGE_COLUMNS, rows)
    elif news.changes or not news.read_error:
        _print_changes(run, news.changes, fresh)
    if news.read_error:
        say(news.read_error)


def _change(run: Run, change: PriceChange, *, new: bool) -> dict[str, object]:
    old_price, new_price, percent = change.price.from_, change.price.to, change.percent
    old_eur, new_eur = price_book.distinct_prices(change, least=4)
    return {
        "at": change.to_json()["at"],
        "id": change.model,
        "name": messages.name(change.model, run.catalog),
        "old_eur": old_eur,
        "new_eur": new_eur,
        "percent": None if percent is None else str(percent.quantize(prices.TENTH)),
        "old_list_price": price_book.listed(old_price),
        "new_list_price": price_book.listed(new_price),
        "new": new,
    }


def _print_changes(run: Run, changes: Sequence[PriceChange], fresh: set[int]) -> None:
    if not changes:
        say("No price has changed since this workspace first looked")
        return
    rows = [
        (
            "new" if change.number in fresh else "",
            local(change.at),
            messages.name(change.model, run.catalog),
            *(f"€{price}" for price in price_book.distinct_prices(change)),
            price_book.percent_shown(change.percent),
            harmless(price_book.cause(change)),
        )
        for change in changes
    ]
    print_columns([("", "NOTICED", "MODEL", "OLD", "NEW", "CHANGE", "BECAUSE OF"), *rows], right=(3, 4, 5))


def _print_csv(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([_cell(row[column], figure=column in _FIGURES) for column in columns])


_FIGURES = {"stars", "price_eur", "list_price", "old_eur", "new_eur", "percent"}


def _cell(value: object, *, figure: bool) -> str:
    """One cell; text that a spreadsheet would take for a formula is marked as text by an apostrophe."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else harmless(str(value))
    return text if figure else no_formula(text)


COMMANDS = (show_prices,)
