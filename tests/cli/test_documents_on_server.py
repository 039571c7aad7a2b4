"""Sessions, keys and usage on the server: each user's own, counted by admins, on whichever host they are."""

import psycopg
import pytest

from imgmodels_tui.workspace import rules
from tests.cli.conftest import Imgmodels, Run
from tests.servers.fixtures import Open
from tests.servers.postgres import Postgres

PRO, MAX = "flux-2-pro", "flux-2-max"


@pytest.fixture
def on_server(imgmodels: Imgmodels, postgres: Postgres, team: str, opened: Open) -> Imgmodels:
    """Runs commands on a workspace with two models, by the name of a role first."""
    opened("alice").update(rules.Enable((PRO, MAX)))
    run = imgmodels

    class AsRole(Imgmodels):
        def __init__(self) -> None:
            pass

        def __call__(self, *arguments: str, stdin: str | None = None) -> Run:
            return run("--state", f"{postgres.url(arguments[0])}#{team}", *arguments[1:], stdin=stdin)

    return AsRole()


def test_a_session_follows_its_user_and_is_told_what_replaced_its_model(on_server: Imgmodels) -> None:
    assert on_server("carol", "generate", "a tree", "--model", MAX, "--session", "work").code == 0
    assert [each["model"] for each in on_server("carol", "sessions", "--json").data] == [MAX]
    assert on_server("bob", "sessions", "--json").data == []
    disabled = on_server("alice", "disable", MAX)
    assert "1 session of 1 user will switch to FLUX.2 Pro" in disabled.err
    drawn = on_server("carol", "generate", "a tree", "--json").data
    assert (drawn["session"], drawn["model"], drawn["switched_from"]) == ("work", PRO, MAX)


def test_nobody_reads_or_forges_the_sessions_of_another(on_server: Imgmodels, postgres: Postgres, team: str) -> None:
    on_server("carol", "generate", "a tree")
    for user in ("bob", "alice"):
        with psycopg.connect(postgres.url(user), autocommit=True) as link:
            query = f'SELECT count(*) FROM "imgmodels_{team}".sessions'  # noqa: S608
            assert link.execute(query.encode()).fetchone() == (0,)
    for user, statement, code in (
        ("bob", "INSERT INTO w.sessions (owner, content) VALUES ('carol', '{}')", "42501"),
        ("carol", "UPDATE w.sessions SET owner = 'bob'", "42501"),
        ("carol", "SELECT * FROM w.session_counts()", "42501"),
        ("carol", "SELECT * FROM w.api_keys", "42501"),
        ("carol", "SELECT * FROM w.usage", "42501"),
        ("carol", "INSERT INTO w.usage (by, use) VALUES ('bob', '{}')", "42501"),
        ("carol", "UPDATE w.sessions SET content = '{}'", "23514"),
    ):
        with pytest.raises(psycopg.Error) as error:
            postgres.execute(statement, user=user, team=team)
        assert error.value.sqlstate == code


def test_what_a_user_forges_in_their_own_sessions_breaks_nothing_for_admins(
    on_server: Imgmodels, postgres: Postgres, team: str
) -> None:
    forged = (
        """INSERT INTO w.sessions (content) VALUES ('{"sessions": [1, null, {"model": null}, {"model": [1]}, []]}')"""
    )
    postgres.execute(forged, user="carol", team=team)
    on_server("bob", "generate", "a tree", "--model", MAX)
    assert "1 session of 1 user" in on_server("alice", "disable", MAX).err
    assert on_server("carol", "sessions").code == 3


def test_keys_are_kept_on_the_server_for_admins(on_server: Imgmodels) -> None:
    secret = on_server("alice", "keys", "add", "webui").out.strip()
    assert secret.startswith("imgm_")
    assert [key["name"] for key in on_server("bob", "keys", "list", "--json").data] == ["webui"]
    assert on_server("carol", "keys", "list").code == 4
    assert on_server("bob", "keys", "revoke", "webui").code == 0
    assert on_server("alice", "keys", "list", "--json").data == []


def test_what_programs_drew_is_added_up_from_all_hosts(on_server: Imgmodels, opened: Open) -> None:
    line = (
        '{"at": "2026-11-22T10:00:00Z", "key": "webui", "user": "webui", "session": "main", "drawn": "flux-2-pro",'
        ' "host": "black-forest-labs", "billing": "included", "engine": "host", "cost_eur": "0.0300"}'
    )
    for user in ("carol", "bob"):
        opened(user).documents.add_uses([line])
    found = on_server("alice", "usage", "--since", "2026-11-01", "--json").data
    assert [(each["user"], each["images"], each["cost_eur"]) for each in found] == [("webui", 2, "0.0600")]
    assert on_server("carol", "usage").code == 4


def test_prices_that_changed_are_noted_once_for_all_hosts(opened: Open) -> None:
    assert opened("alice").compare_prices(acknowledge=True).read_error is None
    assert opened("bob").compare_prices().fresh == ()
    assert opened("carol").compare_prices().read_error is None
