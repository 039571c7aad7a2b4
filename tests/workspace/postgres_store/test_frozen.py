"""A program that stands still in the middle of a change, as on a laptop that was closed, holds up nobody for long."""

import contextlib
import os
import signal
import subprocess
import sys

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from tests.servers.fixtures import Open
from tests.servers.postgres import Postgres

PRO, MAX = "flux-2-pro", "flux-2-max"


def revisions(store: PostgresStore) -> list[int]:
    """What history has."""
    return [change.revision for change in store.history()]


FROZEN = """
import sys
from imgmodels_tui.workspace.postgres_store import connection
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
ends = "idle_in_transaction_session_timeout = '{}s'"
assert ends.format(10) in connection._SETTINGS
connection._SETTINGS = connection._SETTINGS.replace(ends.format(10), ends.format(1))
store = PostgresStore(parse_address(sys.argv[1]))
def hold(link):
    with link.transaction():
        link.execute(store.sql.lock)
        print("holds it", flush=True)
        sys.stdin.read()
store.connection.run(hold, 60)
"""


def test_a_program_that_is_frozen_in_the_midst_of_a_change_keeps_others_for_a_while_only(
    opened: Open, postgres: Postgres, team: str
) -> None:
    store = opened("bob")
    store.update(rules.Enable((PRO,)))
    command = [sys.executable, "-c", FROZEN, f"{postgres.url('alice')}#{team}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as frozen:
        assert frozen.stdout is not None
        assert frozen.stdout.readline() == "holds it\n"
        os.kill(frozen.pid, signal.SIGSTOP)
        try:
            outcome = None
            while outcome is None:
                with contextlib.suppress(NotSaved):  # while it is busy with the other change
                    outcome = store.update(rules.Enable((MAX,)))
            assert outcome.state.revision == 2
            assert revisions(store) == [2, 1]
        finally:
            frozen.kill()
