"""`imgmodels policy`, `--dry-run`, `-m` and `undo REVISION`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Imgmodels

MANY = ("flux-2-pro", "flux-2-klein", "gpt-image-2", "recraft-v3")


def test_a_policy_is_shown_before_it_is_set(imgmodels: Imgmodels) -> None:
    imgmodels("enable", *MANY)
    assert imgmodels("policy").out == "none\n"
    shown = imgmodels("policy", "--region", "eu", "--no-premium")
    assert shown.out == (
        "Nothing was changed; this would be revision 2: GPT Image 2, Recraft V3 disabled; "
        "policy is EU only, no premium\n"
    )
    assert shown.err == "`--apply` sets it\n"
    assert imgmodels("policy", "--region", "eu", "--no-premium", "--apply", "-m", "review").code == 0
    assert imgmodels("policy", "--json").data == {"policy": {"regions": ["EU"], "premium": False}}
    assert imgmodels("status", "--json").data["policy"] == {"regions": ["EU"], "premium": False}
    assert imgmodels("history", "reason:review", "--json").data[0]["reason"] == "review"


def test_a_clause_takes_the_place_of_the_one_before_and_the_others_stay(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("policy", "--region", "EU", "--without", "Replicate", "--apply")
    imgmodels("policy", "--region", "EU", "--region", "US", "--max-price", "0.06", "--apply")
    assert imgmodels("policy", "--json").data["policy"] == {
        "regions": ["EU", "US"],
        "without_hosts": ["replicate"],
        "max_price_eur": "0.0600",
    }
    assert imgmodels("policy").out.split("\n")[0].strip() == "EU or US only"
    imgmodels("policy", "--clear", "--apply")
    assert imgmodels("policy").out == "none\n"


def test_the_default_is_followed_by_the_proposed_model(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "gpt-image-2", "flux-2-max", "flux-2-klein")
    said = imgmodels("policy", "--without", "azure", "--apply").out
    assert said.startswith("GPT Image 2 disabled; default is FLUX.2 Max, was GPT Image 2; policy is without Microsoft")
    assert imgmodels("enable", "flux-2-pro").refusal == (
        "flux-2-pro is forbidden by the policy (without Microsoft Azure); `imgmodels policy` shows and changes it"
    )


def test_it_cannot_forbid_everything(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    for how in ((), ("--dry-run",), ("--apply",)):
        run = imgmodels("policy", "--region", "US", *how)
        assert (run.code, run.out) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("--max-price -1", 2, "from 0 to"),
        ("--max-price nan", 2, "should be a price"),
        ("--max-price 1e99", 2, "should be a price"),
        ("--max-price cheap", 2, "should be a price"),
        ("--region Mars", 2, "is not one of"),
        ("--without amazon", 2, "Unknown host 'amazon'"),
    ],
)
def test_a_wrong_clause_is_one_line(arguments: str, code: int, said: str, imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    run = imgmodels("policy", *arguments.split(), "--apply")
    assert (run.code, said in run.refusal) == (code, True)
    assert imgmodels("status", "--json").data["revision"] == 1


def test_a_policy_goes_with_an_export(imgmodels: Imgmodels, tmp_path: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("policy", "--region", "EU", "--apply")
    file, other = str(tmp_path / "settings.json"), ("--state", str(tmp_path / "other.json"))
    imgmodels("export", file)
    assert "Policy" in imgmodels(*other, "import", file).err
    imgmodels(*other, "import", file, "--yes")
    assert imgmodels(*other, "policy", "--json").data == {"policy": {"regions": ["EU"]}}


def test_users_do_not_see_the_policy(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    assert imgmodels("--as-user", "policy").code == 4


DRY = [
    (("enable", "flux-2-max"), 0, "FLUX.2 Max enabled"),
    (("enable", "flux-9"), 2, ""),
    (("disable", "flux-2-klein"), 0, "FLUX.2 Klein disabled"),
    (("disable", "flux-2-pro"), 1, ""),
    (("disable", "flux-2-pro", "--replacement", "flux-2-klein"), 0, "default is FLUX.2 Klein"),
    (("default", "flux-2-klein"), 0, "Default is FLUX.2 Klein"),
    (("default", "flux-2-max"), 1, ""),
    (("config", "plan", "enterprise"), 0, "Plan is enterprise"),
    (("config", "image-generation", "off"), 0, "Image generation turned off"),
    (("undo",), 0, "Undo: "),
    (("undo", "2"), 0, "Revert of revision 2"),
    (("undo", "9"), 2, ""),
    (("tidy",), 0, ""),
    (("hosting", "--without", "bfl"), 0, "FLUX.2 Klein disabled"),
    (("hosting", "--without", "bfl", "--without", "azure"), 1, ""),
    (("policy", "--no-premium"), 0, "Policy is no premium"),
]


@pytest.mark.parametrize(("command", "code", "said"), DRY, ids=lambda value: str(value)[:50])
def test_a_dry_run_says_what_would_change_with_the_exit_code_of_the_real_thing(
    command: tuple[str, ...], code: int, said: str, imgmodels: Imgmodels, own_state: Path
) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("enable", "flux-2-klein")
    files = {path: path.read_bytes() for path in own_state.parent.iterdir() if path.is_file()}
    run = imgmodels(*command, "--dry-run")
    assert (run.code, said in run.out) == (code, True)
    assert {path: path.read_bytes() for path in own_state.parent.iterdir() if path.is_file()} == files
    real = (*command, "--apply") if command[0] in {"hosting", "policy"} else command
    assert imgmodels(*real).code == code


def test_a_dry_run_counts_the_sessions_that_it_would_hit(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro", "flux-2-klein")
    imgmodels("generate", "x", "--model", "flux-2-klein")
    said = imgmodels("disable", "flux-2-klein", "--dry-run").err
    assert said == "1 session of 1 user will switch to FLUX.2 Pro\n"
    off = imgmodels("config", "image-generation", "off", "--dry-run").err
    assert off == "1 session of 1 user cannot draw until it is on again\n"


def test_any_revision_can_be_turned_back(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("enable", "flux-2-klein", "flux-2-max")
    imgmodels("disable", "flux-2-max")
    run = imgmodels("undo", "2", "-m", "too many")
    assert run.out == "Revert of revision 2: FLUX.2 Klein disabled (revision 4)\n"
    assert run.err == "Left alone, because later changes replaced it: FLUX.2 Max enabled\n"
    assert imgmodels("undo", "7").refusal == "There is no revision 7 in the history; the newest is 4"
    assert imgmodels("undo", "0").code == 2


def test_the_history_is_narrowed_by_day(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    assert len(imgmodels("history", "since:2026-11-22", "until:2026-11", "--json").data) == 1
    assert imgmodels("history", "since:2026-11-23", "--json").data == []
    assert imgmodels("history", "until:2026-11-21", "--json").data == []
    assert imgmodels("history", "since:yesterday").code == 2


@pytest.mark.parametrize("text", ["", " ", "x" * 501, "\udce9"])
def test_a_reason_is_a_line_of_text(text: str, imgmodels: Imgmodels, own_state: Path) -> None:
    run = imgmodels("enable", "flux-2-pro", "-m", text)
    assert (run.code, run.refusal) == (2, "-m takes a reason of 1 to 500 characters; see `imgmodels enable --help`")
    assert not own_state.exists()


def test_an_enabled_model_that_is_retired_is_warned_of_everywhere(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "gpt-image-1", "flux-2-pro")
    said = "GPT Image 1, the default, is retired since 2026-10-23; choose another default, then disable it\n"
    assert said in imgmodels("list").err
    assert said in imgmodels("status").err
    assert said.strip() in imgmodels("doctor").out.replace("\n", " ")
    assert "GPT Image 1 is retired since 2026-10-23: its host may not" in imgmodels("generate", "x").err
    status = imgmodels("status", "--json").data
    assert status["retired_models"] == ["gpt-image-1"]
