"""The settings of a workspace as a file to export and import, and what importing one would change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.file_store.codec import LARGEST_STATE, decode, encode_json, read_content
from imgmodels_tui.workspace.policy import in_words
from imgmodels_tui.workspace.queries.messages import default_name, name, on_off
from imgmodels_tui.workspace.queries.model_facts import Fact
from imgmodels_tui.workspace.state import SCHEMA_VERSION, WorkspaceState

_FIELDS = ("image_generation", "plan", "default_model", "enabled_models")


def exported(state: WorkspaceState, catalog: Catalog) -> bytes:
    """The settings that count, as a JSON file: no revision, no names of people, no model that left the catalog."""
    settings: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "image_generation": state.image_generation,
        "plan": state.plan.value,
        **({"policy": state.policy.to_json(defaults=False)} if state.policy else {}),
        "default_model": rules.default(state, catalog),
        "enabled_models": sorted(rules.enabled(state, catalog)),
    }
    return encode_json(settings)


def read_settings(path: Path) -> rules.Replace:
    """Read an exported file, or another workspace's state file. Raises `StateError`."""
    content = read_content(path, LARGEST_STATE)
    if content is None:
        raise StateError(path, "does not exist")
    return parse_settings(path, content)


def parse_settings(path: Path, content: bytes) -> rules.Replace:
    """Understand the content of `path`: strictly, and every setting has to be there. Raises `StateError`."""
    state = decode(path, content)
    written = json.loads(content)
    for field in _FIELDS:
        if field not in written:
            raise StateError(path, "is missing", field)
    models = tuple(sorted(state.enabled_models))
    return rules.Replace(models, state.default_model, state.image_generation, state.plan, state.policy)


def difference(before: WorkspaceState, after: WorkspaceState, catalog: Catalog) -> tuple[Fact, ...]:
    """What is different between two states, one line for each setting and model; nothing if they are the same."""
    return tuple(_differences(before, after, catalog))


def _differences(before: WorkspaceState, after: WorkspaceState, catalog: Catalog) -> Iterator[Fact]:
    if before.image_generation != after.image_generation:
        yield Fact("Image generation", f"{on_off(before.image_generation)} → {on_off(after.image_generation)}")
    if before.plan != after.plan:
        yield Fact("Plan", f"{before.plan.label} → {after.plan.label}")
    if before.policy != after.policy:
        yield Fact("Policy", f"{in_words(before.policy, catalog)} → {in_words(after.policy, catalog)}")
    if before.default_model != after.default_model:
        names = (default_name(state.default_model, catalog) for state in (before, after))
        yield Fact("Default", " → ".join(names))
    yield from _listed("Enable", after.enabled_models - before.enabled_models, catalog)
    yield from _listed("Disable", before.enabled_models - after.enabled_models, catalog)


def _listed(label: str, models: frozenset[str], catalog: Catalog) -> Iterator[Fact]:
    """One line for each model, in the page's order, with the label only before the first."""
    known = [model for model in catalog.models if model in models]
    for number, model in enumerate((*known, *sorted(models - catalog.models.keys()))):
        yield Fact("" if number else label, name(model, catalog))
