"""What goes wrong with a server is said in one plain line, which holds no secret and not the driver's words."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from imgmodels_tui.catalog.own import OwnChange
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, ServerError
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from imgmodels_tui.workspace.store import Outcome
from tests.servers.fixtures import Open
from tests.servers.postgres import Postgres, free_port

PRO = "flux-2-pro"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://alice:s3cret@db/team",
        "postgresql://db/team?password=s3cret",
        "postgresql://db/team?p%61ssword=s3cret",
        "postgresql://db/team?sslpassword=s3cret",
        "postgresql://db/team?PASSWORD=s3cret",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ServerError) as error:
        parse_address(url)
    assert "~/.pgpass" in str(error.value)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("name", ["Team", "a-b", "1", "a;drop", "x" * 41, 'a"b'])
def test_a_name_that_is_no_plain_word_is_refused(name: str) -> None:
    with pytest.raises(ServerError, match="lower-case"):
        parse_address(f"postgresql://db/team#{name}")


@pytest.mark.parametrize(
    ("given", "everybody"),
    [
        ("postgresql://alice@db.example/app#team", "postgresql://db.example/app#team"),
        (
            "postgresql://db/app?user=alice&target_session_attrs=read-write",
            "postgresql://db/app?target_session_attrs=read-write",
        ),
        ("postgresql://alice@/app?host=/run/postgresql&port=5433", "postgresql:///app?host=/run/postgresql&port=5433"),
        ("postgresql://db1,db2:5433/app", "postgresql://db1,db2:5433/app"),
        ("postgresql://?service=images", "postgresql://?service=images"),
    ],
)
def test_what_is_told_to_everybody_names_no_role(given: str, everybody: str) -> None:
    assert parse_address(given).for_everybody == everybody


def test_a_place_in_words_names_host_database_and_workspace() -> None:
    address = parse_address("postgresql://alice@db.example/app?sslmode=require#team")
    assert (address.place.brief, address.place.full) == (
        "db.example/app/team",
        "postgresql://alice@db.example/app#team",
    )
    assert address.schema == "imgmodels_team"


def problem(url: str) -> str:
    """What is said where the workspace at `url` is read."""
    store = PostgresStore(parse_address(url))
    try:
        with pytest.raises(ServerError) as error:
            store.read()
    finally:
        store.close()
    return str(error.value)


def test_each_fault_has_one_plain_line(postgres: Postgres) -> None:
    assert "does not run there" in problem(postgres.tcp_url(port=free_port()))
    assert "knows no such role or database" in problem(postgres.url("nobody_here"))
    assert "knows no such role or database" in problem(postgres.url(database="nothing"))
    assert "offers no TLS" in problem(postgres.tcp_url().replace("disable", "require"))
    assert "`imgmodels init --server URL` makes one" in problem(f"{postgres.url()}#nobody_made_it")
    assert "name that is not known here" in problem("postgresql://no-such-host.invalid/x?sslmode=disable")
    assert "a service that is not known here" in problem("postgresql://?service=nobodys")
    for url in ("postgresql://a%zz@/x", f"{postgres.url()}&bogus=1", "postgresql://db:port/x?sslmode=disable"):
        assert "is named by a URL that cannot be read" in problem(url)


def test_a_newer_layout_is_left_alone(opened: Open, postgres: Postgres, team: str) -> None:
    postgres.execute("ALTER TABLE w.workspace DISABLE TRIGGER next_revision", team=team)
    postgres.execute("UPDATE w.workspace SET layout = 9", team=team)
    with pytest.raises(ServerError, match="layout 9, but this version of imgmodels reads up to 1; update imgmodels"):
        opened().read()


def test_a_server_that_takes_no_changes_is_read(opened: Open, postgres: Postgres) -> None:
    opened().update(rules.Enable((PRO,)))
    store = opened("alice", f"{postgres.url('alice')}&options=-c%20default_transaction_read_only%3Don")
    assert store.read().enabled_models == {PRO}
    with pytest.raises(NotSaved, match="it is read-only"):
        store.update(rules.Enable(("flux-2-max",)))


def test_a_line_that_broke_is_made_again(opened: Open, postgres: Postgres) -> None:
    store = opened()
    store.update(rules.Enable((PRO,)))
    postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'alice'")
    assert store.update(rules.Enable(("flux-2-max",))).state.revision == 2
    assert len([*store.history()]) == 2


@contextmanager
def lines_cut(postgres: Postgres) -> Iterator[None]:
    """Every line of alice's is cut, again and again."""
    over = threading.Event()

    def cut() -> None:
        while not over.wait(0.05):
            postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'alice'")

    cutting = threading.Thread(target=cut)
    cutting.start()
    try:
        yield
    finally:
        over.set()
        cutting.join()


def a_switch(store: PostgresStore, turn: int) -> Outcome:
    """Switch a model on, and off again."""
    model = ("flux-2-max",)
    return store.update(rules.Disable(model) if turn % 2 else rules.Enable(model))


def a_record(store: PostgresStore, turn: int) -> Outcome:
    """Add a record to the catalog, and remove it again."""
    maker = (Path("acme.toml"), b'[makers.acme]\nname = "Acme"\n')
    return store.change_catalog(OwnChange(removed=("makers.acme",)) if turn % 2 else OwnChange(added=(maker,)))


@pytest.mark.parametrize("change", [a_switch, a_record])
def test_lines_that_are_cut_all_the_time_make_no_change_twice_and_lose_none(
    opened: Open, postgres: Postgres, change: Callable[[PostgresStore, int], Outcome]
) -> None:
    store = opened()
    store.update(rules.Enable((PRO,)))
    with lines_cut(postgres):
        outcomes = [change(store, turn) for turn in range(20)]
    made = [outcome.change.revision for outcome in outcomes if outcome.change]
    assert made == list(range(2, 22))
    assert [change.revision for change in opened("bob").history()] == list(range(21, 0, -1))


def test_a_change_of_another_program_is_heard(opened: Open) -> None:
    alice, bob = opened("alice"), opened("bob")
    alice.read()
    called = threading.Event()
    stop = bob.follow(called.set)
    assert stop is not None
    bob.read()
    called.clear()
    alice.update(rules.Enable((PRO,)))
    assert called.wait(5)  # far sooner than the followers look for themselves
    stop()


def test_a_server_that_stands_still_keeps_nobody_waiting(opened: Open, postgres: Postgres, team: str) -> None:
    store = PostgresStore(parse_address(f"{postgres.url('alice')}#{team}"), patience=0.2)
    opened().update(rules.Enable((PRO,)))
    try:
        store.read()
        with psycopg.connect(postgres.url()) as holding:
            holding.execute(f"LOCK imgmodels_{team}.workspace".encode())  # nobody can even read it
            with pytest.raises(ServerError, match="does not answer"):
                store.read()
        assert store.read().enabled_models == {PRO}
    finally:
        store.close()


def test_another_change_that_stands_still_is_no_reason_to_wait_for_ever(
    opened: Open, postgres: Postgres, team: str
) -> None:
    store = opened()
    store.update(rules.Enable((PRO,)))
    with psycopg.connect(postgres.url()) as holding:
        holding.execute(f"SELECT FROM imgmodels_{team}.workspace FOR UPDATE".encode())
        with pytest.raises(NotSaved, match="is busy with another change"):
            store.update(rules.Enable(("flux-2-max",)))
    assert store.update(rules.Enable(("flux-2-max",))).state.revision == 2
