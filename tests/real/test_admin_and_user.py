"""An admin and a user on one workspace at once, each in a terminal of their own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyte
import pytest

from imgmodels_tui.catalog import load_catalog
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store.locations import locate
from imgmodels_tui.workspace.file_store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.real
PATIENCE = 60.0
"""Seconds until a text that never comes is called missing; on a busy machine a start takes some."""


class Terminal:
    """A program in a pseudo-terminal, and what is on its screen."""

    def __init__(self, *words: str, columns: int = 80, rows: int = 24) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "imgmodels_tui", *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        os.close(slave)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, *wanted: str, gone: tuple[str, ...] = ()) -> None:
        """Read until the screen shows everything that is wanted and nothing that should be gone."""
        self._read_until(lambda: all(text in self.text for text in wanted) and not any(t in self.text for t in gone))

    def wait_for_end(self) -> int:
        self._read_until(lambda: self.process.poll() is not None)
        return self.process.wait()

    def _read_until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"never came; the screen says:\n{self.text}"
            readable, _, _ = select.select([self._master], [], [], 0.2)
            if readable:
                try:
                    self._stream.feed(os.read(self._master, 65536))
                except OSError:  # the program has closed its end
                    assert self.process.wait() is not None

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)


@contextmanager
def terminal(*words: str) -> Iterator[Terminal]:
    opened = Terminal(*words)
    try:
        yield opened
    finally:
        opened.close()


def test_what_the_admin_changes_the_user_meets_at_once(state_file: Path) -> None:
    store = Store(locate(state_file), load_catalog(), user="alice")
    store.update(rules.Enable(("flux-2-pro", "flux-2-flex")))
    workspace = ("--state", str(state_file))
    with terminal(*workspace) as admin, terminal(*workspace, "--as-user") as user:
        admin.wait_for("Default model", "FLUX.2 Flex")
        user.wait_for("Image generator", "Next image  FLUX.2 Pro", "user")
        assert "Models" not in user.text

        # The user draws, and chooses another model for the session.
        user.type("a lighthouse\r")
        user.wait_for("€0.031, included in the plan:", "a-lighthouse.png")
        user.type("\x0f")
        user.wait_for("Model of session main", "❯ FLUX.2 Pro")
        user.type("\x1b[B")
        user.wait_for("❯ FLUX.2 Flex")
        user.type("\r")
        user.wait_for("Next image  FLUX.2 Flex", gone=("Model of session main",))

        # The admin takes that model away, and is told what that does.
        admin.type("jj ")
        admin.wait_for("FLUX.2 Flex disabled; 1 session of 1 user will switch to FLUX.2 Pro")
        user.wait_for("FLUX.2 Flex is no longer available; the next image uses FLUX.2 Pro")
        user.type("\r")
        user.wait_for("FLUX.2 Flex is no longer available; this session now uses FLUX.2 Pro")

        # Image generation off closes the user's page, whatever stands open over it.
        user.type("\x0f")
        user.wait_for("Model of session main")
        admin.type("c")
        admin.wait_for("Product configuration")
        admin.type(" ")
        user.wait_for("Image generation is off", gone=("Model of session main", "Next image"))
        admin.type(" ")
        user.wait_for("Next image  FLUX.2 Pro", gone=("Image generation is off",))

        admin.type("\x1b")
        admin.wait_for("Default model", gone=("Product configuration",))
        user.type("\x11")
        assert user.wait_for_end() == 0
        admin.type("q")
        assert admin.wait_for_end() == 0
    assert store.read().enabled_models == {"flux-2-pro"}
