"""`history.jsonl`: one line per revision, beside the state.

The state is written first and contains its last change. After a crash the file can lack that change's line; the next
holder of the lock writes it. The file is ahead of the state only where an earlier state was put back, as `git
checkout` does: the next change is numbered after both, and says which revision it follows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from imgmodels_tui.files import Unreadable, create_file, link_target, mode_beside, read_lines
from imgmodels_tui.record import InvalidRecord
from imgmodels_tui.record_reader import read_json
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.state import Change, WorkspaceState

_TAIL = 4 * 1024 * 1024


def read_history(path: Path, state: WorkspaceState) -> Iterator[Change]:
    """All known changes, newest first, the last change of `state` among them; lines that are no change are skipped.

    Raises `StateError`: a history that cannot be read is not a short one.
    """
    last = state.last_change
    try:
        for change in newest_first(path):
            if last is not None and change.revision < last.revision:
                yield last
            last = None
            yield change
    except Unreadable as error:
        raise StateError(path, str(error), remedy="the changes are not lost; the settings can be used") from error
    if last is not None:
        yield last


def newest_first(path: Path) -> Iterator[Change]:
    """The changes in the file, read from its end as they are asked for. Raises `Unreadable`."""
    yield from filter(None, map(_parse, read_lines(path, from_end=True)))


def oldest_first(path: Path) -> Iterator[Change]:
    """The changes in the file, one at a time in memory. Raises `Unreadable`."""
    yield from filter(None, map(_parse, read_lines(path)))


def append(path: Path, change: Change) -> None:
    """Add one line and make it durable; a line that a crash cut short is dropped first. Raises `OSError`."""
    if not path.exists():
        create_file(path, mode=mode_beside(path.parent))
    descriptor = os.open(link_target(path), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "r+b") as file:
        file.seek(_end_of_whole_lines(file.fileno()))
        file.truncate()
        line = json.dumps(change.to_json(defaults=False), ensure_ascii=False)
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(descriptor)


def catch_up(path: Path, state: WorkspaceState) -> Change | None:
    """Write the line of the last change if a crash kept it from being written; returns the last line of the file.

    Raises `OSError` and `Unreadable`.
    """
    link_target(path)  # what could not be added to is said before a change is made
    last, own = last_line(path), _own(state)
    if own is None or (last is not None and last.revision >= own.revision):
        return last
    append(path, own)
    return own


def number(last: Change | None, state: WorkspaceState) -> tuple[int, int | None]:
    """The revision of the next change to `state`, and what it `follows`, where `last` is the history's last line.

    No number is used twice: it comes after the state's and after the history's.
    """
    revision = 1 + max(state.revision, last.revision if last else 0)
    continues = last is None or (last.revision == state.revision and _own(state) in {None, last})
    return revision, None if continues else state.revision


def _own(state: WorkspaceState) -> Change | None:
    last = state.last_change
    return last if last is not None and last.revision == state.revision else None


def _parse(line: bytes) -> Change | None:
    try:
        return read_json(Change, line, strict=False)
    except InvalidRecord:
        return None


def last_line(path: Path) -> Change | None:
    """The last whole line that is a change, reading no more of the file than its end; None if there is none.

    Raises `Unreadable`: taking a history that cannot be read for an empty one would write a line twice.
    """
    return next(newest_first(path), None)


def _end_of_whole_lines(descriptor: int) -> int:
    """The offset behind the last line feed: where the next line belongs."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL)
    return start + os.pread(descriptor, _TAIL, start).rfind(b"\n") + 1
