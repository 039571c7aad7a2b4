"""`imgmodels generate` and `imgmodels sessions`: results on stdout, notices on stderr, the documented exit codes."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Imgmodels


@pytest.fixture(autouse=True)
def models(imgmodels: Imgmodels) -> None:
    """A workspace with four models."""
    assert imgmodels("enable", "flux-2-pro", "flux-2-flex", "flux-1.1-pro", "flux-2-max").code == 0


def test_a_picture_is_made_and_its_path_is_the_whole_of_stdout(imgmodels: Imgmodels, home: Path) -> None:
    made = imgmodels("generate", "a lighthouse at dusk")
    assert (made.code, made.out.count("\n")) == (0, 1)
    path = made.out.strip()
    assert path.startswith(str(home / ".local/share/imgmodels/pictures/"))
    assert path.endswith("a-lighthouse-at-dusk.png")
    cost = r"FLUX\.2 Pro, €0\.032, included in the plan"
    assert re.match(cost + r", session main; Placeholder: no key for Microsoft Azure, seed \d+\n", made.err)


def test_json_says_what_was_asked_for_what_was_used_and_what_it_costs(imgmodels: Imgmodels, tmp_path: Path) -> None:
    made = imgmodels(
        "generate", "x", "--session", "posters", "--model", "flux-2-max", "-o", str(tmp_path / "x.png"), "--json"
    ).data
    assert made == {
        "session": "posters",
        "model": "flux-2-max",
        "requested_model": "flux-2-max",
        "switched_from": None,
        "path": str(tmp_path / "x.png"),
        "cost_eur": "0.0752",
        "billing": "credits",
        "seed": made["seed"],
        "engine": "placeholder",
        "reported": None,
    }
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_prompt_that_looks_like_an_option_is_helped_with(imgmodels: Imgmodels) -> None:
    assert "put -- before a prompt that begins with a hyphen" in imgmodels("generate", "-5 degrees").refusal
    assert imgmodels("generate", "--", "-5 degrees").code == 0


def test_a_name_for_another_kind_of_image_is_refused(imgmodels: Imgmodels, tmp_path: Path) -> None:
    imgmodels("enable", "recraft-v3-svg", "flux-2-pro")
    vector, pixels = str(tmp_path / "x.svg"), str(tmp_path / "x.png")
    refused = imgmodels("generate", "x", "--model", "recraft-v3-svg", "-o", pixels)
    assert (refused.code, refused.refusal) == (1, "Recraft V3 SVG draws vectors; name the file x.svg")
    assert imgmodels("generate", "x", "--model", "flux-2-pro", "-o", vector).code == 1
    assert imgmodels("generate", "x", "--model", "recraft-v3-svg", "-o", vector).code == 0


def test_each_workspace_has_pictures_of_its_own(imgmodels: Imgmodels, tmp_path: Path) -> None:
    other = ("--state", str(tmp_path / "other.json"))
    imgmodels(*other, "enable", "flux-2-pro")
    own, others = imgmodels("generate", "x").out, imgmodels(*other, "generate", "x").out
    assert Path(own.strip()).parent != Path(others.strip()).parent
    assert imgmodels(*other, "path", "--json").data["images"] == str(Path(others.strip()).parent)


def test_a_session_switches_on_its_next_picture_and_stderr_says_so(imgmodels: Imgmodels) -> None:
    assert imgmodels("generate", "x", "--session", "posters", "--model", "flux-2-flex").code == 0
    disabled = imgmodels("disable", "flux-2-flex")
    assert "1 session of 1 user will switch to FLUX.2 Pro" in disabled.err
    assert imgmodels("sessions", "--json").data[0] == {
        "session": "posters",
        "current": True,
        "model": "flux-2-flex",
        "next_model": "flux-2-pro",
        "cost_eur": "0.0322",
        "billing": "included",
    }
    switched = imgmodels("generate", "x", "--json")
    said = switched.data
    assert (said["model"], said["requested_model"], said["switched_from"]) == (
        "flux-2-pro", "flux-2-flex", "flux-2-flex",
    )  # fmt: skip
    assert switched.err == "FLUX.2 Flex is no longer available; session posters now uses FLUX.2 Pro\n"
    assert imgmodels("generate", "x", "--json").data["switched_from"] is None


def test_the_same_seed_draws_the_same_picture(imgmodels: Imgmodels, tmp_path: Path) -> None:
    first, second = tmp_path / "1.png", tmp_path / "2.png"
    for file in (first, second):
        assert imgmodels("generate", "x", "--seed", "7", "-o", str(file)).code == 0
    image = [file.read_bytes().partition(b"IDAT")[2] for file in (first, second)]
    assert image[0] == image[1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["generate", ""], 2, "the prompt is empty"),
        (["generate"], 2, "Missing argument 'PROMPT'"),
        (["generate", "x", "--seed", "-1"], 2, "--seed"),
        (["generate", "x", "--model", "flux-9"], 2, "Unknown model 'flux-9'"),
        (["generate", "x", "--model", "gpt-image-2"], 1, "GPT Image 2 is not enabled; choose one of: flux-2-pro"),
        (["generate", "x", "--session", "a\nb"], 1, "one line of visible characters"),
        (["generate", "x", "--reference", "/nowhere.png"], 3, "/nowhere.png: cannot be read: no such file"),
        (["generate", "x", "-o", "/nowhere/x.png"], 3, "/nowhere/x.png: the picture cannot be saved here"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_done_is_one_line(imgmodels: Imgmodels, words: list[str], code: int, said: str) -> None:
    made = imgmodels(*words)
    assert (made.code, made.out) == (code, "")
    assert said in made.err
    assert "Traceback" not in made.err
    assert imgmodels("sessions", "--json").data == [] or words[-1] == "/nowhere/x.png"


def test_a_model_without_reference_editing_refuses_a_reference(imgmodels: Imgmodels, tmp_path: Path) -> None:
    picture = imgmodels("generate", "x", "-o", str(tmp_path / "x.png"))
    assert picture.code == 0
    made = imgmodels("generate", "x", "--model", "flux-1.1-pro", "--reference", str(tmp_path / "x.png"))
    assert (made.code, made.out) == (1, "")
    assert "FLUX 1.1 Pro takes no reference image" in made.err
    assert imgmodels("generate", "x", "--model", "flux-2-pro", "--reference", str(tmp_path / "x.png"), "--json").data


def test_a_closed_generator_refuses(imgmodels: Imgmodels) -> None:
    assert imgmodels("config", "image-generation", "off").code == 0
    made = imgmodels("generate", "x")
    assert (made.code, made.out) == (1, "")
    assert made.err == (
        "imgmodels: Image generation is off; nothing can be generated. "
        "An admin of this workspace can turn it on again\n"
    )


def restore_ctrl_c() -> None:
    """Undo what a shell does to programs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_cleanly(home: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from imgmodels_tui.generator.engines import placeholder\n"
        "before = placeholder.PlaceholderEngine.generate\n"
        "def generate(self, request, *, progress, cancelled):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    return before(self, request, progress=progress, cancelled=cancelled)\n"
        "placeholder.PlaceholderEngine.generate = generate\n"
        "from imgmodels_tui.cli import main\n"
        "main()\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", program, "generate", "x"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=restore_ctrl_c,
    )
    assert (made.returncode, made.stdout, made.stderr) == (130, "", "Cancelled; no image was made\n")
    assert not list((home / ".local/share/imgmodels").rglob("*.png"))


# What `--as-user` shows.


@pytest.mark.parametrize(
    "words",
    [
        ("enable", "flux-2-max"),
        ("disable", "flux-2-flex"),
        ("default", "flux-2-flex"),
        ("config",),
        ("config", "plan"),
        ("config", "plan", "enterprise"),
        ("undo",),
        ("tidy",),
        ("history",),
        ("init", "--shared", "/nowhere", "--group", "root"),
    ],
    ids=" ".join,
)
def test_as_user_every_admin_command_refuses(imgmodels: Imgmodels, own_state: Path, words: tuple[str, ...]) -> None:
    before = own_state.read_bytes()
    refused = imgmodels("--as-user", *words)
    assert (refused.code, refused.out) == (4, "")
    assert "is for admins of this workspace" in refused.err
    assert own_state.read_bytes() == before


def test_as_user_only_enabled_models_are_seen(imgmodels: Imgmodels) -> None:
    def seen(*words: str) -> str:
        shown = imgmodels("--as-user", *words)
        assert shown.code == 0, shown.err
        return shown.out

    listed = {model["id"] for model in json.loads(seen("list", "--json"))}
    assert listed == {"flux-2-pro", "flux-2-flex", "flux-1.1-pro", "flux-2-max"}
    assert {model["id"] for model in json.loads(seen("prices", "--json"))} == listed
    for command in ("guide", "hosting", "list"):
        text = seen(command)
        assert "flux-2-pro" in text
        assert "gpt-image" not in text
        assert "gemini" not in text
    status = json.loads(seen("status", "--json"))
    assert (status["role"], status["model_count"]) == ("user", 4)
    hidden = imgmodels("--as-user", "show", "gpt-image-2")
    assert (hidden.code, hidden.out) == (2, "")
    assert imgmodels("--as-user", "generate", "x").code == 0


def test_the_command_line_draws_without_the_terminal_program(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from imgmodels_tui.cli.main import _run\n"
        "code = _run()\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'textual', 'rich'}), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", program, "generate", "x", "-o", str(tmp_path / "x.png")],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert made.stderr.endswith("\n[]\n")
