"""Reads the catalog from TOML files: the bundled ones, then overrides; judges strictly what they say.

A file holds tables `[SECTION.ID]` (`[models.flux-2-pro]`, `[hosts.replicate]`, …) and at most one `[platform]`.
An override names only the keys it changes; a table with a new id must be complete. Every mistake is one
`CatalogError` that names the file, the table and the key. Files that were judged before come out of the `cache`.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from imgmodels_tui.catalog.cache import CatalogCache, Contents
from imgmodels_tui.catalog.records import SECTIONS, Catalog, Maker, Model, Platform
from imgmodels_tui.files import Unreadable, read_file, reason
from imgmodels_tui.record import InvalidRecord, Record
from imgmodels_tui.text import harmless

BUNDLED = Path(__file__).parent / "data"
"""The catalog that ships with the program."""

_LARGEST_FILE = 64 * 1024 * 1024
_R = TypeVar("_R", bound=Record)


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
    if cache is None:
        return judged(folders, bundled)
    cached = CatalogCache(cache, folders)
    catalog = cached.read()
    if catalog is None:
        catalog = judged(folders, bundled)
        cached.write(catalog)
    return catalog


def _contents(folder: Path) -> Contents:
    """What every `*.toml` of `folder` holds, in the order of file names.

    Hidden files are left out: an editor's lock and backup files come and go while an override is edited.
    """
    try:
        found = [file for file in folder.iterdir() if file.suffix.lower() == ".toml" and not file.name.startswith(".")]
    except OSError as error:
        raise CatalogError(folder, None, None, f"cannot be read: {reason(error)}") from error
    return [(file, _read(file)) for file in sorted(found)]


def _read(file: Path) -> bytes:
    try:
        content = read_file(file, _LARGEST_FILE)
    except Unreadable as error:
        raise CatalogError(file, None, None, str(error)) from error
    if content is None:
        raise CatalogError(file, None, None, "cannot be read: no such file or directory")
    return content


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


_Tables = dict[tuple[str, str], _Table]


def judged(folders: Sequence[Contents], bundled: Path) -> Catalog:
    """The catalog that some folders make, the last one winning. Raises `CatalogError`."""
    tables: _Tables = {}
    for contents in folders:
        _merge(contents, tables)
    if ("platform", "") not in tables:
        raise CatalogError(bundled, "platform", None, "is missing")
    platform = _record(Platform, tables[("platform", "")])
    sections: dict[str, Any] = {name: _section(kind, name, tables) for name, kind in SECTIONS.items()}
    sections["models"] = _by_maker(sections["models"], sections["makers"])
    catalog = Catalog(platform=platform, **sections)
    _check_references(catalog, tables)
    return catalog


def _merge(contents: Contents, tables: _Tables) -> None:
    seen: dict[tuple[str, str], Path] = {}
    for file, content in contents:
        for table, values in _tables_of(file, content):
            if table in seen:
                name = ".".join(part for part in table if part)
                raise CatalogError(file, name, None, f"is already defined in {seen[table].name}")
            seen[table] = file
            tables.setdefault(table, _Table(*table, file)).merge(file, values)


def _tables_of(file: Path, content: bytes) -> list[tuple[tuple[str, str], Mapping[str, Any]]]:
    """Split one file into ((section, id), values) pairs; `[platform]` has no id."""
    found: list[tuple[tuple[str, str], Mapping[str, Any]]] = []
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


def _check_models(table: _Table, key: str, mentioned: Sequence[str], catalog: Catalog) -> None:
    for model in mentioned:
        if model not in catalog.models:
            raise table.error(key, _unknown("model", model, catalog.models))


def _unknown(what: str, given: str, known: Mapping[str, object]) -> str:
    near = _nearest(given, known, 3)
    return f"unknown {what} {given!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
