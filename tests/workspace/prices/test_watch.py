"""Keeping an eye on prices: each change is noticed once, kept, and never in the way of anything."""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgmodels_tui.catalog import Catalog, load_catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store import price_file
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.prices import PriceBook, PriceNews, cause, distinct_prices, percent_shown
from tests.conftest import with_catalog
from tests.repricing import repriced, without

CATALOG = load_catalog()
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
MODELS = ("flux-2-pro", "gpt-image-2", "recraft-v3")
SMALL = CATALOG.replace(models={model: CATALOG.models[model] for model in MODELS})
prices = st.sampled_from(("0.01", "0.02", "0.03", "0.030", "0.0301"))
catalogs = st.dictionaries(st.sampled_from(MODELS), prices)


def moved(news: PriceNews) -> list[tuple[str, Decimal, Decimal]]:
    """The fresh changes as model, old and new list price, oldest first."""
    return [(c.model, c.price.from_.listed, c.price.to.listed) for c in news.fresh[::-1]]


@pytest.fixture
def workspace(store: FileStore) -> FileStore:
    """A workspace that has looked at the bundled prices."""
    store.create_if_missing()
    store.compare_prices()
    return store


def test_the_first_look_is_no_news(store: FileStore) -> None:
    store.create_if_missing()
    assert store.compare_prices(acknowledge=True) == PriceNews()
    assert json.loads(store.locations.prices.read_text())["seen"]["flux-2-pro"]["listed"] == "0.03"


@given(looks=st.lists(catalogs, min_size=1, max_size=6))
def test_each_change_is_shown_exactly_once_and_stays_known(looks: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = FileStore(locate(Path(folder) / "workspace.json"), SMALL, user="alice", clock=lambda: NOW)
        store.create_if_missing()
        seen: dict[str, Decimal] = {}
        all_shown = []
        for amounts in looks:
            present = repriced(without(SMALL, *(model for model in MODELS if model not in amounts)), amounts)
            store = with_catalog(store, present)
            now = {model: Decimal(amount) for model, amount in amounts.items()}
            expected = {(m, seen[m], price) for m, price in now.items() if m in seen and seen[m] != price}
            shown = moved(store.compare_prices(acknowledge=True))
            assert len(shown) == len(expected)
            assert set(shown) == expected
            assert not store.compare_prices(acknowledge=True).fresh
            seen |= now
            all_shown += shown
        kept = store.compare_prices().changes[::-1]
        assert [(c.model, c.price.from_.listed, c.price.to.listed) for c in kept] == all_shown
        assert [change.number for change in kept] == list(range(1, len(kept) + 1))


def test_of_two_admins_who_look_after_an_update_one_is_told(
    workspace: FileStore, state_file: Path, clock: Callable[[], datetime]
) -> None:
    newer = repriced(workspace.catalog, {"flux-2-pro": "0.04"})
    alice = FileStore(locate(state_file), newer, user="alice", clock=clock)
    bob = FileStore(locate(state_file), newer, user="bob", clock=clock)
    assert [change.model for change in alice.compare_prices(acknowledge=True).fresh] == ["flux-2-pro"]
    seen_by_bob = bob.compare_prices(acknowledge=True)
    assert not seen_by_bob.fresh
    assert [change.model for change in seen_by_bob.changes] == ["flux-2-pro"]


def test_what_only_a_command_has_printed_is_still_shown_on_the_page(workspace: FileStore) -> None:
    workspace = with_catalog(workspace, repriced(workspace.catalog, {"flux-2-pro": "0.04"}))
    for acknowledge in (False, False, True):
        assert len(workspace.compare_prices(acknowledge=acknowledge).fresh) == 1
    assert not workspace.compare_prices().fresh


def test_somebody_who_may_not_write_sees_the_same_and_writes_nothing(
    workspace: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = workspace.locations.prices.read_bytes()
    workspace = with_catalog(workspace, repriced(workspace.catalog, {"flux-2-pro": "0.04"}))
    monkeypatch.setattr(workspace, "read_only_reason", lambda: "you may not write this")
    for _ in range(2):
        assert [change.model for change in workspace.compare_prices(acknowledge=True).fresh] == ["flux-2-pro"]
    assert workspace.locations.prices.read_bytes() == before


def test_without_a_workspace_nothing_is_written(store: FileStore) -> None:
    assert store.compare_prices(acknowledge=True) == PriceNews()
    assert not store.locations.prices.parent.exists()


def test_models_that_come_and_go_are_no_price_changes(workspace: FileStore) -> None:
    all_models = workspace.catalog
    for catalog in (without(all_models, "flux-2-pro"), all_models):
        workspace = with_catalog(workspace, catalog)
        assert not workspace.compare_prices(acknowledge=True).changes
    for catalog in (without(all_models, "flux-2-pro"), repriced(all_models, {"flux-2-pro": "0.05"})):
        workspace = with_catalog(workspace, catalog)
        news = workspace.compare_prices(acknowledge=True)
    assert moved(news) == [("flux-2-pro", Decimal("0.03"), Decimal("0.05"))]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"schema_version": 1, "seen": {"flux-2-pro": {"eur": "dear", "listed": "1", "currency": "USD"}}}',
        b'{"schema_version": 1, "seen": {"flux-2-pro": {"eur": "NaN", "listed": "1", "currency": "USD"}}}',
        b'{"schema_version": 1, "changes": [{}]}',
        b'{"schema_version": 2}',
        b"[" * 100_000,
    ],
)
def test_a_broken_file_is_one_line_and_stays_as_it_is(workspace: FileStore, content: bytes) -> None:
    workspace.locations.prices.write_bytes(content)
    news = workspace.compare_prices(acknowledge=True)
    assert news.read_error is not None
    assert "\n" not in news.read_error
    assert str(workspace.locations.prices) in news.read_error
    assert workspace.locations.prices.read_bytes() == content
    workspace.update(rules.Enable(("flux-2-pro",)))
    assert workspace.read().enabled_models == {"flux-2-pro"}


def test_a_folder_in_the_place_of_the_file_is_no_crash(workspace: FileStore) -> None:
    workspace.locations.prices.unlink()
    workspace.locations.prices.mkdir()
    assert "is a folder" in (workspace.compare_prices(acknowledge=True).read_error or "")


def test_keys_of_a_newer_version_survive(workspace: FileStore) -> None:
    path = workspace.locations.prices
    book = json.loads(path.read_text())
    book["later"] = {"a": 1}
    book["seen"]["flux-2-pro"]["later"] = True
    path.write_text(json.dumps(book))
    assert not workspace.compare_prices(acknowledge=True).changes
    workspace = with_catalog(workspace, repriced(workspace.catalog, {"recraft-v3": "0.05"}))
    workspace.compare_prices(acknowledge=True)
    kept = json.loads(path.read_text())
    assert kept["later"] == {"a": 1}
    assert kept["seen"]["flux-2-pro"]["later"] is True


def test_a_look_that_finds_nothing_leaves_the_file_alone(workspace: FileStore) -> None:
    before = workspace.locations.prices.stat()
    workspace.compare_prices(acknowledge=True)
    after = workspace.locations.prices.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@given(looks=st.lists(catalogs, max_size=4))
def test_a_book_reads_back_as_it_was_written(
    looks: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    book = PriceBook()
    for amounts in looks:
        book = book.noted(repriced(SMALL, amounts), NOW)
    path = tmp_path_factory.mktemp("book") / "prices.json"
    path.write_bytes(price_file.encode_book(book))
    assert price_file.read_book(path) == book
    assert book.noted(repriced(SMALL, looks[-1]) if looks else SMALL, NOW).noted(SMALL, NOW).noted(
        SMALL, NOW
    ) == book.noted(SMALL, NOW)


@pytest.mark.parametrize(
    ("old", "new", "prices_told", "percent"),
    [
        ("0.03", "0.04", ("0.032", "0.043"), "+33.3 %"),
        ("0.04", "0.03", ("0.043", "0.032"), "-25.0 %"),
        ("0.03", "0.03001", ("0.03222", "0.03223"), "+<0.1 %"),
        ("0", "0.03", ("0.000", "0.032"), "was free"),
    ],
)
def test_a_change_is_said_so_that_old_and_new_differ(
    catalog: Catalog, old: str, new: str, prices_told: tuple[str, str], percent: str
) -> None:
    book = PriceBook().noted(repriced(catalog, {"flux-2-pro": old}), NOW)
    (change,) = book.noted(repriced(catalog, {"flux-2-pro": new}), NOW).changes
    assert distinct_prices(change) == prices_told
    assert percent_shown(change.percent) == percent


def test_a_new_exchange_rate_is_named_as_the_cause(catalog: Catalog) -> None:
    dollar = catalog.exchange["USD"]
    dearer = catalog.replace(exchange={"USD": dollar.replace(per_euro=Decimal("1.1"))})
    changes = PriceBook().noted(catalog, NOW).noted(dearer, NOW).changes
    assert len(changes) == len(catalog.models)
    assert {cause(change) for change in changes} == {"exchange rate or margin"}


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_change_before_or_after_all_years_is_a_broken_file(workspace: FileStore, at: str) -> None:
    price = {"eur": "1", "listed": "1", "currency": "USD"}
    change = {"number": 1, "at": at, "model": "flux-2-pro", "price": {"from": price, "to": {**price, "eur": "2"}}}
    workspace.locations.prices.write_text(json.dumps({"schema_version": 1, "changes": [change]}))
    assert "changes.0.at" in (workspace.compare_prices().read_error or "")


def test_a_price_from_next_to_nothing_is_no_endless_figure(workspace: FileStore) -> None:
    seen = {"flux-2-pro": {"eur": "1e-30", "listed": "1e-30", "currency": "USD"}}
    workspace.locations.prices.write_text(json.dumps({"schema_version": 1, "seen": seen}))
    (change,) = workspace.compare_prices().changes
    assert change.percent == 10**7
    assert percent_shown(change.percent)
