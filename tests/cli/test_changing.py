"""Setting up a workspace by commands alone: what each says, and with which exit code it ends."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import NEWCOMER, Imgmodels


def test_a_workspace_is_set_up_by_commands_alone(imgmodels: Imgmodels, own_state: Path) -> None:
    told = [
        imgmodels(*command.split()).out
        for command in (
            "default",
            "enable flux-2-pro gpt-image-2",
            "default gpt-image-2",
            "default",
            "disable gpt-image-2 --replacement flux-2-pro",
            "config image-generation off",
            "config plan enterprise",
            "config",
            "undo",
            "undo",
        )
    ]
    assert told == [
        "none\n",
        "FLUX.2 Pro, GPT Image 2 enabled; default is FLUX.2 Pro (revision 1)\n",
        "Default is GPT Image 2, was FLUX.2 Pro (revision 2)\n",
        "gpt-image-2\n",
        "GPT Image 2 disabled; default is FLUX.2 Pro, was GPT Image 2 (revision 3)\n",
        "Image generation turned off (revision 4)\n",
        "Plan is enterprise (revision 5)\n",
        "image-generation  off\nplan              enterprise\n",
        "Undo: plan is self-service (revision 6)\n",
        "Undo: plan is enterprise (revision 7)\n",
    ]
    state = json.loads(own_state.read_text())
    assert state["enabled_models"] == ["flux-2-pro"]
    assert (state["revision"], state["plan"], state["image_generation"]) == (7, "enterprise", False)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("enable flux-2-pro", "Nothing to change: FLUX.2 Pro is already enabled"),
        ("disable flux-2-flex", "Nothing to change: FLUX.2 Flex is already disabled"),
        ("default flux-2-pro", "Nothing to change: FLUX.2 Pro is already the default"),
        ("config image-generation on", "Nothing to change: image generation is already on"),
        ("config plan self-service", "Nothing to change: the plan is already self-service"),
        ("tidy", "Nothing to change: every enabled model is in the catalog"),
    ],
)
def test_what_is_so_already_is_said_and_is_no_failure(
    command: str, says: str, imgmodels: Imgmodels, own_state: Path
) -> None:
    imgmodels("enable", "flux-2-pro", "flux-2-max")
    before = own_state.read_bytes()
    run = imgmodels(*command.split())
    assert (run.code, run.out, run.err) == (0, f"{says}\n", "")
    assert own_state.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("disable flux-2-pro flux-2-max", 1, "At least one model must stay enabled; enable another one first"),
        (
            "disable flux-2-pro",
            1,
            "flux-2-pro is the default; name the next one with --replacement, of those that stay enabled: flux-2-max",
        ),
        ("disable flux-2-pro --replacement flux-2-flex", 1, "flux-2-flex cannot be the default because"),
        ("default flux-2-flex", 1, "flux-2-flex cannot be the default because it is not enabled; enabled are:"),
        ("undo", 1, "At least one model must stay enabled"),
        ("enable flux-2-por", 2, "Unknown model 'flux-2-por'; did you mean flux-2-pro"),
        ("disable flux-2-max flux-2-por", 2, "Unknown model 'flux-2-por'; did you mean flux-2-pro"),
        ("default flux-2-por", 2, "Unknown model 'flux-2-por'; did you mean flux-2-pro"),
        ("enable", 2, "Missing argument 'MODEL...'; see `imgmodels enable --help`"),
        ("config image-generation perhaps", 2, "image-generation is on or off, not 'perhaps'"),
        ("config plan free", 2, "plan is self-service or enterprise, not 'free'"),
        ("config colour red", 2, "Invalid value for '[image-generation|plan]': 'colour' is not one of"),
    ],
)
def test_a_refused_change_is_one_line_and_changes_nothing(
    command: str, code: int, says: str, imgmodels: Imgmodels, own_state: Path
) -> None:
    imgmodels("enable", "flux-2-pro", "flux-2-max")
    before = own_state.read_bytes()
    run = imgmodels(*command.split())
    assert run.code == code
    assert run.refusal.startswith(says)
    assert own_state.read_bytes() == before


def test_there_is_nothing_to_undo_in_a_fresh_workspace(imgmodels: Imgmodels, own_state: Path) -> None:
    run = imgmodels("undo")
    assert (run.code, run.refusal) == (1, "There is no change to undo")
    assert not own_state.exists()


def test_r9_a_model_that_left_the_catalog_is_warned_of_and_tidied_up(
    imgmodels: Imgmodels, own_catalog: Path, own_state: Path
) -> None:
    override = own_catalog / "extra.toml"
    override.write_text(NEWCOMER)
    imgmodels("enable", "flux-0", "flux-2-pro")
    override.unlink()
    run = imgmodels("list", "--enabled")
    assert run.code == 0
    assert run.err == "Enabled, but no longer in the catalog: flux-0; `imgmodels tidy` forgets them\n"
    assert imgmodels("default").out == "none\n"
    assert imgmodels("disable", "flux-2-pro").code == 1
    assert imgmodels("tidy").out == "flux-0 removed; no default any more (revision 2)\n"
    assert json.loads(own_state.read_text())["enabled_models"] == ["flux-2-pro"]
    assert imgmodels("list", "--enabled").err == ""


@pytest.mark.parametrize(
    "command",
    ["list", "show flux-2-pro", "status", "default", "default flux-2-pro", "enable flux-2-pro",
     "disable flux-2-max", "config", "config plan enterprise", "undo", "tidy", "history", "guide", "hosting"],
)  # fmt: skip
def test_a_state_that_cannot_be_used_stops_every_command_and_stays(
    command: str, imgmodels: Imgmodels, own_state: Path
) -> None:
    own_state.parent.mkdir(parents=True, exist_ok=True)
    own_state.write_text('{"schema_version": 3}')
    run = imgmodels(*command.split())
    assert run.code == 3
    assert run.refusal.startswith(f"{own_state}: schema_version: is 3, but this version of imgmodels reads up to 2")
    assert own_state.read_text() == '{"schema_version": 3}'


@pytest.mark.parametrize("command", ["list", "show flux-2-pro", "status", "prices", "enable flux-2-pro", "check"])
def test_a_catalog_that_cannot_be_used_stops_every_command(
    command: str, imgmodels: Imgmodels, own_catalog: Path
) -> None:
    (own_catalog / "x.toml").write_text("[models.flux-2-pro]\nstars = 6")
    run = imgmodels(*command.split())
    assert run.code == 3
    assert run.refusal.startswith(f"{own_catalog}/x.toml: [models.flux-2-pro]: stars: should be less than")


def test_the_option_wins_over_the_environment_and_that_over_the_own_workspace(
    imgmodels: Imgmodels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_state: Path
) -> None:
    monkeypatch.setenv("IMGMODELS_STATE", str(tmp_path / "env.json"))
    imgmodels("--state", str(tmp_path / "option.json"), "enable", "flux-2-pro")
    assert [file.name for file in tmp_path.glob("*.json")] == ["option.json"]
    imgmodels("enable", "flux-2-pro")
    assert (tmp_path / "env.json").exists()
    assert imgmodels("path", "--json").data["state_chosen_by"] == "$IMGMODELS_STATE"
    monkeypatch.delenv("IMGMODELS_STATE")
    imgmodels("enable", "flux-2-pro")
    assert own_state.exists()


def test_a_tilde_in_the_environment_is_the_home(
    imgmodels: Imgmodels, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMGMODELS_STATE", "~/w.json")
    imgmodels("enable", "flux-2-pro")
    assert (home / "w.json").exists()


def test_the_home_of_nobody_is_no_traceback(
    imgmodels: Imgmodels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = imgmodels("--state", "~no-such-user/w.json", "status", "--json")
    assert run.data["state_path"] == f"{tmp_path}/~no-such-user/w.json"


def test_after_an_earlier_state_was_put_back_history_goes_on_in_order(imgmodels: Imgmodels, own_state: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    earlier = own_state.read_bytes()
    imgmodels("enable", "flux-2-max")
    imgmodels("enable", "gpt-image-2")
    own_state.write_bytes(earlier)
    assert imgmodels("enable", "recraft-v3").out == "Recraft V3 enabled (revision 4)\n"
    assert [change["revision"] for change in imgmodels("history", "--json").data] == [4, 3, 2, 1]
    assert imgmodels("history", "--json").data[0]["follows"] == 1
    imgmodels("undo")
    assert imgmodels("status", "--json").data["enabled_models"] == ["flux-2-pro"]
    own_state.write_text("")
    assert "revision 5" in imgmodels("recover", "--yes").out
    assert imgmodels("status", "--json").data["enabled_models"] == ["flux-2-pro"]
