"""`history.jsonl`: one line per revision, beside the state.

The state is written first and carries its own last change, so the file can lag behind by one line after a crash,
never run ahead; whoever holds the lock next writes the missing line.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from imgmodels_tui.record import invalid
from imgmodels_tui.workspace.files import Unreadable, mode_beside, read_regular
from imgmodels_tui.workspace.state import Change, WorkspaceState

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST_HISTORY = 256 * 1024 * 1024


def read_history(path: Path, state: WorkspaceState) -> tuple[Change, ...]:
    """All known changes, oldest first, up to the last change of `state`; lines that are no change are skipped."""
    try:
        content = read_regular(path, _LARGEST_HISTORY) or b""
    except Unreadable:
        content = b""
    changes = [change for change in map(_parse, content.splitlines()) if change is not None]
    if _lags_behind(changes, state) and state.last_change is not None:
        changes.append(state.last_change)
    return tuple(changes)


def append(path: Path, change: Change) -> None:
    """Add one line and make it durable; a line that a crash cut short is dropped first. Raises `OSError`."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    is_new = not path.exists()
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        if is_new:
            os.fchmod(descriptor, mode_beside(path.parent))
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
    """The last whole line, reading no more of the file than its end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not be waited for
        with os.fdopen(descriptor, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            whole = file.read().rpartition(b"\n")[0]
    except OSError:
        return None
    return _parse(whole.rpartition(b"\n")[2])


_TAIL = 4 * 1024 * 1024


def _end_of_whole_lines(descriptor: int) -> int:
    """The offset behind the last line feed: where the next line belongs."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL)
    return start + os.pread(descriptor, _TAIL, start).rfind(b"\n") + 1
