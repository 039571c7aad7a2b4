"""Hostile text on every page, in every dialog and notice: the bytes that reach a real terminal hold none of it raw."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgmodels_tui.terminal.capabilities import KITTY_QUERY
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.lock import locked
from tests.hostile import harmful, hostile_catalog, hostile_change
from tests.real.terminal import IMGMODELS, Terminal, environment

pytestmark = pytest.mark.real

READY = "q Quit"
SCREEN = "\x1b]52;c;RVZJTA==\x07\x1b]0;pwned\x07\x1b[77;77H\x1bc\x9b77m\x9d0;pwned\x9c"
READ = "\u202e\u2066\u200b\u2028\U000e0041\ufe0f[bold red]{x}%s\r\n\x7f"
EVIL = SCREEN + READ
SHOWN = r"\x1b]52;c;"
PASTED = "\u202e\u2066\x9b77m\u200b[bold]"
"""What a paste can hold: a terminal keeps escape sequences out of it, or the program takes them for keys."""

LONG = 10_000_000
_ALLOWED = set("\x1b\r\n\x08\x07")
_SENT_BY_OTHERS = re.compile(rb"\x1b[\]PX^_c]|\x1b\[77;77H|\x9b77m|pwned\x07")
_POINTER = re.compile(rb"\x1b]22;[a-z-]+\x07")
"""The shape of the mouse's pointer, the only such sequence that the toolkit sends."""


def paste(text: str) -> str:
    """What a terminal sends for pasted text."""
    return f"\x1b[200~{text}\x1b[201~"


def assert_harmless(raw: bytes) -> None:
    """Nothing was sent that this program does not send itself."""
    raw = _POINTER.sub(b"", raw).replace(KITTY_QUERY.encode(), b"")  # which asks the terminal for its abilities
    found = _SENT_BY_OTHERS.search(raw)
    assert found is None, raw[max(0, found.start() - 60) : found.end() + 60]
    text = raw.decode()  # whole characters only
    assert not harmful("".join(set(text) - _ALLOWED))


class Place:
    """A workspace, a catalog, sessions and pictures, all of them full of hostile text, under hostile names."""

    def __init__(self, folder: Path) -> None:
        name = EVIL.replace("/", "")[:60]
        self.folder = folder / name
        self.state = self.folder / f"w{name}.json"
        self.model = "x" + EVIL
        own = locate(self.state).catalog
        own.mkdir(parents=True)
        (own / "x.toml").write_text(hostile_catalog(EVIL))
        self._write_state()
        self._write_history()

    def _write_state(self) -> None:
        state = {
            "schema_version": 2,
            "revision": 3,
            "enabled_models": ["evil", "flux-2-pro", self.model],
            "default_model": "flux-2-pro",
            "last_change": hostile_change(EVIL, self.model, 3),
            EVIL: EVIL + "y" * LONG,
        }
        self.state.write_text(json.dumps(state))

    def _write_history(self) -> None:
        changes = [hostile_change(EVIL, self.model, revision) for revision in (1, 2, 3)]
        lines = [json.dumps(change) for change in changes]
        too_long = json.dumps({**changes[1], "by": EVIL + "z" * LONG})
        self.history.write_text("\n".join([lines[0], too_long, *lines[1:]]) + "\n")

    @property
    def history(self) -> Path:
        """The history beside the state."""
        return locate(self.state).history

    def page(self, *arguments: str, columns: int = 200, lines: int = 50) -> Terminal:
        """The program on this workspace."""
        command = [IMGMODELS, "--state", str(self.state), *arguments]
        return Terminal(command, environment(), columns, lines)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command on this workspace."""
        command = [IMGMODELS, "--state", str(self.state), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """The hostile workspace."""
    yield Place(tmp_path)
    shutil.rmtree(tmp_path / EVIL.replace("/", "")[:60])


def leave(terminal: Terminal) -> None:
    """End the program and look at everything that it has sent."""
    terminal.type("\x11")
    assert terminal.exit_code() == 0
    assert_harmless(terminal.raw)
    assert b"Traceback" not in terminal.raw


def walk(terminal: Terminal, *steps: tuple[str, str]) -> None:
    """Type keys, and wait for what they bring."""
    for keys, shown in steps:
        terminal.type(keys)
        terminal.until(shown)


def look_into(terminal: Terminal, *steps: tuple[str, str]) -> None:
    """Open dialogs by their keys, and close them again."""
    for keys, shown in steps:
        walk(terminal, (keys, shown))
        terminal.close_dialog()


@pytest.mark.parametrize(("columns", "lines"), [(200, 50), (80, 24)])
def test_no_page_of_an_admin_passes_it_on(place: Place, columns: int, lines: int) -> None:
    with place.page(columns=columns, lines=lines) as terminal:
        terminal.until(READY)
        terminal.until(SHOWN)
        look_into(
            terminal,
            ("\r", "Provider's id"),
            ("i", "Manage image models"),
            ("?", "─ Keys"),
            ("c", "Product configuration"),
            (",", "Preferences"),
            ("d", "enter Choose"),
            ("\x10", "Commands"),
        )
        walk(terminal, ("/", "region:eu host:"), (paste(PASTED), "[bold]"))
        terminal.type("\x1b")
        terminal.until("space Toggle")
        walk(terminal, ("3", "Which model when"), ("G\r", "Default model"), ("4", "What if a host"))
        look_into(terminal, ("i", "esc C"))
        walk(terminal, ("x", "esc "), ("5", "Per image at"), ("p", "p "))
        look_into(terminal, ("h", "esc C"))
        walk(terminal, ("6", "2→3"))
        look_into(terminal, ("\r", "2 → 3"))
        look_into(terminal, ("u", "Refused  x" + SHOWN))
        walk(terminal, ("1", "Default model"))
        leave(terminal)
    assert SHOWN in place.run("history").stdout


def test_no_notice_of_somebody_elses_change_passes_it_on(place: Place) -> None:
    with place.page() as terminal:
        terminal.until(READY)
        state = json.loads(place.state.read_text())
        last = {**state["last_change"], "revision": 4, "by": EVIL, "action": "enable"}
        place.state.write_text(json.dumps({**state, "revision": 4, "last_change": last}))
        terminal.until("rev 4")
        terminal.until(SHOWN)
        with locked(locate(place.state).lock, 0, EVIL):
            terminal.type("G ")
            terminal.until("another change, by")
        place.state.write_text('{"' + EVIL[:20].encode("unicode_escape").decode().replace("\\x", "\\u00") + '": ')
        terminal.until("is not valid JSON")
        leave(terminal)


def test_no_file_name_that_is_asked_for_or_said_passes_it_on(place: Place) -> None:
    broken = place.folder / f"{PASTED}.json"
    broken.write_text(json.dumps({"enabled_models": EVIL}))
    with place.page() as terminal:
        terminal.until(READY)
        terminal.type("6")
        terminal.until("e Export")
        for key, heading in (("e", "Export settings"), ("i", "Import settings")):
            terminal.type(key)
            terminal.until(heading)
            terminal.type("\x15")
            terminal.until_quiet()
            terminal.type(paste(f"/nowhere/{PASTED}"))
            terminal.until("/nowhere/")
            terminal.type("\r")
            terminal.until("/nowhere/" if key == "i" else "cannot be written")
            terminal.close_dialog()
        leave(terminal)


@pytest.mark.parametrize("arguments", [(), ("--as-user",)])
def test_no_prompt_picture_or_session_passes_it_on(place: Place, arguments: tuple[str, ...]) -> None:
    drawn = place.run("generate", f"a lamp {EVIL}", "--session", "lamps", "--seed", "1", "--json")
    assert drawn.returncode == 0, drawn.stderr
    path = json.loads(drawn.stdout)["path"]
    folder = os.path.dirname(path)  # noqa: PTH120 - text as it was printed
    shutil.copy(path, os.path.join(folder, f"{EVIL.replace('/', '')[:60]}.png"))  # noqa: PTH118
    with place.page(*arguments) as terminal:
        if not arguments:
            terminal.until(READY)
            terminal.type("2")
        terminal.until("Next image")
        terminal.until(f"a lamp {SHOWN}")
        terminal.type(paste(f"a chair {PASTED} " + "w" * 300))
        terminal.until("wwww")
        terminal.type("\r")
        terminal.until(".png")
        terminal.type("\x1b")
        terminal.until("i Prompt")
        look_into(terminal, ("\r", "esc C"), ("j\r", "esc C"), ("\x13", "enter"), ("\x0f", "enter"))
        walk(terminal, ("\x12", "enter Generate"), (" again", " again"))
        leave(terminal)


def test_no_sessions_file_passes_it_on(place: Place) -> None:
    place.run("generate", "a lamp", "--session", "lamps")
    sessions = locate(place.state).sessions / f"{os.getuid()}.json"
    held = json.loads(sessions.read_text())
    for name in (EVIL[:40], "y" * 10_000):
        changed = {**held, "sessions": [{"name": name, "model": EVIL[:100]}]}
        sessions.write_text(json.dumps(changed))
        with place.page("--as-user") as terminal:
            terminal.until("▲ /")
            leave(terminal)
        assert_harmless(place.run("sessions").stderr.encode())
    sessions.write_text(json.dumps({**held, "sessions": [{"name": "lamps", "model": EVIL[:100]}]}))
    with place.page("--as-user") as terminal:
        terminal.until("no longer available")
        terminal.type("\x13")
        terminal.until("lamps")
        terminal.close_dialog()
        leave(terminal)


def test_no_name_of_a_user_passes_it_on(place: Place) -> None:
    environ = {**os.environ, "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "tests.torture.page", str(place.state), EVIL]
    with Terminal(command, environ, 200, 50) as terminal:
        terminal.until(READY)
        terminal.until(SHOWN)
        terminal.type("G ")
        terminal.until("Recraft V3 SVG enabled")
        walk(terminal, ("6", "3→4"))
        look_into(terminal, ("\r", "3 → 4"))
        leave(terminal)
