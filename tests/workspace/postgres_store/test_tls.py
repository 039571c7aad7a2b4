"""A line to another machine is verified, and what is wrong with a certificate is said in one plain line."""

import os
import ssl
from pathlib import Path

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import ServerError
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.findings import findings
from imgmodels_tui.workspace.postgres_store.opening import open_url
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from imgmodels_tui.workspace.postgres_store.tls import tls_options
from tests.certificates import Authority
from tests.servers.fixtures import Open
from tests.servers.line import line_to
from tests.servers.postgres import Postgres

PRO = "flux-2-pro"
VERIFIED = {"sslmode": "verify-full"}


def store_at(url: str, team: str) -> PostgresStore:
    """The workspace of a team by another way than its socket."""
    return PostgresStore(parse_address(f"{url}#{team}"))


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
        store = store_at(line.url("alice", options=f"sslrootcert={authority.root}"), team)
        assert store.read().enabled_models == {PRO}
        told = {finding.label: finding.text for finding in findings(store)}
        assert told["tls"] == "as far as what stands before the server"
        store.close()


def test_a_server_whose_certificate_the_system_trusts_is_spoken_to(
    opened: Open, postgres: Postgres, team: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened().update(rules.Enable((PRO,)))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    before = dict(os.environ)
    with line_to(postgres, tls=encrypting(authority, "localhost")) as line:
        store = store_at(line.url("alice", options="connect_timeout=4", host="localhost"), team)
        assert store.read().enabled_models == {PRO}
        store.close()
    assert dict(os.environ) == before  # nothing of it is left for other programs


NOT_TRUSTED = "shows a certificate that is not trusted here; name its CA in the URL with sslrootcert=FILE"


@pytest.mark.parametrize(
    ("certified", "root", "said"),
    [
        ("127.0.0.1", "another.crt", NOT_TRUSTED),
        ("127.0.0.1", "system", NOT_TRUSTED),
        ("db.example", "root.crt", "shows a certificate for another host; name the host in the URL as its"),
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


def test_a_line_is_verified_unless_the_url_or_the_environment_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def options(url: str) -> dict[str, str]:
        return dict(tls_options(parse_address(url).url, os.environ, (str(tmp_path / "none"), __file__)))

    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "PGSSLMODE", "PGSSLROOTCERT", "PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert options("postgresql://db/x#team") == {**VERIFIED, "sslrootcert": __file__}
    assert options("postgresql://db1,db2/x?sslrootcert=a.crt") == VERIFIED
    assert options("postgresql:///x?hostaddr=10.0.0.1&sslrootcert=a.crt") == VERIFIED
    assert options("postgresql://db/x?sslmode=disable") == {}
    assert options("postgresql://db/x?sslmode=prefer") == {}
    assert options("postgresql:///x?host=/run/postgresql") == {}
    assert options("postgresql:///x") == {}
    monkeypatch.setenv("PGHOST", "db")
    assert options("postgresql:///x") == {**VERIFIED, "sslrootcert": __file__}
    monkeypatch.setenv("PGSSLROOTCERT", "a.crt")
    assert options("postgresql:///x") == VERIFIED
    monkeypatch.setenv("PGSSLMODE", "require")
    assert options("postgresql:///x") == {}
    monkeypatch.delenv("PGSSLMODE")
    monkeypatch.delenv("PGSSLROOTCERT")
    monkeypatch.setenv("SSL_CERT_FILE", "b.crt")
    assert options("postgresql:///x") == {**VERIFIED, "sslrootcert": "system"}
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").touch()
    assert options("postgresql://db/x") == VERIFIED


def test_a_service_file_is_asked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "services"
    file.write_text("[open]\nhost=db\nsslmode=disable\n[unsaid]\nhost=db\nsslrootcert=a.crt\n[near]\nhost=/run\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    assert tls_options("postgresql://?service=open") == {}
    assert tls_options("postgresql://?service=unsaid") == VERIFIED
    assert tls_options("postgresql://?service=near") == {}
    store = open_url("postgresql://?service=none")
    with pytest.raises(ServerError, match=r"is named by a service that is not known here"):
        store.read()
    store.close()
