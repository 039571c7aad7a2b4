"""Streams that are closed, full or never end, a home that nobody knows: one line each, and the right exit code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from imgmodels_tui.workspace.file_store.store import FileStore
from imgmodels_tui.workspace.rules import Enable

PROGRAM = f"{sys.executable} -m imgmodels_tui"


def shell(line: str, state: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    variables = os.environ | {"IMGMODELS_STATE": str(state)} | environ
    return subprocess.run(
        ["/bin/sh", "-c", line.format(run=PROGRAM)],
        capture_output=True,
        text=True,
        env=variables,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{run} import - <&-", 3),
        ("{run} import - </dev/zero", 3),
        ("{run} prices --csv >&-", 3),
        ("{run} list >&-", 3),
        ("{run} list --json >/dev/full", 3),
        ("{run} enable flux-2-max >/dev/full", 3),
        ("IMGMODELS_STATE=/ {run} list", 3),
        ("IMGMODELS_STATE=/ {run} enable flux-2-pro", 3),
        ("{run} --state // status", 3),
    ],
)
def test_what_cannot_be_read_or_written_is_one_line(store: FileStore, line: str, code: int) -> None:
    store.update(Enable(("flux-2-pro",)))
    run = shell(line, store.path)
    assert run.returncode == code
    assert run.stderr.count("\n") == 1, run.stderr
    assert run.stderr.startswith("imgmodels: ")


def test_a_change_that_was_made_is_said_to_be_made(store: FileStore) -> None:
    run = shell("{run} enable flux-2-pro >/dev/full", store.path)
    assert "the change was made: it is revision 1" in run.stderr
    assert store.read().enabled_models == {"flux-2-pro"}


def test_nothing_that_is_meant_for_stderr_lands_in_stdout(store: FileStore) -> None:
    run = shell("{run} enable nosuch 2>&-", store.path)
    assert (run.returncode, run.stdout) == (2, "")


def test_as_many_changes_as_a_number_can_say(store: FileStore) -> None:
    store.update(Enable(("flux-2-pro",)))
    assert shell("{run} history -n 9223372036854775808", store.path).returncode == 0


def test_json_is_ascii_where_the_output_is_not_utf_8(store: FileStore) -> None:
    run = shell("{run} guide --json", store.path, PYTHONIOENCODING="ascii")
    assert run.returncode == 0
    assert json.loads(run.stdout) == json.loads(
        shell("{run} guide --json", store.path, PYTHONIOENCODING="utf-8").stdout
    )


def test_an_image_goes_to_standard_output(store: FileStore, tmp_path: Path) -> None:
    store.update(Enable(("flux-2-pro",)))
    assert shell(f"{{run}} generate -o - 'a city' >{tmp_path}/x.png", store.path).returncode == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


NOBODY = [
    "setpriv",
    "--reuid=54321",
    "--clear-groups",
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
]
"""Becomes a user without a name, who can read the program wherever it is installed."""


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can become another user")
@pytest.mark.parametrize("home", ["", "rel", None])
@pytest.mark.parametrize("command", ["path", "doctor", "list", "status", "sessions", "prices"])
def test_a_user_whom_the_system_does_not_know_is_served(command: str, home: str | None) -> None:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "IMGMODELS", "HOME"))}
    environ |= {} if home is None else {"HOME": home}
    run = subprocess.run(
        [*NOBODY, sys.executable, "-m", "imgmodels_tui", command],
        capture_output=True, text=True, env=environ, check=False, timeout=60, cwd="/",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
