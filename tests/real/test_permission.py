"""A state that this user may not write: the generator instead of the settings, and no change by any way."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgmodels_tui.workspace.rules import Configure, Enable
from imgmodels_tui.workspace.store import Store
from tests.real.conftest import Start

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everything"),
]

# Permissions bind root as well once it may not override them.
BOUND = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


@pytest.fixture
def closed(state_file: Path, store: Store) -> Iterator[Path]:
    """The test's workspace, closed to everybody's writing."""
    store.update(Enable(("flux-2-pro", "flux-2-max")))
    state_file.chmod(0o444)
    state_file.parent.chmod(0o555)
    yield state_file
    state_file.parent.chmod(0o755)


def test_whoever_may_not_write_gets_the_generator_and_nothing_else(start: Start, closed: Path) -> None:
    before = closed.read_bytes()
    with start(prefix=BOUND) as terminal:
        terminal.until("Next image  FLUX.2 Pro")
        terminal.until("user")
        terminal.type("\x1b")
        terminal.until("i Prompt")
        terminal.type("1cdDtu \x10")
        terminal.until("Commands")
        terminal.type("gpt")
        terminal.until("Nothing matches")
        terminal.close_dialog()
        terminal.type("q")
        assert terminal.exit_code() == 0
    assert closed.read_bytes() == before


def test_permission_that_is_given_is_said_and_counts_from_the_next_start(start: Start, closed: Path) -> None:
    with start(prefix=BOUND) as terminal:
        terminal.until("Next image  FLUX.2 Pro")
        closed.parent.chmod(0o755)
        closed.chmod(0o644)
        terminal.until("You may administer this workspace now: start imgmodels again for its settings")
        closed.chmod(0o444)
        terminal.until_gone("You may administer")
        closed.chmod(0o644)
        terminal.until("You may administer")
        terminal.type("\x1b")
        terminal.until("i Prompt")
        terminal.type("q")
        assert terminal.exit_code() == 0
    with start(prefix=BOUND) as terminal:
        terminal.until("Default model")


@pytest.mark.parametrize(
    ("mode", "said"), [(0o555, "For reading only, every change is refused"), (0o000, "permission denied")]
)
def test_a_page_whose_admin_loses_permission_stays_for_reading_and_refuses_every_change(
    start: Start, state_file: Path, store: Store, mode: int, said: str
) -> None:
    store.update(Enable(("flux-2-pro", "flux-2-max")))
    before = state_file.read_bytes()
    with start(prefix=BOUND, size=(200, 24)) as terminal:
        terminal.until("Default model")
        state_file.chmod(0o444)
        state_file.parent.chmod(mode)
        try:
            terminal.until(said)
            for keys in ("G ", "GD"):
                terminal.type(keys)
                terminal.until("Not saved")
                terminal.until_gone("Not saved")
            if mode:
                terminal.type("G ")
                terminal.until("read-only", "Not saved: you may not write")
        finally:
            state_file.parent.chmod(0o755)
            state_file.chmod(0o644)
        terminal.until_gone(said)
        assert state_file.read_bytes() == before
        terminal.type("G ")
        terminal.until("Recraft V3 SVG enabled")
    assert b"recraft-v3-svg" in state_file.read_bytes()


def test_permission_is_said_while_the_generator_is_closed_too(start: Start, store: Store, closed: Path) -> None:
    with start(prefix=BOUND) as terminal:
        terminal.until("Next image  FLUX.2 Pro")
        closed.parent.chmod(0o755)
        closed.chmod(0o644)
        store.update(Configure(image_generation=False))
        terminal.until("Image generation is off")
        terminal.until("You may administer this workspace now")


def test_an_admin_who_looks_as_a_user_is_told_nothing_of_it(start: Start, store: Store) -> None:
    store.update(Enable(("flux-2-pro",)))
    with start("--as-user") as terminal:
        terminal.until("Next image  FLUX.2 Pro")
        store.update(Enable(("flux-2-max",)))
        store.update(Configure(image_generation=False))
        terminal.until("Image generation is off")
        assert "You may administer" not in terminal.text()


def test_where_no_workspace_may_be_made_the_generator_says_that_there_is_no_model(
    start: Start, state_file: Path
) -> None:
    state_file.parent.parent.chmod(0o555)
    try:
        with start(prefix=BOUND) as terminal:
            terminal.until("No model is enabled")
            terminal.until("An admin must choose which models can be used")
            terminal.type("q")
            assert terminal.exit_code() == 0
        assert not state_file.exists()
    finally:
        state_file.parent.parent.chmod(0o755)
