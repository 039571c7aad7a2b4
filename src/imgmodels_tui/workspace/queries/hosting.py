"""The compact hosting list: which host processes data in which region for which models."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imgmodels_tui.record import Record
from imgmodels_tui.workspace.queries.model_facts import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgmodels_tui.catalog import Catalog, Host, Model, Note, Region
    from imgmodels_tui.workspace.overview import Entry, Overview


class Where(NamedTuple):
    """What identifies a place: the host's id and the region."""

    host: str
    region: Region


class Place(Record):
    """One host in one region, with the models it runs there."""

    host: Host
    region: Region
    entries: tuple[Entry, ...]

    @property
    def where(self) -> Where:
        """What identifies this place."""
        return Where(self.host.id, self.region)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that are named for some of the models, in alphabetical order."""
        return tuple(sorted({entry.model.country for entry in self.entries if entry.model.country}))


def hosting(overview: Overview) -> tuple[Place, ...]:
    """Every host and region that has models, hosts in the catalog's order, regions in the host's."""
    found: dict[Where, list[Entry]] = {}
    for entry in overview.entries.values():
        found.setdefault(where(entry.model), []).append(entry)
    return tuple(
        Place(host, region, tuple(found[Where(host.id, region)]))
        for host in overview.catalog.hosts.values()
        for region in host.regions
        if Where(host.id, region) in found
    )


def where(model: Model) -> Where:
    """The place in which `model` is run."""
    return Where(model.host, model.region)


def made_elsewhere(entry: Entry) -> bool:
    """Whether somebody else than its maker runs the model: then the maker says nothing about who gets the data."""
    return entry.maker.name != entry.host.name


def in_short(place: Place, entries: Sequence[Entry], catalog: Catalog) -> tuple[Fact, ...]:
    """Two lines on some models of a place: who runs and who makes them, and the titles of the page's remarks."""
    makers = list(dict.fromkeys(entry.maker.name for entry in entries))
    if makers == [place.host.name]:
        makers = ["the same"]
    country = entries[0].model.country if len(entries) == 1 else None
    where = f"{place.region.value} · {country}" if country else place.region.value
    facts = [Fact("Run by", f"{place.host.name}, {where}; made by {', '.join(makers)}")]
    titles = [note.title for note in _notes(entries, catalog)]
    return (*facts, Fact("Note", " · ".join(titles))) if titles else tuple(facts)


def in_full(place: Place, entries: Sequence[Entry], catalog: Catalog) -> tuple[Fact, ...]:
    """Who runs some models of a place, where, who makes them, and the page's remarks on that."""
    where = " · ".join([place.region.value, *sorted({entry.model.country for entry in entries if entry.model.country})])
    facts = [Fact("Run by", place.host.name), Fact("Data processing", where)]
    facts.append(Fact("Made by", ", ".join(dict.fromkeys(entry.maker.name for entry in entries))))
    if place.host.note and len(entries) > 1:
        facts.append(Fact("Regions", place.host.note))
    facts += [Fact("Note", f"{note.title}. {note.text}") for note in _notes(entries, catalog)]
    return tuple(facts)


def _notes(entries: Sequence[Entry], catalog: Catalog) -> list[Note]:
    """The page's remarks on any of these models, each once, in the catalog's order."""
    models = {entry.id for entry in entries}
    return [note for note in catalog.notes.values() if models & set(note.models)]
