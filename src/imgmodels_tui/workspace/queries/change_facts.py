"""One change of the history in detail: what stood before, what after."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.queries.export import on_off, plan
from imgmodels_tui.workspace.queries.model_facts import Fact
from imgmodels_tui.workspace.queries.times import local

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imgmodels_tui.catalog import Catalog
    from imgmodels_tui.workspace.state import Change


def details(change: Change, catalog: Catalog) -> tuple[Fact, ...]:
    """Who, when, from which revision to which, and each value before and after."""
    return (*_circumstances(change), *_values(change, catalog))


def _circumstances(change: Change) -> Iterator[Fact]:
    yield Fact("Revision", f"{change.before} → {change.revision}")
    yield Fact("Who", harmless(change.by, 80))
    here, utc = local(change.at), local(change.at, UTC)
    yield Fact("When", here if here == utc else f"{here} · {utc}")
    asked = harmless(", ".join(change.models))
    yield Fact("Asked for", f"{harmless(change.action, 40)}{f': {asked}' if asked else ''}")


def _values(change: Change, catalog: Catalog) -> Iterator[Fact]:
    yield from _sides(change.enabled, "off → on", catalog)
    yield from _sides(change.disabled, "on → off", catalog)
    if change.default_model is not None:
        names = [
            "none" if model is None else messages.name(model, catalog)
            for model in (change.default_model.from_, change.default_model.to)
        ]
        yield Fact("Default", " → ".join(names))
    if change.image_generation is not None:
        moved = change.image_generation
        yield Fact("Image generation", f"{on_off(moved.from_)} → {on_off(moved.to)}")
    if change.plan is not None:
        yield Fact("Plan", f"{plan(change.plan.from_)} → {plan(change.plan.to)}")


def _sides(models: Sequence[str], moved: str, catalog: Catalog) -> Iterator[Fact]:
    for model in models:
        yield Fact(messages.name(model, catalog), moved)
