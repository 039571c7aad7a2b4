"""`imgmodels doctor`: one screen that says what is wrong, and nothing that should stay private."""

import os
import pwd
from pathlib import Path

import pytest

from imgmodels_tui import __version__
from tests.cli.conftest import Imgmodels


def test_it_fits_on_one_screen_and_into_a_bug_report(imgmodels: Imgmodels, own_state: Path, home: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    run = imgmodels("doctor")
    assert (run.code, run.err) == (0, "")
    assert len(run.out.splitlines()) <= 24
    assert str(home) not in run.out
    assert "flux-2-pro" not in run.out
    assert "  folder         ~/.local/share/imgmodels  drwx------" in run.out
    assert "  state          workspace.json  -rw-------" in run.out
    assert f"imgmodels      {__version__} on Python 3." in run.out
    assert "  state          good, revision 1; chosen by your own workspace\n" in run.out
    assert own_state.exists()


def test_as_json_every_finding_has_a_text_and_a_verdict(imgmodels: Imgmodels) -> None:
    data = imgmodels("doctor", "--json").data
    assert list(data) == ["versions", "terminal", "files", "workspace"]
    assert data["files"]["state"]["text"] == "~/.local/share/imgmodels/workspace.json  not there"
    assert data["workspace"]["catalog"]["text"].startswith("good, 14 models, of 2026-11-25, digest ")
    assert data["workspace"]["catalog"]["well"]
    assert data["workspace"]["state"]["text"].startswith("not there yet, a fresh workspace")
    assert data["workspace"]["lock"]["text"] == "free"
    me = pwd.getpwuid(os.getuid()).pw_name
    assert data["workspace"]["role"]["text"] == f"{me}, admin: may write the state and its folder"
    for findings in data.values():
        for finding in findings.values():
            assert finding.keys() == {"text", "well"}


def test_it_creates_nothing(imgmodels: Imgmodels, home: Path) -> None:
    assert imgmodels("doctor").code == 0
    assert list(home.iterdir()) == []


def test_what_is_broken_is_marked_and_no_failure(imgmodels: Imgmodels, own_state: Path, own_catalog: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("enable", "flux-2-max")
    own_state.write_text("{ oops")
    (own_catalog / "x.toml").write_text("[modles]")
    run = imgmodels("doctor")
    assert run.code == 0
    assert "\n! catalog        ~/.local/share/imgmodels/catalog.d/x.toml: [modles]: is no table" in run.out
    assert "\n! state          ~/.local/share/imgmodels/workspace.json: is not valid JSON" in run.out
    assert "recoverable    revision 2, by `imgmodels recover` where it is needed\n" in run.out
    found = "revision 2 from the backup of revision 1 and 1 change since"
    assert imgmodels("doctor", "--json").data["workspace"]["recoverable"]["text"] == found


def test_what_a_terminal_says_of_itself_is_harmless(imgmodels: Imgmodels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLORTERM", "true\x1b]0;x\x07color")
    monkeypatch.setenv("TMUX", "/run/tmux")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 1 192.0.2.8 22")
    run = imgmodels("doctor")
    assert r"! TERM           dumb, COLORTERM=true\x1b]0;x\x07color" in run.out
    assert ", inside tmux and ssh\n" in run.out
    assert "192.0.2" not in run.out


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to nobody known")
def test_owners_without_a_name_are_numbers(imgmodels: Imgmodels, own_state: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    os.chown(own_state, 54321, 54322)
    assert "54321:54322" in imgmodels("doctor").out
