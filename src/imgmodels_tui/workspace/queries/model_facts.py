"""Everything the catalog knows of one model, as labelled lines for the details on a page and for `show`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from imgmodels_tui.catalog import Catalog, Model, Source, prices
from imgmodels_tui.record import Record
from imgmodels_tui.workspace.overview import Entry


class Fact(Record):
    """One labelled line; an empty label continues the fact above."""

    label: str
    text: str


def facts(entry: Entry, catalog: Catalog) -> tuple[Fact, ...]:
    """What is known of a model, in the order in which an admin asks. What is unknown is left out."""
    return tuple(fact for group in fact_groups(entry, catalog) for fact in group)


def fact_groups(entry: Entry, catalog: Catalog) -> tuple[tuple[Fact, ...], ...]:
    """The same facts by what they are about: state, origin, price, abilities, life-cycle, advice."""
    origin, price, advice = _origin(entry, catalog), _price(entry, catalog), _advice(entry, catalog)
    abilities = (*_abilities(entry.model), *_life(entry, catalog))
    return tuple(_status(entry)), tuple(origin), tuple(price), abilities, tuple(advice)


def _status(entry: Entry) -> Iterator[Fact]:
    default = ", the default" if entry.is_default else ""
    locked = ", locked: the last one enabled" if entry.locked else ""
    yield Fact("State", f"on{default}{locked}" if entry.enabled else "off")
    if entry.forbidden:
        yield Fact("Policy", f"forbidden: {entry.forbidden}")
    yield Fact("Id", entry.id)
    if entry.is_own:
        yield Fact("Catalog", "the workspace's own records add or correct it")


def _origin(entry: Entry, catalog: Catalog) -> Iterator[Fact]:
    model = entry.model
    yield Fact("Maker", entry.maker.name)
    yield Fact("Hosted by", entry.host.name)
    yield Fact("Data processing", f"{model.region} · {model.country}" if model.country else str(model.region))
    version = f", version {model.provider_version}" if model.provider_version else ""
    yield Fact("Provider's id", f"{model.provider_id}{version}")
    if (deployment := model.deployment) is not None:
        parts = (deployment.name, deployment.location and f"in {deployment.location}", deployment.base_url)
        yield Fact("Deployment", ", ".join(filter(None, parts)) or "as its host names it")
    yield Fact("Stars", f"{model.stars} of 5, rough guidance, {catalog.platform.status}")
    if model.rating is not None:
        yield Fact("Rating", f"{model.rating.score} ({catalog.sources[model.rating.source].in_words})")


def _price(entry: Entry, catalog: Catalog) -> Iterator[Fact]:
    model, listed = entry.model, entry.model.list_price
    if listed is None or entry.price is None:
        yield Fact("Price", "not known")
    else:
        yield Fact("Price", f"{entry.price_shown} per image at 1024×1024")
        tier = f" ({listed.tier})" if listed.tier else ""
        yield Fact("List price", f"{listed.amount.normalize():f} {listed.currency}{tier}")
        rate = catalog.exchange.get(listed.currency)
        yield Fact("Source", said_by(catalog.sources[listed.source], entry))
        exchange = "" if rate is None else f"÷ {rate.per_euro} {rate.id} per euro "
        yield Fact("Worked out", f"{exchange}+ {prices.percent(catalog.platform.margin)} margin")
        if rate is not None:
            yield Fact("Rate", said_by(catalog.sources[rate.source], entry))
    if not model.premium:
        yield Fact("Billing", "included in every plan")
    elif entry.included:
        yield Fact("Billing", "premium: included on the enterprise plan, which this workspace has; see 5 Prices")
    else:
        yield Fact("Billing", "premium: billed against credits on the self-service plan; see 5 Prices")


def _abilities(model: Model) -> Iterator[Fact]:
    if not model.reference_editing:
        editing = "no"
    elif model.max_reference_images is None:
        editing = "yes"
    else:
        editing = f"yes, up to {model.max_reference_images} images"
    yield Fact("Reference editing", editing)
    if model.outputs:
        yield Fact("Output", ", ".join(model.outputs) + (" only" if model.vector_only else ""))


def rates_in_words(catalog: Catalog, today: date) -> list[str]:
    """Each exchange rate with its day, and that it is old where it is."""
    found = []
    for rate in catalog.exchange.values():
        source = catalog.sources[rate.source]
        day = f" ({source.as_of}{', old' if source.is_old(today) else ''})" if source.as_of else ""
        found.append(f"1 € = {rate.per_euro} {rate.id}{day}")
    return found


def said_by(source: Source, entry: Entry) -> str:
    """Who says a price or a rate, and that it is old where it is."""
    return source.in_words + ("; read more than 90 days ago" if source.is_old(entry.today) else "")


def _life(entry: Entry, catalog: Catalog) -> Iterator[Fact]:
    model = entry.model
    if model.released:
        yield Fact("Released", model.released.isoformat())
    if entry.is_preview:
        yield Fact("Preview", f"until {model.preview_until}" if model.preview_until else "not yet officially released")
    if entry.is_deprecated:
        why = "its provider has flagged it as on its way out" if model.deprecated else "its announced end is near"
        yield Fact("Deprecated", why)
    if model.retires_on:
        yield Fact("Retired since" if entry.is_retired else "Last day", model.retires_on.isoformat())
    if model.dates_source and (model.released or model.retires_on):
        yield Fact("Dates", catalog.sources[model.dates_source].in_words)


def remarks(entry: Entry, catalog: Catalog) -> Iterator[Fact]:
    """What its figures do not say, such as where a provider and the page differ, each with who says so."""
    for remark in entry.model.notes:
        yield Fact("Remark", f"{remark.text} ({catalog.sources[remark.source].in_words})")


def _advice(entry: Entry, catalog: Catalog) -> Iterator[Fact]:
    label = "Good for"
    for case in catalog.use_cases_of(entry.model):
        reason = next((r.reason for r in case.recommended if r.model == entry.id), None)
        yield Fact(label, case.name + (f" ({reason})" if reason else "") + (f". {case.note}" if case.note else ""))
        label = ""
    yield from remarks(entry, catalog)
    for note in catalog.notes_on(entry.model):
        yield Fact("Note", f"{note.title}. {note.text}")
