"""Judges what the files of a catalog say, strictly.

A file holds tables `[SECTION.ID]` (`[models.flux-2-pro]`, `[hosts.replicate]`, …) and at most one `[platform]`.
An override names only the keys it changes; a table with a new id must be complete. Every mistake is one
`CatalogError` that names the file, the table and the key.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from imgmodels_tui.catalog import schema
from imgmodels_tui.catalog.catalog import Catalog
from imgmodels_tui.catalog.loader import CatalogError
from imgmodels_tui.catalog.records import SECTIONS, Exchange, Host, Maker, Model, Note, Platform, UseCase
from imgmodels_tui.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from imgmodels_tui.catalog.cache import Contents

_PLAIN = {
    "is_instance_of": "a number",
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "date_type": "a date, such as 2026-05-29 without quotes",
    "tuple_type": "a list in brackets",
    "model_type": "a table in braces",
}
_R = TypeVar("_R", bound=Record)


@dataclass
class _Table:
    """One `[SECTION.ID]` as merged so far, and which file said each key."""

    section: str
    id: str
    file: Path
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Path] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.section}.{self.id}" if self.id else self.section

    def merge(self, file: Path, values: Mapping[str, Any]) -> None:
        """Let `file` have the last word on the keys it names."""
        self.file = file
        self.values.update(values)
        self.origins.update(dict.fromkeys(values, file))

    def error(self, key: str | None, problem: str) -> CatalogError:
        return CatalogError(self.origins.get(key or "", self.file), self.name, key, problem)


_Tables = dict[tuple[str, str], _Table]


def validated(folders: Sequence[Contents], bundled: Path) -> Catalog:
    """The catalog that some folders make, the last one winning. Raises `CatalogError`."""
    tables: _Tables = {}
    for contents in folders:
        _merge(contents, tables)
    platform = _record(Platform, tables[("platform", "")]) if ("platform", "") in tables else None
    if platform is None:
        raise CatalogError(bundled, "platform", None, "is missing")
    makers = _section(Maker, "makers", tables)
    catalog = Catalog(
        platform=platform,
        exchange=_section(Exchange, "exchange", tables),
        makers=makers,
        hosts=_section(Host, "hosts", tables),
        models=_by_maker(_section(Model, "models", tables), makers),
        guide=_section(UseCase, "guide", tables),
        notes=_section(Note, "notes", tables),
    )
    _check_references(catalog, tables)
    return catalog


def _merge(contents: Contents, tables: _Tables) -> None:
    """Merge the files of a folder into `tables`."""
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
            raise CatalogError(file, section, None, f"is no table of a catalog{_did_you_mean(section)}")
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
    """Parse one TOML file with its numbers as exact decimals."""
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


def _did_you_mean(section: str) -> str:
    near = get_close_matches(section, ["platform", *SECTIONS], n=1)
    return f"; did you mean [{near[0]}]?" if near else f"; known are {', '.join(['platform', *SECTIONS])}"


def _section(kind: type[_R], section: str, tables: _Tables) -> dict[str, _R]:
    return {key[1]: _record(kind, table) for key, table in tables.items() if key[0] == section}


def _by_maker(models: Mapping[str, Model], makers: Mapping[str, Maker]) -> dict[str, Model]:
    """Bring models into the order of their makers; a maker's own models keep the order of its file."""
    place = {maker: position for position, maker in enumerate(makers)}
    ordered = sorted(models.values(), key=lambda model: place.get(model.maker, len(place)))
    return {model.id: model for model in ordered}


def _record(kind: type[_R], table: _Table) -> _R:
    """Turn a merged table into its record; the id comes from the table's name, never from a key."""
    if "id" in table.values:
        raise table.error("id", "the table's name is the id; remove this key")
    values = {"id": table.id, **table.values} if table.id else table.values
    try:
        return schema.validated(kind, values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        keys = [str(part) for part in first["loc"]]
        problem = _explain(first["type"], first["msg"], keys[-1:], kind)
        if keys[:1] == ["id"]:
            raise CatalogError(table.file, table.name, None, f"is no valid id: {problem}") from error
        raise CatalogError(
            table.origins.get(keys[0] if keys else "", table.file),
            table.name,
            ".".join(keys) or None,
            problem,
        ) from error


def _explain(kind: str, message: str, key: list[str], record: type[Record]) -> str:
    """Say a validation error in the words of the file."""
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        near = get_close_matches(key[0], [name for name in record.record_fields if name != "id"], n=1)
        return "is not a known key" + (f"; did you mean {near[0]}?" if near else "")
    if kind in _PLAIN:
        return f"should be {_PLAIN[kind]}"
    for subject in ("Input", "String", "Decimal input", "Tuple"):
        message = message.removeprefix(f"{subject} ")
    return message


def _check_references(catalog: Catalog, tables: _Tables) -> None:
    """Refuse ids that nothing defines and figures that contradict each other."""
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
    near = get_close_matches(given, known, n=3)
    return f"unknown {what} {given!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
