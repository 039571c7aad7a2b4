"""A server that asks for a password: where it is taken from, and what is said where it is wrong."""

from pathlib import Path

import pytest

from imgmodels_tui.workspace.errors import ServerError
from imgmodels_tui.workspace.postgres_store.address import parse_address
from imgmodels_tui.workspace.postgres_store.store import PostgresStore
from tests.servers.fixtures import Fleeting

RIGHT = "right-s3cret"


@pytest.fixture
def asking(fleeting: Fleeting) -> Fleeting:
    """A server that asks for a password on TCP."""
    fleeting.server.execute(f"ALTER ROLE postgres PASSWORD '{RIGHT}'")
    fleeting.server.let_in("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    return fleeting


def password_file(folder: Path, password: str) -> Path:
    path = folder / "passwords"
    path.write_text(f"127.0.0.1:*:*:*:{password}\n")
    path.chmod(0o600)
    return path


def opened(asking: Fleeting) -> PostgresStore:
    asking.stores.append(PostgresStore(parse_address(asking.server.tcp_url())))
    return asking.stores[-1]


def test_the_password_is_taken_from_the_users_own_file(
    asking: Fleeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", str(password_file(tmp_path, RIGHT)))
    assert opened(asking).read().revision == 0


@pytest.mark.parametrize("given", ["wr0ng-s3cret", None])
def test_a_wrong_password_is_one_plain_line(
    asking: Fleeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    path = tmp_path / "none" if given is None else password_file(tmp_path, given)
    monkeypatch.setenv("PGPASSFILE", str(path))
    with pytest.raises(ServerError) as error:
        opened(asking).read()
    text = str(error.value)
    assert "refuses the password; put the password into ~/.pgpass" in text
    assert "\n" not in text
    assert "s3cret" not in text
    assert "FATAL" not in text


def test_an_address_that_is_not_let_in_is_one_plain_line(asking: Fleeting) -> None:
    asking.server.let_in("local all all trust\n")
    with pytest.raises(ServerError, match="lets this user not in from here") as error:
        opened(asking).read()
    assert "\n" not in str(error.value)
