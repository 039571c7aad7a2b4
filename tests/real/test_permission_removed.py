"""Permission that is taken away while the page is open: it says so, changes nothing, and goes on when it is back."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from imgmodels_tui.workspace.rules import Enable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imgmodels_tui.workspace.file_store.store import Store
    from tests.real.tty import Terminal

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everything"),
]

# Permissions bind root as well once it may not override them.
BOUND = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


@pytest.mark.parametrize(
    ("mode", "says"), [(0o555, "For reading only, every change is refused"), (0o000, "permission denied")]
)
def test_permission_that_is_taken_away_and_given_back(
    start: Callable[..., Terminal], store: Store, state_file: Path, mode: int, says: str
) -> None:
    store.update(Enable(("flux-2-pro", "flux-2-max")))
    before = state_file.read_bytes()
    with start(prefix=BOUND, columns=200) as terminal:
        terminal.until("q Quit")
        try:
            state_file.parent.chmod(mode)
            terminal.until(says)
            terminal.type("G ")
            terminal.until("Not saved")
        finally:
            state_file.parent.chmod(0o755)
        assert state_file.read_bytes() == before
        terminal.until_gone(says)
        terminal.type(" ")
        terminal.until("Recraft V3 SVG enabled")
        terminal.type("q")
        assert terminal.exit_code() == 0
