"""Starts the installed program the way a shell does."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.real.terminal import IMGMODELS, Terminal, environment


class Start:
    """Starts the program on the test's workspace; environment variables are given by name.

    With a `script`, a shell runs that, `{command}` in it being the program; and `prefix` starts the program.
    """

    def __init__(self, state_file: Path) -> None:
        self._state_file = state_file

    def __call__(
        self,
        *arguments: str,
        program: Sequence[str] = (IMGMODELS,),
        prefix: Sequence[str] = (),
        script: str = "",
        size: tuple[int, int] = (80, 24),
        **environ: str,
    ) -> Terminal:
        command = [*prefix, *program, "--state", str(self._state_file), *arguments]
        if script:
            command = ["/bin/bash", "--norc", "-ic", script.format(command=" ".join(command))]
        return Terminal(command, environment(**environ), *size)


@pytest.fixture
def start(state_file: Path) -> Start:
    return Start(state_file)
