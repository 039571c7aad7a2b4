"""Which host processes data in which region for which models, and what doing without some of them means ("EU only").

An `Exclusion` is a question, kept nowhere: which hosts and regions may not be used. Its `effect` is the answer for one
state of the workspace, and its `rule` is the one change that brings it about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from imgmodels_tui.catalog import Catalog, Host, Model, Note, Region
from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.overview import Entry, Overview
from imgmodels_tui.workspace.policy import Policy
from imgmodels_tui.workspace.queries.model_facts import Fact, remarks
from imgmodels_tui.workspace.queries.successor import successor

SessionsOn = Callable[[Sequence[str]], Mapping[str, int] | None]
"""How many generator sessions use each of some models; a model without sessions may be left out."""


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


def _country(entries: Sequence[Entry]) -> str | None:
    """The country that the page names for every one of some models; None where it does not."""
    countries = {entry.model.country for entry in entries}
    return countries.pop() if len(countries) == 1 else None


def made_elsewhere(entry: Entry) -> bool:
    """Whether another company than its maker runs the model: then the maker does not tell who gets the data."""
    return entry.maker.name != entry.host.name


def in_short(hosted: HostRegion, entries: Sequence[Entry], catalog: Catalog) -> tuple[Fact, ...]:
    """Two lines on some models of a host in a region: who runs and makes them, and the titles of the page's remarks."""
    makers = _makers(entries)
    made_by = "the same" if makers == hosted.host.name else makers
    country = _country(entries)
    where = f"{hosted.region.value} · {country}" if country else hosted.region.value
    facts = (Fact("Run by", f"{hosted.host.name}, {where}; made by {made_by}"),)
    titles = [note.title for note in _notes(entries, catalog)]
    return (*facts, Fact("Note", " · ".join(titles))) if titles else facts


def in_full(hosted: HostRegion, entries: Sequence[Entry], catalog: Catalog) -> tuple[Fact, ...]:
    """Who runs some models of a host in a region, where, who makes them, and the page's remarks on that."""
    country = _country(entries)
    where = f"{hosted.region.value} · {country}" if country else hosted.region.value
    facts = [Fact("Run by", hosted.host.name), Fact("Data processing", where), Fact("Made by", _makers(entries))]
    if hosted.host.note and len(entries) > 1:
        facts.append(Fact("Regions", hosted.host.note))
    facts += [Fact("Note", f"{note.title}. {note.text}") for note in _notes(entries, catalog)]
    if len(entries) == 1:
        facts += remarks(entries[0], catalog)
    return tuple(facts)


def _makers(entries: Sequence[Entry]) -> str:
    return ", ".join(dict.fromkeys(entry.maker.name for entry in entries))


def _notes(entries: Sequence[Entry], catalog: Catalog) -> list[Note]:
    """The page's remarks on any of these models, each once, in the catalog's order."""
    models = {entry.id for entry in entries}
    return [note for note in catalog.notes.values() if models & set(note.models)]


class Effect(Record):
    """What an exclusion means for the models that are enabled now."""

    disabled: tuple[Entry, ...]
    """The enabled models that would be disabled, in the page's order."""
    remaining: tuple[Entry, ...]
    """The enabled models that would remain, in the page's order."""
    default: Entry | None
    """The present default."""
    new_default: Entry | None
    """The default afterwards; None where there is none now, or where nothing remains that could be proposed."""

    @property
    def replaces_default(self) -> bool:
        """Whether the default is among the models that would be disabled, so that another has to follow (R4)."""
        return self.default is not None and any(entry.is_default for entry in self.disabled)

    @property
    def replacement(self) -> str | None:
        """The id of the model that the rule needs as the new default (R4)."""
        return self.new_default.id if self.replaces_default and self.new_default is not None else None

    @property
    def is_decided(self) -> bool:
        """Whether it is known which model is the default afterwards, where another has to follow (R4)."""
        return not self.replaces_default or self.new_default is not None

    @property
    def possible(self) -> bool:
        """Whether a model would stay enabled (R3), or nothing is disabled in the first place."""
        return bool(self.remaining) or not self.disabled


def effect_of(overview: Overview, leaving: Collection[str], wanted_default: str | None = None) -> Effect:
    """What disabling the models `leaving` means, with the default that was wanted for then, or else proposed."""
    disabled = tuple(entry for entry in overview.enabled if entry.id in leaving)
    remaining = tuple(entry for entry in overview.enabled if entry.id not in leaving)
    default = new_default = overview.default
    if default is not None and default.id in leaving:
        wanted = next((entry for entry in remaining if entry.id == wanted_default), None)
        new_default = wanted or successor(default, remaining)
    return Effect(disabled, remaining, default, new_default)


def policy_effect(overview: Overview, policy: Policy | None, wanted_default: str | None = None) -> Effect:
    """What setting a policy means for the models that are enabled now (R18)."""
    state = overview.state.replace(policy=policy or None)
    seen = overview.after(state, overview.catalog, overview.today)
    return effect_of(seen, rules.forbidden(state, overview.catalog), wanted_default)


class Exclusion(Record):
    """The hosts and regions that may not be used, and the default that was chosen for then."""

    excluded: frozenset[HostRegionId] = frozenset()
    wanted_default: str | None = None
    """The new default where the present one is disabled; without it, the one that is proposed (`successor`)."""

    def __bool__(self) -> bool:
        """Whether anything is excluded."""
        return bool(self.excluded)

    def toggle(self, ids: Iterable[HostRegionId]) -> Exclusion:
        """Exclude these, or allow them again if all of them are excluded."""
        asked = frozenset(ids)
        kept = self.excluded - asked if asked <= self.excluded else self.excluded | asked
        return self.replace(excluded=kept)

    def exclude(self, ids: Iterable[HostRegionId]) -> Exclusion:
        """Exclude these too."""
        return self.replace(excluded=self.excluded | frozenset(ids))

    def choosing(self, model: str) -> Exclusion:
        """The same with `model` as the default afterwards."""
        return self.replace(wanted_default=model)

    def effect(self, overview: Overview) -> Effect:
        """What this exclusion means in the state of `overview`."""
        leaving = [entry.id for entry in overview.enabled if host_region_of(entry.model) in self.excluded]
        return effect_of(overview, leaving, self.wanted_default)

    def rule(self, overview: Overview) -> rules.Disable:
        """The one change that brings it about, to be judged on the newest state.

        It names every model that runs there, enabled or not: one that is enabled a moment before the
        change is made is disabled with the others.
        """
        return rules.Disable(self.models(overview.catalog), replacement=self.effect(overview).replacement)

    def as_policy(self, overview: Overview) -> Policy | None:
        """The policy that forbids just what is excluded, on top of the present one; None where none can say it.

        A policy knows whole hosts and whole regions.
        """
        places = {each.id for each in host_regions(overview)}
        hosts = {host for host, _ in places if {p for p in places if p.host == host} <= self.excluded}
        regions = {region for _, region in places if {p for p in places if p.region == region} <= self.excluded}
        present = overview.state.policy or Policy()
        allowed = frozenset(Region) if present.regions is None else present.regions
        for without, outside_ in ((hosts, set[Region]()), (set[str](), regions), (hosts, regions)):
            if {p for p in places if p.host in without or p.region in outside_} == self.excluded:
                kept = allowed - outside_
                if not kept:
                    return None
                return present.replace(
                    regions=kept if kept != frozenset(Region) else None,
                    without_hosts=present.without_hosts | without,
                )
        return None

    def models(self, catalog: Catalog) -> tuple[str, ...]:
        """Every model of the catalog that is excluded, in the page's order."""
        return tuple(model.id for model in catalog.models.values() if host_region_of(model) in self.excluded)


def outside(overview: Overview, *regions: Region) -> tuple[HostRegionId, ...]:
    """The hosts and regions in any other region than these."""
    return tuple(each.id for each in host_regions(overview) if each.region not in regions)


def of_host(overview: Overview, host: str) -> tuple[HostRegionId, ...]:
    """A host in all of its regions."""
    return tuple(each.id for each in host_regions(overview) if each.host.id == host)


def named(overview: Overview, ids: Iterable[HostRegionId]) -> tuple[str, ...]:
    """What is excluded, by host: `Microsoft Azure (Global)`, or the mere name where all of its regions are meant."""
    asked = frozenset(ids)
    by_host: dict[str, list[HostRegionId]] = {}
    for each in host_regions(overview):
        by_host.setdefault(each.host.id, []).append(each.id)
    words = []
    for host, all_regions in by_host.items():
        regions = [each.region.value for each in all_regions if each in asked]
        if regions:
            name = overview.catalog.hosts[host].name
            words.append(name if len(regions) == len(all_regions) else f"{name} ({', '.join(regions)})")
    return tuple(words)
