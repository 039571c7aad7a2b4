"""`imgmodels catalog`: the workspace's own records, added, corrected and removed as changes like any other."""

import json
import stat
from pathlib import Path

import pytest

from imgmodels_tui.catalog import CatalogError
from tests.cli.conftest import NEWCOMER, Imgmodels

ACME = """# our contract
[models.acme-image]
name = "Acme Image"
maker = "openai"
host = "acme"
region = "EU"
provider_id = "acme-1"
reference_editing = false
premium = false
stars = 3
list_price = { amount = 0.02, currency = "EUR", source = "contract" }

[hosts.acme]
name = "Acme Cloud"
short = "Acme"
regions = ["EU"]

[sources.contract]
name = "our contract"
"""


@pytest.fixture
def acme(tmp_path: Path) -> str:
    """A file with a model, its host and its source."""
    (tmp_path / "acme.toml").write_text(ACME)
    return str(tmp_path / "acme.toml")


def test_records_are_added_as_one_change_with_a_reason(imgmodels: Imgmodels, acme: str) -> None:
    imgmodels("enable", "flux-2-pro")
    added = imgmodels("catalog", "add", acme, "-m", "contract of May")
    assert added.out == "catalog: hosts.acme, acme-image, sources.contract added (revision 2)\n"
    assert imgmodels("history", "-n", "1").out.endswith("sources.contract added (contract of May)\n")
    assert [row["record"] for row in imgmodels("catalog", "list", "--json").data] == [
        "hosts.acme", "models.acme-image", "sources.contract",
    ]  # fmt: skip
    shown = imgmodels("show", "acme-image").out
    assert "the workspace's own records add or correct it" in shown
    assert "€0.024 per image" in shown
    assert imgmodels("enable", "acme-image").code == 0
    assert imgmodels("catalog", "add", acme).out == "Nothing to change: the catalog has these records already\n"


def test_a_dry_run_changes_nothing_and_has_the_exit_code_of_the_real_thing(
    imgmodels: Imgmodels, acme: str, own_state: Path
) -> None:
    imgmodels("enable", "flux-2-pro")
    said = imgmodels("catalog", "add", acme, "--dry-run").out
    assert said.startswith("Nothing was changed; this would be revision 2: catalog: hosts.acme")
    assert not own_state.with_name("catalog.d").exists()
    assert imgmodels("catalog", "remove", "acme-image", "--dry-run").code == 2


def test_the_files_have_the_mode_of_the_state(imgmodels: Imgmodels, acme: str, own_state: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    own_state.parent.chmod(0o2775)
    own_state.chmod(0o664)
    imgmodels("catalog", "add", acme)
    folder = own_state.with_name("catalog.d")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2775
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o664}


def test_removing_an_enabled_model_follows_the_rules(imgmodels: Imgmodels, acme: str) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("catalog", "add", acme)
    imgmodels("enable", "acme-image")
    imgmodels("default", "acme-image")
    refused = imgmodels("catalog", "remove", "acme-image")
    assert (refused.code, "acme-image is the default" in refused.refusal) == (1, True)
    assert "acme-image" in imgmodels("list", "--json").out
    removed = imgmodels("catalog", "remove", "acme-image", "--replacement", "flux-2-pro")
    assert removed.out.startswith("catalog: acme-image removed; Acme Image disabled; default is FLUX.2 Pro")
    assert imgmodels("status", "--json").data["departed_models"] == []
    assert imgmodels("undo", "5").code == 1


def test_the_last_enabled_model_cannot_be_removed(imgmodels: Imgmodels, acme: str) -> None:
    imgmodels("catalog", "add", acme)
    imgmodels("enable", "acme-image")
    refused = imgmodels("catalog", "remove", "acme-image")
    assert (refused.code, refused.refusal) == (1, "At least one model must stay enabled; enable another one first")


def test_a_correction_is_removed_and_the_bundled_model_stays(imgmodels: Imgmodels, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("[models.flux-2-pro]\nstars = 5\n")
    imgmodels("enable", "flux-2-pro")
    imgmodels("catalog", "add", str(tmp_path / "x.toml"))
    assert imgmodels("list", "--json", "own:yes").data[0]["stars"] == 5
    assert "corrects the bundled one" in imgmodels("catalog").out
    assert imgmodels("catalog", "remove", "flux-2-pro").out == "catalog: flux-2-pro removed (revision 3)\n"
    assert imgmodels("list", "--json", "own:yes").data == []
    assert imgmodels("list", "--json", "flux-2-pro").data[0]["stars"] == 3


BROKEN = {
    "[models": "is not valid TOML",
    "[modles.x]": "did you mean [models]",
    "[models.flux-2-pro]\nstars = 9": "stars: should be less than or equal to 5",
    "[models.flux-2-pro]\nhost = 'amazon'": "unknown host 'amazon'",
    "[models.flux-2-pro]\ncolour = 1": "colour: is not a known key",
    "[models.flux-2-pro]\ndates_source = 'x'": "say who it is in a table [sources.x]",
    "": "holds no record",
    "\ufeff[models.x]": "begins with a byte order mark",
    "[models.X]\nname = 'x'": "is no valid id",
    NEWCOMER + NEWCOMER: "is not valid TOML",
}


@pytest.mark.parametrize("content", BROKEN, ids=list(BROKEN.values()))
@pytest.mark.parametrize("command", ["add", "check"])
def test_a_broken_file_is_one_line_that_names_it_and_nothing_is_stored(
    command: str, content: str, imgmodels: Imgmodels, tmp_path: Path, own_state: Path
) -> None:
    imgmodels("enable", "flux-2-pro")
    file = tmp_path / "mine.toml"
    file.write_text(content)
    run = imgmodels("catalog", command, str(file))
    assert run.code == 3
    assert run.refusal.startswith(f"{file}: ")
    assert BROKEN[content] in run.refusal
    assert not own_state.with_name("catalog.d").exists()
    assert json.loads(own_state.read_text())["revision"] == 1


def test_what_is_not_there_or_nobodys_record_is_said(imgmodels: Imgmodels, tmp_path: Path, acme: str) -> None:
    assert imgmodels("catalog", "add", str(tmp_path / "nowhere.toml")).refusal.endswith("does not exist")
    unknown = imgmodels("catalog", "remove", "acme-imgae")
    assert (unknown.code, unknown.refusal) == (2, "'acme-imgae' is no own record; own records are: none")
    assert imgmodels("catalog", "check", acme).out == (f"{acme}: valid, 3 records; the catalog would have 15 models\n")
    assert imgmodels("catalog").err.startswith("No own records")


def test_a_host_that_models_need_cannot_be_removed(imgmodels: Imgmodels, acme: str) -> None:
    imgmodels("catalog", "add", acme)
    run = imgmodels("catalog", "remove", "hosts.acme")
    assert run.code == 3
    assert run.refusal.endswith("[models.acme-image]: host: unknown host 'acme'")


def test_users_do_not_change_it(imgmodels: Imgmodels, acme: str) -> None:
    imgmodels("enable", "flux-2-pro")
    assert imgmodels("--as-user", "catalog", "add", acme).code == 4


def test_an_old_catalog_of_ones_own_is_told_of(imgmodels: Imgmodels, home: Path) -> None:
    old = home / ".config/imgmodels/catalog.d"
    old.mkdir(parents=True)
    (old / "mine.toml").write_text("[models.flux-2-pro]\nstars = 1\n")
    assert imgmodels("list", "--json", "flux-2-pro").data[0]["stars"] == 3
    found = imgmodels("doctor", "--json").data["workspace"]["old_catalog"]
    assert not found["well"]
    assert "imgmodels catalog add" in found["text"]


def test_a_program_with_an_older_catalog_notes_no_prices(imgmodels: Imgmodels, own_state: Path) -> None:
    imgmodels("enable", "flux-2-pro")
    imgmodels("prices", "--changed")
    state = json.loads(own_state.read_text())
    state["last_change"]["made_with"] = {"digest": "x", "edition": "2027-01-01"}
    own_state.write_text(json.dumps(state))
    before = own_state.with_name("prices.json").read_bytes()
    said = imgmodels("prices", "--changed").err
    assert "this program's catalog is of 2026-11-25, the workspace was used with one of 2027-01-01" in said
    assert own_state.with_name("prices.json").read_bytes() == before
    assert not imgmodels("doctor", "--json").data["workspace"]["made_with"]["well"]


def test_errors_of_a_catalog_are_one_harmless_line() -> None:
    assert str(CatalogError(Path("x\x1b"), "t", "k", "p")) == "x\\x1b: [t]: k: p"
