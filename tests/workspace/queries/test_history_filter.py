"""The filter of the history: words that must all hold, on what is said of a change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.workspace import reverting, rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.queries.history import HistoryLog, details, history_entry, parse
from imgmodels_tui.workspace.queries.messages import local
from imgmodels_tui.workspace.queries.model_filter import QueryError
from imgmodels_tui.workspace.state import Plan


@pytest.fixture
def history(store: FileStore, state_file: Path, catalog: Catalog, clock: Callable[[], datetime]) -> FileStore:
    bob = FileStore(locate(state_file), catalog, user="bob", clock=clock)
    store.update(rules.Enable(("flux-2-pro", "gpt-image-2")))
    bob.update(rules.Disable(("flux-2-pro",), "gpt-image-2"))
    store.update(rules.Configure(plan=Plan.ENTERPRISE))
    bob.update(reverting.Undo())
    return store


@pytest.mark.parametrize(
    ("words", "revisions"),
    [
        ("", [4, 3, 2, 1]),
        ("user:bob", [4, 2]),
        ("user:BOB action:undo", [4]),
        ("model:flux", [2, 1]),
        ("model:flux-2-pro", [2, 1]),
        ("model:gptimage2", [2, 1]),
        ("action:disable", [2]),
        ("enterprise", [3]),
        ("10:00", [4, 3, 2, 1]),
        ("nobody", []),
        ("user:", [4, 3, 2, 1]),
    ],
)
def test_words_narrow(history: FileStore, words: str, revisions: list[int]) -> None:
    log = HistoryLog(history.history(), history.catalog)
    entries = [history_entry(entry.change, local(entry.change.at, UTC), history.catalog) for entry in log.entries]
    found = parse(words).select(entries)
    assert [entry.change.revision for entry in found] == revisions


def test_a_wrong_word_says_what_is_possible() -> None:
    with pytest.raises(QueryError, match=r"host: is no filter; possible are user: model: action:"):
        parse("host:azure")


def test_a_log_grows_with_the_state_and_says_when_it_missed_something(history: FileStore) -> None:
    log = HistoryLog(history.history(), history.catalog)
    assert log.keep_up(history.read())
    state = history.update(rules.Enable(("flux-2-max",))).state
    assert log.keep_up(state)
    assert log.keep_up(state)
    assert [entry.change.revision for entry in log.entries] == [5, 4, 3, 2, 1]
    history.update(rules.Disable(("flux-2-max",)))
    assert not log.keep_up(history.update(reverting.Undo()).state)


def test_another_past_is_noticed(history: FileStore, tmp_path: Path, catalog: Catalog) -> None:
    log = HistoryLog(history.history(), catalog)
    other = FileStore(locate(tmp_path / "restored.json"), catalog, user="carol")
    assert not log.keep_up(other.read())
    for plan in (Plan.ENTERPRISE, Plan.SELF_SERVICE, Plan.ENTERPRISE, Plan.SELF_SERVICE):
        state = other.update(rules.Configure(plan=plan)).state
    assert state.revision == log.revision
    assert not log.keep_up(state)


def test_details_say_before_and_after(history: FileStore) -> None:
    change = [*history.history()][::-1][1]
    said = {fact.label: fact.text for fact in details(change, history.catalog)}
    assert said["Revision"] == "1 → 2"
    assert said["Who"] == "bob"
    assert said["FLUX.2 Pro"] == "on → off"
    assert said["Default"] == "FLUX.2 Pro → GPT Image 2"


def test_times_name_their_zone() -> None:
    at = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
    assert local(at, UTC) == "2026-11-22 10:05 UTC"
    assert local(at, timezone(timedelta(hours=1), "CET")) == "2026-11-22 11:05 CET"
    assert local(datetime.min.replace(tzinfo=UTC), timezone(timedelta(hours=-5), "EST")) == "0001-01-01 00:00 UTC"
