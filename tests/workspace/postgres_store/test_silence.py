"""A line that carries nothing more, though nobody closed it: nobody waits for ever, and no change is made twice."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imgmodels_tui.catalog import Catalog
from imgmodels_tui.catalog.own import OwnChange
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, ServerError, Unsettled
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.connection import PATIENCE
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from imgmodels_tui.workspace.queries import messages
from tests.servers.fixtures import Open
from tests.servers.postgres import Postgres
from tests.servers.silent import Network, network

PRO, MAX = "flux-2-pro", "flux-2-max"
OWN = OwnChange(added=[(Path("acme.toml"), b'[makers.acme]\nname = "Acme"\n')])
SHORT = 1.0
"""A patience for what is to fail; where something is to succeed on a new line, the usual one gives the time for it."""

Far = Callable[..., PostgresStore]


@pytest.fixture
def between(postgres: Postgres) -> Iterator[Network]:
    """The network before the server."""
    with network(postgres) as made:
        yield made


@pytest.fixture
def far(opened: Open, postgres: Postgres, team: str, between: Network) -> Iterator[Far]:
    """Opens the workspace through that network."""
    opened()
    stores: list[PostgresStore] = []

    def open_far(patience: float = PATIENCE) -> PostgresStore:
        address = parse_address(f"{postgres.tcp_url('alice', port=between.port)}#{team}")
        stores.append(PostgresStore(address, patience=patience))
        return stores[-1]

    yield open_far
    between.resume()
    for store in stores:
        store.close()


def test_the_system_itself_notices_a_line_that_was_cut(far: Far) -> None:
    options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
    store = far()
    with socket.socket(fileno=socket.dup(store.connection.run(lambda link: link.fileno()))) as line:
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        set_to = [line.getsockopt(socket.IPPROTO_TCP, option) for option in options]
    assert set_to == [10, 5, 3, 4000]
    assert set_to[-1] < store.patience * 1000


def test_nobody_waits_for_ever_on_a_silent_line(far: Far, between: Network, opened: Open) -> None:
    store = far(patience=SHORT)
    assert store.read().revision == 0
    between.fall_silent()
    for ask in (store.read, store.look_again, store.contents, lambda: [*store.history()]):
        with pytest.raises(ServerError, match=r"^postgresql://.*: does not answer; it is tried again$"):
            ask()
    with pytest.raises(NotSaved, match="the server does not answer") as told:
        store.update(rules.Enable((PRO,)))
    assert "\n" not in str(told.value)
    between.resume()
    opened("bob").update(rules.Enable((MAX,)))
    store.update(rules.Enable((PRO,)))
    assert store.read().enabled_models == {PRO, MAX}
    assert [change.revision for change in store.history()] == [*range(store.read().revision, 0, -1)]


def test_where_nobody_can_say_whether_a_change_was_made_that_is_said(
    far: Far, between: Network, opened: Open, catalog: Catalog
) -> None:
    store = far(patience=SHORT)
    store.read()
    between.lose_the_answer_to(b"WITH put", and_all_after=True)
    with pytest.raises(Unsettled, match="it is not known whether the change was made") as told:
        store.update(rules.Enable((PRO,)))
    assert messages.refused(told.value, catalog).startswith("Perhaps saved, perhaps not: the server does not answer")
    assert opened("bob").read().enabled_models == {PRO}


def test_who_follows_is_told_of_the_silence_and_of_its_end(
    far: Far, between: Network, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imgmodels_tui.workspace.postgres_store.connection.ASK", 0.2)
    store, seen, told = far(patience=SHORT), list[object](), threading.Condition()

    def look() -> None:
        while not over.is_set():
            called.wait()
            called.clear()
            found = store.fingerprint(), store.read_only_reason()
            with told:
                seen.append(found)
                told.notify_all()

    def until(holds: Callable[[], bool]) -> None:
        with told:
            assert told.wait_for(holds, 20)

    called, over = threading.Event(), threading.Event()
    looking = threading.Thread(target=look)
    looking.start()
    stop = store.follow(called.set)
    assert stop is not None
    try:
        until(lambda: bool(seen) and store.connection.is_listening)
        between.fall_silent()
        until(lambda: store.read_only_reason() is not None)
        assert "the server has been away since" in (store.read_only_reason() or "")
        between.resume()
        until(lambda: store.read_only_reason() is None and store.connection.is_listening)
        opened("bob").update(rules.Enable((MAX,)))
        until(lambda: getattr(seen[-1][0], "revision", 0) == 1)  # type: ignore[index]
    finally:
        stop()
        over.set()
        called.set()
        looking.join()


def test_a_line_that_is_silent_from_its_first_request_is_given_up(far: Far, between: Network) -> None:
    store = far(patience=SHORT)
    between.lose_the_answer_to(b"SET lock_timeout")
    with pytest.raises(ServerError, match=r"cannot be reached|does not answer"):
        store.read()
    assert store.read().revision == 0


def test_who_listens_on_a_silent_line_is_told_and_listens_on_another(far: Far, between: Network) -> None:
    store, called = far(patience=SHORT), threading.Event()
    store.read()
    between.lose_the_answer_to(b"LISTEN")
    stop = store.follow(called.set)
    assert stop is not None
    while not store.connection.is_listening:
        assert called.wait(20)
        called.clear()
    assert between.lost.is_set()
    assert store.read().revision == 0
    stop()


def test_a_change_whose_answer_was_lost_is_found_by_its_request(far: Far, between: Network) -> None:
    store = far()
    store.update(rules.Enable((PRO,)))
    between.lose_the_answer_to(b"WITH put")
    outcome = store.update(rules.Enable((MAX,)), reason="once")
    assert outcome.change is not None
    assert (outcome.change.revision, outcome.change.by, outcome.change.reason) == (2, "alice", "once")
    assert outcome.state.enabled_models == {PRO, MAX}
    assert [change.revision for change in store.history()] == [2, 1]


def test_a_change_that_arrives_late_is_not_made_again(far: Far, between: Network, opened: Open) -> None:
    store = far()
    store.update(rules.Enable((PRO,)))
    between.forget()
    assert store.update(rules.Enable((MAX,))).state.revision == 2
    opened("bob").update(rules.Disable((MAX,)))
    between.resume()  # what was sent at first comes to the server only now
    assert store.update(rules.Enable(("flux-2-klein",))).state.revision == 4
    assert store.read().enabled_models == {PRO, "flux-2-klein"}
    assert [change.revision for change in store.history()] == [4, 3, 2, 1]


def test_a_change_of_the_catalog_whose_commit_was_not_answered_is_found_by_its_request(
    far: Far, between: Network, opened: Open
) -> None:
    store = far()
    store.read()
    between.lose_the_answer_to(b"COMMIT")
    outcome = store.change_catalog(OWN, reason="once")
    assert outcome.change is not None
    assert outcome.change.catalog is not None
    assert (outcome.change.revision, outcome.change.reason) == (1, "once")
    assert outcome.change.catalog.added == ("makers.acme",)
    assert "acme" in store.catalog.makers
    assert [change.revision for change in opened("bob").history()] == [1]
