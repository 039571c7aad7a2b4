"""Reads the catalog from TOML files: the bundled ones, then the workspace's own; judges strictly what they say (R16).

A file holds tables `[SECTION.ID]` (`[models.flux-2-pro]`, `[hosts.replicate]`, …) and at most one `[platform]`.
A workspace's own file names only the keys it changes; a table with a new id must be complete. Every mistake is one
`CatalogError` that names the file, the table and the key. Files that were judged before come out of the `cache`.
"""

from __future__ import annotations

import stat
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from imgmodels_tui.catalog.cache import CatalogCache, Contents, digest_of
from imgmodels_tui.catalog.records import SECTIONS, Catalog, Maker, Model, Platform
from imgmodels_tui.files import Unreadable, UnusableFile, read_file, reason
from imgmodels_tui.record import InvalidRecord, Record
from imgmodels_tui.text import harmless

BUNDLED = Path(__file__).parent / "data"
"""The catalog that ships with the program."""

_LARGEST_FILE = 64 * 1024 * 1024
_R = TypeVar("_R", bound=Record)


class CatalogError(UnusableFile):
    """The catalog cannot be used; the message is one line that names file, table and key."""

    def __init__(self, path: Path, table: str | None, key: str | None, problem: str) -> None:
        self.path, self.table, self.key, self.problem = path, table, key, problem
        where = ": ".join(part for part in (str(path), table and f"[{table}]", key) if part)
        super().__init__(harmless(f"{where}: {problem}", limit=1000))

    @property
    def brief(self) -> str:
        """What is wrong, with the file's name alone."""
        named = (harmless(self.path.name, 60), self.table and f"[{self.table}]", self.key)
        return harmless(": ".join(part for part in (*named, self.problem) if part))


def load_catalog(own: Path | None = None, cache: Path | None = None) -> Catalog:
    """Read the bundled catalog, then the files of the folder `own`, if it is there, which have the last word.

    What was found valid is kept in the folder `cache`, if one is given, and not validated again as long as no file
    differs. Raises `CatalogError` for a folder or file that cannot be read and for any content that is not valid.
    """
    return catalog_of(() if own is None else contents_of(own), cache)


def catalog_of(own: Contents, cache: Path | None = None) -> Catalog:
    """The same for files whose content is known already. Raises `CatalogError`."""
    contents = (contents_of(BUNDLED), own)
    if cache is None:
        return judged(*contents)
    try:
        cached = CatalogCache(cache, contents)
    except OSError:  # the program's own files cannot be looked at
        return judged(*contents)
    catalog = cached.read()
    if catalog is None:
        catalog = judged(*contents)
        cached.write(catalog)
    return catalog


def contents_of(folder: Path) -> Contents:
    """What every `*.toml` of `folder` holds, in the order of file names; nothing where there is no folder.

    Hidden files are left out: an editor's lock and backup files come and go while a file is edited. Raises
    `CatalogError`.
    """
    try:
        if folder.is_symlink() and folder.parent.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise CatalogError(folder, None, None, "is a link in a folder that others may write; make it a real folder")
        found = [file for file in folder.iterdir() if file.suffix.lower() == ".toml" and not file.name.startswith(".")]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CatalogError(folder, None, None, f"cannot be read: {reason(error)}") from error
    return [(file, content) for file in sorted(found) if (content := read_toml(file)) is not None]


def read_toml(file: Path) -> bytes | None:
    """The content of a file, or None where it is not there any more. Raises `CatalogError`."""
    try:
        return read_file(file, _LARGEST_FILE)
    except Unreadable as error:
        raise CatalogError(file, None, None, str(error)) from error


class _Table:
    """One `[SECTION.ID]` as merged so far, and which file each key comes from."""

    def __init__(self, section: str, table: str, file: Path) -> None:
        self.section, self.id, self.file = section, table, file
        self.values: dict[str, Any] = {}
        self.origins: dict[str, Path] = {}

    @property
    def name(self) -> str:
        return f"{self.section}.{self.id}" if self.id else self.section

    def merge(self, file: Path, values: Mapping[str, Any]) -> None:
        self.file = file
        self.values.update(values)
        self.origins.update(dict.fromkeys(values, file))

    def error(self, key: str | None, problem: str) -> CatalogError:
        return CatalogError(self.origins.get((key or "").partition(".")[0], self.file), self.name, key, problem)


TableId = tuple[str, str]
"""A table of a file: its section and its id; the id of `[platform]` is empty."""

_Tables = dict[TableId, _Table]


def judged(bundled: Contents, own: Contents) -> Catalog:
    """The catalog that these files make, `own` having the last word. Raises `CatalogError`."""
    tables: _Tables = {}
    _merge(bundled, tables)
    names = _merge(own, tables)
    platform = _record(Platform, tables[("platform", "")])
    sections: dict[str, Any] = {name: _section(kind, name, tables) for name, kind in SECTIONS.items()}
    sections["models"] = _by_maker(sections["models"], sections["makers"])
    digest = digest_of((bundled, own))
    catalog = Catalog(platform=platform, own=frozenset(map(table_name, names)), digest=digest, **sections)
    _check_references(catalog, tables)
    return catalog


def _merge(contents: Contents, tables: _Tables) -> Iterable[TableId]:
    seen: dict[TableId, Path] = {}
    for file, content in contents:
        for table, values in tables_of(file, content):
            if table in seen:
                raise CatalogError(file, table_name(table), None, f"is already defined in {seen[table].name}")
            seen[table] = file
            tables.setdefault(table, _Table(*table, file)).merge(file, values)
    return seen


def table_name(table: TableId) -> str:
    """A table's name as a file has it, such as `models.flux-2-pro`."""
    return ".".join(part for part in table if part)


def tables_of(file: Path, content: bytes) -> list[tuple[TableId, Mapping[str, Any]]]:
    """Split one file into ((section, id), values) pairs; `[platform]` has no id. Raises `CatalogError`."""
    found: list[tuple[TableId, Mapping[str, Any]]] = []
    for section, value in _parse(file, content).items():
        if section != "platform" and section not in SECTIONS:
            known = ["platform", *SECTIONS]
            near = _nearest(section, known, 1)
            hint = f"did you mean [{near[0]}]?" if near else f"known are {', '.join(known)}"
            raise CatalogError(file, section, None, f"is no table of a catalog; {hint}")
        if not isinstance(value, dict):
            raise CatalogError(file, section, None, "should be a table")
        if section == "platform":
            found.append(((section, ""), value))
            continue
        for key, inner in value.items():
            if not isinstance(inner, dict):
                raise CatalogError(file, section, key, f"should be a table, [{section}.ID]")
            found.append(((section, key), inner))
    return found


def _parse(file: Path, content: bytes) -> Mapping[str, Any]:
    import tomllib  # noqa: PLC0415 - most starts read the cache

    if content.startswith(BOM_UTF8):
        raise CatalogError(file, None, None, "begins with a byte order mark: save it as UTF-8 without one")
    try:
        # Line ends as a text file has them: what the parser reports counts lines.
        return tomllib.loads(content.decode("utf-8").replace("\r\n", "\n"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise CatalogError(file, None, None, f"is not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(file, None, None, f"is not valid TOML: {error}") from error
    except RecursionError as error:
        raise CatalogError(file, None, None, "is not valid TOML: it is nested too deeply") from error
    except (ValueError, InvalidOperation) as error:  # more digits, or a higher exponent, than Python converts
        raise CatalogError(file, None, None, "is not valid TOML: a number is too long") from error


def _nearest(word: str, known: Iterable[str], most: int) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    return get_close_matches(word, list(known), n=most)


def _section(kind: type[_R], section: str, tables: _Tables) -> dict[str, _R]:
    return {key[1]: _record(kind, table) for key, table in tables.items() if key[0] == section}


def _by_maker(models: Mapping[str, Model], makers: Mapping[str, Maker]) -> dict[str, Model]:
    """Bring models into the order of their makers; a maker's own models keep the order of its file."""
    place = {maker: position for position, maker in enumerate(makers)}
    ordered = sorted(models.values(), key=lambda model: place.get(model.maker, len(place)))
    return {model.id: model for model in ordered}


def _record(kind: type[_R], table: _Table) -> _R:
    if "id" in table.values:
        raise table.error("id", "the table's name is the id; remove this key")
    from imgmodels_tui import record_schema  # noqa: PLC0415 - takes more time than all the rest

    values = {"id": table.id, **table.values} if table.id else table.values
    try:
        return record_schema.from_values(kind, values)
    except InvalidRecord as error:
        if error.keys[:1] == ("id",):
            raise CatalogError(table.file, table.name, None, f"is no valid id: {error.problem}") from error
        raise table.error(error.key, error.problem) from error


def _check_references(catalog: Catalog, tables: _Tables) -> None:
    _check_sources(catalog, tables)
    for model in catalog.models.values():
        table = tables[("models", model.id)]
        if model.maker not in catalog.makers:
            raise table.error("maker", _unknown("maker", model.maker, catalog.makers))
        if model.host not in catalog.hosts:
            raise table.error("host", _unknown("host", model.host, catalog.hosts))
        if model.region not in catalog.hosts[model.host].regions:
            raise table.error("region", f"host {model.host} has no region {model.region}")
        if model.max_reference_images is not None and not model.reference_editing:
            raise table.error("max_reference_images", "contradicts reference_editing = false")
        price = model.list_price
        if price is not None and price.currency != "EUR" and price.currency not in catalog.exchange:
            raise table.error("list_price", f"no [exchange.{price.currency}] gives a rate for this currency")
    for case in catalog.guide.values():
        _check_models(tables[("guide", case.id)], "recommended", [r.model for r in case.recommended], catalog)
    for note in catalog.notes.values():
        _check_models(tables[("notes", note.id)], "models", note.models, catalog)


def _check_sources(catalog: Catalog, tables: _Tables) -> None:
    for section in ("exchange", "notes"):
        for record in getattr(catalog, section).values():
            _check_source(tables[(section, record.id)], "source", record.source, catalog)
    for model in catalog.models.values():
        for key, source in model.sources.items():
            _check_source(tables[("models", model.id)], key, source, catalog)


def _check_source(table: _Table, key: str, source: str, catalog: Catalog) -> None:
    if source not in catalog.sources:
        problem = _unknown("source", source, catalog.sources)
        raise table.error(key, problem if "?" in problem else f"{problem}; say who it is in a table [sources.{source}]")


def _check_models(table: _Table, key: str, mentioned: Sequence[str], catalog: Catalog) -> None:
    for model in mentioned:
        if model not in catalog.models:
            raise table.error(key, _unknown("model", model, catalog.models))


def _unknown(what: str, given: str, known: Mapping[str, object]) -> str:
    near = _nearest(given, known, 3)
    return f"unknown {what} {given!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
