"""What is true of every model in this workspace now: what screens and commands show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from imgmodels_tui.catalog import Catalog, Host, Maker, Model, UseCase, prices
from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.state import WorkspaceState


class Entry(Record):
    """One model of the catalog with its settings in the workspace."""

    model: Model
    catalog: Catalog
    enabled: bool
    is_default: bool
    locked: bool
    """The last enabled model, which cannot be disabled (R3)."""
    included: bool
    """Included in the workspace's plan, rather than billed against credits (R14)."""

    def __hash__(self) -> int:
        return hash((self.model, self.enabled, self.is_default, self.locked, self.included))

    @property
    def id(self) -> str:
        """The model's id."""
        return self.model.id

    @property
    def maker(self) -> Maker:
        """Who trained it."""
        return self.catalog.makers[self.model.maker]

    @property
    def host(self) -> Host:
        """Who runs it."""
        return self.catalog.hosts[self.model.host]

    @property
    def price(self) -> Decimal | None:
        """Euro per image with margin, unrounded; None where no list price is known."""
        return self.catalog.prices.get(self.model.id)

    def as_json(self) -> dict[str, object]:
        """The fields that `imgmodels list --json` promises."""
        model = self.model
        return {
            "id": model.id,
            "name": model.name,
            "maker": self.maker.name,
            "host": self.host.name,
            "region": model.region.value,
            "country": model.country,
            "reference_editing": model.reference_editing,
            "premium": model.premium,
            "preview": model.preview,
            "deprecated": model.deprecated,
            "retires_on": model.retires_on.isoformat() if model.retires_on else None,
            "vector_only": model.vector_only,
            "stars": model.stars,
            "price_eur": None if self.price is None else prices.exact(self.price),
            "enabled": self.enabled,
            "default": self.is_default,
            "locked": self.locked,
            "billing": "included" if self.included else "credits",
        }


class Overview(Record):
    """A state seen through the catalog."""

    state: WorkspaceState
    catalog: Catalog

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every model by id, in the page's order."""
        catalog, state = self.catalog, self.state
        default, locked = rules.default(state, catalog), rules.locked(state, catalog)
        enterprise = rules.included(premium=True, plan=state.plan)
        return {
            name: Entry.restore(
                {
                    "model": model,
                    "catalog": catalog,
                    "enabled": name in state.enabled_models,
                    "is_default": name == default,
                    "locked": name == locked,
                    "included": enterprise or not model.premium,
                }
            )
            for name, model in catalog.models.items()
        }

    def after(self, state: WorkspaceState) -> Overview:
        """What a newer state looks like; entries in which nothing changed are the same objects."""
        newer = Overview(state, self.catalog)
        if state.plan is self.state.plan and "entries" in vars(self):
            vars(newer)["entries"] = {**self.entries, **self._changed(state)}
        return newer

    def _changed(self, state: WorkspaceState) -> Mapping[str, Entry]:
        """The entries that differ in `state`, which has the same plan."""
        before, catalog = self.state, self.catalog
        default, locked = rules.default(state, catalog), rules.locked(state, catalog)
        touched = {rules.default(before, catalog), rules.locked(before, catalog), default, locked}
        touched |= before.enabled_models ^ state.enabled_models
        return {
            name: self.entries[name].replace(
                enabled=name in state.enabled_models, is_default=name == default, locked=name == locked
            )
            for name in touched
            if name is not None and name in catalog.models
        }

    @cached_property
    def enabled(self) -> tuple[Entry, ...]:
        """The enabled models, in the page's order."""
        return tuple(self.entries[model] for model in rules.enabled(self.state, self.catalog))

    @property
    def default(self) -> Entry | None:
        """The default model, if one counts."""
        default = rules.default(self.state, self.catalog)
        return None if default is None else self.entries[default]

    @cached_property
    def departed(self) -> tuple[str, ...]:
        """Enabled ids that the catalog no longer knows (R9)."""
        return rules.departed(self.state, self.catalog)

    def name(self, model: str) -> str:
        """The name of a model, or its id where the catalog does not know it."""
        known = self.catalog.models.get(model)
        return model if known is None else known.name


def for_users(catalog: Catalog, state: WorkspaceState) -> Catalog:
    """The catalog as users see it: the enabled models, and the use cases and notes that concern them."""
    usable = set(rules.enabled(state, catalog))
    guide: dict[str, UseCase] = {}
    for case in catalog.guide.values():
        if recommended := tuple(found for found in case.recommended if found.model in usable):
            guide[case.id] = case.replace(recommended=recommended)
    return catalog.replace(
        models={id_: model for id_, model in catalog.models.items() if id_ in usable},
        guide=guide,
        notes={id_: note for id_, note in catalog.notes.items() if not note.models or usable.intersection(note.models)},
    )


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
