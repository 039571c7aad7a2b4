"""Whatever a file holds, no command sends a terminal anything that it would act on."""

import json
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len

from imgmodels_tui.text import harmless
from tests.cli.conftest import NEWCOMER, Imgmodels
from tests.hostile import harmful, hostile_catalog, hostile_change
from tests.hostile.scripts import NAMES

HOSTILE = "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\u202egnp\u200b\r\n\x7f[/bold]{x}%s\U000e0041"
COMMANDS = [
    "list", "list --json", "list --enabled", "show evil", "show evil --json", "status", "status --json", "default",
    "default --json", "config", "history", "history --json", "guide", "guide --json", "hosting", "hosting --json",
    "prices", "prices --json", "path", "path --json", "check", "schema", "tidy", "undo", "disable flux-2-pro",
    "enable flux-2-max", "doctor", "doctor --json", "sessions", "sessions --json", "export", "recover --yes",
    "generate lamp", "generate lamp --json", "--as-user list", "completion bash",
]  # fmt: skip


@pytest.fixture
def hostile(own_state: Path, own_catalog: Path) -> str:
    """A workspace and a catalog in which every free text is hostile."""
    model = "x" + HOSTILE
    changes = [hostile_change(HOSTILE, model, revision) for revision in (1, 2, 3)]
    state = {
        "schema_version": 2,
        "revision": 3,
        "enabled_models": ["flux-2-pro", model],
        "default_model": "flux-2-pro",
        "last_change": changes[-1],
        HOSTILE: HOSTILE,
    }
    own_state.parent.mkdir(parents=True, exist_ok=True)
    own_state.write_text(json.dumps(state))
    own_state.with_name("history.jsonl").write_text("".join(json.dumps(change) + "\n" for change in changes))
    (own_catalog / "x.toml").write_text(hostile_catalog(HOSTILE))
    return model


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_passes_hostile_text_to_the_terminal(command: str, imgmodels: Imgmodels) -> None:
    run = imgmodels(*command.split())
    assert run.code in {0, 1}
    assert run.out + run.err
    assert harmful(run.out) == []
    assert harmful(run.err) == []


def test_a_program_still_gets_the_text_as_it_is(imgmodels: Imgmodels, hostile: str) -> None:
    assert imgmodels("history", "--json").data[0]["by"] == HOSTILE
    assert imgmodels("status", "--json").data["departed_models"] == [hostile]


def test_a_person_sees_that_there_is_something(imgmodels: Imgmodels, hostile: str) -> None:
    assert imgmodels("list").err.startswith(r"Enabled, but no longer in the catalog: x\x1b]52;c;aGk=\x07\x1b[2J\x9b31m")
    assert r"\x1b]52;c;aGk=\x07" in imgmodels("history").out
    assert hostile not in imgmodels("tidy").out


@pytest.mark.parametrize(
    "command",
    [
        ["show", HOSTILE],
        ["enable", HOSTILE],
        ["disable", "flux-2-pro", "--replacement", HOSTILE],
        ["default", HOSTILE],
        ["list", HOSTILE.replace("\r\n", "") + ":x"],
        ["list", "region:" + HOSTILE.replace("\r\n", "")],
        ["config", "plan", HOSTILE],
        ["config", HOSTILE],
        [HOSTILE],
        ["--" + HOSTILE],
        ["check", HOSTILE],
        ["catalog", "check", HOSTILE],
        ["catalog", "add", HOSTILE],
        ["catalog", "remove", HOSTILE],
        ["policy", "--without", HOSTILE],
        ["--state", "/dev/null/" + HOSTILE, "list"],
    ],
    ids=lambda command: " ".join(part if part.isascii() else "HOSTILE" for part in command),
)
def test_a_hostile_argument_comes_back_as_one_harmless_line(command: list[str], imgmodels: Imgmodels) -> None:
    run = imgmodels(*command)
    assert run.code in {2, 3}
    assert run.refusal


def test_a_path_that_is_not_utf_8_can_be_printed(imgmodels: Imgmodels, tmp_path: Path) -> None:
    path = f"{tmp_path}/caf\udce9.json"
    assert imgmodels("--state", path, "enable", "flux-2-pro").code == 0
    assert imgmodels("--state", path, "status", "--json").data["state_path"] == path
    assert r"caf\udce9.json" in imgmodels("--state", path, "path").out


def test_a_table_stays_straight_in_every_script(imgmodels: Imgmodels, own_catalog: Path) -> None:
    models = [
        NEWCOMER.replace("flux-0]", f"flux-0{number}]").replace('"FLUX 0"', json.dumps(name, ensure_ascii=False))
        for number, name in enumerate(NAMES)
    ]
    (own_catalog / "x.toml").write_text("\n".join(models))
    lines = [line for line in imgmodels("list", "flux-0").out.splitlines() if "flux-0" in line]
    assert len(lines) == len(NAMES)
    assert len({cell_len(line[: line.index("Black Forest")]) for line in lines}) == 1


@pytest.mark.parametrize("name", [name for name in NAMES if name == harmless(name)])
def test_composed_and_decomposed_letters_find_each_other(name: str, imgmodels: Imgmodels, own_catalog: Path) -> None:
    (own_catalog / "x.toml").write_text(NEWCOMER.replace('"FLUX 0"', json.dumps(name, ensure_ascii=False)))
    for form in ("NFC", "NFD"):
        words = unicodedata.normalize(form, name).split()
        found = imgmodels("list", *words, "--json").data
        assert [model["id"] for model in found] == ["flux-0"]
