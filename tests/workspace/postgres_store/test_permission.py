"""The server decides who administers a workspace (R15): by SQL too, nobody gets further than the program lets them."""

import psycopg
import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.errors import NotSaved
from imgmodels_tui.workspace.store import Role
from tests.servers.fixtures import Open
from tests.servers.postgres import Postgres

PRO = "flux-2-pro"


def refused(postgres: Postgres, team: str, user: str, statement: str) -> str:
    """The code with which the server refuses a statement."""
    with pytest.raises(psycopg.Error) as error:
        postgres.execute(statement, user=user, team=team)
    return error.value.sqlstate or ""


def test_a_user_reads_and_changes_nothing(opened: Open) -> None:
    opened("alice").update(rules.Enable((PRO,)))
    carol = opened("carol")
    assert carol.read().enabled_models == {PRO}
    assert carol.role() is Role.USER
    with pytest.raises(NotSaved) as refusal:
        carol.update(rules.Enable(("flux-2-max",)))
    assert refusal.value.permission
    assert "carol is no member of imgmodels_" in str(refusal.value)
    assert opened("alice").read().revision == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE w.workspace SET settings = '{}'",
        "SELECT FROM w.workspace FOR UPDATE",
        "INSERT INTO w.history (revision, request, change) VALUES (2, gen_random_uuid(), '{}')",
        "DELETE FROM w.history",
        "INSERT INTO w.catalog_file VALUES ('a', 'b')",
        "INSERT INTO w.prices VALUES (true, '{}')",
        "DROP TABLE w.workspace",
        "CREATE TABLE w.mine (x int)",
    ],
)
def test_a_prying_user_is_refused_by_the_server(opened: Open, postgres: Postgres, team: str, statement: str) -> None:
    opened("alice").update(rules.Enable((PRO,)))
    assert refused(postgres, team, "carol", statement) == "42501"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO w.history (revision, by, change) VALUES (2, 'bob', '{}')",
        "INSERT INTO w.history (revision, at, change) VALUES (2, '2020-01-01', '{}')",
        "UPDATE w.history SET change = '{}'",
        "UPDATE w.history SET by = 'bob'",
        "DELETE FROM w.history",
        "TRUNCATE w.history",
        "UPDATE w.workspace SET layout = 9",
        "UPDATE w.workspace SET begun = 9",
        "DELETE FROM w.workspace",
        "ALTER TABLE w.workspace DISABLE TRIGGER ALL",
    ],
)
def test_a_forging_admin_is_refused_by_the_server(opened: Open, postgres: Postgres, team: str, statement: str) -> None:
    opened("alice").update(rules.Enable((PRO,)))
    assert refused(postgres, team, "alice", statement) == "42501"


def test_no_state_without_its_line_of_history_and_no_line_without_a_state(
    opened: Open, postgres: Postgres, team: str
) -> None:
    opened("alice").update(rules.Enable((PRO,)))
    alone = "UPDATE w.workspace SET revision = 2"
    assert refused(postgres, team, "alice", alone) == "23503"
    line = "INSERT INTO w.history (revision, request, change) VALUES (2, gen_random_uuid(), '{}')"
    assert refused(postgres, team, "alice", line) == "23514"
    assert refused(postgres, team, "alice", "UPDATE w.workspace SET revision = 7") == "23514"
    assert opened("bob").read().revision == 1


def test_who_changed_it_is_what_the_server_says(opened: Open) -> None:
    change = opened("bob").update(rules.Enable((PRO,))).change
    assert change is not None
    assert change.by == "bob"
