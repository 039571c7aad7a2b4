"""Stands between the program and the operating system, and lets one step of a save go wrong."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

import imgmodels_tui.files
import imgmodels_tui.workspace

CALLS = (
    "open", "fsync", "rename", "replace", "link", "unlink", "mkdir", "fchmod", "fchown", "ftruncate", "pwrite",
    "pread", "stat", "fstat",
)  # fmt: skip
"""What the program asks of the operating system while it saves; writing is watched on the files themselves."""

WATCHED = (str(Path(imgmodels_tui.workspace.__file__).parent), str(Path(imgmodels_tui.files.__file__).parent))
"""Whose lines are counted: the workspace's, and how files are read and replaced."""


class Steps:
    """Counts the steps of what is done inside `watching`, and calls `blow` in place of number `fatal`.

    A write that is struck has put half of its bytes down already.
    """

    def __init__(self, fatal: int | None = None, blow: Callable[[], None] = lambda: None) -> None:
        self.fatal, self.blow = fatal, blow
        self.names: list[str] = []

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch every call until the end of the block."""
        with contextlib.ExitStack() as stack:
            for name in CALLS:
                stack.enter_context(mock.patch.object(os, name, self._watched(name, getattr(os, name))))
            stack.enter_context(mock.patch.object(os, "fdopen", self._opened(os.fdopen)))
            yield

    def _step(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) - 1 == self.fatal:
            self.blow()

    def _watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._step(name)
            return real(*arguments, **options)

        return call

    def _opened(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            file = real(*arguments, **options)
            write = file.write

            def torn_write(content: bytes) -> int:
                if len(self.names) == self.fatal:
                    write(content[: len(content) // 2])
                    file.flush()
                self._step("write")
                return int(write(content))

            # A buffered file takes no new attributes, so that a thin wrapper stands in for it.
            return _Watched(file, torn_write, lambda: self._step("truncate"))

        return call


class _Watched:
    def __init__(self, file: Any, write: Callable[[bytes], int], before_truncate: Callable[[], None]) -> None:
        self._file, self.write, self._before_truncate = file, write, before_truncate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def truncate(self) -> int:
        self._before_truncate()
        return int(self._file.truncate())

    def __enter__(self) -> "_Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def kill() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextlib.contextmanager
def every_line(fatal: int | None, blow: Callable[[], None]) -> Iterator[list[int]]:
    """Count the lines of the workspace's code that run inside the block, and call `blow` before number `fatal`."""
    passed = [0]

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(WATCHED):
            return None
        if event == "line":
            if passed[0] == fatal:
                blow()
            passed[0] += 1
        return trace

    sys.settrace(trace)
    try:
        yield passed
    finally:
        sys.settrace(None)
