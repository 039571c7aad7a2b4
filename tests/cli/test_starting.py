"""The command as a shell starts it: what it loads, and how it ends when its surroundings are not as usual."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("imgmodels")


def imgmodels(*arguments: str, stdout: int = subprocess.PIPE, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command without a terminal."""
    return subprocess.run(
        [COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize(
    "arguments", ["list", "list --json", "enable flux-2-pro", "status", "doctor", "recover", "--help"]
)
def test_a_command_loads_neither_textual_nor_rich(arguments: str) -> None:
    script = (
        "import sys\n"
        "from imgmodels_tui.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(*sorted(name.partition('.')[0] for name in sys.modules), file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments.split()],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert run.returncode == 0
    loaded = set(run.stderr.split())
    assert "imgmodels_tui" in loaded
    assert loaded.isdisjoint({"textual", "rich"})


@pytest.mark.parametrize("arguments", [(), ("--as-user",)])
def test_without_a_terminal_the_page_names_the_commands_instead(arguments: tuple[str, ...]) -> None:
    run = imgmodels(*arguments)
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr == (
        b"imgmodels: the page needs a terminal; in scripts use a command such as `imgmodels list`, `enable`, "
        b"`default` or `status`; see `imgmodels --help`\n"
    )


def test_the_module_does_what_the_command_does() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "imgmodels_tui", "default"], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, b"none\n", b"")


@pytest.mark.parametrize(
    ("arguments", "code"), [("default", 0), ("undo", 1), ("show nothing", 2), ("check /dev/null", 3)]
)
def test_the_shell_sees_the_documented_exit_code(arguments: str, code: int) -> None:
    run = imgmodels(*arguments.split())
    assert run.returncode == code
    assert len(run.stderr.splitlines()) == (code != 0)


@pytest.mark.parametrize("arguments", ["list", "list --json", "--help", "show --help", "--version"])
def test_a_reader_that_has_seen_enough_is_no_failure(arguments: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        run = imgmodels(*arguments.split(), stdout=writer)
    finally:
        os.close(writer)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("arguments", ["list", "status --json", "--help"])
def test_output_that_nobody_can_take_is_one_line(arguments: str) -> None:
    with Path("/dev/full").open("wb") as full:
        run = imgmodels(*arguments.split(), stdout=full.fileno())
    assert run.returncode == 3
    assert run.stderr == b"imgmodels: the output cannot be written: no space left on device\n"


def test_a_terminal_without_stars_shows_a_question_mark() -> None:
    run = imgmodels("list", "flux-2-pro", PYTHONIOENCODING="latin-1")
    assert (run.returncode, run.stderr) == (0, b"")
    assert b"???" in run.stdout
    assert b"?0.032" in run.stdout


def test_a_change_is_made_even_if_nobody_reads_the_answer(home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        run = imgmodels("enable", "flux-2-pro", stdout=writer)
    finally:
        os.close(writer)
    assert run.returncode == 0
    assert '"revision": 1' in (home / ".local/share/imgmodels/workspace.json").read_text()
