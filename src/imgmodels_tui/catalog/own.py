"""A workspace's own records as files: each table in a file of its own, so that one admin's never replaces another's.

Files that somebody wrote by hand may hold more than one table; they are read as they are, and a table that is added
anew or removed is taken out of them, comments and all the rest staying where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgmodels_tui.catalog.cache import Contents
from imgmodels_tui.catalog.loader import CatalogError, TableId, catalog_of, table_name, tables_of
from imgmodels_tui.catalog.records import Catalog
from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


class OwnChange(Record):
    """Tables to be added, or to take the place of those of the same name, and tables to be removed."""

    added: Contents = ()
    """Files with tables; their paths are those that errors name."""
    removed: tuple[str, ...] = ()
    """Names of tables, such as `models.acme-image`."""


def own_tables(contents: Contents) -> Mapping[str, Path]:
    """The name of each table in some files, with its file. Raises `CatalogError`."""
    return {table_name(table): file for file, content in contents for table, _ in tables_of(file, content)}


def changed(contents: Contents, folder: Path, change: OwnChange) -> Mapping[Path, bytes | None]:
    """What becomes of the files in `folder` that hold `contents`: their new content, None for those that go.

    Raises `CatalogError`.
    """
    files: dict[Path, bytes | None] = {}
    new = {name: text for file, content in change.added for name, text in split(file, content).items()}
    leaving = {*new, *change.removed}
    for file, content in contents:
        tables = tables_of(file, content)
        if leaving.isdisjoint(table_name(table) for table, _ in tables):
            continue
        staying = [table for table, _ in tables if table_name(table) not in leaving]
        files[file] = _only(content, staying) if staying else None
    files.update({folder / f"{name}.toml": text for name, text in new.items()})
    before = dict(contents)
    return {file: content for file, content in files.items() if content != before.get(file)}


def after(contents: Contents, files: Mapping[Path, bytes | None]) -> Contents:
    """The files of a folder once these were written."""
    merged = {**dict(contents), **files}
    return [(file, content) for file, content in sorted(merged.items()) if content is not None]


class Judged(Record):
    """What a change makes of a workspace's own files, judged as a whole."""

    files: Mapping[Path, bytes | None]
    """New contents; None for files that go."""
    contents: Contents
    """All files afterwards."""
    catalog: Catalog


def judge(folder: Path, contents: Contents, change: OwnChange) -> Judged:
    """Judge a change of the files in `folder`. Raises `CatalogError`, which names the file that was given."""
    files = changed(contents, folder, change)
    newer = after(contents, files)
    given = {folder / f"{table}.toml": file for table, file in own_tables(change.added).items()}
    return Judged(files, newer, catalog_of([(given.get(file, file), content) for file, content in newer]))


def split(file: Path, content: bytes) -> Mapping[str, bytes]:
    """Each table of a file as a file of its own. Raises `CatalogError`."""
    tables = [table for table, _ in tables_of(file, content)]
    if not tables:
        raise CatalogError(file, None, None, "holds no record; see `imgmodels catalog --help` for what it may hold")
    if len(tables) == 1:
        return {table_name(tables[0]): content}
    return {table_name(table): _only(content, [table]) for table in tables}


def _only(content: bytes, tables: Sequence[TableId]) -> bytes:
    """The same file with these tables alone."""
    import tomlkit  # noqa: PLC0415 - only a changed catalog needs it; it keeps comments

    document = tomlkit.parse(content.decode())
    wanted: dict[TableId, Any] = {table: values for table, values in _tables(content) if table in tables}
    for table, _ in _tables(content):
        if table not in wanted:
            _drop(document, table)
    text = tomlkit.dumps(document).strip() + "\n"
    if dict(_tables(text.encode())) != wanted:  # tables that are written in some rare way
        text = tomlkit.dumps(_nested(wanted.items()))
    return text.encode()


def _tables(content: bytes) -> list[tuple[TableId, Mapping[str, Any]]]:
    return tables_of(Path("catalog.toml"), content)


def _nested(tables: Iterable[tuple[TableId, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for (section, name), values in tables:
        if name:
            document.setdefault(section, {})[name] = values
        else:
            document[section] = values
    return document


def _drop(document: TOMLDocument, table: TableId) -> None:
    section, name = table
    if not name:
        document.remove(section)
        return
    held: Any = document[section]
    del held[name]
    if not held:
        document.remove(section)
