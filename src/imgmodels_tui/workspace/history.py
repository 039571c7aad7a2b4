"""`history.jsonl`: one line per revision, beside the state.

The state is written first and carries its own last change, so the file can lag behind by one line after a crash,
never run ahead; whoever holds the lock next writes the missing line.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from imgmodels_tui.record import invalid
from imgmodels_tui.workspace.files import Unreadable, create, mode_beside, read_regular
from imgmodels_tui.workspace.state import Change, WorkspaceState

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST_HISTORY = 256 * 1024 * 1024


def read_history(path: Path, state: WorkspaceState) -> tuple[Change, ...]:
    """All known changes, oldest first, up to the last change of `state`; lines that are no change are skipped."""
    changes: list[Change] = []
    with contextlib.suppress(Unreadable):
        changes = read_lines(path)
    if _lags_behind(changes, state) and state.last_change is not None:
        changes.append(state.last_change)
    return tuple(changes)


def read_lines(path: Path) -> list[Change]:
    """The changes in the file, oldest first; lines that are no change are skipped. Raises `Unreadable`."""
    content = read_regular(path, _LARGEST_HISTORY) or b""
    return [change for change in map(_parse, content.splitlines()) if change is not None]


def append(path: Path, change: Change) -> None:
    """Add one line and make it durable; a line that a crash cut short is dropped first. Raises `OSError`."""
    if not path.exists():
        create(path, mode_beside(path.parent))
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "r+b") as file:
        file.seek(_end_of_whole_lines(file.fileno()))
        file.truncate()
        line = json.dumps(change.model_dump(mode="json", by_alias=True, exclude_defaults=True), ensure_ascii=False)
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(descriptor)


def catch_up(path: Path, state: WorkspaceState) -> None:
    """Write the line of the last change if a crash kept it from being written. Raises `OSError`."""
    if state.last_change is None or state.last_change.revision != state.revision:
        return
    last = _last_line(path)
    if last is None or last.revision < state.revision:
        append(path, state.last_change)


def _lags_behind(changes: list[Change], state: WorkspaceState) -> bool:
    last = state.last_change
    return last is not None and (not changes or changes[-1].revision < last.revision)


def _parse(line: bytes) -> Change | None:
    try:
        return Change.model_validate_json(line)
    except invalid():
        return None


def _last_line(path: Path) -> Change | None:
    """The last whole line, reading no more of the file than its end; None if there is none, or it is no change.

    Raises `OSError` for a history that cannot be read: taking it for an empty one would write a line twice.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not be waited for
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        whole = file.read().rpartition(b"\n")[0]
    return _parse(whole.rpartition(b"\n")[2])


_TAIL = 4 * 1024 * 1024


def _end_of_whole_lines(descriptor: int) -> int:
    """The offset behind the last line feed: where the next line belongs."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL)
    return start + os.pread(descriptor, _TAIL, start).rfind(b"\n") + 1
