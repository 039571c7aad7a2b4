"""`imgmodels prices`: what changed is said and kept, and a spreadsheet obeys nothing that stands in a file."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Imgmodels

DEARER = """
[models.flux-2-pro]
list_price = { amount = 0.04, currency = "USD", source = "evil" }

[sources.evil]
name = "=1+1"
"""


@pytest.fixture
def dearer(tmp_path: Path) -> Path:
    """A file that makes FLUX.2 Pro dearer."""
    (tmp_path / "contract.toml").write_text(DEARER)
    return tmp_path / "contract.toml"


def test_a_change_is_said_with_old_new_and_per_cent(imgmodels: Imgmodels, dearer: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    assert imgmodels("prices", "--changed").err == "No price has changed since this workspace first looked\n"
    assert imgmodels("catalog", "add", str(dearer)).code == 0
    for _ in range(2):
        run = imgmodels("prices", "--changed", "--json")
        assert run.code == 0
        (change,) = run.data
        assert change.pop("at").endswith("Z")
        assert change == {
            "id": "flux-2-pro",
            "name": "FLUX.2 Pro",
            "old_eur": "0.0322",
            "new_eur": "0.0430",
            "percent": "33.3",
            "old_list_price": "0.03 USD",
            "new_list_price": "0.04 USD",
            "new": True,
        }
    said = imgmodels("prices", "--changed").out
    assert "FLUX.2 Pro  €0.032  €0.043  +33.3 %  list price 0.03 USD → 0.04 USD" in said


def test_prices_as_csv_hold_every_model_and_no_formula(imgmodels: Imgmodels, dearer: Path) -> None:
    imgmodels("catalog", "add", str(dearer))
    run = imgmodels("prices", "--csv")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(run.out))}
    assert len(rows) == 14
    assert rows["flux-2-pro"]["price_eur"] == "0.0430"
    assert rows["flux-2-pro"]["source"] == "'=1+1"
    assert rows["gpt-image-2"]["billing"] == "credits"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows.values() for cell in row.values())


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_sign_that_a_spreadsheet_knows_begins_a_cell(imgmodels: Imgmodels, own_catalog: Path, sign: str) -> None:
    (own_catalog / "a.toml").write_text(f'[models.flux-2-pro]\nname = "{sign}1+1"\n')
    run = imgmodels("prices", "--csv")
    assert f"'{sign}1+1" in run.out
    assert f",{sign}1+1" not in run.out


def test_changes_as_csv(imgmodels: Imgmodels, dearer: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("prices", "--changed")
    imgmodels("catalog", "add", str(dearer))
    (row,) = csv.DictReader(io.StringIO(imgmodels("prices", "--changed", "--csv").out))
    assert (row["id"], row["old_eur"], row["new_eur"], row["percent"], row["new"]) == (
        "flux-2-pro", "0.0322", "0.0430", "33.3", "yes",
    )  # fmt: skip


def test_csv_and_json_at_once_is_wrong_usage(imgmodels: Imgmodels) -> None:
    run = imgmodels("prices", "--csv", "--json")
    assert run.code == 2
    assert "exclude each other" in run.refusal


def test_a_broken_price_file_is_a_warning(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro")
    path = imgmodels("path", "--json").data["prices"]
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - a path as the program prints it
        file.write("{")
    run = imgmodels("prices", "--changed")
    assert (run.code, run.out) == (0, "")
    assert run.err.count("\n") == 1
    assert "prices.json: is not valid JSON" in run.err
    assert imgmodels("disable", "flux-2-pro").code == 1


def test_the_history_can_be_filtered(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro", "gpt-image-2")
    imgmodels("config", "plan", "enterprise")
    assert [change["revision"] for change in imgmodels("history", "--json", "action:config").data] == [2]
    assert [change["revision"] for change in imgmodels("history", "--json", "gpt").data] == [1]
    wrong = imgmodels("history", "colour:red")
    assert wrong.code == 2
    assert "possible are user: model: action:" in wrong.refusal


def test_an_export_goes_to_stdout_or_to_a_file_that_is_not_there_yet(imgmodels: Imgmodels, tmp_path: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    assert imgmodels("export").data == {
        "schema_version": 2,
        "image_generation": True,
        "plan": "self_service",
        "default_model": "flux-2-pro",
        "enabled_models": ["flux-2-pro"],
    }
    file = tmp_path / "settings.json"
    assert imgmodels("export", str(file)).code == 0
    assert json.loads(file.read_text())["default_model"] == "flux-2-pro"
    file.write_text("mine")
    refused = imgmodels("export", str(file))
    assert refused.code == 1
    assert "`--force` overwrites it" in refused.refusal
    assert file.read_text() == "mine"
    assert imgmodels("export", str(file), "--force").code == 0
    assert file.read_text() != "mine"
    assert imgmodels("export", str(tmp_path / "nowhere" / "settings.json")).code == 3


def test_an_import_is_shown_first_and_applied_as_one_change(imgmodels: Imgmodels, tmp_path: Path) -> None:
    file = str(tmp_path / "settings.json")
    imgmodels("enable", "flux-2-pro", "gpt-image-2")
    imgmodels("export", file)
    imgmodels("disable", "flux-2-pro", "--replacement", "gpt-image-2")
    imgmodels("config", "plan", "enterprise")
    only_shown = imgmodels("import", file)
    assert only_shown.code == 1
    assert only_shown.out == ""
    assert only_shown.err.splitlines() == [
        "  Plan     enterprise → self-service",
        "  Default  GPT Image 2 → FLUX.2 Pro",
        "  Enable   FLUX.2 Pro",
        "imgmodels: Nothing was changed; `--yes` applies the difference above",
    ]
    assert imgmodels("status", "--json").data["revision"] == 3
    applied = imgmodels("import", file, "--yes")
    assert applied.code == 0
    assert applied.out.startswith("Import: FLUX.2 Pro enabled; default is FLUX.2 Pro, was GPT Image 2; plan is self")
    assert imgmodels("status", "--json").data["revision"] == 4
    assert imgmodels("import", file).out == "Nothing to change: the workspace has these settings already\n"
    assert imgmodels("undo").code == 0
    assert imgmodels("default").out == "gpt-image-2\n"


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"enabled_models": [], "default_model": None}, 1, "At least one model must stay enabled"),
        ({"enabled_models": ["flux-2-pro", "flux-2-maxx"]}, 2, "did you mean flux-2-max"),
        ({"enabled_models": ["gpt-image-2"], "default_model": None}, 1, "flux-2-pro is the default"),
        ({"plan": "gold"}, 3, "plan"),
        ({"schema_version": 9}, 3, "update imgmodels"),
    ],
)
def test_an_import_that_a_rule_forbids_changes_nothing(
    imgmodels: Imgmodels, tmp_path: Path, changed: dict[str, object], code: int, said: str
) -> None:
    imgmodels("enable", "flux-2-pro")
    before = imgmodels("export").data
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({**before, **changed}))
    run = imgmodels("import", str(file), "--yes")
    assert run.code == code
    assert said in run.refusal
    assert imgmodels("export").data == before
