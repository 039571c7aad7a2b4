"""`imgmodels generate` and `imgmodels sessions`: results on stdout, notices on stderr, the documented exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


class Shell:
    """Runs the program on one workspace."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def __call__(self, *words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "imgmodels_tui", "--state", str(self.state), *options, *words],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def json(self, *words: str) -> Any:
        run = self(*words, "--json")
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)


@pytest.fixture
def run(state_file: Path) -> Shell:
    shell = Shell(state_file)
    assert shell("enable", "flux-2-pro", "flux-2-flex", "flux-1.1-pro", "flux-2-max").returncode == 0
    return shell


def test_a_picture_is_made_and_its_path_is_the_whole_of_stdout(run: Shell, home: Path) -> None:
    made = run("generate", "a lighthouse at dusk")
    assert (made.returncode, made.stdout.count("\n")) == (0, 1)
    path = made.stdout.strip()
    assert path.startswith(str(home / ".local/share/imgmodels/pictures/"))
    assert path.endswith("a-lighthouse-at-dusk.png")
    assert re.match(r"FLUX\.2 Pro, €0\.031, included in the plan, session main; placeholder, seed \d+\n", made.stderr)


def test_json_says_what_was_asked_for_what_was_used_and_what_it_costs(run: Shell, tmp_path: Path) -> None:
    made = run.json("generate", "x", "--session", "posters", "--model", "flux-2-max", "-o", str(tmp_path / "x.png"))
    assert made == {
        "session": "posters",
        "model": "flux-2-max",
        "requested_model": "flux-2-max",
        "switched_from": None,
        "path": str(tmp_path / "x.png"),
        "cost_eur": "0.0721",
        "billing": "credits",
        "seed": made["seed"],
        "engine": "placeholder",
    }
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_session_switches_on_its_next_picture_and_stderr_says_so(run: Shell) -> None:
    assert run("generate", "x", "--session", "posters", "--model", "flux-2-flex").returncode == 0
    disabled = run("disable", "flux-2-flex")
    assert "1 session of 1 user will switch to FLUX.2 Pro" in disabled.stderr
    assert run.json("sessions")[0] == {
        "session": "posters",
        "current": True,
        "model": "flux-2-flex",
        "next_model": "flux-2-pro",
        "cost_eur": "0.0309",
        "billing": "included",
    }
    switched = run("generate", "x", "--json")
    said = json.loads(switched.stdout)
    assert (said["model"], said["requested_model"], said["switched_from"]) == (
        "flux-2-pro", "flux-2-flex", "flux-2-flex",
    )  # fmt: skip
    assert switched.stderr == "FLUX.2 Flex is no longer available; session posters now uses FLUX.2 Pro\n"
    assert run.json("generate", "x")["switched_from"] is None


def test_the_same_seed_draws_the_same_picture(run: Shell, tmp_path: Path) -> None:
    first, second = tmp_path / "1.png", tmp_path / "2.png"
    for file in (first, second):
        assert run("generate", "x", "--seed", "7", "-o", str(file)).returncode == 0
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
def test_what_cannot_be_done_is_one_line(run: Shell, words: list[str], code: int, said: str) -> None:
    made = run(*words)
    assert (made.returncode, made.stdout) == (code, "")
    assert said in made.stderr
    assert "Traceback" not in made.stderr
    assert run.json("sessions") == [] or words[-1] == "/nowhere/x.png"


def test_a_model_without_reference_editing_refuses_a_reference(run: Shell, tmp_path: Path) -> None:
    picture = run("generate", "x", "-o", str(tmp_path / "x.png"))
    assert picture.returncode == 0
    made = run("generate", "x", "--model", "flux-1.1-pro", "--reference", str(tmp_path / "x.png"))
    assert (made.returncode, made.stdout) == (1, "")
    assert "FLUX 1.1 Pro takes no reference image" in made.stderr
    assert run.json("generate", "x", "--model", "flux-2-pro", "--reference", str(tmp_path / "x.png"))


def test_a_closed_generator_refuses(run: Shell) -> None:
    assert run("config", "image-generation", "off").returncode == 0
    made = run("generate", "x")
    assert (made.returncode, made.stdout) == (1, "")
    assert made.stderr == (
        "imgmodels: Image generation is off; nothing can be generated. "
        "An admin of this workspace can turn it on again\n"
    )


def restore_ctrl_c() -> None:
    """Undo what a shell does to programs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_cleanly(run: Shell, home: Path) -> None:
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
        [sys.executable, "-c", program, "--state", str(run.state), "generate", "x"],
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
def test_as_user_every_admin_command_refuses(run: Shell, words: tuple[str, ...]) -> None:
    before = run.state.read_bytes()
    refused = run(*words, options=("--as-user",))
    assert (refused.returncode, refused.stdout) == (4, "")
    assert "is for admins of this workspace" in refused.stderr
    assert run.state.read_bytes() == before


def test_as_user_only_enabled_models_are_seen(run: Shell) -> None:
    def seen(*words: str) -> str:
        shown = run(*words, options=("--as-user",))
        assert shown.returncode == 0, shown.stderr
        return shown.stdout

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
    hidden = run("show", "gpt-image-2", options=("--as-user",))
    assert (hidden.returncode, hidden.stdout) == (2, "")
    assert run("generate", "x", options=("--as-user",)).returncode == 0


def test_the_command_line_draws_without_the_terminal_program(run: Shell, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from imgmodels_tui.cli.main import _run\n"
        "code = _run()\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'textual', 'rich'}), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", program, "--state", str(run.state), "generate", "x", "-o", str(tmp_path / "x.png")],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert made.stderr.endswith("\n[]\n")
