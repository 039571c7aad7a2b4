"""What is read without the schema is exactly what the schema would have read."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from imgmodels_tui.workspace import ordinary, schema
from imgmodels_tui.workspace.file_store.codec import encode
from imgmodels_tui.workspace.state import Change, WorkspaceState

IDS = st.sampled_from(["flux-2-pro", "gpt-image-2", "gone", "", "x" * 201, "é", "\ud800"])
ODD: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-1, 2)
    | st.just(10**15 + 1)
    | st.floats()
    | IDS
    | st.lists(IDS)
    | st.just({})
)
TIMES = st.sampled_from(
    ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00+02:00", "0000-01-01T00:00:00Z", "2026-02-30T00:00:00Z"]
)
MOVED = st.fixed_dictionaries({"from": IDS | st.none() | st.booleans(), "to": IDS | st.just("enterprise")})
CHANGES = st.fixed_dictionaries(
    {"revision": st.integers(0, 3), "at": TIMES | ODD, "by": IDS, "action": st.just("enable") | ODD},
    optional={
        "models": st.lists(IDS), "enabled": st.lists(IDS) | ODD, "default_model": MOVED | ODD,
        "image_generation": MOVED, "plan": MOVED, "unknown": ODD,
    },
)  # fmt: skip
STATES = st.fixed_dictionaries(
    {},
    optional={
        "schema_version": st.sampled_from([1, 1, 1, 2, True]), "revision": st.integers(0, 3) | ODD,
        "image_generation": st.booleans() | ODD, "plan": st.sampled_from(["self_service", "enterprise", "other"]) | ODD,
        "default_model": IDS | ODD, "enabled_models": st.lists(IDS) | ODD, "last_change": CHANGES | ODD, "unknown": ODD,
    },
)  # fmt: skip


def by_schema(kind: type[WorkspaceState | Change], content: str) -> WorkspaceState | Change | None:
    try:
        return schema.validated_json(kind, content, strict=kind is WorkspaceState)
    except ValidationError:
        return None


@given(STATES)
def test_an_ordinary_state_is_what_the_schema_says(document: dict[str, Any]) -> None:
    content = json.dumps(document)
    read = ordinary.read(WorkspaceState, content)
    assert read is None or read == by_schema(WorkspaceState, content)


@given(CHANGES)
def test_an_ordinary_change_is_what_the_schema_says(document: dict[str, Any]) -> None:
    content = json.dumps(document)
    read = ordinary.read(Change, content)
    assert read is None or read == by_schema(Change, content)


WRITTEN = """{"schema_version": 1, "revision": 2, "image_generation": true, "plan": "enterprise",
"default_model": "flux-2-pro", "enabled_models": ["flux-2-pro", "gone"], "last_change": {"revision": 2,
"at": "2026-11-22T10:00:00Z", "by": "alice", "action": "config",
"plan": {"from": "self_service", "to": "enterprise"}}}"""


def test_what_this_program_writes_is_ordinary() -> None:
    state = ordinary.read(WorkspaceState, WRITTEN)
    assert state is not None
    assert state == by_schema(WorkspaceState, WRITTEN)
    assert ordinary.read(WorkspaceState, encode(state)) == state
