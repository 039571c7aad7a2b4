"""Starts the installed program the way a shell does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real.tty import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

IMGMODELS = str(Path(sys.executable).with_name("imgmodels"))


@pytest.fixture
def start(state_file: Path) -> Callable[..., Terminal]:
    """Starts the program on the test's workspace; environment variables are given by name."""

    def starting(*arguments: str, columns: int = 80, prefix: tuple[str, ...] = (), **environ: str) -> Terminal:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
        command = [*prefix, IMGMODELS, "--state", str(state_file), *arguments]
        return Terminal(command, inherited | {"LANG": "C.UTF-8"} | environ, columns)

    return starting
