"""Files of an older schema: read as what they mean, rewritten only by a change, and kept as they were.

Beside the real steps an invented one is tried, from a version 0 that listed models under another name.
"""

import json

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, StateError
from imgmodels_tui.workspace.file_store.codec import MIGRATIONS, Document, NotMigrated, migrate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import SCHEMA_VERSION

OLD = b'{"schema_version": 0, "revision": 7, "models": {"flux-2-pro": "default", "flux-2-max": "on"}, "quota": 3}'


def from_0_to_1(document: Document) -> Document:
    """Turn `models` into `enabled_models` and `default_model`."""
    models = document.pop("models")
    default = next((model for model, is_ in models.items() if is_ == "default"), None)
    return {**document, "enabled_models": sorted(models), "default_model": default}


STEPS = {**MIGRATIONS, 0: from_0_to_1}


@pytest.fixture
def updated(store: FileStore, catalog: Catalog) -> FileStore:
    """The workspace of a test, as a program sees it that knows the step from version 0; the file is of that version."""
    store.path.parent.mkdir()
    store.path.write_bytes(OLD)
    return FileStore(store.locations, catalog, user="alice", migrations=STEPS)


def test_there_is_a_step_from_every_version_to_the_next() -> None:
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))


def test_a_step_changes_nothing_of_what_it_is_given() -> None:
    document = json.loads(OLD)
    assert migrate(document, 0, STEPS)["schema_version"] == SCHEMA_VERSION
    assert document == json.loads(OLD)


def test_a_document_of_the_newest_version_is_left_as_it_is() -> None:
    document = {"schema_version": SCHEMA_VERSION, "revision": 3}
    assert migrate(document, SCHEMA_VERSION, STEPS) is document


def test_looking_at_an_old_file_rewrites_nothing(updated: FileStore) -> None:
    state = updated.read()
    assert (state.schema_version, state.revision, state.default_model) == (SCHEMA_VERSION, 7, "flux-2-pro")
    assert state.enabled_models == {"flux-2-pro", "flux-2-max"}
    updated.create_if_missing()
    assert updated.path.read_bytes() == OLD
    assert [entry.name for entry in updated.path.parent.iterdir()] == ["workspace.json"]


def test_the_first_change_writes_the_new_schema_and_keeps_the_old_file_for_good(updated: FileStore) -> None:
    updated.update(rules.Enable(("flux-2-klein",)))
    updated.update(rules.Enable(("gpt-image-2",)))
    written = json.loads(updated.path.read_text())
    assert (written["schema_version"], written["revision"], written["quota"]) == (SCHEMA_VERSION, 9, 3)
    assert "models" not in written
    kept = updated.locations.schema_backup(0)
    assert (kept.name, kept.read_bytes()) == ("workspace.json.schema-0", OLD)


def test_a_change_that_a_rule_refuses_migrates_nothing(updated: FileStore) -> None:
    assert updated.update(rules.Enable(("flux-2-pro",))).change is None
    assert updated.path.read_bytes() == OLD
    assert not updated.locations.schema_backup(0).exists()


def test_without_the_copy_of_the_old_file_nothing_is_migrated(updated: FileStore) -> None:
    updated.locations.schema_backup(0).mkdir()
    with pytest.raises(NotSaved):
        updated.update(rules.Enable(("flux-2-klein",)))
    assert updated.path.read_bytes() == OLD


@pytest.mark.parametrize("spoiled", [OLD.replace(b'"models"', b'"x"'), OLD.replace(b'{"flux', b'["flux', 1)])
def test_an_old_file_that_is_wrong_is_one_line(spoiled: bytes, updated: FileStore) -> None:
    updated.path.write_bytes(spoiled)
    with pytest.raises(StateError) as caught:
        updated.read()
    assert str(caught.value).isprintable()


def test_a_step_that_fails_says_between_which_versions() -> None:
    with pytest.raises(NotMigrated, match="is 0, and cannot be brought to 1: 'models' is missing"):
        migrate({"schema_version": 0}, 0, STEPS)


def test_a_program_that_does_not_know_the_step_says_so(updated: FileStore, store: FileStore) -> None:
    assert updated.read().revision == 7
    with pytest.raises(StateError, match="schema_version: should be 2"):
        store.read()


def test_a_file_of_version_1_means_what_it_meant_and_is_kept(store: FileStore) -> None:
    old = b'{"schema_version": 1, "revision": 3, "image_generation": false, "plan": "enterprise", "pinned": 1,'
    old += b' "default_model": "flux-2-pro", "enabled_models": ["flux-2-max", "flux-2-pro"], "last_change": null}'
    store.path.parent.mkdir()
    store.path.write_bytes(old)
    before = store.read()
    assert (before.revision, before.image_generation, before.plan.label, before.policy) == (
        3,
        False,
        "enterprise",
        None,
    )
    store.update(rules.Enable(("flux-2-klein",)))
    written = json.loads(store.path.read_text())
    assert written["schema_version"] == 2
    assert written["pinned"] == 1
    assert "policy" not in written
    assert store.locations.schema_backup(1).read_bytes() == old
