"""Which files are used, and who says so."""

from pathlib import Path

import pytest
from platformdirs.unix import Unix

from imgmodels_tui.workspace.file_store import locations
from imgmodels_tui.workspace.file_store.locations import locate


@pytest.fixture
def machine_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this machine's workspace would be; it is not there yet."""
    folder = tmp_path / "var"
    folder.mkdir()

    class Dirs(Unix):
        @property
        def site_state_dir(self) -> str:
            return str(folder)

    monkeypatch.setattr(locations, "PlatformDirs", Dirs)
    return folder / "workspace.json"


def test_the_machines_workspace_is_used_if_there_is_one(machine_state: Path, home: Path) -> None:
    assert locate(environ={}).state == home / ".local/share/imgmodels/workspace.json"
    machine_state.touch()
    found = locate(environ={})
    assert (found.state, found.chosen_by) == (machine_state, "this machine's workspace")
    assert (found.history, found.lock) == (
        machine_state.with_name("history.jsonl"),
        machine_state.with_name("workspace.json.lock"),
    )


def test_an_option_and_the_environment_win_over_the_machines_workspace(machine_state: Path, tmp_path: Path) -> None:
    machine_state.touch()
    environ = {"IMGMODELS_STATE": str(tmp_path / "env.json")}
    assert locate(environ=environ).state == tmp_path / "env.json"
    assert locate(tmp_path / "option.json", environ=environ).state == tmp_path / "option.json"
    assert locate(environ={"IMGMODELS_STATE": ""}).state == machine_state


@pytest.mark.usefixtures("machine_state")
def test_a_relative_path_is_relative_to_where_the_command_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert locate(Path("a/../b.json")).state == tmp_path / "b.json"


def test_an_old_catalog_of_ones_own_is_told_of_until_it_is_taken_over(home: Path, tmp_path: Path) -> None:
    found, old = locate(tmp_path / "workspace.json"), home / ".config/imgmodels/catalog.d"
    assert found.catalog == tmp_path / "catalog.d"
    assert found.old_catalog_warning() is None
    old.mkdir(parents=True)
    (old / "my prices.toml").touch()
    assert f"imgmodels catalog add '{old}/my prices.toml'" in (found.old_catalog_warning() or "")


def test_the_state_of_the_usual_name_has_companions_of_short_names(tmp_path: Path) -> None:
    found = locate(tmp_path / "workspace.json")
    companions = {found.history, found.prices, found.sessions, found.lock, found.backup, found.schema_backup(1)}
    assert {path.name for path in companions} == {
        "history.jsonl",
        "prices.json",
        "sessions",
        "workspace.json.lock",
        "workspace.json.bak",
        "workspace.json.schema-1",
    }
    assert {path.parent for path in companions} == {tmp_path}


@pytest.mark.parametrize("other", ["team.json", "team", "team.yaml", "history.jsonl", "workspace", "Workspace.json"])
def test_two_states_in_one_folder_share_nothing(other: str, tmp_path: Path) -> None:
    def files(state: str) -> set[Path]:
        found = locate(tmp_path / state)
        return {found.history, found.prices, found.sessions, found.lock, found.backup, found.schema_backup(1)}

    for state in ("workspace.json", "team.json", "test.json"):
        assert state == other or files(state).isdisjoint(files(other))


def test_a_link_names_the_companions_after_the_file_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "workspace.json").symlink_to(tmp_path / "team.json")
    assert locate(tmp_path / "workspace.json").history == tmp_path / "team.json.history.jsonl"
