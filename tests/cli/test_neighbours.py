"""Two workspaces in one folder: what is done to one is no business of the other."""

from pathlib import Path

import pytest

from tests.cli.conftest import Imgmodels

NAMES = ("workspace.json", "team.json", "team")


@pytest.mark.parametrize("other", ["workspace.json", "team"])
def test_each_workspace_has_a_past_of_its_own(other: str, imgmodels: Imgmodels, tmp_path: Path) -> None:
    one, two = str(tmp_path / "team.json"), str(tmp_path / other)
    imgmodels("--state", one, "enable", "flux-2-pro")
    imgmodels("--state", two, "enable", "gpt-image-2")
    imgmodels("--state", one, "enable", "flux-2-max")
    assert [change["models"] for change in imgmodels("--state", one, "history", "--json").data] == [
        ["flux-2-max"],
        ["flux-2-pro"],
    ]
    assert [change["models"] for change in imgmodels("--state", two, "history", "--json").data] == [["gpt-image-2"]]


def test_what_is_brought_back_is_the_workspaces_own(imgmodels: Imgmodels, tmp_path: Path) -> None:
    for name in NAMES:
        for model in ("flux-2-pro", "flux-2-max"):
            assert imgmodels("--state", str(tmp_path / name), "enable", model).code == 0
    imgmodels("--state", str(tmp_path / "team.json"), "enable", "gpt-image-2")
    (tmp_path / "team").write_text("{ oops")
    assert imgmodels("--state", str(tmp_path / "team"), "recover", "--yes").code == 0
    enabled = {
        name: imgmodels("--state", str(tmp_path / name), "status", "--json").data["enabled_models"] for name in NAMES
    }
    assert enabled["team"] == enabled["workspace.json"] == ["flux-2-pro", "flux-2-max"]
    assert "gpt-image-2" in enabled["team.json"]


def test_sessions_belong_to_one_workspace(imgmodels: Imgmodels, tmp_path: Path) -> None:
    for name in NAMES:
        imgmodels("--state", str(tmp_path / name), "enable", "flux-2-pro")
    (tmp_path / "sessions").mkdir(mode=0o700)
    imgmodels("--state", str(tmp_path / "workspace.json"), "generate", "a lamp", "--session", "lamps")
    held = [
        [session["session"] for session in imgmodels("--state", str(tmp_path / name), "sessions", "--json").data]
        for name in NAMES
    ]
    assert [("lamps" in sessions) for sessions in held] == [True, False, False]
