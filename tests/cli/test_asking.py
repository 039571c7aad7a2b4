"""Commands that only ask: the shapes that scripts rely on, and what a person reads."""

import json
import re
from pathlib import Path

import pytest

from imgmodels_tui.generator.sessions.store import user_paths
from imgmodels_tui.workspace.file_store.locations import locate
from tests.cli.conftest import NEWCOMER, Imgmodels

LIST_KEYS = {
    "id", "name", "maker", "host", "region", "reference_editing", "premium", "preview", "deprecated", "retires_on",
    "vector_only", "stars", "price_eur", "enabled", "default", "locked", "retired", "allowed",
}  # fmt: skip


def test_list_as_json_has_every_model_with_the_promised_keys(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    models = imgmodels("list", "--json").data
    assert len(models) == 14
    assert all(model.keys() >= LIST_KEYS for model in models)
    assert all(re.fullmatch(r"\d\.\d{4}", model["price_eur"]) for model in models)
    first = {key: value for key, value in models[0].items() if key in LIST_KEYS}
    assert first == {
        "id": "flux-2-pro",
        "name": "FLUX.2 Pro",
        "maker": "Black Forest Labs",
        "host": "Microsoft Azure",
        "region": "EU",
        "reference_editing": True,
        "premium": False,
        "preview": False,
        "deprecated": False,
        "retires_on": None,
        "vector_only": False,
        "stars": 3,
        "price_eur": "0.0322",
        "enabled": True,
        "default": True,
        "locked": True,
        "retired": False,
        "allowed": True,
    }
    assert {model["id"]: model["retires_on"] for model in models}["gpt-image-1"] == "2026-10-23"


def test_a_price_that_nobody_knows_is_null(imgmodels: Imgmodels, own_catalog: Path) -> None:
    (own_catalog / "x.toml").write_text(NEWCOMER)
    assert imgmodels("list", "flux-0", "--json").data[0]["price_eur"] is None
    assert "–" in imgmodels("list", "flux-0").out
    assert "not known" in imgmodels("show", "flux-0").out
    assert "flux-0" not in imgmodels("prices").out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--enabled", ["flux-2-pro", "gpt-image-2"]),
        ("--maker openai --region eu", ["gpt-image-2"]),
        ("--host azure --region global", ["gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini"]),
        ("--enabled stars:5", ["gpt-image-2"]),
        ("price:<0.017 ref:yes", ["flux-2-klein", "gpt-image-1-mini"]),
        ("no-such-model", []),
    ],
)
def test_list_takes_options_and_filter_words(arguments: str, expected: list[str], imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro", "gpt-image-2")
    run = imgmodels("list", "--json", *arguments.split())
    assert run.code == 0
    assert [model["id"] for model in run.data] == expected


def test_models_are_listed_in_any_order(imgmodels: Imgmodels) -> None:
    prices = [model["price_eur"] for model in imgmodels("list", "--json", "--sort", "price").data]
    assert prices == sorted(prices)
    assert imgmodels("list", "--json", "--sort", "stars", "ref:yes").data[0]["id"] == "gpt-image-2"
    assert [row["id"] for row in imgmodels("prices", "--json", "region:us").data] == ["recraft-v3", "recraft-v3-svg"]


def test_an_empty_list_says_so(imgmodels: Imgmodels) -> None:
    assert imgmodels("list", "--enabled").err == "No model matches; there are 14\n"
    assert imgmodels("list", "nothing").out == ""
    assert imgmodels("prices", "nothing").err == "No model with a known price matches\n"


def test_every_action_is_listed_with_its_keys(imgmodels: Imgmodels) -> None:
    actions = {row["id"]: row for row in imgmodels("bindings", "--json").data}
    assert actions["models.toggle"]["keys"] == ["space"]
    assert actions["list.down"]["keys"] == ["down", "j"]
    assert all(row["does"] for row in actions.values())
    assert "models.toggle" in imgmodels("bindings").out


def test_a_misspelt_key_of_a_state_is_found(imgmodels: Imgmodels, tmp_path: Path) -> None:
    state = tmp_path / "workspace.json"
    state.write_text('{"schema_version": 2, "defualt_model": null, "pinned": 1}')
    run = imgmodels("check", str(state))
    assert run.code == 0
    assert run.err == f"{state}: defualt_model is no key and does nothing; did you mean default_model?\n"


def test_a_models_name_is_as_good_as_its_id(imgmodels: Imgmodels) -> None:
    assert imgmodels("enable", "flux.2 max", "FLUX.2 Pro").code == 0
    assert imgmodels("show", "FLUX.2 Pro", "--json").data["id"] == "flux-2-pro"
    assert imgmodels("config", "plan", "self_service").code == 0
    assert "\\b" not in imgmodels("config", "--help").out + imgmodels("completion", "--help").out


def test_a_makers_name_may_have_a_space(imgmodels: Imgmodels) -> None:
    assert len(imgmodels("list", "--json", "--maker", "Google Vertex").data) == 2


def test_list_is_a_table_whose_columns_line_up(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "gpt-image-1", "flux-2-pro")
    lines = imgmodels("list").out.splitlines()
    assert len(lines) == 15
    assert lines[1].split()[:2] == ["on", "flux-2-pro"]
    columns = ["default", "gpt-image-1", "GPT Image 1", "OpenAI", "Microsoft Azure", "Global", "yes", "★★★", "~€0.045"]
    assert re.split("  +", lines[7]) == [*columns, "premium retired"]
    assert {line.index("€") for line in lines[1:]} == {lines[0].index("PRICE") - 1}


def test_show_says_everything_that_is_known(imgmodels: Imgmodels) -> None:
    said = imgmodels("show", "flux-2-pro").out
    assert said.splitlines()[0] == "Name               FLUX.2 Pro"
    for part in (
        "Microsoft Azure",
        "EU · France",
        "€0.032 per image",
        "yes, up to 8 images",
        "2025-11-25",
        "Azure retail meter",
    ):
        assert part in said
    data = imgmodels("show", "flux-2-pro", "--json").data
    assert data.keys() >= LIST_KEYS
    assert (data["max_reference_images"], data["list_price"]["amount"]) == (8, "0.03")


def test_show_of_an_unknown_model_is_wrong_usage(imgmodels: Imgmodels) -> None:
    run = imgmodels("show", "flux-2-por", "--json")
    assert run.code == 2
    assert run.refusal.startswith("Unknown model 'flux-2-por'; did you mean flux-2-pro")


def test_status_as_json(imgmodels: Imgmodels, own_state: Path) -> None:
    imgmodels("enable", "gpt-image-2", "flux-2-pro")
    imgmodels("config", "plan", "enterprise")
    data = imgmodels("status", "--json").data
    data.pop("departed_models")
    assert data == {
        "state_path": str(own_state),
        "revision": 2,
        "image_generation": True,
        "plan": "enterprise",
        "policy": None,
        "default_model": "gpt-image-2",
        "enabled_models": ["flux-2-pro", "gpt-image-2"],
        "retired_models": [],
        "forbidden_models": [],
        "model_count": 14,
        "role": "admin",
    }
    assert imgmodels("--as-user", "status", "--json").data["role"] == "user"


def test_status_for_a_person(imgmodels: Imgmodels) -> None:
    imgmodels("config", "image-generation", "off")
    run = imgmodels("status")
    assert "Enabled           0 of 14 models\n" in run.out
    assert run.out.endswith(", admin\n")
    assert run.err.startswith("Image generation is off: users see no generator;")


def test_history_is_newest_first_and_as_long_as_asked_for(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("enable", "flux-2-max")
    imgmodels("config", "plan", "enterprise")
    lines = imgmodels("history").out.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert lines[0].endswith("Plan is enterprise")
    assert imgmodels("history", "-n", "1").out.splitlines() == lines[:1]
    data = imgmodels("history", "--json", "-n", "2").data
    assert [change["revision"] for change in data] == [3, 2]
    assert data[0]["plan"] == {"from": "self_service", "to": "enterprise"}
    assert data[1].keys() >= {"revision", "at", "by", "action", "models", "enabled"}
    assert imgmodels("history", "-n", "0").code == 2


def test_a_fresh_workspace_has_no_history(imgmodels: Imgmodels) -> None:
    assert imgmodels("history").out == ""
    assert imgmodels("history", "--json").data == []


def test_the_guide_names_the_models_of_each_use(imgmodels: Imgmodels) -> None:
    lines = imgmodels("guide").out.splitlines()
    assert lines[0] == "Top image quality, photorealism"
    assert lines[1].split() == ["gpt-image-2", "EU", "★★★★★", "~€0.062", "off", "5", "stars,", "EU"]
    data = imgmodels("guide", "--json").data
    assert [len(case["recommended"]) for case in data] == [4, 4, 1, 6, 2, 8]
    assert data[0]["recommended"][3]["reason"] == "3 stars, EU, premium"


def test_hosting_says_who_processes_the_data_where(imgmodels: Imgmodels) -> None:
    headings = [line for line in imgmodels("hosting").out.splitlines() if not line.startswith(" ")]
    assert headings == [
        "Microsoft Azure · EU",
        "Microsoft Azure · Global",
        "Black Forest Labs · EU",
        "Google Vertex · EU",
        "Google Vertex · Global",
        "Replicate · US",
    ]
    lines = imgmodels("hosting").out.splitlines()
    assert [line.split()[1] for line in lines if line.endswith("· France")] == ["flux-2-pro", "flux-2-flex"]
    data = imgmodels("hosting", "--json").data
    assert sum(len(place["models"]) for place in data) == 14
    assert [model["country"] for model in data[0]["models"]] == ["France", "France", None]


def test_prices_are_cheapest_first_and_say_how_they_come_about(imgmodels: Imgmodels) -> None:
    lines = imgmodels("prices").out.splitlines()
    assert lines[1].split()[:2] == ["€0.009", "gpt-image-1-mini"]
    assert lines[14].split()[:2] == ["~€0.144", "gemini-3-pro-image"]
    assert lines[15] == "Per image at 1024×1024. 1 € = 1.1172 USD (2026-10-30), margin 20 %."
    assert lines[16].startswith(
        "Cheapest option for bulk generation: FLUX.2 Klein. Among models without quality levels"
    )
    data = imgmodels("prices", "--json").data
    assert [row["price_eur"] for row in data] == sorted(row["price_eur"] for row in data)
    assert data[0]["list_price"]["amount"] == "0.0084"
    assert data[0]["list_price"]["source"]["address"] == "https://prices.azure.com/api/retail/prices"
    assert {row["id"] for row in data if not row["old"]} >= {"flux-2-pro", "gpt-image-1-mini"}
    assert {row["id"] for row in data if row["old"]} >= {"flux-2-max", "gpt-image-2"}
    assert {row["id"]: row["billing"] for row in data}["gpt-image-2"] == "credits"


def test_default_and_config_as_json(imgmodels: Imgmodels) -> None:
    assert imgmodels("default", "--json").data == {"default_model": None}
    imgmodels("enable", "flux-2-pro")
    assert imgmodels("default", "--json").data == {"default_model": "flux-2-pro"}
    assert imgmodels("config", "--json").data == {"image_generation": True, "plan": "self_service"}
    assert imgmodels("config", "plan", "--json").data == {"plan": "self_service"}
    assert imgmodels("config", "plan").out == "self-service\n"


def test_path_names_every_location_in_use(imgmodels: Imgmodels, own_state: Path, home: Path) -> None:
    places = user_paths(locate(own_state))
    assert imgmodels("path", "--json").data == {
        "state": str(own_state),
        "backup": str(own_state.with_name("workspace.json.bak")),
        "history": str(own_state.with_name("history.jsonl")),
        "prices": str(own_state.with_name("prices.json")),
        "lock": str(own_state.with_name("workspace.json.lock")),
        "sessions": str(places.shared_file),
        "own_sessions": str(places.own_file),
        "images": str(home / ".local/share/imgmodels/pictures"),
        "catalog": str(home / ".local/share/imgmodels/catalog.d"),
        "settings": str(home / ".config/imgmodels/settings.toml"),
        "host_keys": str(home / ".config/imgmodels/host-keys"),
        "state_chosen_by": "your own workspace",
    }
    assert f"{own_state} (your own workspace) (not there yet)" in imgmodels("path").out
    imgmodels("enable", "flux-2-pro")
    assert f"{own_state} (your own workspace)\n" in imgmodels("path").out


def test_the_schema_describes_what_is_written(imgmodels: Imgmodels, own_state: Path) -> None:
    schema = imgmodels("schema").data
    imgmodels("enable", "flux-2-pro")
    written = json.loads(own_state.read_text())
    assert written.keys() | {"policy"} == schema["properties"].keys()
    assert written["last_change"].keys() <= schema["$defs"]["Change"]["properties"].keys()
    assert schema["$defs"]["Plan"]["enum"] == ["self_service", "enterprise"]


def test_check_approves_what_is_in_use(imgmodels: Imgmodels, own_state: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    run = imgmodels("check")
    assert (run.code, run.out) == (
        0,
        f"{own_state.with_name('catalog.d')}: valid, 14 models with the bundled ones\n{own_state}: valid, revision 1\n",
    )


def test_check_judges_a_file_or_a_folder_without_touching_it(imgmodels: Imgmodels, tmp_path: Path) -> None:
    state = tmp_path / "workspace.json"
    state.write_text('{"schema_version": 2, "revision": 4}')
    assert imgmodels("check", str(state)).out == f"{state}: valid, revision 4\n"
    assert imgmodels("check", str(tmp_path)).out == f"{tmp_path}: valid, 14 models with the bundled ones\n"
    state.write_text('{"schema_version": 2, "plan": "free"}')
    run = imgmodels("check", str(state))
    assert (run.code, run.refusal) == (3, f"{state}: plan: should be 'self_service' or 'enterprise'")
    (tmp_path / "x.toml").write_text("[modles]")
    run = imgmodels("check", str(tmp_path))
    assert (run.code, run.refusal) == (
        3,
        f"{tmp_path}/x.toml: [modles]: is no table of a catalog; did you mean [models]?",
    )
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["workspace.json", "x.toml"]


def test_check_of_what_is_not_there_is_an_unreadable_file(imgmodels: Imgmodels, tmp_path: Path) -> None:
    run = imgmodels("check", str(tmp_path / "nowhere"))
    assert (run.code, run.refusal) == (3, f"{tmp_path}/nowhere: does not exist")


@pytest.mark.parametrize(
    "command",
    ["list", "show flux-2-pro", "status", "default", "config", "history", "guide", "hosting", "prices", "path",
     "schema", "check"],
)  # fmt: skip
def test_asking_creates_nothing_but_a_cache(command: str, imgmodels: Imgmodels, home: Path) -> None:
    assert imgmodels(*command.split()).code == 0
    assert [file for file in home.iterdir() if file.name != ".cache"] == []


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("nonsense", "No such command 'nonsense'; see `imgmodels --help`"),
        ("list --colour", "No such option '--colour'; see `imgmodels list --help`"),
        ("show", "Missing argument 'MODEL'; see `imgmodels show --help`"),
        ("show a b", "Got unexpected extra argument"),
        ("completion", "Missing argument '{bash|zsh|fish}'. Choose from: bash, zsh, fish; see"),
        ("list colour:red", "colour: is no filter; possible are region: host: maker: stars: price: ref:"),
        ("list --region mars", "region:mars is unknown; possible are EU, US, Global"),
        ("list stars:many", "stars: takes a figure, such as stars:>=3 or stars:<0.05"),
        ("history -n many", "Invalid value for '-n': 'many' is not a valid integer range"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_is_possible(command: str, says: str, imgmodels: Imgmodels) -> None:
    run = imgmodels(*command.split())
    assert run.code == 2
    assert run.refusal.startswith(says)


@pytest.mark.parametrize("arguments", ["--help", "-h", "--version", "list --help", "config -h"])
def test_help_and_version_are_results(arguments: str, imgmodels: Imgmodels) -> None:
    run = imgmodels(*arguments.split())
    assert run.code == 0
    assert run.out
    assert run.err == ""


def test_a_history_that_cannot_be_read_is_no_short_one(imgmodels: Imgmodels, own_state: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    own_state.with_name("history.jsonl").unlink()
    own_state.with_name("history.jsonl").mkdir()
    run = imgmodels("history")
    assert (run.code, run.out) == (3, "")
    assert "history.jsonl: is a folder, not a file" in run.refusal
    assert imgmodels("status").code == 0
