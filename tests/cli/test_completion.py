"""Shell completion: the scripts are accepted by the shells, and what they ask for is answered."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import NEWCOMER, Imgmodels

COMMAND = Path(sys.executable).with_name("imgmodels")
SHELLS = ["bash", "zsh", "fish"]


def complete(words: str) -> list[str]:
    """What the command answers when bash asks how the last of `words` may go on."""
    run = subprocess.run(
        [COMMAND],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "_IMGMODELS_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        },
    )
    assert run.stderr == ""
    return [line.partition(",")[2] for line in run.stdout.splitlines() if line]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_accepts_its_script(shell: str, imgmodels: Imgmodels) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = imgmodels("completion", shell)
    assert (script.code, script.err) == (0, "")
    run = subprocess.run([program, "-n"], input=script.out, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_asks_the_command_in_the_shells_own_way(shell: str, imgmodels: Imgmodels) -> None:
    script = imgmodels("completion", shell).out
    assert f"_IMGMODELS_COMPLETE={shell}_complete" in script


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("imgmodels show recraft", ["recraft-v3", "recraft-v3-svg"]),
        ("imgmodels enable flux-2-pro gpt-image-1.", ["gpt-image-1.5"]),
        ("imgmodels show nothing", []),
        ("imgmodels hi", ["history"]),
        ("imgmodels config pl", ["plan"]),
        ("imgmodels config plan ", ["self-service", "enterprise"]),
        ("imgmodels hosting --without micro", ["microsoft-azure"]),
        ("imgmodels policy --without rep", ["replicate"]),
        ("imgmodels list --maker op", ["openai"]),
        ("imgmodels list --region e", ["EU"]),
        ("imgmodels list ret", ["retired:yes", "retired:no"]),
        ("imgmodels generate x --session m", []),
        ("imgmodels completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_commands_and_models_are_completed(words: str, expected: list[str]) -> None:
    assert complete(words) == expected


def test_what_is_offered_is_what_can_be_done(imgmodels: Imgmodels) -> None:
    imgmodels("enable", "flux-2-pro", "flux-2-max")
    imgmodels("generate", "x", "--session", "posters")
    assert complete("imgmodels disable flux-2") == ["flux-2-pro", "flux-2-max"]
    assert complete("imgmodels enable flux-2") == ["flux-2-flex", "flux-2-klein"]
    assert complete("imgmodels default flux-2-m") == ["flux-2-max"]
    assert complete("imgmodels disable flux-2-pro --replacement flux-2-m") == ["flux-2-max"]
    assert complete("imgmodels generate x --session po") == ["posters"]


def test_models_of_the_workspace_are_completed(tmp_path: Path) -> None:
    (tmp_path / "catalog.d").mkdir()
    (tmp_path / "catalog.d" / "x.toml").write_text(NEWCOMER)
    assert complete(f"imgmodels --state {tmp_path}/workspace.json show flux-0") == ["flux-0"]


def test_a_catalog_that_cannot_be_used_completes_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "catalog.d").mkdir()
    (tmp_path / "catalog.d" / "x.toml").write_text("[models")
    assert complete(f"imgmodels --state {tmp_path}/workspace.json show flux-2") == []


def test_bash_itself_offers_the_models(imgmodels: Imgmodels, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    script = tmp_path / "completion.bash"
    script.write_text(imgmodels("completion", "bash").out)
    ask = (
        f"source {script}; COMP_WORDS=(imgmodels show flux-2-); COMP_CWORD=2; "
        '_imgmodels_completion imgmodels; echo "${COMPREPLY[@]}"'
    )
    run = subprocess.run(
        [bash, "--norc", "-c", ask],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"},
    )
    assert run.stdout.split() == ["flux-2-pro", "flux-2-max", "flux-2-flex", "flux-2-klein"]
