"""Eight admins change one workspace on a server as fast as they can: two at pages, the others by commands and store."""

import json

from imgmodels_tui.workspace.file_store.recoverable import replay
from imgmodels_tui.workspace.state import WorkspaceState
from tests.servers.fixtures import Open
from tests.servers.postgres import Postgres
from tests.torture.counts import count, run_program
from tests.torture.crowd import assert_rules_hold

PROCESSES, PAGES = 8, 2


def test_no_change_of_any_admin_is_lost_on_a_server(opened: Open, postgres: Postgres, team: str) -> None:
    changes = count(full=250, share=10)
    roles = [f"admin{number}" for number in range(PROCESSES)]
    for role in roles:
        postgres.execute(f"CREATE ROLE {role} LOGIN; GRANT imgmodels_{team}_admin TO {role}")
    try:
        run = run_program("crowd", PROCESSES, PAGES, changes, 10, f"{postgres.url('USER')}#{team}")
        found = json.loads(run.stdout)
        assert found["codes"] == [0] * PROCESSES, run.stderr
        lines = [*opened("alice").history()][::-1]
    finally:
        for role in roles:
            postgres.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert len(lines) > PROCESSES * changes
    assert [line.revision for line in lines] == list(range(1, len(lines) + 1))
    told = sorted(revision for ways in found["told"].values() for way in ways.values() for revision in way)
    assert told == list(range(2, len(lines) + 1))
    for name, mine in found["told"].items():
        revisions = {revision for way in mine.values() for revision in way}
        assert {line.by for line in lines if line.revision in revisions} == {name}
    states = [WorkspaceState()]
    for change in lines:
        states.append(replay(states[-1], [change])[0])
        assert_rules_hold(states[-1])
    assert states[-1].replace(last_change=None) == opened("bob").read().replace(last_change=None)
    print(f"\n{PROCESSES} processes on a server, {len(lines) - 1} changes")  # noqa: T201
