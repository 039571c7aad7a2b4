"""Two admins and a user on one machine, over real SSH."""

import json
import stat
import time
from collections.abc import Callable, Iterator

import pytest

from tests.real import ssh
from tests.real.ssh import Server
from tests.real.terminal import TIMEOUT

pytestmark = [
    pytest.mark.real,
    pytest.mark.xdist_group("ssh"),
    pytest.mark.skipif(ssh.why_not() is not None, reason=ssh.why_not() or ""),
]

READY = "q Quit"


@pytest.fixture(scope="module")
def machine() -> Iterator[Server]:
    """The machine that all tests of this module log in to."""
    with ssh.serving() as server:
        yield server


@pytest.fixture
def server(machine: Server) -> Iterator[Server]:
    """The machine, with a workspace in which one model is enabled."""
    assert machine.run("alice", "enable", "flux-2-pro").returncode == 0
    yield machine
    for file in machine.shared.iterdir():
        file.unlink()


def until(happened: Callable[[], bool]) -> bool:
    """Whether something happens within a bounded time."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.05)
    return False


def revisions(server: Server) -> list[int]:
    """What the history knows."""
    return [json.loads(line)["revision"] for line in (server.shared / "history.jsonl").read_text().splitlines()]


def test_two_admins_work_on_one_workspace_and_see_each_other(server: Server) -> None:
    with server.page("alice") as alice, server.page("bob") as bob:
        alice.until(READY)
        bob.until(READY)
        alice.until(f"{server.name('alice')} · admin")
        alice.type("G ")
        alice.until("Recraft V3 SVG enabled")
        bob.until(f"{server.name('alice')}: Recraft V3 SVG enabled")
        bob.type("gj ")
        bob.until("FLUX.2 Max enabled")
        alice.until(f"{server.name('bob')}: FLUX.2 Max enabled")
        for page in (alice, bob):
            page.type("q")
            assert page.exit_code() == 0
            assert page.modes() == page.modes_before
    assert until(lambda: not server.processes())
    state = json.loads(server.state.read_text())
    assert state["enabled_models"] == ["flux-2-max", "flux-2-pro", "recraft-v3-svg"]
    assert revisions(server) == [1, 2, 3]
    for file in server.shared.iterdir():
        expected = 0o660 if file.suffix == ".lock" else 0o664
        assert stat.S_IMODE(file.stat().st_mode) == expected, file.name


def test_commands_need_no_terminal_and_the_page_says_that_it_does(server: Server) -> None:
    run = server.run("bob", "status", "--json")
    assert (run.returncode, json.loads(run.stdout)["role"]) == (0, "admin")
    run = server.run("bob")
    assert run.returncode == 2
    assert run.stderr.startswith("imgmodels: the page needs a terminal")


def test_who_is_not_in_the_group_may_look_and_change_nothing(server: Server) -> None:
    before = server.state.read_bytes()
    assert json.loads(server.run("carol", "status", "--json").stdout)["role"] == "user"
    run = server.run("carol", "enable", "flux-2-max")
    assert (run.returncode, run.stdout) == (4, "")
    assert run.stderr == f"imgmodels: {server.state}: you may not write {server.state}; nothing was changed\n"
    assert server.run("carol", "recover", "--yes").returncode == 4
    assert server.state.read_bytes() == before


def test_a_user_generates_while_an_admin_decides(server: Server) -> None:
    with server.page("alice") as alice, server.page("carol") as carol:
        alice.until(READY)
        carol.until("Next image  FLUX.2 Pro")
        assert "1 Models" not in carol.text()
        alice.type("gj ")
        alice.until("FLUX.2 Max enabled")
        carol.type("a lighthouse\r")
        carol.until(".png")
        # The model of the session is taken away while its user looks on.
        alice.type("D")
        alice.until("Default is FLUX.2 Max, was FLUX.2 Pro")
        alice.type("g ")
        alice.until("FLUX.2 Pro disabled")
        carol.until("FLUX.2 Pro is no longer available; the next image uses FLUX.2 Max")
        carol.type("\r")
        carol.until("FLUX.2 Pro is no longer available; this session now uses FLUX.2 Max")
        alice.type("q")
        assert alice.exit_code() == 0
        carol.type("\x11")
        assert carol.exit_code() == 0
    assert revisions(server) == [1, 2, 3, 4]
    pictures = server.folder / "home-carol" / ".local" / "share" / "imgmodels" / "pictures"
    drawn = [file for file in pictures.rglob("*") if file.is_file()]
    assert drawn
    assert {stat.S_IMODE(file.stat().st_mode) for file in drawn} == {0o600}


@pytest.mark.parametrize("more", [0, 1, 20, 60])
def test_a_connection_that_is_cut_in_the_middle_of_a_change_leaves_no_half(server: Server, more: int) -> None:
    with server.page("carol") as carol:
        carol.until("Next image  FLUX.2 Pro")
        with server.page("alice") as alice:
            alice.until(READY)
            shown = len(alice.raw)
            alice.type("G ")
            alice.wait_for(lambda: len(alice.raw) >= shown + more, f"{more} bytes more")
            alice.process.kill()
            alice.process.wait()
        assert until(lambda: len(server.processes()) == 1)
        carol.type("a lighthouse\r")
        carol.until(".png")
        carol.type("\x11")
        assert carol.exit_code() == 0
    assert until(lambda: not server.processes())
    state = json.loads(server.state.read_text())
    assert state["revision"] in {1, 2}
    assert ("recraft-v3-svg" in state["enabled_models"]) == (state["revision"] == 2)
    run = server.run("bob", "enable", "flux-2-max")
    assert run.stdout == f"FLUX.2 Max enabled (revision {state['revision'] + 1})\n"
    assert revisions(server) == list(range(1, state["revision"] + 2))
    assert not list(server.shared.glob(".*.tmp"))
