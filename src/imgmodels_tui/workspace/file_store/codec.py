"""The text of `workspace.json`: strict in what it reads, tidy in what it writes."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, TypeVar

from imgmodels_tui.files import Unreadable, read_file
from imgmodels_tui.record import InvalidRecord, Record
from imgmodels_tui.record_reader import RepeatedKey, parse_json, read_document
from imgmodels_tui.workspace.errors import NewerSchema, StateError
from imgmodels_tui.workspace.file_store.migrations import MIGRATIONS, UNSAID, NotMigrated, migrate
from imgmodels_tui.workspace.state import SCHEMA_VERSION, WorkspaceState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imgmodels_tui.workspace.file_store.migrations import Migration

LARGEST_STATE = 16 * 1024 * 1024


R = TypeVar("R", bound=Record)


class Reading(Record):
    """What a state file holds, and the schema it holds it in; no schema where there is no file."""

    state: WorkspaceState
    schema: int | None


def read_state(path: Path) -> WorkspaceState:
    """Read a state file; a missing one is a fresh workspace (R1). Raises `StateError`, changes nothing."""
    return read(path).state


def read(path: Path, migrations: Mapping[int, Migration] = MIGRATIONS) -> Reading:
    """Read a state file of the newest schema or an older one. Raises `StateError`, changes nothing."""
    try:
        content = read_file(path, LARGEST_STATE)
    except Unreadable as error:
        raise StateError(path, str(error)) from error
    return Reading(WorkspaceState(), None) if content is None else _decode(path, content, migrations)


def decode(path: Path, content: bytes) -> WorkspaceState:
    """Turn the content of `path` into a state. Raises `StateError`."""
    return _decode(path, content, MIGRATIONS).state


def decode_as(kind: type[R], path: Path, content: bytes) -> R:
    """Turn the content of `path` into another record that has a `schema_version`. Raises `StateError`."""
    document = _parse(path, content)
    _schema(path, document)
    return _record(kind, path, document, content)


def _decode(path: Path, content: bytes, migrations: Mapping[int, Migration]) -> Reading:
    if not content.strip():
        raise StateError(path, "is empty", remedy="delete it to start afresh, or restore a copy")
    document = _parse(path, content)
    schema = _schema(path, document)
    if schema < SCHEMA_VERSION:
        try:
            document = migrate(document, schema, migrations)
        except NotMigrated as error:
            raise StateError(path, str(error), "schema_version") from error
        content = json.dumps(document).encode()
    return Reading(_record(WorkspaceState, path, document, content), schema)


def _record(kind: type[R], path: Path, document: dict[str, Any], content: bytes) -> R:
    try:
        return read_document(kind, document, content)
    except InvalidRecord as error:
        raise StateError(path, error.problem, error.key) from error


def encode(state: WorkspaceState) -> bytes:
    """The file's content: two-space indent, sorted ids, newline at the end, so that it diffs well."""
    fields = state.to_json()
    del fields["last_change"]
    if state.last_change is not None:
        fields["last_change"] = state.last_change.to_json(defaults=False)
    return (json.dumps(fields, ensure_ascii=False, indent=2) + "\n").encode()


def _parse(path: Path, content: bytes) -> dict[str, Any]:
    """Parse strictly: a tolerant parser would let pass a key that is there twice, or an infinity."""
    if content.startswith(BOM_UTF8):
        raise StateError(path, "begins with a byte order mark", remedy="save it as UTF-8 without one")
    try:
        parsed = parse_json(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise StateError(path, f"is not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        problem = f"is not valid JSON ({place}: {error.msg.lower().removesuffix(' at')})"
        raise StateError(path, problem) from error
    except RecursionError as error:
        raise StateError(path, "is not valid: it is nested too deeply") from error
    except RepeatedKey as error:
        raise StateError(path, "appears twice; keep one", str(error)) from error
    except ValueError as error:  # NaN, an infinity, or more digits than Python converts
        raise StateError(path, "is not valid JSON: a number is not finite or too long") from error
    if not isinstance(parsed, dict):
        raise StateError(path, "should hold one JSON object in braces")
    return parsed


def _schema(path: Path, document: dict[str, Any]) -> int:
    """The schema that a file says it is in; a newer one than this program reads is refused."""
    version = document.get("schema_version", UNSAID)
    if type(version) is not int:  # neither 1.0 nor true, which compare equal to 1
        raise StateError(path, "should be a whole number", "schema_version")
    if version > SCHEMA_VERSION:
        problem = f"is {version}, but this version of imgmodels reads up to {SCHEMA_VERSION}"
        raise NewerSchema(path, problem, "schema_version", remedy="update imgmodels")
    return version
