"""The command line with a workspace on a server: the same commands, one line for each refusal, no secret anywhere."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from imgmodels_tui.workspace.file_store.locations import machine_url
from tests.cli.conftest import Imgmodels, Run
from tests.servers.pooler import swallowing
from tests.servers.postgres import Postgres

PRO, MAX = "flux-2-pro", "flux-2-max"
OWN = """
[makers.acme]
name = "Acme"
[hosts.acme]
name = "Acme"
short = "Acme"
regions = ["EU"]
"""

USED = (
    '{"at": "2026-11-20T10:00:00Z", "key": "webui", "user": "bob", "session": "main", "asked": "flux-2-max", '
    '"drawn": "flux-2-pro", "host": "azure", "billing": "credits", "engine": "placeholder", "cost_eur": "0.0300"}\n'
)


class Server:
    """Runs commands as one role of the server."""

    def __init__(self, imgmodels: Imgmodels, postgres: Postgres, team: str) -> None:
        self._imgmodels, self._postgres, self._team = imgmodels, postgres, team

    def url(self, user: str) -> str:
        """The workspace as that role."""
        return f"{self._postgres.url(user)}#{self._team}"

    def __call__(self, user: str, *arguments: str) -> Run:
        return self._imgmodels("--state", self.url(user), *arguments)


@pytest.fixture
def server(imgmodels: Imgmodels, postgres: Postgres, team: str) -> Server:
    """A server without a workspace yet."""
    return Server(imgmodels, postgres, team)


@pytest.mark.usefixtures("opened")
def test_the_commands_are_the_same_on_a_server(server: Server) -> None:
    assert server("alice", "enable", PRO, MAX).code == 0
    assert server("bob", "disable", PRO, "--replacement", MAX, "-m", "dear").code == 0
    assert server("carol", "default").out == f"{MAX}\n"
    assert server("alice", "undo").code == 0
    status = server("alice", "status", "--json").data
    assert (status["revision"], status["role"], status["enabled_models"]) == (3, "admin", [PRO, MAX])
    history = server("alice", "history", "--json").data
    assert [(each["revision"], each["by"]) for each in history] == [(3, "alice"), (2, "bob"), (1, "alice")]
    assert server("alice", "check").out.endswith("valid, revision 3, 14 models\n")
    assert server("alice", "recover").out.startswith("Nothing to do: postgresql://")


@pytest.mark.usefixtures("opened")
def test_a_user_is_refused_what_admins_do(server: Server) -> None:
    for arguments in (("enable", PRO), ("history",), ("export",), ("config", "plan", "enterprise")):
        run = server("carol", *arguments)
        assert run.code == 4
        assert run.refusal
    assert server("carol", "list", "--json").data == []


@pytest.mark.usefixtures("opened")
def test_a_place_is_told_and_no_more(server: Server, team: str) -> None:
    paths = server("alice", "path", "--json").data
    assert paths["state"].endswith(f"#{team}")
    assert paths["state_chosen_by"] == "--state"
    assert "options" not in paths["state"]


@pytest.mark.parametrize("command", ["path", "status", "doctor", "check", "enable"])
def test_a_password_in_the_url_is_refused_everywhere(command: str, imgmodels: Imgmodels) -> None:
    more = [PRO] if command == "enable" else []
    run = imgmodels("--state", "postgresql://alice:s3cret@127.0.0.1/x", command, *more)
    assert run.code == 3
    assert "~/.pgpass" in run.refusal
    assert "s3cret" not in run.out + run.err


@pytest.mark.parametrize("url", ["mysql://alice:s3cret@db/x", "https://db.example/x", "postgressql://db/x"])
def test_an_address_of_something_else_is_no_file(imgmodels: Imgmodels, url: str) -> None:
    run = imgmodels("--state", url, "list")
    assert run.code == 3
    assert "names no workspace; give a file's path, or postgresql://host/database" in run.refusal
    assert "s3cret" not in run.err


def test_a_scheme_may_be_in_capitals(imgmodels: Imgmodels) -> None:
    assert "does not run there" in imgmodels("--state", "POSTGRESQL://127.0.0.1:1/x?sslmode=disable", "list").refusal


def test_a_server_that_is_not_there_is_one_line(imgmodels: Imgmodels) -> None:
    run = imgmodels("--state", "postgresql://127.0.0.1:1/x?sslmode=disable", "list")
    assert run.code == 3
    assert "does not run there" in run.refusal


def test_a_workspace_moves_to_a_server_and_back(
    server: Server, imgmodels: Imgmodels, postgres: Postgres, team: str, own_state: Path, tmp_path: Path
) -> None:
    (tmp_path / "acme.toml").write_text(OWN)
    imgmodels("enable", PRO, MAX)
    imgmodels("disable", MAX, "-m", "dear")
    assert imgmodels("catalog", "add", str(tmp_path / "acme.toml")).code == 0
    assert imgmodels("keys", "add", "webui").code == 0
    imgmodels("prices", "--changed")  # which notes what is seen
    (own_state.parent / "usage.jsonl").write_text(USED)
    before, history = imgmodels("status", "--json").data, imgmodels("history", "--json").data
    moved = imgmodels("init", "--server", server.url("postgres"), "--from", str(own_state))
    assert moved.code == 0, moved.err
    assert not own_state.exists()
    assert own_state.with_name(f"workspace.json.moved-{date(2026, 11, 22)}").exists()
    postgres.execute(f"GRANT imgmodels_{team}_admin TO alice")
    after = server("alice", "status", "--json").data
    assert {**after, "state_path": ""} == {**before, "state_path": ""}
    assert server("alice", "history", "--json").data == history
    assert server("alice", "catalog", "list", "--json").data == [
        {"record": "hosts.acme", "file": "hosts.acme.toml", "corrects_bundled": False},
        {"record": "makers.acme", "file": "makers.acme.toml", "corrects_bundled": False},
    ]
    assert [key["name"] for key in server("alice", "keys", "list", "--json").data] == ["webui"]
    used = server("alice", "usage", "--since", "2026-11-01", "--json").out
    assert json.loads(used) == [{"user": "bob", "images": 1, "cost_eur": "0.0300", "switches": 1}]
    assert server("alice", "enable", "flux-2-klein").code == 0
    assert server("alice", "check").code == 0
    back = tmp_path / "back"
    assert server("alice", "export", "--all", str(back)).code == 0
    there = imgmodels("--state", str(back / "workspace.json"), "history", "--json").data
    assert [each["revision"] for each in there] == [4, 3, 2, 1]
    assert len(imgmodels("--state", str(back / "workspace.json"), "catalog", "list", "--json").data) == 2
    assert imgmodels("--state", str(back / "workspace.json"), "keys", "list", "--json").data[0]["name"] == "webui"
    assert imgmodels("--state", str(back / "workspace.json"), "usage", "--since", "2026-11-01", "--json").out == used
    seen = json.loads((back / "prices.json").read_text())["seen"]
    assert seen.keys() == {model["id"] for model in imgmodels("list", "--json").data}
    assert imgmodels("--state", str(back / "workspace.json"), "enable", "gpt-image-1").code == 0
    assert "is not empty" in server("alice", "export", "--all", str(back)).refusal


def test_a_usage_that_cannot_be_read_is_one_line_and_nothing_is_moved(
    server: Server, imgmodels: Imgmodels, own_state: Path
) -> None:
    imgmodels("enable", PRO)
    (own_state.parent / "usage.jsonl").mkdir()
    run = imgmodels("init", "--server", server.url("postgres"), "--from", str(own_state))
    assert run.code == 3
    assert "usage.jsonl: is a folder, not a file" in run.refusal
    assert own_state.exists()


def test_a_workspace_in_files_is_written_whole_too(imgmodels: Imgmodels, tmp_path: Path) -> None:
    imgmodels("enable", PRO)
    imgmodels("keys", "add", "webui")
    assert imgmodels("export", "--all", str(tmp_path / "copy")).code == 0
    copy = ("--state", str(tmp_path / "copy" / "workspace.json"))
    assert imgmodels(*copy, "history", "--json").data == imgmodels("history", "--json").data
    assert imgmodels(*copy, "keys", "list", "--json").data == imgmodels("keys", "list", "--json").data


def test_a_second_workspace_does_not_take_the_place_of_the_first(server: Server, imgmodels: Imgmodels) -> None:
    assert imgmodels("init", "--server", server.url("postgres")).code == 0
    again = imgmodels("init", "--server", server.url("postgres"))
    assert again.code == 3
    assert "has a workspace there already" in again.refusal
    assert "has layout 1 already" in imgmodels("init", "--server", server.url("postgres"), "--upgrade").out


def test_who_may_not_make_a_workspace_is_told_so(server: Server, imgmodels: Imgmodels) -> None:
    run = imgmodels("init", "--server", server.url("carol"))
    assert run.code == 4
    assert "does not permit it" in run.refusal


def test_the_sql_is_printed_for_somebody_else_to_run(
    server: Server, imgmodels: Imgmodels, postgres: Postgres, team: str
) -> None:
    printed = imgmodels("init", "--server", server.url("carol"), "--print")
    assert printed.code == 0
    postgres.execute(f"BEGIN; {printed.out} COMMIT")
    postgres.execute(f"GRANT imgmodels_{team}_admin TO alice")
    assert server("alice", "enable", PRO).code == 0


@pytest.mark.usefixtures("opened")
def test_the_machine_names_the_server_for_everybody(
    server: Server,
    imgmodels: Imgmodels,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "workspace.url"
    file.write_text(f"{server.url('alice')}\n")
    monkeypatch.setattr("imgmodels_tui.workspace.file_store.locations.machine_url", lambda: file)
    assert imgmodels("enable", PRO).code == 0
    assert imgmodels("path", "--json").data["state_chosen_by"] == str(file)
    file.write_text("not a url\n")
    assert "should hold one line, postgresql://" in imgmodels("list").refusal
    assert machine_url().name == "workspace.url"


def test_the_workspace_of_a_machine_leaves_the_address_for_everybody(
    server: Server, imgmodels: Imgmodels, own_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imgmodels("enable", PRO)
    monkeypatch.setattr("imgmodels_tui.cli.server.machine_state", lambda: own_state)
    monkeypatch.setattr("imgmodels_tui.cli.server.machine_url", lambda: tmp_path / "workspace.url")
    moved = imgmodels("init", "--server", server.url("postgres"), "--from", str(own_state))
    assert moved.code == 0
    told = server.url("postgres").replace("postgres@", "")
    assert (tmp_path / "workspace.url").read_text() == f"{told}\n"
    assert (tmp_path / "workspace.url").stat().st_mode & 0o777 == 0o644
    assert told in moved.err
    assert "postgres@" not in moved.err


@pytest.mark.usefixtures("opened")
def test_the_doctor_examines_the_server(server: Server) -> None:
    server("alice", "enable", PRO)
    found = server("alice", "doctor", "--json").data["server"]
    assert found["push"] == {"text": "heard", "well": True}
    assert found["kind"]["text"] == "primary"
    assert found["layout"]["text"] == "1"
    assert found["role"]["text"].startswith("alice, admin")
    assert found["version"]["text"].startswith("PostgreSQL ")
    assert found["tls"]["text"] == "none, a socket of this machine"
    assert "no member of" in server("carol", "doctor", "--json").data["server"]["role"]["text"]


@pytest.mark.usefixtures("opened")
def test_settings_are_exported_and_imported(server: Server, tmp_path: Path) -> None:
    server("alice", "enable", PRO)
    file = tmp_path / "settings.json"
    assert server("alice", "export", str(file)).code == 0
    server("alice", "enable", MAX)
    assert server("bob", "import", str(file), "--yes").code == 0
    assert server("alice", "status", "--json").data["enabled_models"] == [PRO]
    assert json.loads(file.read_text())["enabled_models"] == [PRO]


@pytest.mark.usefixtures("opened")
def test_a_change_of_history_behind_the_server_is_found(server: Server, postgres: Postgres, team: str) -> None:
    server("alice", "enable", PRO, MAX)
    server("alice", "disable", MAX)
    postgres.execute("DELETE FROM w.history WHERE revision = 1", team=team)
    run = server("alice", "check")
    assert run.code == 3
    assert "history has 1 changes since revision 0, not 2" in run.refusal


@pytest.mark.usefixtures("opened")
def test_the_doctor_tells_where_a_pooler_swallows_what_the_server_announces(
    imgmodels: Imgmodels, postgres: Postgres, team: str
) -> None:
    with swallowing(postgres) as port:
        url = f"{postgres.tcp_url('alice', port=port)}#{team}"
        assert imgmodels("--state", url, "enable", PRO).code == 0
        push = imgmodels("--state", url, "doctor", "--json").data["server"]["push"]
    assert push == {"text": "only asked for: a pooler or a standby swallows LISTEN", "well": False}


def test_without_the_driver_a_url_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None; sys.argv = ['imgmodels', '--state', 'postgresql://db/app', 'list']"
        "\n"
        "from imgmodels_tui.cli.main import main\nmain()"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 3
    needed = "needs a driver that is not installed; pip install 'imgmodels[postgres]'"
    assert run.stderr == f"imgmodels: postgresql://db/app: {needed}\n"


@pytest.mark.usefixtures("opened")
def test_own_records_are_added_and_removed_for_all_hosts(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "acme.toml"
    file.write_text(OWN)
    assert server("alice", "catalog", "add", str(file), "-m", "a new host").code == 0
    assert {each["record"] for each in server("bob", "catalog", "list", "--json").data} >= {"makers.acme", "hosts.acme"}
    assert server("carol", "catalog", "add", str(file)).code == 4
    history = server("bob", "history", "--json").data
    assert (history[0]["by"], history[0]["reason"]) == ("alice", "a new host")
    assert server("bob", "catalog", "remove", "makers.acme", "hosts.acme").code == 0
    assert server("alice", "catalog", "list", "--json").data == []
    assert server("alice", "check").code == 0


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("GRANT UPDATE (settings) ON w.workspace TO {t}_user", "{t}_user may UPDATE workspace"),
        ("REVOKE INSERT ON w.history FROM {t}_admin", "{t}_admin may not INSERT history"),
        ("GRANT INSERT (by) ON w.history TO {t}_admin", "{t}_admin may INSERT history.by"),
        ("GRANT SELECT ON w.api_keys TO public", "public may SELECT api_keys"),
        ("ALTER TABLE w.sessions DISABLE ROW LEVEL SECURITY", "whoever has sessions may SELECT those of others"),
    ],
)
def test_a_right_that_is_not_as_it_should_be_is_found(
    server: Server, postgres: Postgres, team: str, done: str, said: str
) -> None:
    assert server("alice", "check").code == 0
    postgres.execute(done.replace("{t}", f"imgmodels_{team}"), team=team)
    run = server("alice", "check")
    assert run.code == 3
    assert said.replace("{t}", f"imgmodels_{team}") in run.refusal
    assert any("REVOKE" in line or "GRANT" in line for line in server("alice", "doctor").out.splitlines())
