"""The compact hosting list: which host processes data in which region for which models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from imgmodels_tui.catalog import Host, Model, Region
    from imgmodels_tui.workspace.overview import Entry, Overview


class Where(NamedTuple):
    """What identifies a place: the host's id and the region."""

    host: str
    region: Region


@dataclass(frozen=True)
class Place:
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
    places = []
    for host in overview.catalog.hosts.values():
        for region in host.regions:
            entries = tuple(
                entry
                for entry in overview.entries.values()
                if entry.model.host == host.id and entry.model.region == region
            )
            if entries:
                places.append(Place(host, region, entries))
    return tuple(places)


def where(model: Model) -> Where:
    """The place in which `model` is run."""
    return Where(model.host, model.region)
