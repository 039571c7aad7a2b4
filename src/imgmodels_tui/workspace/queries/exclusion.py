"""Doing without some hosts or regions: "we may not use processor X", "EU only".

An `Exclusion` is a question, kept nowhere: which places may not be used. Its `effect` is the answer for one state
of the workspace, and its `rule` is the one change that brings it about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.queries.hosting import Where, hosting, where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from imgmodels_tui.catalog import Catalog, Region
    from imgmodels_tui.workspace.overview import Entry, Overview

    SessionsOn = Callable[[Sequence[str]], Mapping[str, int] | None]
    """How many generator sessions stand on each of some models; a model without sessions may be left out."""


class Effect(Record):
    """What an exclusion means for the models that are enabled now."""

    hit: tuple[Entry, ...]
    """The enabled models that would be disabled, in the page's order."""
    staying: tuple[Entry, ...]
    """The enabled models that would remain, in the page's order."""
    default: Entry | None
    """The default of now."""
    new_default: Entry | None
    """The default that would follow; None where there is none now, or where nothing remains."""

    @property
    def default_hit(self) -> bool:
        """Whether the default is among the models that would be disabled, so that another has to follow (R4)."""
        return self.default is not None and any(entry.is_default for entry in self.hit)

    @property
    def possible(self) -> bool:
        """Whether a model would stay enabled (R3), or nothing is hit in the first place."""
        return bool(self.staying) or not self.hit


class Exclusion(Record):
    """The places that may not be used, and the default that somebody chose for then."""

    places: frozenset[Where] = frozenset()
    wanted_default: str | None = None
    """Takes over where the present default is hit; without one, the first that stays in the page's order."""

    def __bool__(self) -> bool:
        """Whether any place is excluded."""
        return bool(self.places)

    def toggle(self, places: Iterable[Where]) -> Exclusion:
        """Exclude these places, or allow them again if all of them are excluded."""
        asked = frozenset(places)
        kept = self.places - asked if asked <= self.places else self.places | asked
        return self.replace(places=kept)

    def exclude(self, places: Iterable[Where]) -> Exclusion:
        """Exclude these places too."""
        return self.replace(places=self.places | frozenset(places))

    def choosing(self, model: str) -> Exclusion:
        """The same with `model` as the default that would follow."""
        return self.replace(wanted_default=model)

    def effect(self, overview: Overview) -> Effect:
        """What this exclusion means in the state of `overview`."""
        hit = tuple(entry for entry in overview.enabled if where(entry.model) in self.places)
        staying = tuple(entry for entry in overview.enabled if where(entry.model) not in self.places)
        default = follows = overview.default
        if default is not None and where(default.model) in self.places:
            first = staying[0] if staying else None
            follows = next((entry for entry in staying if entry.id == self.wanted_default), first)
        return Effect(hit, staying, default, follows)

    def rule(self, overview: Overview) -> rules.Disable:
        """The one change that brings it about, to be judged on the newest state.

        It names every model of the excluded places, enabled or not: one that somebody enables a moment before the
        change is made goes off with the others.
        """
        effect = self.effect(overview)
        replacement = effect.new_default if effect.default_hit else None
        return rules.Disable(self.models(overview.catalog), replacement=None if replacement is None else replacement.id)

    def models(self, catalog: Catalog) -> tuple[str, ...]:
        """Every model of the catalog that runs in an excluded place, in the page's order."""
        return tuple(model.id for model in catalog.models.values() if where(model) in self.places)


def outside(overview: Overview, *regions: Region) -> tuple[Where, ...]:
    """The places in any other region than these."""
    return tuple(place.where for place in hosting(overview) if place.region not in regions)


def of_host(overview: Overview, host: str) -> tuple[Where, ...]:
    """The places of a host, in all of its regions."""
    return tuple(place.where for place in hosting(overview) if place.host.id == host)


def named(overview: Overview, places: Iterable[Where]) -> tuple[str, ...]:
    """Places in words, by host: `Microsoft Azure (Global)`, or the mere name where all of a host's are meant."""
    asked = frozenset(places)
    by_host: dict[str, list[Where]] = {}
    for place in hosting(overview):
        by_host.setdefault(place.host.id, []).append(place.where)
    said = []
    for host, all_of_it in by_host.items():
        regions = [place.region.value for place in all_of_it if place in asked]
        if regions:
            name = overview.catalog.hosts[host].name
            said.append(name if len(regions) == len(all_of_it) else f"{name} ({', '.join(regions)})")
    return tuple(said)
