"""A standby reads and says why it takes no change; when it is promoted, nothing that was confirmed is lost."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, StateError
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.findings import findings
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from tests.servers.fixtures import Fleeting
from tests.servers.postgres import Postgres, binaries

PRO, MAX = "flux-2-pro", "flux-2-max"
HOW_MANY = 20


@contextmanager
def standby_of(primary: Postgres) -> Iterator[Postgres]:
    """A running standby that gets what the primary writes."""
    found = binaries()
    assert found is not None
    server = Postgres(found, primary.folder.parent / "standby", copy_of=primary)
    server.start()
    try:
        yield server
    finally:
        server.stop(signal.SIGQUIT)


@pytest.fixture
def both(fleeting: Fleeting) -> Iterator[tuple[Fleeting, Postgres]]:
    """A primary that confirms nothing before its standby has it too."""
    with ExitStack() as stack:
        standby = stack.enter_context(standby_of(fleeting.server))
        fleeting.server.execute("ALTER SYSTEM SET synchronous_standby_names = 'copy'")
        fleeting.server.execute("ALTER SYSTEM SET synchronous_commit = 'remote_apply'")
        fleeting.server.execute("SELECT pg_reload_conf()")
        yield fleeting, standby


def test_a_standby_reads_and_takes_no_change(both: tuple[Fleeting, Postgres]) -> None:
    fleeting, standby = both
    fleeting.open().update(rules.Enable((PRO,)))
    store = PostgresStore(parse_address(standby.url()))
    fleeting.stores.append(store)
    assert store.read().enabled_models == {PRO}
    with pytest.raises(NotSaved, match="standby") as refused:
        store.update(rules.Enable((MAX,)))
    assert "psycopg" not in str(refused.value)
    told = {finding.label: finding for finding in findings(store)}
    assert (told["kind"].text, told["kind"].well) == ("standby", False)
    assert told["push"].text.startswith("only asked for")


def test_what_was_confirmed_outlives_the_primary(both: tuple[Fleeting, Postgres]) -> None:
    fleeting, standby = both
    hosts = f"host={fleeting.server.folder},{standby.folder}&port={fleeting.server.port},{standby.port}"
    store = PostgresStore(parse_address(f"postgresql://postgres@/postgres?{hosts}&target_session_attrs=read-write"))
    fleeting.stores.append(store)
    store.update(rules.Enable((PRO,)))
    confirmed = []
    for number in range(HOW_MANY):
        rule = rules.Enable((MAX,)) if number % 2 == 0 else rules.Disable((MAX,))
        confirmed.append(store.update(rule).state.revision)
    fleeting.server.stop(signal.SIGKILL)
    standby.execute("SELECT pg_promote()")
    standby.execute("ALTER SYSTEM RESET synchronous_standby_names")
    standby.execute("SELECT pg_reload_conf()")
    made = None
    while made is None:
        try:
            made = store.update(rules.Enable(("flux-2-klein",)))
        except (StateError, NotSaved):  # the line is noticed to be gone, or the standby is not promoted yet
            continue
    revisions = [change.revision for change in store.history()]
    assert revisions == list(range(len(revisions), 0, -1))
    assert set(confirmed) <= set(revisions)
    assert "flux-2-klein" in store.read().enabled_models
