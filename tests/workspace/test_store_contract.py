"""What every store promises, wherever the workspace is kept."""

import threading
from collections.abc import Callable

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.errors import Locked, NeedsReplacement, UnknownModel
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.state import Plan
from imgmodels_tui.workspace.store import Outcome, Role, Store

PRO, MAX, KLEIN = "flux-2-pro", "flux-2-max", "flux-2-klein"
OpenAs = Callable[..., Store]


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.server)])
def open_store(request: pytest.FixtureRequest) -> OpenAs:
    """Opens the same workspace again and again, each time as another program would."""
    if request.param == "server":
        opened: OpenAs = request.getfixturevalue("opened")
        return opened
    file, catalog = request.getfixturevalue("state_file"), request.getfixturevalue("catalog")
    return lambda user="alice": FileStore(locate(file), catalog, user=user)


def test_a_change_is_read_by_everybody_and_says_who_made_it(open_store: OpenAs) -> None:
    told: list[Outcome] = []
    outcome = open_store("alice").update(rules.Enable((PRO, MAX)), told.append, reason="a start")
    state = open_store("bob").read()
    assert state == outcome.state
    assert told == [outcome]
    assert (state.revision, state.default_model, sorted(state.enabled_models)) == (1, PRO, [MAX, PRO])
    change = outcome.change
    assert change is not None
    assert (change.by, change.action, change.enabled, change.reason) == ("alice", "enable", (MAX, PRO), "a start")


def test_the_history_has_each_change_newest_first(open_store: OpenAs) -> None:
    alice, bob = open_store("alice"), open_store("bob")
    alice.update(rules.Enable((PRO, MAX)))
    bob.update(rules.Disable((PRO,), MAX))
    alice.update(rules.Configure(plan=Plan.ENTERPRISE))
    found = [(change.revision, change.by, change.action) for change in bob.history()]
    assert found == [(3, "alice", "config"), (2, "bob", "disable"), (1, "alice", "enable")]
    assert alice.read().last_change == next(iter(bob.history()))


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        (rules.Disable((PRO,)), Locked),
        (rules.Enable(("flux-3",)), UnknownModel),
    ],
)
def test_what_a_rule_refuses_changes_nothing(open_store: OpenAs, rule: rules.Rule, refusal: type[Exception]) -> None:
    store = open_store()
    before = store.update(rules.Enable((PRO,))).state
    for attempt in (store.update, store.preview):
        with pytest.raises(refusal):
            attempt(rule)
    assert store.read() == before
    assert len([*store.history()]) == 1


def test_the_default_goes_only_with_a_replacement(open_store: OpenAs) -> None:
    store = open_store()
    store.update(rules.Enable((PRO, MAX)))
    with pytest.raises(NeedsReplacement):
        store.update(rules.Disable((PRO,)))
    assert store.update(rules.Disable((PRO,), MAX)).state.default_model == MAX


def test_what_is_so_already_makes_no_revision(open_store: OpenAs) -> None:
    store = open_store()
    state = store.update(rules.Enable((PRO,))).state
    assert store.update(rules.Enable((PRO,))) == Outcome(state, None)
    assert store.read().revision == 1


def test_a_rule_is_judged_on_what_somebody_else_has_changed_meanwhile(open_store: OpenAs) -> None:
    alice, bob = open_store("alice"), open_store("bob")
    alice.update(rules.Enable((PRO, MAX)))
    bob.read()
    alice.update(rules.Disable((MAX,)))
    with pytest.raises(Locked):
        bob.update(rules.Disable((PRO,)))
    bob.update(rules.Enable((KLEIN,)))
    alice.update(rules.Disable((PRO,), KLEIN))
    assert bob.read().enabled_models == {KLEIN}


def test_undo_and_revert_are_changes_of_their_own(open_store: OpenAs) -> None:
    store = open_store()
    store.update(rules.Enable((PRO, MAX)))
    store.update(rules.Enable((KLEIN,)))
    assert store.update(reverting.Undo()).state.enabled_models == {PRO, MAX}
    assert store.read().revision == 3


def test_a_preview_changes_nothing(open_store: OpenAs) -> None:
    store = open_store()
    assert store.preview(rules.Enable((PRO,))).state.revision == 1
    assert store.read().revision == 0


def test_the_fingerprint_tells_that_somebody_changed_something(open_store: OpenAs) -> None:
    alice, bob = open_store("alice"), open_store("bob")
    alice.update(rules.Enable((PRO,)))
    before = bob.fingerprint()
    assert bob.fingerprint() == before
    alice.update(rules.Enable((MAX,)))
    assert bob.fingerprint() != before


def test_an_admin_is_told_so(open_store: OpenAs) -> None:
    store = open_store()
    assert store.role() is Role.ADMIN
    assert store.read_only_reason() is None


def test_writers_at_once_lose_nothing_and_leave_no_gap(open_store: OpenAs, catalog: Catalog) -> None:
    writers, each = 6, 12
    open_store().update(rules.Enable((PRO, MAX)))
    errors: list[BaseException] = []

    def write(number: int) -> None:
        store, model = open_store(), list(catalog.models)[number + 4]
        try:
            for turn in range(each):
                store.update(rules.Disable((model,)) if turn % 2 else rules.Enable((model,)))
        except BaseException as error:  # noqa: BLE001 - the test shows it
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    revisions = [change.revision for change in open_store().history()]
    assert revisions == list(range(1 + writers * each, 0, -1))
    assert open_store().read().enabled_models == {PRO, MAX}
