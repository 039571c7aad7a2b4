"""Changes of many models, previewed: doing without some hosts or regions ("EU only"), enabling a row of the guide.

An `Exclusion` is a question, kept nowhere: which hosts and regions may not be used. Its `effect` is the answer for one
state of the workspace, and its `rule` is the one change that brings it about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.queries.hosting import HostRegionId, host_region_of, host_regions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from imgmodels_tui.catalog import Catalog, Region
    from imgmodels_tui.workspace.overview import Entry, Overview

    SessionsOn = Callable[[Sequence[str]], Mapping[str, int] | None]
    """How many generator sessions use each of some models; a model without sessions may be left out."""


class Effect(Record):
    """What an exclusion means for the models that are enabled now."""

    disabled: tuple[Entry, ...]
    """The enabled models that would be disabled, in the page's order."""
    remaining: tuple[Entry, ...]
    """The enabled models that would remain, in the page's order."""
    default: Entry | None
    """The present default."""
    new_default: Entry | None
    """The default afterwards; None where there is none now, or where nothing remains."""

    @property
    def replaces_default(self) -> bool:
        """Whether the default is among the models that would be disabled, so that another has to follow (R4)."""
        return self.default is not None and any(entry.is_default for entry in self.disabled)

    @property
    def possible(self) -> bool:
        """Whether a model would stay enabled (R3), or nothing is disabled in the first place."""
        return bool(self.remaining) or not self.disabled


class Exclusion(Record):
    """The hosts and regions that may not be used, and the default that was chosen for then."""

    excluded: frozenset[HostRegionId] = frozenset()
    wanted_default: str | None = None
    """The new default where the present one is disabled; without it, the first that remains in the page's order."""

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
        disabled = tuple(entry for entry in overview.enabled if host_region_of(entry.model) in self.excluded)
        remaining = tuple(entry for entry in overview.enabled if host_region_of(entry.model) not in self.excluded)
        default = new_default = overview.default
        if default is not None and host_region_of(default.model) in self.excluded:
            first = remaining[0] if remaining else None
            new_default = next((entry for entry in remaining if entry.id == self.wanted_default), first)
        return Effect(disabled, remaining, default, new_default)

    def rule(self, overview: Overview) -> rules.Disable:
        """The one change that brings it about, to be judged on the newest state.

        It names every model that runs there, enabled or not: one that is enabled a moment before the
        change is made is disabled with the others.
        """
        effect = self.effect(overview)
        replacement = effect.new_default if effect.replaces_default else None
        return rules.Disable(self.models(overview.catalog), replacement=None if replacement is None else replacement.id)

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


class EnablePreview(Record):
    """What enabling some models as one change would do (R2, R7)."""

    models: tuple[str, ...]
    """The ids that were asked for, each once."""
    added: tuple[Entry, ...]
    """The models that would be enabled, in the order in which they were named."""
    already_enabled: tuple[Entry, ...]
    """The models that are enabled already."""
    new_default: Entry | None
    """The model that would become the default, because none is set."""

    @property
    def premium(self) -> tuple[Entry, ...]:
        """The added models that are billed at premium rates (R14)."""
        return tuple(entry for entry in self.added if entry.model.premium)

    @property
    def rule(self) -> rules.Enable:
        """The one change; it names all of the models, so that it holds whatever others do meanwhile."""
        return rules.Enable(self.models)


def preview_enabling(overview: Overview, models: Sequence[str]) -> EnablePreview:
    """Work out what enabling `models`, which the catalog knows, would change."""
    entries = [overview.entries[model] for model in dict.fromkeys(models)]
    added = tuple(entry for entry in entries if not entry.enabled)
    return EnablePreview(
        models=tuple(entry.id for entry in entries),
        added=added,
        already_enabled=tuple(entry for entry in entries if entry.enabled),
        new_default=added[0] if added and overview.default is None else None,
    )
