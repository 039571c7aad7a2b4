"""What is true of every model in this workspace now: what screens and commands show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from imgmodels_tui.catalog import Catalog, Host, Maker, Model, Source, UseCase, prices
from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.policy import Policy
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
    policy: Policy | None
    today: date

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

    @property
    def price_shown(self) -> str:
        """The price as a screen shows it, with a mark where it, or its exchange rate, is older than 90 days."""
        return prices.shown(self.price, is_old=self.price_is_old)

    @property
    def price_is_old(self) -> bool:
        """Whether the list price or its exchange rate was read more than 90 days ago."""
        return bool(self.old_price_sources)

    @property
    def price_source(self) -> Source | None:
        """Who says the list price; None where none is known."""
        listed = self.model.list_price
        return None if listed is None else self.catalog.sources[listed.source]

    @property
    def old_price_sources(self) -> tuple[Source, ...]:
        """Who said its list price, or the rate, more than 90 days ago."""
        listed, catalog = self.model.list_price, self.catalog
        if listed is None:
            return ()
        rate = catalog.exchange.get(listed.currency)
        named = [listed.source] if rate is None else [listed.source, rate.source]
        return tuple(source for name in named if (source := catalog.sources[name]).is_old(self.today))

    @property
    def is_preview(self) -> bool:
        """Not yet officially released (R17)."""
        return self.model.is_preview(self.today)

    @property
    def is_deprecated(self) -> bool:
        """On its way out (R17)."""
        return self.model.is_deprecated(self.today)

    @property
    def is_retired(self) -> bool:
        """Its announced end has passed (R17)."""
        return self.model.is_retired(self.today)

    @property
    def forbidden(self) -> str | None:
        """The clause of the workspace's policy that forbids it, such as `EU only`; None where it is allowed (R18)."""
        return self.policy.forbids(self.model, self.catalog) if self.policy else None

    @property
    def forbidden_in_short(self) -> str | None:
        """What the policy has against it, where there is little room."""
        return self.policy.forbids_in_short(self.model, self.catalog) if self.policy else None

    @property
    def is_own(self) -> bool:
        """Whether the workspace's own catalog adds or corrects it (R16)."""
        return self.catalog.is_own(self.model)

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
            "preview": self.is_preview,
            "deprecated": self.is_deprecated,
            "retired": self.is_retired,
            "retires_on": model.retires_on.isoformat() if model.retires_on else None,
            "vector_only": model.vector_only,
            "stars": model.stars,
            "price_eur": None if self.price is None else prices.exact(self.price),
            "enabled": self.enabled,
            "default": self.is_default,
            "locked": self.locked,
            "allowed": self.forbidden is None,
            "own": self.is_own,
            "billing": "included" if self.included else "credits",
        }


class Overview(Record):
    """A state seen through the catalog."""

    state: WorkspaceState
    catalog: Catalog
    today: date
    """The day in UTC; badges follow from it (R17)."""

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
                    "policy": state.policy,
                    "today": self.today,
                }
            )
            for name, model in catalog.models.items()
        }

    def after(self, state: WorkspaceState, catalog: Catalog, today: date) -> Overview:
        """What a newer state looks like; entries in which nothing changed are the same objects."""
        newer, before = Overview(state, catalog, today), self.state
        same = catalog is self.catalog and today == self.today
        if same and state.plan is before.plan and state.policy == before.policy and "entries" in vars(self):
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

    @cached_property
    def retired(self) -> tuple[Entry, ...]:
        """The enabled models whose announced end has passed, the default first (R17)."""
        found = [entry for entry in self.enabled if entry.is_retired]
        return tuple(sorted(found, key=lambda entry: not entry.is_default))

    @cached_property
    def forbidden(self) -> tuple[Entry, ...]:
        """The enabled models that the policy forbids by now, because the catalog changed (R18)."""
        return tuple(self.entries[model] for model in rules.forbidden(self.state, self.catalog))

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
