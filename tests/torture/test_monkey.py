"""Whatever is typed, clicked, pasted or sent as noise: no page ends, and nothing changes that nobody asked for."""

import random
from pathlib import Path

import pytest

from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.store import FileStore
from tests.hostile.terminal import ANSWERS, KEYS, NO_UTF8
from tests.real.conftest import Start, start
from tests.real.terminal import ESCAPE, LEAVE_ALTERNATE, Terminal
from tests.torture.counts import count

__all__ = ["start"]

EVENTS = count(full=10_000, share=400)
BURST = 20
MOVING = [
    *"jkhl[]123456/?is,", "\t", "\x1b[Z", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H",
    "\x1b[F", "\x1b[27u", "\x10", "\x0c", "\x7f",
]  # fmt: skip
"""Keys that move, filter, sort and open; none of them changes the workspace, whatever has the focus."""
ANY = [*(chr(code) for code in range(1, 127) if chr(code) not in "q\x11\x1a\x1b\x1c"), *MOVING]
"""All keys but those that leave the program or suspend it."""


def event(dice: random.Random, keys: list[str]) -> bytes:
    """One event of a kind chosen by chance; mouse reports are of moves and of the wheel unless every key is allowed."""
    kind = dice.randrange(10)
    if kind < 6:
        return dice.choice(keys).encode()
    if kind == 6:
        button = dice.choice([0, 2, 35, 64, 65] if keys is ANY else [35, 64, 65])
        return f"\x1b[<{button};{dice.randint(1, 130)};{dice.randint(1, 50)}{dice.choice('Mm')}".encode()
    if kind == 7:
        text = "".join(chr(dice.choice([10, 32, 97, 113, 0x6F22, 0x301, 0x202E, 0x1F600])) for _ in range(9))
        return b"\x1b[200~" + text.encode() + b"\x1b[201~"
    if kind == 8:
        return dice.choice([*ANSWERS.values(), *NO_UTF8.values()])
    return dice.choice(KEYS) if keys is ANY else b"\x1b[I"


def play(terminal: Terminal, dice: random.Random, keys: list[str]) -> None:
    """Send events in bursts, with another size of the terminal now and then; the program must take all of them."""
    terminal.wait_for(lambda: "q Quit" in terminal.text() or "enter Generate" in terminal.text(), "the first page")
    for _ in range(EVENTS // BURST):
        for _ in range(BURST):
            terminal.send(event(dice, keys))
            terminal.read(0)
        if dice.random() < 0.1:
            terminal.resize(dice.choice([40, 60, 80, 120, 200]), dice.choice([10, 16, 24, 40, 50]))
        assert terminal.process.poll() is None, terminal.text()
    terminal.until_quiet()
    terminal.type("\x11")
    code = terminal.exit_code()
    ended = ESCAPE.sub(b"", terminal.raw.rpartition(LEAVE_ALTERNATE)[2]).decode(errors="replace")
    assert code == 0, ended
    assert terminal.is_restored()
    assert "Traceback" not in ended, ended


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exports that are made by chance are written into the folder where the program was started."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("seed", range(count(full=3, share=1)))
def test_who_only_looks_changes_nothing(start: Start, store: FileStore, seed: int) -> None:
    store.update(rules.Enable(("flux-2-pro", "flux-2-max", "gemini-2.5-flash-image")))
    before, history = store.read(), list([*store.history()][::-1])
    with start() as terminal:
        play(terminal, random.Random(seed), MOVING)
    assert store.read() == before
    assert list([*store.history()][::-1]) == history


@pytest.mark.parametrize("seed", range(count(full=3, share=1)))
@pytest.mark.parametrize("arguments", [(), ("--as-user",), ("demo",)], ids=["admin", "user", "demo"])
def test_whatever_is_pressed_the_program_lives_on(
    start: Start, store: FileStore, arguments: tuple[str, ...], seed: int
) -> None:
    store.update(rules.Enable(("flux-2-pro", "flux-2-max", "gemini-2.5-flash-image")))
    with start(*arguments) as terminal:
        play(terminal, random.Random(seed), ANY)
    revisions = [change.revision for change in [*store.history()][::-1]]
    assert revisions == list(range(1, store.read().revision + 1))
