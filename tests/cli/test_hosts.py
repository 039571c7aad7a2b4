"""Hosts on the command line: which can draw, keys that are stored, and images by a host."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Imgmodels
from tests.generator.engines.hosts import stand_in
from tests.generator.engines.hosts.stand_in import KEY, StandIn


@pytest.fixture
def bfl(stand_in_server: StandIn, monkeypatch: pytest.MonkeyPatch, imgmodels: Imgmodels) -> StandIn:
    """A workspace whose default is drawn by Black Forest Labs, and a key for it."""
    monkeypatch.setattr("imgmodels_tui.generator.engines.hosts.connection._PAUSE", 0.0)
    monkeypatch.setenv("BFL_API_KEY", KEY)
    monkeypatch.setenv("BFL_BASE_URL", stand_in_server.url)
    assert imgmodels("enable", "flux-2-klein").code == 0
    assert imgmodels("default", "flux-2-klein").code == 0
    return stand_in_server


def test_it_says_of_each_host_where_its_key_is_and_never_the_key(
    imgmodels: Imgmodels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BFL_API_KEY", KEY)
    listed = imgmodels("hosts", "--json")
    found = {each["id"]: each for each in json.loads(listed.out)}
    assert found["bfl"]["key"] == "BFL_API_KEY"
    assert found["bfl"]["problem"] is None
    assert set(found["bfl"]["models"]) == {"flux-2-max", "flux-2-klein", "flux-1-kontext-max", "flux-1.1-pro"}
    assert found["replicate"]["key"] is None
    assert "REPLICATE_API_TOKEN" in found["replicate"]["problem"]
    assert "openai-compatible" not in found
    assert sum(len(each["models"]) for each in found.values()) == 14
    assert KEY not in listed.out + imgmodels("hosts").out


def test_a_key_is_stored_from_standard_input(imgmodels: Imgmodels, home: Path) -> None:
    stored = imgmodels("hosts", "set", "bfl", stdin=f"{KEY}\n")
    path = home / ".config/imgmodels/host-keys/bfl"
    assert (stored.code, path.read_text()) == (0, f"{KEY}\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KEY not in stored.out + stored.err
    assert str(path) in imgmodels("hosts").out
    assert imgmodels("hosts", "remove", "bfl").out == "The key for Black Forest Labs is removed\n"
    assert imgmodels("hosts", "remove", "bfl").out == "No key for Black Forest Labs is stored\n"


def test_a_stored_key_that_is_not_used_says_why(imgmodels: Imgmodels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BFL_API_KEY", KEY)
    assert "BFL_API_KEY" in imgmodels("hosts", "set", "bfl", stdin="another").err


@pytest.mark.parametrize(("given", "code"), [("", 2), ("two words", 2), ("\x1b[31m", 2)])
def test_what_is_no_key_is_refused_in_one_line(imgmodels: Imgmodels, given: str, code: int) -> None:
    refused = imgmodels("hosts", "set", "bfl", stdin=given)
    assert (refused.code, refused.err.strip().count("\n") <= 2) == (code, True)
    assert not imgmodels("hosts", "--json").data[2]["key"]


def test_an_unknown_host_names_the_known_ones(imgmodels: Imgmodels) -> None:
    refused = imgmodels("hosts", "set", "nobody", stdin=KEY)
    assert (refused.code, "azure-openai, azure-foundry, bfl" in refused.err) == (2, True)


@pytest.mark.usefixtures("bfl")
def test_the_host_draws_where_there_is_a_key(imgmodels: Imgmodels) -> None:
    made = imgmodels("generate", "a lamp", "--json").data
    assert (made["engine"], made["model"]) == ("Black Forest Labs", "flux-2-klein")
    assert made["reported"] == {"tokens": None, "credits": "7.5", "seconds": None}
    assert Path(made["path"]).read_bytes().startswith(b"\x89PNG")
    assert KEY.encode() not in Path(made["path"]).read_bytes()
    assert "Drawn by Black Forest Labs" in imgmodels("generate", "a lamp").err


@pytest.mark.parametrize("engine", ["option", "preference"])
def test_a_placeholder_is_drawn_on_request(imgmodels: Imgmodels, bfl: StandIn, home: Path, engine: str) -> None:
    asked = len(bfl.asked)
    if engine == "preference":
        (home / ".config/imgmodels").mkdir(parents=True, exist_ok=True)
        (home / ".config/imgmodels/settings.toml").write_text('engine = "placeholder"\n')
    options = ("--placeholder",) if engine == "option" else ()
    assert imgmodels("generate", "a lamp", "--json", *options).data["engine"] == "placeholder"
    assert len(bfl.asked) == asked


def test_a_seed_is_not_told_where_the_host_takes_none(
    imgmodels: Imgmodels, stand_in_server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPLICATE_API_TOKEN", KEY)
    monkeypatch.setenv("REPLICATE_API_BASE_URL", stand_in_server.url)
    imgmodels("enable", "recraft-v3")
    made = imgmodels("generate", "a lamp", "--model", "recraft-v3", "--json").data
    assert (made["engine"], made["seed"]) == ("Replicate", None)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(stand_in.MODERATED, 1), (stand_in.QUOTA, 3), (stand_in.BAD_KEY, 3), (stand_in.NO_IMAGE, 3), (stand_in.CREDIT, 3)],
)
@pytest.mark.usefixtures("bfl")
def test_what_a_host_refuses_is_one_line_and_stores_nothing(
    imgmodels: Imgmodels, home: Path, outcome: str, code: int
) -> None:
    refused = imgmodels("generate", f"a lamp, outcome {outcome}.")
    assert (refused.code, refused.out, refused.err.count("\n")) == (code, "", 1)
    assert "Black Forest Labs" in refused.err
    assert KEY not in refused.err
    assert list(home.rglob("*.png")) == []


def test_a_key_is_in_no_file_that_was_written(imgmodels: Imgmodels, bfl: StandIn, home: Path) -> None:
    assert bfl.url
    for outcome in (*stand_in.OUTCOMES[:7], "ok"):
        imgmodels("generate", f"a lamp, outcome {outcome}.")
    for command in ("hosts", "doctor", "path", "status", "history"):
        shown = imgmodels(command)
        assert KEY not in shown.out + shown.err
    written = [path for path in home.rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if KEY.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('[hosts.bfl]\nkey_command = "pass show bfl"', "hosts.bfl.key_command"),
        ('[hosts.bfl]\nkey = "secret"', "hosts.bfl.key"),
        ('[hosts.bfl]\nbase_url = "bfl"', "hosts.bfl.base_url"),
        ("hosts = 3", "hosts"),
        ('engine = "real"', "engine"),
    ],
)
def test_settings_of_hosts_that_are_wrong_are_named(imgmodels: Imgmodels, home: Path, line: str, problem: str) -> None:
    (home / ".config/imgmodels").mkdir(parents=True)
    (home / ".config/imgmodels/settings.toml").write_text(line)
    refused = imgmodels("hosts")
    assert (refused.code, refused.err.count("\n")) == (3, 1)
    assert problem in refused.err
    assert "secret" not in refused.err
