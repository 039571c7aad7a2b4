"""Changes the workspace's own records: `catalog.d` beside the state, together with the settings (R16).

The files are changed first, and put back where the state cannot be written. Whoever reads in between, or after a crash,
finds a valid catalog; a model that was to leave is then one that left and is still enabled: the page warns of it (R9).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from imgmodels_tui.catalog import CatalogError, own
from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.catalog.loader import contents_of
from imgmodels_tui.files import make_like, replace_file
from imgmodels_tui.record import Record
from imgmodels_tui.workspace import rules
from imgmodels_tui.workspace.file_store import codec
from imgmodels_tui.workspace.file_store.state_file import StateFile
from imgmodels_tui.workspace.state import CatalogChange
from imgmodels_tui.workspace.store import Outcome

Files = Mapping[Path, bytes | None]
"""What becomes of files: their new content, None for those that go."""


class Planned(Record):
    """What a change of the catalog would do."""

    files: Files
    outcome: Outcome
    reading: codec.Reading


def make(store: StateFile, change: own.OwnChange, replacement: str | None, reason: str | None) -> Outcome:
    """Make the change, all of it or nothing. Raises as `Store.update` does."""
    with store.writing() as replace:
        store.complete_history(store.read())
        planned = plan(store, change, replacement, reason)
        if planned.outcome.change is not None:
            with _changed(planned.files, store.locations.resolved_state):
                store.keep(planned.reading, planned.outcome, replace)
            with contextlib.suppress(CatalogError):  # it is made; whoever reads next is told what is wrong with it now
                store.refresh_catalog()
    return planned.outcome


def plan(store: StateFile, change: own.OwnChange, replacement: str | None, reason: str | None) -> Planned:
    """What the change would do now. Raises `CatalogError` where the catalog would not be valid, and `Refusal`."""
    folder = store.locations.catalog
    contents = contents_of(folder)
    made = own.judge(folder, contents, change)
    files, catalog = made.files, made.catalog
    reading = store.read_file()
    before, now = store.catalog, reading.state
    gone = tuple(model for model in before.models if model not in catalog.models)
    after = rules.Disable(gone, replacement)(now, before) if gone else now
    if not files:
        return Planned(files, Outcome(now, None), reading)
    told = told_of(folder, contents, made, change)
    outcome = store.numbered(now, after, store.last_change(), catalog, action="catalog", catalog=told, reason=reason)
    return Planned(files, outcome, reading)


def told_of(folder: Path, contents: Contents, made: own.Judged, change: own.OwnChange) -> CatalogChange:
    """What history tells of a change of the files in `folder` that hold `contents`."""
    had, has, given = (own.own_tables(each).keys() for each in (contents, made.contents, change.added))
    return CatalogChange(
        added=tuple(sorted(has - had)),
        changed=tuple(sorted(table for table in given & had if folder / f"{table}.toml" in made.files)),
        removed=tuple(sorted(had - has)),
    )


@contextlib.contextmanager
def _changed(files: Files, state: Path) -> Iterator[None]:
    """Change the files, with owner, mode and access list of `state`; put them back if that fails or the block does."""
    before: dict[Path, bytes | None] = {}
    try:
        for file, content in files.items():
            make_like(file.parent, state.parent)
            before[file] = file.read_bytes() if file.exists() else None
            _put(file, content, state)
        yield
    except BaseException:
        for file, content in before.items():
            with contextlib.suppress(OSError):
                _put(file, content, state)
        with contextlib.suppress(OSError):
            if before and not any(before.values()):
                next(iter(before)).parent.rmdir()  # which does nothing where other files are in it
        raise


def _put(file: Path, content: bytes | None, state: Path) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        replace_file(file, content, like=state)
