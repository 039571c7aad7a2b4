"""An earlier state that somebody puts in the file's place: history goes on in order, and no number comes twice."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import Refusal
from imgmodels_tui.workspace.file_store import recovery
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.recoverable import recoverable_states
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Rule
from imgmodels_tui.workspace.state import WorkspaceState

PRO, MAX, KLEIN = "flux-2-pro", "flux-2-max", "flux-2-klein"
MODELS = (PRO, MAX, KLEIN, "gpt-image-2", "recraft-v3")


@pytest.fixture
def versions(store: FileStore) -> dict[int, bytes]:
    """The file as it was at each of four revisions."""
    kept = {}
    for rule in (rules.Enable((PRO,)), rules.Enable((MAX,)), rules.SetDefault(MAX), rules.Enable((KLEIN,))):
        revision = store.update(rule).state.revision
        kept[revision] = store.path.read_bytes()
    return kept


def rolled_back(store: FileStore, content: bytes) -> None:
    """Replace the file as `git checkout` does."""
    other = store.path.with_name("other")
    other.write_bytes(content)
    other.replace(store.path)


def numbers(store: FileStore) -> list[int]:
    """The revisions in the file, in its order."""
    return [json.loads(line)["revision"] for line in store.locations.history.read_bytes().splitlines()]


def settings(state: WorkspaceState) -> dict[str, object]:
    """What a state decides."""
    return state.replace(revision=0, last_change=None).to_json()


def test_the_next_change_is_numbered_after_all_that_history_knows(store: FileStore, versions: dict[int, bytes]) -> None:
    rolled_back(store, versions[2])
    outcome = store.update(rules.Enable((KLEIN,)))
    assert outcome.state.enabled_models == {PRO, MAX, KLEIN}
    assert outcome.state.default_model == PRO
    assert (outcome.state.revision, numbers(store)) == (5, [1, 2, 3, 4, 5])
    assert outcome.change is not None
    assert (outcome.change.before, outcome.change.follows) == (2, 2)
    assert store.update(rules.Configure(image_generation=False)).state.revision == 6
    assert [*store.history()][::-1][-1].follows is None


def test_undo_takes_back_what_was_done_to_the_state_that_was_put_back(
    store: FileStore, versions: dict[int, bytes]
) -> None:
    rolled_back(store, versions[2])
    before = settings(store.read())
    store.update(rules.Enable((KLEIN,)))
    undone = store.update(reverting.Undo()).state
    assert (settings(undone), undone.revision) == (before, 6)


def test_undo_of_a_state_that_was_put_back_takes_back_the_change_that_made_it(
    store: FileStore, versions: dict[int, bytes]
) -> None:
    rolled_back(store, versions[2])
    undone = store.update(reverting.Undo()).state
    assert undone.enabled_models == {PRO}
    assert undone.revision == 5
    assert numbers(store) == [1, 2, 3, 4, 5]


def test_what_was_lost_is_brought_back_from_the_state_that_was_put_back(
    store: FileStore, versions: dict[int, bytes]
) -> None:
    rolled_back(store, versions[2])
    for rule in (rules.Enable((KLEIN,)), rules.SetDefault(KLEIN)):
        good = store.update(rule).state
    store.path.write_text("{ oops")
    offer = recoverable_states(store.locations)[0]
    assert (settings(offer.state), offer.missing_changes) == (settings(good), 0)
    recovered = recovery.recover(store, offer).state
    assert recovered.revision == 7
    assert numbers(store) == [1, 2, 3, 4, 5, 6, 7]


def test_a_state_of_the_same_revision_and_another_past_is_told_apart(
    store: FileStore, versions: dict[int, bytes], catalog: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "branch").mkdir()
    branch = FileStore(locate(tmp_path / "branch" / "workspace.json"), catalog, user="bob")
    rolled_back(branch, versions[3])
    other = branch.update(rules.Disable((PRO,))).state
    rolled_back(store, branch.path.read_bytes())
    assert store.read() == other
    good = store.update(rules.Enable(("gpt-image-2",))).state
    assert numbers(store) == [1, 2, 3, 4, 5]
    assert [*store.history()][::-1][-1].follows == 4
    store.path.write_text("")
    store.locations.backup.write_bytes(branch.path.read_bytes())
    assert settings(recoverable_states(store.locations)[0].state) == settings(good)


def test_a_workspace_that_is_started_afresh_beside_its_history_goes_on_counting(
    store: FileStore, versions: dict[int, bytes]
) -> None:
    store.path.unlink()
    afresh = FileStore(store.locations, store.catalog, user="bob")
    state = afresh.update(rules.Enable((KLEIN,))).state
    assert state.enabled_models == {KLEIN}
    assert (state.revision, numbers(afresh)) == (5, [*versions, 5])
    afresh.path.unlink()
    afresh.locations.backup.unlink()
    assert settings(recoverable_states(store.locations)[0].state) == settings(state)


def test_a_damaged_last_line_makes_no_number_come_twice(store: FileStore, versions: dict[int, bytes]) -> None:
    with store.locations.history.open("ab") as file:
        file.write(b"\x00\x00\n")
    rolled_back(store, versions[1])
    assert store.update(rules.Enable((KLEIN,))).state.revision == 5
    assert [change.revision for change in [*store.history()][::-1]] == [1, 2, 3, 4, 5]


@given(
    steps=st.lists(
        st.one_of(
            st.sampled_from(MODELS).map(lambda model: rules.Enable((model,))),
            st.sampled_from(MODELS).map(rules.SetDefault),
            st.just(reverting.Undo()),
            st.integers(0, 30),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_is_put_back_history_stays_in_order_and_the_state_can_be_brought_back(
    steps: list[Rule | int], tmp_path_factory: pytest.TempPathFactory, catalog: Catalog
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    store = FileStore(locate(folder / "workspace.json"), catalog, user="alice")
    kept = [(store.update(rules.Enable((PRO,))).state, store.path.read_bytes())]
    for step in steps:
        if isinstance(step, int):
            rolled_back(store, kept[step % len(kept)][1])
            continue
        try:
            outcome = store.update(step)
        except Refusal:
            continue
        if outcome.change is not None:
            kept.append((outcome.state, store.path.read_bytes()))
            assert outcome.change.revision == kept[-2][0].revision + 1
    assert numbers(store) == list(range(1, len(kept) + 1))
    assert [change.revision for change in [*store.history()][::-1]] == numbers(store)
    store.path.write_text("{")
    if len(kept) > 1:
        assert settings(recoverable_states(store.locations)[0].state) == settings(kept[-1][0])
    shutil.rmtree(folder)
