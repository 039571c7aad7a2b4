"""A line that falls silent, is held up, or is not to be trusted: it is said in a line, and nothing is lost."""

import contextlib
import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved, ServerError
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from tests.certificates import Authority
from tests.servers.fixtures import Open
from tests.servers.line import line_to
from tests.servers.postgres import Postgres

PRO, MAX = "flux-2-pro", "flux-2-max"
SHORT = 0.5
"""Seconds that nobody waits longer for."""


def store_at(url: str, team: str, patience: float = SHORT) -> PostgresStore:
    """The workspace of a team by another way than its socket."""
    return PostgresStore(parse_address(f"{url}#{team}"), patience=patience)


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


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Whom the test trusts."""
    return Authority(tmp_path)


def encrypting(authority: Authority, host: str) -> ssl.SSLContext:
    """What a server with a certificate for `host` does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate(host))
    return context


def test_a_server_whose_certificate_is_trusted_is_spoken_to(
    opened: Open, postgres: Postgres, team: str, authority: Authority
) -> None:
    opened().update(rules.Enable((PRO,)))
    with line_to(postgres, tls=encrypting(authority, "127.0.0.1")) as line:
        store = store_at(line.url("alice", options=f"sslrootcert={authority.root}"), team, patience=5)
        assert store.read().enabled_models == {PRO}
        store.close()


NOT_TRUSTED = "shows a certificate that is not trusted here; name its CA in the URL with sslrootcert=FILE"


@pytest.mark.parametrize(
    ("certified", "root", "said"),
    [
        ("127.0.0.1", "another.crt", NOT_TRUSTED),
        ("127.0.0.1", "system", NOT_TRUSTED),
        ("db.example", "root.crt", NOT_TRUSTED),
        ("127.0.0.1", "nothing.crt", "the file with its CA is not there; name one that is with sslrootcert=FILE"),
    ],
)
def test_a_server_that_cannot_be_trusted_is_one_line(
    postgres: Postgres, authority: Authority, tmp_path: Path, certified: str, root: str, said: str
) -> None:
    with line_to(postgres, tls=encrypting(authority, certified)) as line:
        authority.root.rename(tmp_path / "kept.crt")
        Authority(tmp_path).root.rename(tmp_path / "another.crt")
        (tmp_path / "kept.crt").rename(authority.root)
        store = store_at(line.url("alice", options=f"sslrootcert={root if root == 'system' else tmp_path / root}"), "x")
        with pytest.raises(ServerError) as error:
            store.read()
        store.close()
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert "SSL" not in str(error.value)


def test_a_server_that_speaks_something_else_is_one_line(postgres: Postgres) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # it has no certificate at all
    with line_to(postgres, tls=context) as line:
        store = store_at(line.url("alice", options="sslmode=require"), "x")
        with pytest.raises(ServerError, match="speaks no TLS that is understood here"):
            store.read()
        store.close()
