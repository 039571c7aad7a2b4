"""The installed command in a real pseudo-terminal: keys in, screen and file out, and the terminal as it was."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from imgmodels_tui.text import composed, harmless
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.rules import Enable
from imgmodels_tui.workspace.store import Store
from tests.cli.conftest import NEWCOMER
from tests.hostile.scripts import NAMES
from tests.real.conftest import Start
from tests.real.terminal import COLOUR, ENTER_ALTERNATE, ESCAPE, IMGMODELS, TIMEOUT

pytestmark = pytest.mark.real

DOWN = "\x1b[B"
READY = "q Quit"


def content(state_file: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(state_file.read_text())
    return state


def test_an_admin_sets_up_a_workspace_by_keyboard(start: Start, state_file: Path) -> None:
    with start() as terminal:
        terminal.until("Nothing is enabled yet")
        terminal.type(" ")
        terminal.until("FLUX.2 Pro enabled; default is FLUX.2 Pro")
        terminal.type(DOWN + " ")
        terminal.until("FLUX.2 Max enabled")
        terminal.type("d")
        terminal.until("Choose")
        terminal.type(DOWN + "\r")
        terminal.until("Default is FLUX.2 Max, was FLUX.2 Pro")
        terminal.type("\r")
        terminal.until("Provider's id")
        terminal.close_dialog()
        terminal.type("q")
        assert terminal.exit_code() == 0
        assert terminal.is_restored()
    state = content(state_file)
    assert state["enabled_models"] == ["flux-2-max", "flux-2-pro"]
    assert state["default_model"] == "flux-2-max"
    assert state["revision"] == 3


def test_no_color_sends_no_colour(start: Start) -> None:
    with start(NO_COLOR="1") as terminal:
        terminal.until(READY)
        terminal.type(" ")
        terminal.until("━◆ lock")
        terminal.type("q")
        assert terminal.exit_code() == 0
        assert COLOUR.findall(terminal.raw) == []


@pytest.mark.parametrize("variable", ["NO_COLOR", "NO_COLOUR"])
def test_colour_is_sent_otherwise(start: Start, variable: str) -> None:
    prefix = ("env", f"{variable}=")  # which is empty, and so as good as not set
    with start(prefix=prefix) as terminal:
        terminal.until(READY)
        assert COLOUR.search(terminal.raw)


@pytest.mark.parametrize("columns", [80, 60, 200])
def test_an_ascii_locale_gets_ascii_only(start: Start, columns: int) -> None:
    with start(LC_ALL="C", size=(columns, 24)) as terminal:
        terminal.until(READY)
        terminal.type("A")
        terminal.until("4 models enabled")
        for keys, shown in (("d", "Choose"), ("\r", "Provider's id"), ("i", "Manage image models"), ("?", "Keys")):
            terminal.type(keys)
            terminal.until(shown)
            terminal.close_dialog()
        terminal.type("c")
        terminal.until("Product configuration")
        terminal.close_dialog()
        terminal.type("q")
        assert terminal.exit_code() == 0
    shown = ESCAPE.sub(b"", terminal.raw).decode()
    assert [character for character in sorted(set(shown)) if ord(character) > 126] == []


@pytest.mark.parametrize("term", ["screen", "tmux-256color", "xterm", "linux", "vt100"])
def test_every_usual_terminal_is_served(start: Start, state_file: Path, term: str) -> None:
    with start(TERM=term) as terminal:
        terminal.until(READY)
        terminal.type(" ")
        terminal.until("FLUX.2 Pro enabled")
        terminal.type("q")
        assert terminal.exit_code() == 0
        assert terminal.is_restored()
    assert content(state_file)["enabled_models"] == ["flux-2-pro"]


def test_a_terminal_of_which_nothing_is_known_gets_sixteen_colours(start: Start) -> None:
    with start(prefix=("env", "-u", "COLORTERM"), TERM="unknown") as terminal:
        terminal.until(READY)
        assert COLOUR.search(terminal.raw)
        assert b"[38;" not in terminal.raw
        assert b";38;" not in terminal.raw


def test_text_of_others_is_shown_and_never_obeyed(start: Start, state_file: Path) -> None:
    evil = "\x1b]0;pwned\x07\x1b[2J\x9b31m\u202e"
    state = {
        "schema_version": 2,
        "revision": 3,
        "default_model": "flux-2-pro",
        "enabled_models": [f"evil{evil}", "flux-2-max", "flux-2-pro"],
    }
    state_file.parent.mkdir()
    state_file.write_text(json.dumps(state))
    change = {"revision": 4, "at": "2026-11-22T10:00:00Z", "by": f"eve{evil}", "action": "enable"}
    with start(size=(120, 24)) as terminal:
        terminal.until("Enabled, but no longer in the catalog")
        state |= {"revision": 4, "last_change": change | {"models": [evil], "enabled": [f"evil{evil}"]}}
        state_file.write_text(json.dumps(state))
        terminal.until(r"eve\x1b]0;pwned")
        terminal.type("t")
        terminal.until_gone("no longer in the catalog")
        terminal.type("u")
        terminal.until("no longer in the catalog")
        terminal.type("q")
        assert terminal.exit_code() == 0
    for piece in (b"\x1b]0;pwned", b"\x1b[2J\xc2", b"\xc2\x9b", "\u202e".encode()):
        assert piece not in terminal.raw


def test_two_programs_on_one_file_see_each_other(start: Start, state_file: Path) -> None:
    with start() as one, start() as other:
        one.until(READY)
        other.until(READY)
        one.type(" ")
        other.until(": FLUX.2 Pro enabled; default is FLUX.2 Pro")
        other.type(DOWN + " ")
        one.until(": FLUX.2 Max enabled")
    assert content(state_file)["enabled_models"] == ["flux-2-max", "flux-2-pro"]


def test_without_a_terminal_it_says_so_and_names_commands(state_file: Path) -> None:
    ended = subprocess.run(
        [IMGMODELS, "--state", str(state_file)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=TIMEOUT,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert re.fullmatch(r"imgmodels: the page needs a terminal; .*`imgmodels list`.*\n", ended.stderr)
    assert not state_file.exists()


@pytest.mark.parametrize("broken", ["{ oops", "", '{"schema_version": 9}', '{"plan": "gold"}'])
def test_a_broken_file_ends_with_one_line_before_the_screen_is_taken(
    start: Start, state_file: Path, broken: str
) -> None:
    state_file.parent.mkdir()
    state_file.write_text(broken)
    with start(size=(240, 24)) as terminal:
        assert terminal.exit_code() == 3
        assert ENTER_ALTERNATE not in terminal.raw
        lines = terminal.raw.decode().splitlines()
        assert len(lines) == 1
        assert lines[0].startswith(f"imgmodels: {state_file}: ")
    assert state_file.read_text() == broken


def test_doctor_fits_on_the_smallest_usual_screen_with_the_prompt_after_it(
    start: Start, state_file: Path, store: Store
) -> None:
    for model in ("flux-2-pro", "flux-2-max", "gpt-image-2"):
        store.update(Enable((model,)))
    home = state_file.parent.parent
    with start("doctor", HOME=str(home), XDG_CONFIG_HOME=str(home / ".config"), TMUX="yes") as terminal:
        assert terminal.exit_code() == 0
        lines = terminal.text().split("\n")
        assert lines[0].startswith("  imgmodels      0.")
        assert [line for line in lines if line][-1].startswith("  role ")
        assert lines[-1] == ""  # for the shell's prompt


def test_no_letter_loses_its_marks(start: Start, state_file: Path) -> None:
    own = locate(state_file).catalog
    own.mkdir(parents=True)
    models = [
        NEWCOMER.replace("flux-0]", f"flux-0{number}]").replace('"FLUX 0"', json.dumps(name, ensure_ascii=False))
        for number, name in enumerate(NAMES)
    ]
    (own / "x.toml").write_text("\n".join(models))
    with start(size=(120, 50)) as terminal:
        terminal.until(READY)
        terminal.until(harmless(NAMES[-1]))
        terminal.type("G")
        terminal.type("g")
        terminal.type("q")
        assert terminal.exit_code() == 0
        written = ESCAPE.sub(b"", terminal.raw).decode()
        assert [name for name in NAMES if composed(harmless(name)) not in written] == []
