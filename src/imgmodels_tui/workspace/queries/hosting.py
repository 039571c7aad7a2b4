"""The compact hosting list: which host processes data in which region for which models."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imgmodels_tui.record import Record
from imgmodels_tui.workspace.queries.model_facts import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgmodels_tui.catalog import Catalog, Host, Model, Note, Region
    from imgmodels_tui.workspace.overview import Entry, Overview


class HostRegionId(NamedTuple):
    """What identifies a host in a region."""

    host: str
    region: Region


class HostRegion(Record):
    """One host in one region, with the models it runs there."""

    host: Host
    region: Region
    entries: tuple[Entry, ...]

    @property
    def id(self) -> HostRegionId:
        """What identifies it."""
        return HostRegionId(self.host.id, self.region)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that are named for some of the models, in alphabetical order."""
        return countries_of(self.entries)


def host_regions(overview: Overview) -> tuple[HostRegion, ...]:
    """Every host and region that has models, hosts in the catalog's order, regions in the host's."""
    found: dict[HostRegionId, list[Entry]] = {}
    for entry in overview.entries.values():
        found.setdefault(host_region_of(entry.model), []).append(entry)
    return tuple(
        HostRegion(host, region, tuple(found[HostRegionId(host.id, region)]))
        for host in overview.catalog.hosts.values()
        for region in host.regions
        if HostRegionId(host.id, region) in found
    )


def host_region_of(model: Model) -> HostRegionId:
    """The host and region that run `model`."""
    return HostRegionId(model.host, model.region)


def countries_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The countries that are named for some models, in alphabetical order."""
    return tuple(sorted({entry.model.country for entry in entries if entry.model.country}))


def made_elsewhere(entry: Entry) -> bool:
    """Whether another company than its maker runs the model: then the maker does not tell who gets the data."""
    return entry.maker.name != entry.host.name


def in_short(hosted: HostRegion, entries: Sequence[Entry], catalog: Catalog) -> tuple[Fact, ...]:
    """Two lines on some models of a host in a region: who runs and makes them, and the titles of the page's remarks."""
    makers = list(dict.fromkeys(entry.maker.name for entry in entries))
    if makers == [hosted.host.name]:
        makers = ["the same"]
    country = entries[0].model.country if len(entries) == 1 else None
    where = f"{hosted.region.value} · {country}" if country else hosted.region.value
    facts = [Fact("Run by", f"{hosted.host.name}, {where}; made by {', '.join(makers)}")]
    titles = [note.title for note in _notes(entries, catalog)]
    return (*facts, Fact("Note", " · ".join(titles))) if titles else tuple(facts)


def in_full(hosted: HostRegion, entries: Sequence[Entry], catalog: Catalog) -> tuple[Fact, ...]:
    """Who runs some models of a host in a region, where, who makes them, and the page's remarks on that."""
    where = " · ".join([hosted.region.value, *countries_of(entries)])
    facts = [Fact("Run by", hosted.host.name), Fact("Data processing", where)]
    facts.append(Fact("Made by", ", ".join(dict.fromkeys(entry.maker.name for entry in entries))))
    if hosted.host.note and len(entries) > 1:
        facts.append(Fact("Regions", hosted.host.note))
    facts += [Fact("Note", f"{note.title}. {note.text}") for note in _notes(entries, catalog)]
    return tuple(facts)


def _notes(entries: Sequence[Entry], catalog: Catalog) -> list[Note]:
    """The page's remarks on any of these models, each once, in the catalog's order."""
    models = {entry.id for entry in entries}
    return [note for note in catalog.notes.values() if models & set(note.models)]
