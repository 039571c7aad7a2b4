"""The text of `workspace.json`: strict in what it reads, tidy in what it writes.

A file of an older schema is brought to the newest by pure steps, one version at a time. To add one: add it to
`MIGRATIONS` under the version that it starts from, raise `state.SCHEMA_VERSION`, and test the step with a real file of
the old version. The first change that writes the new schema keeps the old file beside it (`Locations.schema_backup`).
"""

from __future__ import annotations

import copy
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from imgmodels_tui.files import Unreadable, read_file
from imgmodels_tui.record import InvalidRecord, Record
from imgmodels_tui.record_reader import RepeatedKey, parse_json, read_document
from imgmodels_tui.workspace.errors import NewerSchema, StateError
from imgmodels_tui.workspace.state import SCHEMA_VERSION, WorkspaceState

R = TypeVar("R", bound=Record)

Document = dict[str, Any]
"""A file as parsed JSON."""

Migration = Callable[[Document], Document]
"""Returns the document as the next version writes it; raises `ValueError` with a clause where it cannot."""


def _from_1_to_2(document: Document) -> Document:
    """A policy came in with 2; without one nothing is different."""
    return document


MIGRATIONS: Final[Mapping[int, Migration]] = MappingProxyType({1: _from_1_to_2})
"""The step from each version to the next, by the version it starts from."""

LARGEST_STATE = 16 * 1024 * 1024


class NotMigrated(Exception):
    """A file of an older schema is not what that schema allows; the message is a clause that says why."""


class Reading(Record):
    """What a state file holds, and its schema; no schema where there is no file."""

    state: WorkspaceState
    schema: int | None


def read_state(path: Path) -> WorkspaceState:
    """Read a state file; a missing one is a fresh workspace (R1). Raises `StateError`, changes nothing."""
    return read(path).state


def read(path: Path, migrations: Mapping[int, Migration] = MIGRATIONS) -> Reading:
    """Read a state file of the newest schema or an older one. Raises `StateError`, changes nothing."""
    content = read_content(path, LARGEST_STATE)
    return Reading(WorkspaceState(), None) if content is None else _decode(path, content, migrations)


def read_content(path: Path, largest: int) -> bytes | None:
    """The content of a file of at most `largest` bytes, or None if there is none. Raises `StateError`."""
    try:
        return read_file(path, largest)
    except Unreadable as error:
        raise StateError(path, str(error)) from error


def decode(path: Path, content: bytes) -> WorkspaceState:
    """Turn the content of `path` into a state. Raises `StateError`."""
    return _decode(path, content, MIGRATIONS).state


def decode_as(kind: type[R], path: Path, content: bytes) -> R:
    """Turn the content of `path` into another record that has a `schema_version`. Raises `StateError`."""
    document = _parse(path, content)
    _schema(path, document, kind.record_defaults["schema_version"])
    return _record(kind, path, document, content)


def _decode(path: Path, content: bytes, migrations: Mapping[int, Migration]) -> Reading:
    if not content.strip():
        raise StateError(path, "is empty", remedy="delete it to start afresh, or restore a copy")
    document = _parse(path, content)
    schema = _schema(path, document, SCHEMA_VERSION)
    if schema < SCHEMA_VERSION:
        try:
            document = migrate(document, schema, migrations)
        except NotMigrated as error:
            raise StateError(path, str(error), "schema_version") from error
        content = json.dumps(document).encode()
    return Reading(_record(WorkspaceState, path, document, content), schema)


def _record(kind: type[R], path: Path, document: Document, content: bytes) -> R:
    try:
        return read_document(kind, document, content)
    except InvalidRecord as error:
        raise StateError(path, error.problem, error.key) from error


def _parse(path: Path, content: bytes) -> Document:
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


def _schema(path: Path, document: Document, newest: int) -> int:
    """The schema that a file names; a newer one than this program reads is refused, and a file without any."""
    if "schema_version" not in document:
        raise StateError(path, "is missing: this is no file of imgmodels", "schema_version", remedy="name another file")
    version = document["schema_version"]
    if type(version) is not int:  # neither 1.0 nor true, which compare equal to 1
        raise StateError(path, "should be a whole number", "schema_version")
    if version > newest:
        problem = f"is {version}, but this version of imgmodels reads up to {newest}"
        raise NewerSchema(path, problem, "schema_version", remedy="update imgmodels")
    return version


def migrate(document: Document, version: int, migrations: Mapping[int, Migration] = MIGRATIONS) -> Document:
    """Bring `document` from `version` to the newest schema, leaving the argument as it is. Raises `NotMigrated`.

    A version that no step starts from is left to the validation, which names the versions that it knows.
    """
    for step in range(version, SCHEMA_VERSION):
        if step not in migrations:
            break
        try:
            document = {**migrations[step](copy.deepcopy(document)), "schema_version": step + 1}
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            problem = f"{error} is missing" if isinstance(error, LookupError) else str(error)
            raise NotMigrated(f"is {step}, and cannot be brought to {step + 1}: {problem}") from error
    return document


def encode(state: WorkspaceState) -> bytes:
    """The file's content, with sorted ids; a policy only where there is one."""
    fields = state.to_json()
    del fields["policy"], fields["last_change"]
    if state.policy is not None:
        fields["policy"] = state.policy.to_json(defaults=False)
    if state.last_change is not None:
        fields["last_change"] = state.last_change.to_json(defaults=False)
    return encode_json(fields)


def encode_json(document: Document, *, sort_keys: bool = False) -> bytes:
    """A JSON file that diffs well: two-space indent, newline at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=sort_keys) + "\n").encode()
