"""A state that this user may not write: the page opens for reading, says why, and refuses every change."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace.rules import Enable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imgmodels_tui.workspace.store import Store
    from tests.real.tty import Terminal

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


def test_the_page_opens_for_reading_and_refuses_every_change(start: Callable[..., Terminal], closed: Path) -> None:
    before = closed.read_bytes()
    with start(prefix=BOUND, columns=200) as terminal:
        terminal.until("For reading only: you may not write")
        terminal.until("reads only")
        for key in (" ", "u", "D"):
            terminal.type("G")
            terminal.type(key)
            terminal.until("Not saved: you may not write")
        terminal.type("i")
        terminal.until("About these models")
        terminal.close_dialog()
        terminal.type("q")
        assert terminal.exit_code() == 0
    assert closed.read_bytes() == before


def test_permission_that_is_given_while_the_page_is_open_is_noticed(
    start: Callable[..., Terminal], closed: Path
) -> None:
    with start(prefix=BOUND, columns=200) as terminal:
        terminal.until("For reading only")
        closed.parent.chmod(0o755)
        closed.chmod(0o644)
        terminal.until_gone("For reading only")
        terminal.type("G ")
        terminal.until("Recraft V3 SVG enabled")
    assert b"recraft-v3-svg" in closed.read_bytes()


def test_a_folder_that_may_not_be_made_opens_an_empty_page_for_reading(
    start: Callable[..., Terminal], state_file: Path
) -> None:
    state_file.parent.parent.chmod(0o555)
    try:
        with start(prefix=BOUND, columns=200) as terminal:
            terminal.until("For reading only: you may not write in")
            terminal.type("A")
            terminal.until("Not saved: you may not write in")
            terminal.type("q")
            assert terminal.exit_code() == 0
        assert not state_file.exists()
    finally:
        state_file.parent.parent.chmod(0o755)
