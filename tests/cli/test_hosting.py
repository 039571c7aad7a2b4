"""`imgmodels hosting --without … --region …`: what would change, and nothing changed."""

from pathlib import Path

import pytest

from tests.cli.conftest import Imgmodels

FOUR = ("flux-2-pro", "gpt-image-2", "flux-2-klein", "recraft-v3")


def test_without_a_host_it_says_what_goes_off_and_how_to_apply_it(imgmodels: Imgmodels) -> None:
    imgmodels("enable", *FOUR)
    assert imgmodels("hosting", "--without", "azure").out.splitlines() == [
        "Without        Microsoft Azure",
        "Goes off       flux-2-pro, gpt-image-2",
        "Stays on       flux-2-klein, recraft-v3",
        "Default        recraft-v3 instead of flux-2-pro",
        "To apply       imgmodels disable flux-2-pro gpt-image-2 --replacement recraft-v3",
        "To keep it so  imgmodels policy --without microsoft-azure --apply",
    ]
    assert imgmodels("status", "--json").data["revision"] == 1


def test_the_command_that_is_printed_does_it(imgmodels: Imgmodels) -> None:
    imgmodels("enable", *FOUR)
    told = imgmodels("hosting", "--without", "Microsoft Azure", "--region", "eu", "--json").data
    assert imgmodels(*told["command"][1:]).code == 0
    status = imgmodels("status", "--json").data
    assert status["enabled_models"] == told["staying"] == ["flux-2-klein"]
    assert status["default_model"] == told["new_default_model"] == "flux-2-klein"
    assert status["revision"] == 2


def test_the_command_names_the_state_file_that_was_named(imgmodels: Imgmodels, tmp_path: Path) -> None:
    chosen = ("--state", str(tmp_path / "its own.json"))
    imgmodels(*chosen, "enable", *FOUR)
    told = imgmodels(*chosen, "hosting", "--without", "replicate", "--json").data
    assert told["command"] == ["imgmodels", *chosen, "disable", "recraft-v3"]
    assert (
        f"imgmodels --state '{chosen[1]}' disable recraft-v3"
        in imgmodels(*chosen, "hosting", "--without", "replicate").out
    )


def test_only_a_region_excludes_all_places_elsewhere(imgmodels: Imgmodels) -> None:
    imgmodels("enable", *FOUR)
    told = imgmodels("hosting", "--region", "EU", "--json").data
    assert told["excluded"] == [
        {"host": "Google Vertex", "region": "Global"},
        {"host": "Microsoft Azure", "region": "Global"},
        {"host": "Replicate", "region": "US"},
    ]
    assert (told["disabled"], told["possible"]) == (["recraft-v3"], True)
    assert told["default_model"] == told["new_default_model"] == "flux-2-pro"


def test_several_regions_are_all_kept(imgmodels: Imgmodels) -> None:
    told = imgmodels("hosting", "--region", "EU", "--region", "US", "--json").data
    assert {place["region"] for place in told["excluded"]} == {"Global"}


def test_it_says_where_it_is_not_possible(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro", "gpt-image-2")
    told = imgmodels("hosting", "--without", "azure", "--json").data
    assert (told["possible"], told["command"], told["new_default_model"]) == (False, [], None)
    run = imgmodels("hosting", "--without", "azure")
    assert "not possible: at least one model must stay enabled" in run.out
    assert run.code == imgmodels("hosting", "--without", "azure", "--apply").code == 1


def test_it_says_where_there_is_nothing_to_do(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    assert imgmodels("hosting", "--region", "EU").out.splitlines()[-2] == "To apply       nothing to do"


@pytest.mark.parametrize("name", ["azure", "AZURE", "microsoft-azure", "Microsoft Azure"])
def test_a_host_has_several_names(imgmodels: Imgmodels, name: str) -> None:
    told = imgmodels("hosting", "--without", name, "--json").data
    assert {place["host"] for place in told["excluded"]} == {"Microsoft Azure"}


def test_an_unknown_host_is_wrong_usage_and_the_known_ones_are_named(imgmodels: Imgmodels) -> None:
    run = imgmodels("hosting", "--without", "amazon")
    assert run.code == 2
    assert run.refusal.startswith(
        "Unknown host 'amazon'; the hosts are microsoft-azure, black-forest-labs, google-vertex, replicate"
    )
