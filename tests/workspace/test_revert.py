"""R19: any revision is turned back on top of the newest state, and only what it changed."""

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import Locked, NeedsReplacement, NotEnabled, UnknownRevision
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.queries import messages
from imgmodels_tui.workspace.queries.history import change_of
from imgmodels_tui.workspace.state import Change, Plan
from tests.conftest import apply

PRO, MAX, KLEIN, GPT2 = "flux-2-pro", "flux-2-max", "flux-2-klein", "gpt-image-2"


def _change(store: FileStore, revision: int) -> Change:
    return change_of(revision, store.history(), store.read().revision)


def test_only_what_the_revision_changed_is_turned_back(store: FileStore, catalog: Catalog) -> None:
    apply(store, rules.Enable((PRO, MAX)), rules.Enable((KLEIN, GPT2)), rules.Configure(plan=Plan.ENTERPRISE))
    change = store.update(reverting.Revert(_change(store, 2))).change
    assert store.read().enabled_models == {PRO, MAX}
    assert store.read().plan is Plan.ENTERPRISE
    assert change is not None
    assert change.reverts == 2
    assert messages.describe(change, catalog) == "Revert of revision 2: FLUX.2 Klein, GPT Image 2 disabled"


def test_what_later_changes_replaced_is_left_alone_and_said(store: FileStore, catalog: Catalog) -> None:
    apply(store, rules.Enable((PRO,)), rules.Enable((MAX, KLEIN)), rules.Disable((MAX,)))
    change = _change(store, 2)
    said = messages.left_alone(change, store.read(), catalog)
    assert said == "Left alone, because later changes replaced it: FLUX.2 Max enabled"
    store.update(reverting.Revert(change))
    assert store.read().enabled_models == {PRO}
    assert messages.left_alone(_change(store, 1), store.read(), catalog) is None


def test_what_is_replaced_altogether_leaves_nothing_to_do(store: FileStore, catalog: Catalog) -> None:
    apply(store, rules.Enable((PRO,)), rules.Enable((MAX,)), rules.Disable((MAX,)))
    rule = reverting.Revert(_change(store, 2))
    assert store.update(rule).change is None
    assert messages.unchanged(rule, catalog) == "later changes have replaced all that revision 2 did"


def test_a_default_that_it_would_take_needs_another_one(store: FileStore) -> None:
    apply(store, rules.Enable((PRO,)), rules.Enable((MAX,)), rules.SetDefault(MAX))
    change = _change(store, 2)
    with pytest.raises(NeedsReplacement):
        store.update(reverting.Revert(change))
    store.update(reverting.Revert(change, PRO))
    assert store.read().enabled_models == {PRO}
    assert store.read().default_model == PRO


def test_a_default_that_is_not_enabled_any_more_is_refused(store: FileStore) -> None:
    apply(store, rules.Enable((PRO, MAX)), rules.SetDefault(MAX), rules.Disable((PRO,)))
    with pytest.raises(NotEnabled):
        store.update(reverting.Revert(_change(store, 2)))


def test_the_first_models_cannot_be_turned_back(store: FileStore) -> None:
    apply(store, rules.Enable((PRO,)), rules.Configure(image_generation=False))
    with pytest.raises(Locked):
        store.update(reverting.Revert(_change(store, 1)))


def test_a_revert_can_be_reverted(store: FileStore) -> None:
    apply(store, rules.Enable((PRO,)), rules.Enable((MAX,)))
    apply(store, reverting.Revert(_change(store, 2)))
    apply(store, reverting.Revert(_change(store, 3)))
    assert store.read().enabled_models == {PRO, MAX}
    apply(store, reverting.Undo())
    assert store.read().enabled_models == {PRO}


@pytest.mark.parametrize("revision", [3, 10**9])
def test_a_revision_that_is_not_there_is_one_line(revision: int, store: FileStore) -> None:
    apply(store, rules.Enable((PRO,)), rules.Enable((MAX,)))
    with pytest.raises(UnknownRevision, match=f"There is no revision {revision} in the history; the newest is 2"):
        _change(store, revision)


def test_a_reason_is_kept_with_the_change_and_read_back(store: FileStore) -> None:
    store.update(rules.Enable((PRO,)), reason="budget")
    assert store.read().last_change == _change(store, 1)
    assert _change(store, 1).reason == "budget"
