"""`imgmodels recover`: what it says, when it asks, and with which exit code it ends."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Imgmodels

COMMAND = Path(sys.executable).with_name("imgmodels")


@pytest.fixture
def good(imgmodels: Imgmodels, own_state: Path) -> bytes:
    """A workspace whose state file was cut short; what it held before."""
    imgmodels("enable", "flux-2-pro", "flux-2-max")
    imgmodels("default", "flux-2-max")
    content = own_state.read_bytes()
    own_state.write_bytes(content[:100])
    return content


def test_every_command_that_needs_the_file_names_the_way_out(good: bytes, imgmodels: Imgmodels) -> None:
    assert good
    for command in (("list",), ("enable", "flux-2-klein"), ("status",)):
        run = imgmodels(*command)
        assert run.code == 3
        assert run.refusal.endswith("; `imgmodels recover` brings the last good state back")


def test_what_can_be_mended_by_hand_is_still_said(good: bytes, imgmodels: Imgmodels, own_state: Path) -> None:
    own_state.write_bytes(b"\xef\xbb\xbf" + good)
    way_out = "save it as UTF-8 without one, or `imgmodels recover` brings the last good state back"
    assert imgmodels("list").refusal.endswith(f": begins with a byte order mark; {way_out}")


def test_the_history_alone_is_enough_to_name_the_way_out(good: bytes, imgmodels: Imgmodels, own_state: Path) -> None:
    assert good
    own_state.with_name("workspace.json.bak").unlink()
    assert imgmodels("list").refusal.endswith("; `imgmodels recover` brings the last good state back")
    own_state.with_name("history.jsonl").unlink()
    assert "recover" not in imgmodels("list").refusal


def test_the_last_good_state_is_shown_and_brought_back(good: bytes, imgmodels: Imgmodels, own_state: Path) -> None:
    run = imgmodels("recover", "--yes")
    assert (run.code, run.err) == (0, "")
    assert "Last good         revision 2, from the backup of revision 1 and 1 change since\n" in run.out
    assert "Default           FLUX.2 Max\n" in run.out
    assert '+  "default_model": "flux-2-max",\n' in run.out
    (kept,) = own_state.parent.glob("workspace.json.broken-*")
    assert run.out.endswith(f"The last good state is back as revision 3; the broken file is kept as {kept}\n")
    assert kept.read_bytes() == good[:100]
    assert imgmodels("default").out == "flux-2-max\n"
    assert "The last good state brought back" in imgmodels("history").out
    assert imgmodels("undo").out.startswith("Nothing to change")


def test_without_anybody_to_ask_nothing_is_done(good: bytes, imgmodels: Imgmodels, own_state: Path) -> None:
    run = imgmodels("recover")
    assert (run.code, own_state.read_bytes()) == (2, good[:100])
    assert run.err == (
        "imgmodels: there is nobody to ask; --yes brings this state back; see `imgmodels recover --help`\n"
    )


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 1), (b"\n", 1)])
def test_at_a_terminal_it_asks(answer: bytes, code: int, good: bytes, own_state: Path) -> None:
    master, terminal = pty.openpty()
    os.write(master, answer)
    run = subprocess.run([COMMAND, "recover"], stdin=terminal, capture_output=True, text=True, check=False)
    os.close(terminal)
    os.close(master)
    assert run.returncode == code, run.stderr
    assert run.stderr.startswith("Bring this state back? [y/N]: ")
    assert (own_state.read_bytes() == good[:100]) == (code == 1)
    assert ("imgmodels: Nothing was changed" in run.stderr) == (code == 1)


def test_a_good_file_is_left_alone(imgmodels: Imgmodels, own_state: Path) -> None:
    assert imgmodels("recover").out == f"Nothing to do: {own_state} is good, revision 0\n"
    assert not own_state.parent.exists()
    imgmodels("enable", "flux-2-pro")
    assert imgmodels("recover", "--yes").out == f"Nothing to do: {own_state} is good, revision 1\n"


def test_where_nothing_is_left_of_it_that_is_said(good: bytes, imgmodels: Imgmodels, own_state: Path) -> None:
    assert good
    own_state.with_name("workspace.json.bak").unlink()
    own_state.with_name("history.jsonl").unlink()
    run = imgmodels("recover", "--yes")
    assert run.code == 3
    assert run.refusal.endswith("; there is no backup and no complete history to recover it from")


def test_a_newer_file_is_not_recovered_but_the_program_updated(
    good: bytes, imgmodels: Imgmodels, own_state: Path
) -> None:
    newer = good.replace(b'"schema_version": 2', b'"schema_version": 3')
    own_state.write_bytes(newer)
    run = imgmodels("recover", "--yes")
    assert (run.code, own_state.read_bytes()) == (3, newer)
    assert run.refusal.endswith("update imgmodels")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x1b]0;x\x07{", b"a\n" * 10_000, b""], ids=len)
def test_whatever_the_file_holds_the_difference_is_harmless_and_short(
    content: bytes, good: bytes, imgmodels: Imgmodels, own_state: Path
) -> None:
    assert good
    own_state.write_bytes(content)
    run = imgmodels("recover", "--yes")
    assert run.code == 0
    assert run.out.replace("\n", "").isprintable()
    assert len(run.out.splitlines()) < 80
