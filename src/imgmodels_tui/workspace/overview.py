"""What is true of every model in this workspace now: the one picture that screens and commands are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from imgmodels_tui.catalog import prices
from imgmodels_tui.workspace import rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from imgmodels_tui.catalog import Catalog, Host, Maker, Model
    from imgmodels_tui.workspace.state import WorkspaceState


@dataclass(frozen=True)
class Entry:
    """One model of the catalog as it stands in the workspace."""

    model: Model
    maker: Maker
    host: Host
    price: Decimal | None
    """Euro per image with margin, unrounded; None where no list price is known."""
    enabled: bool
    is_default: bool
    locked: bool
    """The last enabled model, which cannot be disabled (R3)."""
    included: bool
    """Included in the workspace's plan, rather than billed against credits (R14)."""

    @property
    def id(self) -> str:
        """The model's id."""
        return self.model.id

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


@dataclass(frozen=True)
class Overview:
    """A state seen through the catalog."""

    state: WorkspaceState
    catalog: Catalog

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every model by id, in the page's order."""
        catalog, state = self.catalog, self.state
        default, locked = rules.default(state, catalog), rules.locked(state, catalog)
        return {
            model.id: Entry(
                model=model,
                maker=catalog.makers[model.maker],
                host=catalog.hosts[model.host],
                price=catalog.prices.get(model.id),
                enabled=model.id in state.enabled_models,
                is_default=model.id == default,
                locked=model.id == locked,
                included=rules.included(premium=model.premium, plan=state.plan),
            )
            for model in catalog.models.values()
        }

    @cached_property
    def enabled(self) -> tuple[Entry, ...]:
        """The enabled models, in the page's order."""
        return tuple(entry for entry in self.entries.values() if entry.enabled)

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
