"""The history page: who, when, what; the way back; settings as a file."""

import asyncio
import json
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

from imgmodels_tui.screens.shared.filter_page import FilterLine
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.queries import export
from imgmodels_tui.workspace.queries import history as queries
from imgmodels_tui.workspace.state import Change, Plan, WorkspaceState
from tests.conftest import apply
from tests.driver import TIMEOUT
from tests.screens.conftest import OpenPage

THREE = (
    rules.Enable(("flux-2-pro", "gpt-image-2")),
    rules.Disable(("flux-2-pro",), "gpt-image-2"),
    rules.Configure(plan=Plan.ENTERPRISE),
)


async def test_changes_stand_newest_first_with_who_when_what_and_the_zone(
    open_page: OpenPage, store: FileStore, bob: FileStore
) -> None:
    store.update(THREE[0])
    apply(bob, *THREE[1:])
    async with open_page(keys="6", size=(80, 24)) as page:
        assert "When (UTC)" in page.lines[1]
        assert page.lines[2].split() == ["❯", "2→3", "2026-11-22", "10:00", "bob", "Plan", "is", "enterprise"]
        assert page.line("1→2").split()[3:7] == ["bob", "FLUX.2", "Pro", "disabled;"]
        assert page.line("0→1").split()[3] == "alice"
        assert "3 changes · 2 people" in page.text()
        assert "enter Details" in page.lines[-1]


async def test_a_change_appears_while_the_page_is_open(open_page: OpenPage, store: FileStore, bob: FileStore) -> None:
    store.update(THREE[0])
    async with open_page(keys="6", size=(80, 24)) as page:
        bob.update(THREE[1])
        await page.poll()
        assert page.cursor_line.startswith("1→2")
        assert page.notice.startswith("bob: FLUX.2 Pro disabled")
        for plan in (Plan.ENTERPRISE, Plan.SELF_SERVICE):
            bob.update(rules.Configure(plan=plan))
        await page.poll()
        assert [line[2:5] for line in page.lines[2:6]] == ["3→4", "2→3", "1→2", "0→1"]


async def test_the_cursor_stays_on_its_change_when_it_is_not_on_top(
    open_page: OpenPage, store: FileStore, bob: FileStore
) -> None:
    apply(store, *THREE)
    async with open_page(keys="6 down", size=(80, 24)) as page:
        assert page.cursor_line.startswith("1→2")
        bob.update(rules.Configure(plan=Plan.SELF_SERVICE))
        await page.poll()
        assert page.cursor_line.startswith("1→2")


async def test_changes_that_come_while_it_is_read_are_not_missed(
    open_page: OpenPage, store: FileStore, bob: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(THREE[0])
    read = store.history
    async with open_page(keys="1", size=(80, 24)) as page:

        def meanwhile(state: WorkspaceState | None = None) -> Iterator[Change]:
            monkeypatch.setattr(store, "history", read)
            changes = iter([*read(state)])
            for change in THREE[1:]:
                bob.update(change)
            page.poll_in_thread()
            return changes

        monkeypatch.setattr(store, "history", meanwhile)
        await page.press("6")
        await page.until_shown("3 changes · 2 people")


async def test_reading_happens_once(
    open_page: OpenPage, store: FileStore, bob: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(THREE[0])
    reads = []
    read = store.history

    def counted(state: WorkspaceState | None = None) -> Iterator[Change]:
        reads.append(1)
        return read(state)

    monkeypatch.setattr(store, "history", counted)
    async with open_page(keys="6", size=(80, 24)) as page:
        for change in THREE[1:]:
            bob.update(change)
            await page.poll()
            await page.poll()
        await page.press("1", "6", "u", "enter")
        assert len(reads) == 1
        assert page.cursor_line.startswith("3→4")


async def test_enter_shows_before_and_after(open_page: OpenPage, store: FileStore) -> None:
    apply(store, *THREE)
    async with open_page(keys="6 down enter", size=(80, 24)) as page:
        text = page.text()
        for said in ("1 → 2", "alice", "2026-11-22 10:00 UTC", "disable: flux-2-pro", "on → off"):
            assert said in text
        assert "FLUX.2 Pro → GPT Image 2" in text


async def test_undo_says_what_was_undone_and_undo_of_undo_repeats(
    open_page: OpenPage, store: FileStore, bob: FileStore
) -> None:
    store.update(THREE[0])
    bob.update(THREE[1])
    before, after = rules.enabled(store.read(), store.catalog), ("flux-2-pro", "gpt-image-2")
    async with open_page(keys="6 u", size=(80, 24)) as page:
        assert "Default GPT Image 2 → FLUX.2 Pro" in page.dialog_text()
        assert "Sessions none is affected" in page.dialog_text()
        assert store.read().revision == 2
        await page.press("enter")
        assert page.notice == "Revert of revision 2: FLUX.2 Pro enabled; default is FLUX.2 Pro, was GPT Image 2"
        assert page.cursor_line.split()[3:6] == ["alice", "Revert", "of"]
        assert rules.enabled(store.read(), store.catalog) == after
        await page.press("u", "enter")
        assert rules.enabled(store.read(), store.catalog) == before
        assert page.notice.startswith("Revert of revision 3: FLUX.2 Pro disabled")


async def test_any_row_can_be_turned_back_with_a_reason(open_page: OpenPage, store: FileStore) -> None:
    apply(store, rules.Enable(("flux-2-pro", "gpt-image-2")), rules.Enable(("flux-2-max", "recraft-v3")))
    apply(store, rules.Disable(("recraft-v3",)))
    async with open_page(keys="6 down u", size=(120, 40)) as page:
        assert "Left alone Recraft V3 enabled: replaced by later changes" in page.dialog_text()
        await page.press("m", *"budget", "enter", "enter")
        assert page.notice == "Revert of revision 2: FLUX.2 Max disabled"
        assert "(budget)" in page.text()
    last = store.read().last_change
    assert last is not None
    assert last.reason == "budget"


async def test_a_default_that_would_go_is_followed_by_the_proposed_one(open_page: OpenPage, store: FileStore) -> None:
    apply(store, rules.Enable(("flux-2-pro",)), rules.Enable(("flux-2-max",)), rules.SetDefault("flux-2-max"))
    async with open_page(keys="6 down u", size=(80, 24)) as page:
        assert "Default FLUX.2 Max → FLUX.2 Pro" in page.dialog_text()
        await page.press("enter")
    assert store.read().default_model == "flux-2-pro"


async def test_undo_is_refused_with_the_reason(open_page: OpenPage, store: FileStore) -> None:
    store.update(rules.Enable(("flux-2-pro",)))
    async with open_page(keys="6 u", size=(80, 24)) as page:
        assert "Refused Locked: at least one model must stay enabled" in page.dialog_text()
        await page.press("enter")
        assert page.dialog is not None
        assert store.read().revision == 1


async def test_nothing_to_undo_is_said(open_page: OpenPage) -> None:
    async with open_page(keys="6", size=(80, 24)) as page:
        assert "Nothing was changed yet" in page.text()
        await page.press("u")
        assert page.dialog is None


def blind(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the open program from noticing what others write."""
    seen = store.fingerprint()
    monkeypatch.setattr(store, "fingerprint", lambda: seen)


async def test_undo_never_takes_back_what_its_user_has_not_seen(
    open_page: OpenPage, store: FileStore, bob: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(store, *THREE[:2])
    async with open_page(keys="6", size=(80, 24)) as page:
        blind(store, monkeypatch)
        bob.update(THREE[2])
        await page.press("u", "enter")
        assert store.read().plan is Plan.ENTERPRISE
        assert "changed something meanwhile (revision 3)" in page.notice


async def test_the_filter_narrows_and_says_what_is_wrong(open_page: OpenPage, store: FileStore, bob: FileStore) -> None:
    store.update(THREE[0])
    apply(bob, *THREE[1:])
    async with open_page(keys="6 slash", size=(80, 24)) as page:
        await page.fill("user:bob flux")
        assert "1 of 3 changes" in page.text()
        assert "0→1" not in page.text()
        await page.press("enter")
        assert page.cursor_line.startswith("1→2")
        await page.press("escape")
        assert "3 changes" in page.text()
        await page.press("slash")
        await page.fill("host:x")
        assert "possible are user: model: action:" in page.text()
        await page.press("escape", "slash")
        await page.fill("nothing")
        assert "No change matches the filter" in page.text()


async def test_settings_are_written_and_never_over_a_file_without_asking(
    open_page: OpenPage, store: FileStore, tmp_path: Path
) -> None:
    store.update(THREE[0])
    file = tmp_path / "mine.json"
    file.write_text("mine")
    async with open_page(keys="6 e", size=(80, 24)) as page:
        await page.submit(str(file))
        await page.until_shown("is there already")
        assert file.read_text() == "mine"
        await page.press("ctrl+o")
        await page.until_shown("Settings written to")
        assert json.loads(file.read_text())["enabled_models"] == ["flux-2-pro", "gpt-image-2"]
        assert page.notice == f"Settings written to {file}"
        assert page.dialog is None


async def test_a_file_that_cannot_be_written_is_said_and_the_dialog_stays(open_page: OpenPage, tmp_path: Path) -> None:
    async with open_page(keys="6 e", size=(80, 24)) as page:
        await page.submit(str(tmp_path / "nowhere" / "x.json"))
        await page.until_shown("cannot be written: no such file or directory")
        assert page.dialog is not None


async def test_an_import_shows_what_differs_and_is_one_change(
    open_page: OpenPage, store: FileStore, tmp_path: Path
) -> None:
    store.update(THREE[0])
    file = tmp_path / "settings.json"
    file.write_bytes(export.exported(store.read(), store.catalog))
    apply(store, *THREE[1:])
    async with open_page(keys="6 i", size=(80, 24)) as page:
        await page.submit(str(file))
        await page.until_shown("Import these changes?")
        assert "enterprise → self-service" in page.text()
        assert "GPT Image 2 → FLUX.2 Pro" in page.text()
        assert store.read().revision == 3
        await page.press("enter")
        await page.until_shown("3→4")
        assert page.notice.startswith("Import: FLUX.2 Pro enabled; default is FLUX.2 Pro")
        await page.press("u", "enter")
        assert page.notice.startswith("Revert of revision 4: FLUX.2 Pro disabled")
        assert store.read().plan is Plan.ENTERPRISE


async def test_an_import_that_was_overtaken_is_shown_anew(
    open_page: OpenPage, store: FileStore, bob: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(THREE[0])
    file = tmp_path / "settings.json"
    file.write_bytes(export.exported(store.read(), store.catalog))
    apply(store, *THREE[1:])
    async with open_page(keys="6 i", size=(80, 24)) as page:
        await page.submit(str(file))
        await page.until_shown("Import these changes?")
        bob.update(rules.Configure(plan=Plan.SELF_SERVICE))
        await page.poll()
        assert "enterprise → self-service" not in page.text()
        blind(store, monkeypatch)
        bob.update(rules.Configure(image_generation=False))
        await page.press("enter")
        await page.settle()
        assert "bob changed something meanwhile (revision 5)" in page.notice
        assert store.read().revision == 5


SETTINGS = (
    '{"schema_version": 2, "image_generation": true, "plan": "self_service",'
    ' "default_model": null, "enabled_models": [%s]}'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"schema_version": 3}', "update imgmodels"),
        ("{", "is not valid JSON"),
        (SETTINGS % "", "Locked: at least one model must stay enabled"),
        (SETTINGS % '"flux"', "Unknown model 'flux'"),
    ],
)
async def test_a_file_that_cannot_be_imported_is_explained_in_the_dialog(
    open_page: OpenPage, store: FileStore, tmp_path: Path, content: str, said: str
) -> None:
    store.update(THREE[0])
    file = tmp_path / "x.json"
    file.write_text(content)
    async with open_page(keys="6 i", size=(80, 24)) as page:
        await page.submit(str(file))
        await page.until_shown(said)
        assert store.read().revision == 1


async def test_the_same_settings_are_nothing_to_import(open_page: OpenPage, store: FileStore, tmp_path: Path) -> None:
    store.update(THREE[0])
    file = tmp_path / "x.json"
    file.write_bytes(export.exported(store.read(), store.catalog))
    async with open_page(keys="6 i", size=(80, 24)) as page:
        await page.submit(str(file))
        await page.until_shown("Nothing to import")
        assert page.dialog is None


@pytest.mark.parametrize("already_open", [True, False])
async def test_a_broken_state_file_keeps_what_was_known(
    open_page: OpenPage, store: FileStore, already_open: bool
) -> None:
    apply(store, *THREE[:2])
    async with open_page(keys="6" if already_open else "1", size=(80, 24)) as page:
        good = store.path.read_bytes()
        store.path.write_text("{")
        await page.poll()
        await page.press("6")
        assert "is not valid JSON" in page.text()
        assert page.cursor_line.startswith("1→2")
        store.path.write_bytes(good)
        await page.poll()
        store.update(THREE[2])
        await page.poll()
        assert page.text().count("→") >= 3
        assert "2→3" in page.text()


async def test_an_earlier_state_that_somebody_puts_back_is_said_and_history_goes_on_in_order(
    open_page: OpenPage, store: FileStore
) -> None:
    apply(store, *THREE[:2])
    earlier = store.path.read_bytes()
    apply(store, THREE[2], rules.Enable(("recraft-v3",)))
    async with open_page(keys="6", size=(80, 24)) as page:
        store.path.write_bytes(earlier)
        await page.poll()
        assert page.notice == "Somebody put an earlier state back: revision 2"
        assert page.cursor_line.startswith("3→4")
        await page.press("1", "G", "space", "6")
        assert [line[2:5] for line in page.lines[2:7]] == ["2→5", "3→4", "2→3", "1→2", "0→1"]
        await page.press("u", "enter")
        assert page.notice == "Revert of revision 5: Recraft V3 SVG disabled"
        assert [line[2:5] for line in page.lines[2:5]] == ["5→6", "2→5", "3→4"]
        assert store.read().enabled_models == {"gpt-image-2"}
        await page.press("down", "enter")
        assert "2 → 5" in page.unwrapped_text()


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that keeps the last three changes, and looks through the others two at a time."""
    monkeypatch.setattr(queries, "MOST_ENTRIES", 3)
    monkeypatch.setattr(queries, "SEARCH_STEP", 2)


def long_past(store: FileStore, bob: FileStore) -> None:
    """Nine changes, the second and the third by bob."""
    for number in range(9):
        plan = Plan.SELF_SERVICE if number % 2 else Plan.ENTERPRISE
        (bob if number in {1, 2} else store).update(rules.Configure(plan=plan))


@pytest.mark.usefixtures("short_memory")
async def test_of_a_long_past_the_last_changes_are_shown_and_a_filter_finds_the_others(
    open_page: OpenPage, store: FileStore, bob: FileStore
) -> None:
    long_past(store, bob)
    async with open_page(keys="6", size=(80, 24)) as page:
        assert "the last 3 changes · / searches all" in page.text()
        assert [line[2:5] for line in page.lines if "→" in line[:8]] == ["8→9", "7→8", "6→7"]
        await page.press("slash", *"user:bob", "enter")
        await page.until_shown("2 of 9 changes")
        assert [line[2:5] for line in page.lines if "→" in line[:8]] == ["2→3", "1→2"]
        bob.update(rules.Configure(plan=Plan.SELF_SERVICE))
        await page.poll()
        assert [line[1:7].strip() for line in page.lines[2:5]] == ["9→10", "2→3", "1→2"]
        await page.press("escape")
        assert "the last 3 changes · / searches all" in page.text()


@pytest.mark.usefixtures("short_memory")
async def test_a_search_shows_how_far_it_is_and_can_be_given_up(
    open_page: OpenPage, store: FileStore, bob: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_past(store, bob)
    async with open_page(keys="6", size=(80, 24)) as page:
        first = store.update(rules.Configure(plan=Plan.ENTERPRISE)).change or next(store.history())
        monkeypatch.setattr(store, "history", lambda _: repeat(first.replace(revision=1)))  # a past without end
        page.page.query_one(FilterLine).put("user:nobody")
        async with asyncio.timeout(TIMEOUT):
            while not ("searching…" in page.text() and "No change matches the filter so far" in page.text()):
                await asyncio.to_thread(lambda: None)
        page.page.query_one(FilterLine).put("")
        await page.settle()
        assert "the last 3 changes" in page.text()


@pytest.mark.usefixtures("short_memory")
async def test_a_page_that_is_open_for_long_keeps_no_more_than_it_shows(
    open_page: OpenPage, store: FileStore, bob: FileStore
) -> None:
    store.update(THREE[0])
    async with open_page(keys="6", size=(80, 24)) as page:
        for number in range(8):
            bob.update(rules.Configure(plan=Plan.SELF_SERVICE if number % 2 else Plan.ENTERPRISE))
            if number in {1, 2, 6, 7}:  # one change, or several at a time
                await page.poll()
                await page.settle()
        await page.until_shown("the last 3 changes")
        assert [line[2:5] for line in page.lines if "→" in line[:8]] == ["8→9", "7→8", "6→7"]


async def test_a_history_that_cannot_be_read_is_no_short_one(open_page: OpenPage, store: FileStore) -> None:
    apply(store, *THREE)
    store.locations.history.unlink()
    store.locations.history.mkdir()
    async with open_page(keys="6", size=(80, 24)) as page:
        assert "history.jsonl: is a folder, not a file" in page.notice
        assert "the changes are not lost" in " ".join(page.text().split())
        assert "1 change" not in page.text()
