"""Reads the catalog from TOML files: the bundled ones, then overrides.

What the files may say is judged in `validation`, which is loaded only where these files have not been judged before.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from imgmodels_tui.catalog.cache import CatalogCache
from imgmodels_tui.text import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgmodels_tui.catalog.cache import Contents
    from imgmodels_tui.catalog.catalog import Catalog

BUNDLED = Path(__file__).parent / "data"
"""The catalog that ships with the program."""

_LARGEST_FILE = 64 * 1024 * 1024


class CatalogError(Exception):
    """The catalog cannot be used; the message is one line that names file, table and key."""

    def __init__(self, path: Path, table: str | None, key: str | None, problem: str) -> None:
        self.path, self.table, self.key, self.problem = path, table, key, problem
        where = ": ".join(part for part in (str(path), table and f"[{table}]", key) if part)
        super().__init__(harmless(f"{where}: {problem}", limit=1000))


def load_catalog(overrides: Sequence[Path] = (), bundled: Path = BUNDLED, cache: Path | None = None) -> Catalog:
    """Read the bundled catalog and then each folder of `overrides`, the last one winning.

    What was found valid is kept in the folder `cache`, if one is given, and not validated again as long as no file
    differs. Raises `CatalogError` for a folder or file that cannot be read and for any content that is not valid.
    """
    folders = [_contents(folder) for folder in (bundled, *overrides)]
    kept = None if cache is None else CatalogCache(cache, folders)
    catalog = None if kept is None else kept.read()
    if catalog is not None:
        return catalog
    from imgmodels_tui.catalog.validation import validated  # noqa: PLC0415 - takes more time than all the rest

    catalog = validated(folders, bundled)
    if kept is not None:
        kept.write(catalog)
    return catalog


def _contents(folder: Path) -> Contents:
    """What every `*.toml` of `folder` holds, in the order of file names.

    Hidden files are left alone: an editor's lock and backup files come and go while somebody works on an override.
    """
    try:
        names = sorted(entry for entry in folder.iterdir() if entry.suffix == ".toml")
        files = [entry for entry in names if not entry.name.startswith(".")]
    except OSError as error:
        raise CatalogError(folder, None, None, f"cannot be read: {_reason(error)}") from error
    return [(file, _read(file)) for file in files]


def _read(file: Path) -> bytes:
    """The bytes of one file, if it is one that can be read without waiting."""
    try:
        status = file.stat()
        if stat.S_ISFIFO(status.st_mode) or stat.S_ISCHR(status.st_mode):  # opening these could wait for ever
            raise CatalogError(file, None, None, "is no regular file")
        if status.st_size > _LARGEST_FILE:
            raise CatalogError(file, None, None, "is larger than 64 MiB; split it")
        return file.read_bytes()
    except OSError as error:
        raise CatalogError(file, None, None, f"cannot be read: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
